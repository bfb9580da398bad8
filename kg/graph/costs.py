"""What cost figures cover, as RDF in graph/facts."""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from kg import iris
from kg.costs import CostScope
from kg.graph.terms import named, nodes

_METHOD = named("kg:costMethod")
_SIDES = (
    (named("kg:includesComponent"), "includes"),
    (named("kg:excludesComponent"), "excludes"),
    (named("kg:unstatedComponent"), "unstated"),
)


def cost_quads(scopes: Iterable[CostScope]) -> Iterator[Quad]:
    """The quads of cost scopes, in their order."""
    graph = nodes[iris.GRAPH_FACTS]
    for scope in scopes:
        node = NamedNode(iris.statement(scope.statement_id))
        for side, name in _SIDES:
            for part in getattr(scope, name):
                yield Quad(node, side, nodes[iris.concept("cost-component", part)], graph)
        yield Quad(node, _METHOD, nodes[iris.concept("cost-method", scope.method)], graph)
