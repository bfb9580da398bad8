"""Each statement as a nanopublication: what is said, where it comes from, who published it, in four named graphs.

https://nanopub.net/guidelines/working_draft/
"""

from collections.abc import Iterator
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from kg import iris, ontology
from kg.export.source import Source

NP = "http://www.nanopub.org/nschema#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PUBLISHER = NamedNode(iris.BASE.rstrip("/"))
# What says where the statement comes from, and not what it says.
_ORIGIN = (
    PROV,
    OA,
    iris.KG + "start",
    iris.KG + "end",
    iris.KG + "quote",
    iris.KG + "extractor",
    iris.KG + "confidence",
    iris.KG + "claimant",
)


def nanopublication(source: Source, id: str) -> Iterator[Quad]:
    """The quads of one statement's nanopublication."""
    statement = NamedNode(iris.statement(id))
    whole = f"{statement.value}/nanopub"
    publication = NamedNode(whole)
    head, assertion, provenance, info = (NamedNode(f"{whole}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo"))
    yield Quad(publication, TYPE, NamedNode(NP + "Nanopublication"), head)
    yield Quad(publication, NamedNode(NP + "hasAssertion"), assertion, head)
    yield Quad(publication, NamedNode(NP + "hasProvenance"), provenance, head)
    yield Quad(publication, NamedNode(NP + "hasPublicationInfo"), info, head)
    quads = sorted(source.store.quads_for_pattern(statement, None, None, None), key=str)
    for quad in quads:
        triple: Triple = quad.triple
        origin = triple.predicate.value.startswith(_ORIGIN)
        yield Quad(triple.subject, triple.predicate, triple.object, provenance if origin else assertion)
        if triple.predicate.value == OA + "hasTarget" and isinstance(triple.object, NamedNode):
            for node in (triple.object, NamedNode(iris.selector(id))):
                for about in sorted(source.store.quads_for_pattern(node, None, None, None), key=str):
                    yield Quad(about.subject, about.predicate, about.object, provenance)
        if triple.predicate.value == PROV + "wasQuotedFrom":
            yield Quad(assertion, NamedNode(PROV + "wasDerivedFrom"), triple.object, provenance)
    yield Quad(assertion, NamedNode(PROV + "wasDerivedFrom"), statement, provenance)
    yield Quad(publication, NamedNode(DCTERMS + "creator"), PUBLISHER, info)
    yield Quad(publication, NamedNode(DCTERMS + "identifier"), Literal(id), info)
    yield Quad(publication, NamedNode(DCTERMS + "subject"), statement, info)


def nanopub(source: Source, out: BinaryIO) -> None:
    """All statements' nanopublications as TriG."""
    quads = (quad for row in source.statements() for quad in nanopublication(source, row.statement.id))
    prefixes = {**ontology.prefixes(), "np": NP}
    serialize(quads, out, RdfFormat.TRIG, prefixes=prefixes)
