"""Origins as RDF in graph/facts: primary sources, and documents that repeat another's text."""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris
from kg.graph.terms import LABEL, RDF_TYPE, XSD, date_literal, named, nodes
from kg.origins import Origins

_ORIGIN, _KIND, _ADDRESS, _ISSUED = named("kg:Origin"), named("dcterms:type"), named("kg:address"), named("dcterms:issued")
_ALTERNATE = named("prov:alternateOf")
_CHAIN, _REASON = named("kg:sourceChain"), named("kg:sourceReason")
STEP = " → "


def origin_quads(origins: Origins, copies: Mapping[str, str] | None = None) -> Iterator[Quad]:
    """The quads of origins and of the way each statement came from its own; `copies`: the document each document stands for, by id."""
    graph = nodes[iris.GRAPH_FACTS]
    for identity, derivation in sorted(origins.derivations.items()):
        node = NamedNode(iris.statement(identity))
        yield Quad(node, _CHAIN, Literal(STEP.join(derivation.chain)), graph)
        yield Quad(node, _REASON, Literal(derivation.reason), graph)
    for origin in origins.origins:
        node = NamedNode(iris.origin(origin.id))
        yield Quad(node, RDF_TYPE, _ORIGIN, graph)
        yield Quad(node, LABEL, Literal(origin.label), graph)
        yield Quad(node, _KIND, Literal(origin.kind), graph)
        if origin.address:
            yield Quad(node, _ADDRESS, Literal(origin.address, datatype=NamedNode(XSD + "anyURI")), graph)
        if origin.date:
            yield Quad(node, _ISSUED, date_literal(origin.date), graph)
    for copy, original in sorted((copies or {}).items()):
        if copy != original:
            yield Quad(NamedNode(iris.document(copy)), _ALTERNATE, NamedNode(iris.document(original)), graph)
