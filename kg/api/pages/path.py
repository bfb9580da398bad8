"""The page of paths: two search boxes, every way from one entity to the other drawn in layers, and the same in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.site import Alternate, Crumb, Site, count, render
from kg.catalogue import Catalogue, EntityRow, Row
from kg.drawing.layers import Edge, Node, in_layers, layered
from kg.errors import UsageError
from kg.network import Connection, Connections, Relation, connections

FOUND = 60
DRAWN = 10
DRAWN_DOWN = 4
WORDS = 40
FEWEST, DEFAULT, MOST = 1, 4, 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """Ways between two entities as a drawing across and one down; `left_out` ways are only in words."""

    across: str
    down: str
    left_out: int
    disputed: bool


@dataclass(frozen=True, slots=True)
class WordedStep:
    """A step in words: its sentence, its fact, how many documents, and whether it is disputed."""

    parts: tuple[readable.Part, ...]
    ids: Mapping[str, str]
    href: str
    documents: int
    disputed: str


def router(site: Site) -> APIRouter:
    """Routes of the path page."""
    routes = APIRouter()

    @routes.get("/path", operation_id="page_path")
    def page(request: Request, start: str = "", end: str = "", start_id: str = "", end_id: str = "", steps: int = DEFAULT) -> Response:
        catalogue = site.catalogue()
        first, second = named(catalogue, start_id or start), named(catalogue, end_id or end)
        steps = min(max(steps, FEWEST), MOST)
        shown, words, problem, found = None, [], "", None
        if first and second and first.id != second.id:
            found = connections(catalogue, first.id, second.id, steps, FOUND)
            shown = drawn(catalogue, found, first.id) if found.items else None
            words = worded(catalogue, found)
        elif first and second:
            problem = f"Both ends are {first.label}; name two different ones."
        else:
            missing = [name for name, row in ((start, first), (end, second)) if name and row is None]
            problem = " ".join(f"Nothing here is named “{name}”." for name in missing)
        title = f"How {first.label} connects to {second.label}" if first and second and found is not None else "Paths"
        query = f"from={first.id}&to={second.id}&max_steps={steps}" if first and second else ""
        return render(
            request,
            "path.html",
            title=title,
            crumbs=(Crumb("Paths", "/path" if found is not None else None), *((Crumb(title),) if found is not None else ())),
            alternates=(Alternate("JSON", f"/api/v1/paths?{query}", "application/json"),) if found is not None else (),
            section="/path",
            start=first.label if first else start,
            end=second.label if second else end,
            start_id=first.id if first else "",
            end_id=second.id if second else "",
            steps=steps,
            choices=range(2, MOST + 1),
            drawn=shown,
            words=words,
            problem=problem,
            total=len(found.items) if found is not None else None,
            more=found.more if found is not None else False,
        )

    return routes


def named(catalogue: Catalogue, name: str) -> EntityRow | None:
    """The entity of that id, label or alias, else the first suggestion for it; None when nothing is like it."""
    if not name.strip():
        return None
    exact = catalogue.named(name.strip())
    return exact[0] if exact else next(iter(catalogue.suggest(name, 1)), None)


def _rows(catalogue: Catalogue, found: Connections) -> dict[str, Row]:
    wanted = {relation.statements[0] for way in found.items for step in way.steps for relation in step.relations if relation.statements}
    return {row.statement.id: row for row in catalogue.statements_by_id(sorted(wanted))}


def _ranked(relations: tuple[Relation, ...]) -> list[Relation]:
    return sorted(relations, key=lambda relation: (relation.disputed, -len(relation.documents), relation.predicate))


def drawn(catalogue: Catalogue, found: Connections, start: str) -> Drawn:
    """The first ways as a layered graph: the shortest in the link colour, disputed edges dashed and named; fewer of them on a phone."""
    rows = _rows(catalogue, found)
    ways = found.items[:DRAWN]
    label = f"{count(len(ways), 'path')} between entities, each line a fact"
    nodes, edges = _graph(found, ways, rows, start, 2)
    down = _graph(found, ways[:DRAWN_DOWN], rows, start, 1)
    disputed = any(edge.disputed for edge in edges)
    return Drawn(layered(nodes, edges, label), layered(*down, label, vertical=True), len(found.items) - len(ways), disputed)


def _graph(
    found: Connections, ways: Sequence[Connection], rows: Mapping[str, Row], start: str, relations: int
) -> tuple[tuple[Node, ...], list[Edge]]:
    """Nodes and edges of these ways, at most `relations` edges a step."""
    steps: list[tuple[str, str]] = []
    edges: dict[tuple[str, str, str], Edge] = {}
    for way in ways:
        for step in way.steps:
            steps.append((step.start, step.end))
            for place, relation in enumerate(_ranked(step.relations)[:relations]):
                row = rows.get(relation.statements[0])
                if row is None or (place and relation.disputed):
                    continue
                source, target = (step.start, step.end) if relation.forward else (step.end, step.start)
                key = (source, target, relation.predicate)
                if key not in edges or way is ways[0]:
                    label = readable.plain(readable.sentence(row.statement)) + (", disputed" if relation.disputed else "")
                    edges[key] = Edge(source, target, _words(relation), label, links.fact(row.fact_id), relation.disputed, way is ways[0])
    nodes = []
    for name in dict.fromkeys(name for step in steps for name in step):
        kind = links.type_of(name)
        nodes.append(Node(name, found.labels.get(name, name), kind, links.type_words(kind), links.entity(name), 0))
    return in_layers(nodes, steps, start), list(edges.values())


def _words(relation: Relation) -> str:
    words = readable.edge_words(relation.predicate)
    if not relation.disputed:
        return words
    return f"{words} (alleged)" if set(relation.statuses) == {"alleged"} else f"{words} (disputed)"


def worded(catalogue: Catalogue, found: Connections) -> list[list[WordedStep]]:
    """The ways in words, shortest first."""
    rows = _rows(catalogue, found)
    made = []
    for way in found.items[:WORDS]:
        steps = []
        for step in way.steps:
            relation = _ranked(step.relations)[0]
            row = rows.get(relation.statements[0])
            if row is None:
                raise UsageError(f"the statement {relation.statements[0]} of a path is not in the catalogue; load again")
            said = row.statement
            disputed = "" if not relation.disputed else "alleged" if set(relation.statuses) == {"alleged"} else "disputed"
            steps.append(
                WordedStep(
                    readable.sentence(said),
                    {"subject": links.entity(said.subject_id), "object": links.entity(said.object_id or "")},
                    links.fact(row.fact_id),
                    len(relation.documents),
                    disputed,
                )
            )
        made.append(steps)
    return made
