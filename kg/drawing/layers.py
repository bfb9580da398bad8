"""A layered graph: nodes in columns (or rows on a phone), each node and each edge a link; edges with their words on them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.drawing import svg
from kg.drawing.letters import cut, width

TITLE, SMALL, PILL = 13.0, 11.0, 11.0
MARGIN = 14.0
SWEEPS = 6
CROSS_GAP = 20.0
ROOMY = 1080.0
PORT_GAP = 20.0


@dataclass(frozen=True, slots=True)
class Node:
    """`kind` is the entity's type and gives the colour of its bar; `caption` stands small under the label; `layer` counts from 0."""

    id: str
    label: str
    kind: str
    caption: str
    href: str
    layer: int
    current: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation from `source` to `target`. `words` stand on the line; `label` is the whole sentence for assistive technology."""

    source: str
    target: str
    words: str
    label: str
    href: str
    disputed: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A box by its centre: `along` the layers and `across` them, with its extent in both directions."""

    along: float
    across: float
    long: float
    broad: float


def layered(nodes: Sequence[Node], edges: Sequence[Edge], label: str, vertical: bool = False) -> str:
    """Draw the graph left to right, or top to bottom where `vertical`. Nodes without edges are drawn too.

    A graph wider than the page is drawn again with shorter labels and gaps.
    """
    if not nodes:
        return ""
    known = {node.id: node for node in nodes}
    edges = [edge for edge in edges if edge.source in known and edge.target in known and edge.source != edge.target]
    routes = _routes(known, edges)
    for limit, room in ((112.0, 0.0),) if vertical else ((190.0, 62.0), (130.0, 40.0), (96.0, 28.0)):
        places = _placed(known, edges, routes, vertical, limit, room)
        far_along = max(place.along + place.long / 2 for place in places.values()) + MARGIN
        if far_along <= ROOMY:
            break
    edge_markup, pills = _edges(known, edges, routes, places, vertical)
    node_markup = [_node(node, places[node.id], vertical, limit) for node in nodes]
    far_across = max(place.across + place.broad / 2 for place in places.values()) + MARGIN
    size = (far_across, far_along) if vertical else (far_along, far_across)
    kind = "graph graph-down" if vertical else "graph graph-across"
    return svg.drawing(*size, label, kind, *edge_markup, *node_markup, *pills, interactive=True)


def _routes(known: Mapping[str, Node], edges: Sequence[Edge]) -> list[list[str]]:
    """For each edge the ids it passes through, from the lower layer to the higher, with bends "~edge:layer" between."""
    routes = []
    for index, edge in enumerate(edges):
        first, last = sorted((edge.source, edge.target), key=lambda name: known[name].layer)
        between = [f"~{index}:{layer}" for layer in range(known[first].layer + 1, known[last].layer)]
        routes.append([first, *between, last])
    return routes


def _placed(
    known: Mapping[str, Node], edges: Sequence[Edge], routes: Sequence[Sequence[str]], vertical: bool, limit: float, room: float
) -> dict[str, _Place]:
    layer_of = {node.id: node.layer for node in known.values()}
    for route in routes:
        layer_of.update({name: int(name.rsplit(":", 1)[1]) for name in route if name not in known})
    columns: dict[int, list[str]] = defaultdict(list)
    for name, layer in layer_of.items():
        columns[layer].append(name)
    ordered = _ordered([columns[layer] for layer in sorted(columns)], routes)
    ports: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for route in routes:
        ports[route[0]][1] += 1
        ports[route[-1]][0] += 1
    sizes = {}
    for name in layer_of:
        if name not in known:
            sizes[name] = (0.0, 20.0)
            continue
        node = known[name]
        wide = min(max(width(node.label, TITLE, True), width(node.caption, SMALL)), limit) + 34
        need = max(ports[name]) * PORT_GAP
        sizes[name] = (44.0, max(wide, need)) if vertical else (wide, max(44.0, need))
    gaps = _gaps(ordered, layer_of, edges, routes, vertical, room)
    across = _across(ordered, routes, sizes)
    places: dict[str, _Place] = {}
    along = MARGIN
    for column, gap in zip(ordered, gaps, strict=True):
        long = max((sizes[name][0] for name in column), default=0.0)
        for name in column:
            places[name] = _Place(along + long / 2, across[name], sizes[name][0] or long, sizes[name][1])
        along += long + gap
    return places


