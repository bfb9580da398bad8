"""Drawings: nothing outside its box, nothing unescaped, the same figures giving the same picture."""

import doctest
import itertools
import re
from xml.etree import ElementTree

import pytest

import kg.api.pages.links
import kg.api.pages.site
import kg.drawing.letters
import kg.drawing.scale
import kg.drawing.strip
import kg.drawing.svg
import kg.drawing.timeline
import kg.passages
import kg.readable
from kg.drawing.layers import Edge, Node, in_layers, layered
from kg.drawing.ranges import Range, ranges
from kg.drawing.scale import scale_for
from kg.drawing.scatter import Point, scatter
from kg.drawing.spread import Dot, spread
from kg.drawing.strip import Mark, shared_scale, strip
from kg.drawing.timeline import Event, timeline

NODES = tuple(Node(name, f"Node <{name}>", "model", "Model", f"/page/model/{name}", 0) for name in "abcd")
STEPS = (("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d"))
EDGES = tuple(Edge(left, right, f"{left} & {right}", f"{left} to {right}", f"/fact/{left}{right}") for left, right in STEPS)


@pytest.mark.parametrize(
    "module",
    [
        kg.api.pages.links,
        kg.api.pages.site,
        kg.drawing.letters,
        kg.drawing.scale,
        kg.drawing.strip,
        kg.drawing.svg,
        kg.drawing.timeline,
        kg.passages,
        kg.readable,
    ],
    ids=lambda module: module.__name__,
)
def test_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted and not result.failed


def boxes(markup: str, kind: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(rf'<rect class="{kind}" x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)"', markup)
    return [(float(x), float(y), float(x) + float(w), float(y) + float(h)) for x, y, w, h in found]


@pytest.mark.parametrize("vertical", [False, True])
def test_nodes_do_not_overlap_and_stay_inside(vertical: bool) -> None:
    markup = layered(in_layers(NODES, STEPS, "a"), EDGES, "Graph", vertical=vertical)
    root = ElementTree.fromstring(markup)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    nodes = boxes(markup, "node-box")
    assert len(nodes) == 4
    for index, one in enumerate(nodes):
        assert one[0] >= 0 and one[1] >= 0 and one[2] <= width and one[3] <= height
        for other in nodes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_every_edge_is_a_link_and_labels_are_escaped() -> None:
    markup = layered(in_layers(NODES, STEPS, "a"), EDGES, "Graph")
    assert all(f'href="/fact/{left}{right}"' in markup for left, right in STEPS)
    assert "Node &lt;a&gt;" in markup and "a &amp; b" in markup and "<a>" not in markup


def test_layers_follow_the_longest_way_even_round_a_cycle() -> None:
    placed = {node.id: node.layer for node in in_layers(NODES, (*STEPS, ("d", "a")), "a")}
    assert placed == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_the_same_graph_is_drawn_the_same_way() -> None:
    nodes = in_layers(NODES, STEPS, "a")
    assert layered(nodes, EDGES, "Graph") == layered(nodes, EDGES, "Graph")


def test_a_shared_scale_orders_claims() -> None:
    marks = [Mark(5e6, 5e6), Mark(5.576e6, 5.576e6, "current"), Mark(6e6, 6e6, "disputed")]
    scale = shared_scale(marks, 200)
    assert scale.at(5e6) < scale.at(5.576e6) < scale.at(6e6)
    markup = strip(marks, scale, 200, "3 claims")
    assert 'aria-label="3 claims"' in markup and "mark-disputed" in markup


@pytest.mark.parametrize("values", [[0.0], [-5.0, 5.0], [1e-9, 1e24], [7.0, 7.0, 7.0], []])
def test_any_values_give_an_axis(values: list[float]) -> None:
    scale = scale_for(values, 0, 100)
    assert all(0 <= scale.at(value) <= 100 for value in values)
    assert len(scale.ticks(5)) <= 12


def test_spread_stacks_equal_values_and_names_them_once() -> None:
    dots = [Dot(5.0, 5.0, "plain", "5", f"source {index}", f"/statement/{index}") for index in range(3)]
    markup = spread([*dots, Dot(9.0, 9.0, "denied", "9", "another", "/statement/9")], "Spread")
    assert markup.count("5 × 3") == 1 and markup.count("<a ") == 4


def test_timeline_labels_of_one_row_do_not_cover_each_other() -> None:
    events = [Event(f"2024-0{month}", f"Event number {month}", f"/fact/{month}") for month in range(1, 9)]
    markup = timeline(events, "Dates")
    rows: dict[str, list[float]] = {}
    for x, y in re.findall(r'<circle class="mark-plain" cx="([\d.]+)" cy="([\d.]+)"', markup):
        rows.setdefault(y, []).append(float(x))
    assert len(rows) > 1
    assert all(right - left > 60 for places in rows.values() for left, right in itertools.pairwise(places))


@pytest.mark.parametrize("narrow", [False, True])
def test_charts_stay_inside_their_box(narrow: bool) -> None:
    rows = []
    for index in range(1, 6):
        low = 10.0**index
        rows.append(Range(f"Model number {index}", low, 3 * low, None if index == 2 else 2 * low, "words", "/"))
    points = [Point(10.0**index, 5.0 * index, f"Model {index}", f"/fact/{index}") for index in range(1, 6)]
    for markup in (ranges(rows, "Ranges", "Cost", narrow=narrow), scatter(points, "Points", "x", "y", narrow=narrow)):
        width = float(ElementTree.fromstring(markup).attrib["viewBox"].split()[2])
        assert width < 340 if narrow else width > 1000
        for x, radius in re.findall(r'<circle[^>]* cx="([\d.]+)"[^>]* r="([\d.]+)"', markup):
            assert float(x) - float(radius) >= 0 and float(x) + float(radius) <= width
    assert ranges(rows, "Ranges", "Cost", narrow=narrow).count("<circle") == 4
