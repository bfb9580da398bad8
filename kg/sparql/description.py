"""The SPARQL Service Description of this endpoint, as RDF: what it speaks, what it refuses, which graphs it holds.

https://www.w3.org/TR/sparql11-service-description/
"""

import json
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple, serialize

from kg.iris import GRAPH_QUARANTINE
from kg.sparql.formats import FORMATS
from kg.sparql.jobs import Backend, Job
from kg.sparql.serialisation import GRAPHS

SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"
# https://www.w3.org/ns/formats/
FORMAT_IRIS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
}
PREFIXES = {"sd": SD, "void": VOID, "xsd": XSD, "format": "http://www.w3.org/ns/formats/"}
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


def _triples(address: str, graphs: list[tuple[str, int]]) -> Iterator[Triple]:
    service = NamedNode(f"{address}#service")
    dataset = NamedNode(f"{address}#dataset")
    default = NamedNode(f"{address}#default-graph")

    def sd(name: str) -> NamedNode:
        return NamedNode(SD + name)

    yield Triple(service, RDF_TYPE, sd("Service"))
    yield Triple(service, sd("endpoint"), NamedNode(address))
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL10Query"))
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for item in FORMATS:
        yield Triple(service, sd("resultFormat"), NamedNode("http://www.w3.org/ns/formats/" + FORMAT_IRIS[item.name]))
    yield Triple(service, sd("defaultDataset"), dataset)
    yield Triple(dataset, RDF_TYPE, sd("Dataset"))
    yield Triple(dataset, sd("defaultGraph"), default)
    yield Triple(default, RDF_TYPE, sd("Graph"))
    for number, (iri, triples) in enumerate(graphs, 1):
        named = NamedNode(f"{address}#named-graph-{number}")
        graph = NamedNode(f"{address}#graph-{number}")
        yield Triple(dataset, sd("namedGraph"), named)
        yield Triple(named, RDF_TYPE, sd("NamedGraph"))
        yield Triple(named, sd("name"), NamedNode(iri))
        yield Triple(named, sd("graph"), graph)
        yield Triple(graph, RDF_TYPE, sd("Graph"))
        yield Triple(graph, NamedNode(VOID + "triples"), Literal(str(triples), datatype=NamedNode(XSD + "integer")))


async def describe(backend: Backend, address: str, base: str, form: str) -> bytes:
    """The description of the endpoint at `address`, serialised in the format named `form`.

    Raises: QueryError when the graphs cannot be listed now.
    """
    rows = []
    for named in (None, (GRAPH_QUARANTINE,)):  # the validation report is apart from the other graphs
        outcome = await backend.run(Job(_GRAPHS, base=base, named_graphs=named))
        rows += json.loads(outcome.read())["results"]["bindings"]
    graphs = [(row["graph"]["value"], int(row["triples"]["value"])) for row in rows]
    return serialize(_triples(address, graphs), format=GRAPHS[form], prefixes=PREFIXES) or b""