def _gaps(
    ordered: Sequence[Sequence[str]],
    layer_of: Mapping[str, int],
    edges: Sequence[Edge],
    routes: Sequence[Sequence[str]],
    vertical: bool,
    room: float,
) -> list[float]:
    layers = sorted({layer_of[name] for column in ordered for name in column})
    gaps = []
    for layer in layers:
        words = [width(edge.words, PILL) for edge, route in zip(edges, routes, strict=True) if layer_of[route[0]] == layer]
        if vertical:
            gaps.append(46.0 + 16.0 * max(len(words) - 1, 0) ** 0.7)
        else:
            gaps.append(max([64.0, *(min(wide, 150.0) + room for wide in words)]))
    return gaps


def _ordered(columns: list[list[str]], routes: Sequence[Sequence[str]]) -> list[list[str]]:
    """Fewer crossings: each node goes to the mean position of its neighbours, swept forth and back (Sugiyama 1981)."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for route in routes:
        for left, right in pairwise(route):
            before[right].append(left)
            after[left].append(right)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        neighbours = before if forth else after
        numbered = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        for index in numbered:
            beside = {name: place for place, name in enumerate(columns[index - 1 if forth else index + 1])}
            current = {name: place for place, name in enumerate(columns[index])}

            def mean(name: str, beside: dict[str, int] = beside, current: dict[str, int] = current) -> float:
                places = [beside[other] for other in neighbours[name] if other in beside]  # noqa: B023
                return sum(places) / len(places) if places else float(current[name])

            columns[index] = sorted(columns[index], key=lambda name: (mean(name), current[name]))
    return columns


def _across(
    ordered: Sequence[Sequence[str]], routes: Sequence[Sequence[str]], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """Cross positions: columns are packed, then pulled towards their neighbours' mean without changing the order."""
    across: dict[str, float] = {}
    for column in ordered:
        at = 0.0
        for name in column:
            across[name] = at + sizes[name][1] / 2
            at += sizes[name][1] + CROSS_GAP
    neighbours: dict[str, list[str]] = defaultdict(list)
    for route in routes:
        for left, right in pairwise(route):
            neighbours[left].append(right)
            neighbours[right].append(left)
    tallest = max(range(len(ordered)), key=lambda index: sum(sizes[name][1] + CROSS_GAP for name in ordered[index]))
    for round_ in range(10):
        indices = list(range(len(ordered))) if round_ % 2 == 0 else list(range(len(ordered) - 1, -1, -1))
        for index in indices:
            if index == tallest and round_ < 6:
                continue
            column = ordered[index]
            wanted = [
                sum(across[other] for other in neighbours[name]) / len(neighbours[name]) if neighbours[name] else across[name]
                for name in column
            ]
            across.update(zip(column, _spread(wanted, [sizes[name][1] for name in column]), strict=True))
    least = min(across[name] - sizes[name][1] / 2 for column in ordered for name in column)
    return {name: value - least + MARGIN for name, value in across.items()}


def _spread(wanted: list[float], extents: list[float]) -> list[float]:
    """The positions nearest to the wanted ones (least squares) that keep order and gaps: pool adjacent violators."""
    offsets, total = [], 0.0
    for index, extent in enumerate(extents):
        total += extent / 2 + (extents[index - 1] / 2 + CROSS_GAP if index else 0.0)
        offsets.append(total)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append((want - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean_b, count_b), (mean_a, count_a) = blocks.pop(), blocks.pop()
            blocks.append(((mean_a * count_a + mean_b * count_b) / (count_a + count_b), count_a + count_b))
    flat = [mean for mean, count in blocks for _ in range(count)]
    return [base + offset for base, offset in zip(flat, offsets, strict=True)]


def _edges(
    known: Mapping[str, Node], edges: Sequence[Edge], routes: Sequence[Sequence[str]], places: Mapping[str, _Place], vertical: bool
) -> tuple[list[str], list[str]]:
    starts, ends = _ports(routes, places)
    lines, pills = [], []
    taken: list[tuple[float, float, float, float]] = []
    for name in known:
        taken.append(_extent(places[name], vertical))
    drawn = []
    for index, (edge, route) in enumerate(zip(edges, routes, strict=True)):
        points = _points(route, places, starts[index], ends[index])
        drawn.append((edge, route, points))
    for edge, route, points in sorted(drawn, key=lambda item: item[0].main):
        kind = "edge" + (" edge-main" if edge.main else "") + (" edge-disputed" if edge.disputed else "")
        turned = edge.source != route[0]
        path = svg.element("path", {"class": "edge-line", "d": _curve(points, vertical)})
        tip = _tip(points[0] if turned else points[-1], vertical, backwards=turned)
        lines.append(svg.element("g", {"class": kind}, path, tip))
        pills.append(_pill(edge, points, taken, kind, vertical))
    return lines, pills


def _ports(routes: Sequence[Sequence[str]], places: Mapping[str, _Place]) -> tuple[list[float], list[float]]:
    """Where each route leaves and meets its boxes, spread over the side in the order of where they lead."""
    leaving: dict[str, list[int]] = defaultdict(list)
    meeting: dict[str, list[int]] = defaultdict(list)
    for index, route in enumerate(routes):
        leaving[route[0]].append(index)
        meeting[route[-1]].append(index)
    starts, ends = [0.0] * len(routes), [0.0] * len(routes)
    for groups, result, beside in ((leaving, starts, 1), (meeting, ends, -2)):
        for name, indices in groups.items():
            ordered = sorted(indices, key=lambda index: (places[routes[index][beside]].across, index))
            for rank, index in enumerate(ordered):
                result[index] = places[name].across + (rank - (len(ordered) - 1) / 2) * PORT_GAP * 0.8
    return starts, ends


def _points(route: Sequence[str], places: Mapping[str, _Place], start: float, end: float) -> list[tuple[float, float]]:
    """Along/across points of an edge: out of the first box, straight through each bend's layer, into the last box."""
    first, last = places[route[0]], places[route[-1]]
    points = [(first.along + first.long / 2, start)]
    for name in route[1:-1]:
        bend = places[name]
        points.extend([(bend.along - bend.long / 2, bend.across), (bend.along + bend.long / 2, bend.across)])
    points.append((last.along - last.long / 2, end))
    return points


def _xy(point: tuple[float, float], vertical: bool) -> tuple[float, float]:
    return (point[1], point[0]) if vertical else point


def _curve(points: Sequence[tuple[float, float]], vertical: bool) -> str:
    def pair(point: tuple[float, float]) -> str:
        x, y = _xy(point, vertical)
        return f"{svg.number(x)} {svg.number(y)}"

    pieces = [f"M{pair(points[0])}"]
    for index, (left, right) in enumerate(pairwise(points)):
        if index % 2:
            pieces.append(f"L{pair(right)}")
        else:
            middle = (left[0] + right[0]) / 2
            pieces.append(f"C{pair((middle, left[1]))} {pair((middle, right[1]))} {pair(right)}")
    return "".join(pieces)


def _tip(point: tuple[float, float], vertical: bool, backwards: bool) -> str:
    along, across = point
    step = 8.0 if backwards else -8.0
    corners = [(along, across), (along + step, across - 4.0), (along + step, across + 4.0)]
    shown = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in (_xy(corner, vertical) for corner in corners))
    return svg.element("path", {"class": "edge-tip", "d": f"M{shown}z"})


def _extent(place: _Place, vertical: bool) -> tuple[float, float, float, float]:
    x, y = _xy((place.along, place.across), vertical)
    wide, high = (place.broad, place.long) if vertical else (place.long, place.broad)
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _bezier(left: tuple[float, float], right: tuple[float, float], share: float) -> tuple[float, float]:
    middle = (left[0] + right[0]) / 2
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    along = (left[0], middle, middle, right[0])
    across = (left[1], left[1], right[1], right[1])
    return sum(w * a for w, a in zip(weights, along, strict=True)), sum(w * a for w, a in zip(weights, across, strict=True))


def _pill(
    edge: Edge, points: Sequence[tuple[float, float]], taken: list[tuple[float, float, float, float]], kind: str, vertical: bool
) -> str:
    """The edge's words in a pill on the line, at the first place where they cover nothing."""
    words = cut(edge.words, PILL, 110.0 if vertical else 170.0)
    wide, high = width(words, PILL, edge.main) + 16, 20.0
    spots = []
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8, 0.15, 0.85):
        spots.append(_bezier(points[0], points[1], share))
    for left, right in zip(points[1::2], points[2::2], strict=False):
        spots.append(((left[0] + right[0]) / 2, (left[1] + right[1]) / 2))
    for left, right in zip(points[2::2], points[3::2], strict=False):
        spots.extend(_bezier(left, right, share) for share in (0.5, 0.38, 0.62, 0.26, 0.74))
    boxes = []
    for spot in spots:
        x, y = _xy(spot, vertical)
        x = max(x, wide / 2 + 2)
        boxes.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    chosen = min(boxes, key=lambda extent: sum(_overlap(extent, other) for other in taken))
    taken.append(chosen)
    edge_left, top = chosen[0], chosen[1]
    return svg.link(
        edge.href,
        edge.label,
        f"pill {kind}",
        svg.box(edge_left, top, wide, high, "pill-box", 10),
        svg.text(words, edge_left + wide / 2, top + 14, "pill-words", "middle"),
    )


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0]) + 4
    high = min(one[3], other[3]) - max(one[1], other[1]) + 2
    return max(wide, 0.0) * max(high, 0.0)


def _node(node: Node, place: _Place, vertical: bool, limit: float) -> str:
    left, top, right, bottom = _extent(place, vertical)
    middle = (top + bottom) / 2
    return svg.link(
        node.href,
        f"{node.label}, {node.caption}" if node.caption else node.label,
        f"node type-{node.kind}" + (" node-current" if node.current else ""),
        svg.box(left, top, right - left, bottom - top, "node-box", 8),
        svg.box(left + 8, middle - 14, 4, 28, "node-bar", 2),
        svg.text(cut(node.label, TITLE, limit, True), left + 20, middle - 2, "node-label"),
        svg.text(cut(node.caption, SMALL, limit), left + 20, middle + 13, "node-caption"),
    )


def in_layers(nodes: Sequence[Node], steps: Sequence[tuple[str, str]], start: str) -> tuple[Node, ...]:
    """The nodes with `layer` = the longest way from `start` along the steps, cycles cut where they close."""
    after: dict[str, list[str]] = defaultdict(list)
    for left, right in steps:
        if right not in after[left]:
            after[left].append(right)
    depth: dict[str, int] = {}

    def visit(name: str, level: int, above: frozenset[str]) -> None:
        if depth.get(name, -1) >= level:
            return
        depth[name] = level
        for other in after[name]:
            if other not in above:
                visit(other, level + 1, above | {name})

    visit(start, 0, frozenset())
    return tuple(replace(node, layer=depth.get(node.id, 0)) for node in nodes)
