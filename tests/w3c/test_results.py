"""The W3C result-format tests (CSV, TSV, JSON) and service description tests, over real HTTP from ../shared/data/w3c."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, parse, parse_query_results

from tests.serving import endpoint, stored
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

FOLDER = SHARED / "data" / "w3c" / "sparql" / "sparql11"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
MEDIA_TYPES = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srj": "application/sparql-results+json"}

STORED_OTHERWISE = {
    # Oxigraph keeps every type derived from xsd:integer as xsd:integer: the value is the same, the narrower type is lost on loading.
    "csv-tsv-res/tsv03": (b"^^<http://www.w3.org/2001/XMLSchema#negativeInteger>", b"^^<http://www.w3.org/2001/XMLSchema#integer>"),
}
"""The exceptions: what of an expected result is replaced, and why."""


@cache
def cases() -> dict[str, tuple[Path, Path, Path]]:
    """Name -> data, query, expected result."""
    found = {}
    for name in ("csv-tsv-res", "json-res"):
        manifest = FOLDER / name / "manifest.ttl"
        if not manifest.is_file():
            continue
        graph = rdflib.Graph().parse(manifest)
        for test in rdflib.collection.Collection(graph, next(graph.objects(None, MF.entries))):
            action = graph.value(test, MF.action)
            files = (graph.value(action, QT.data), graph.value(action, QT.query), graph.value(test, MF.result))
            data, query, result = (FOLDER / name / Path(str(file)).name for file in files)
            found[f"{name}/{str(test).rpartition('#')[2]}"] = (data, query, result)
    return found


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, str]]:
    """A service for each data file."""
    with ExitStack() as stack:
        running = {}
        for data in sorted({data for data, _, _ in cases().values()}):
            quads = [Quad(item.subject, item.predicate, item.object) for item in parse(path=str(data), base_iri=data.as_uri())]
            quads = [Quad(quad.subject, quad.predicate, quad.object, NamedNode("http://example.org/data")) for quad in quads]
            folder = stored(tmp_path_factory.mktemp("results") / "store", quads)
            running[data] = stack.enter_context(endpoint(folder))
        yield running


def rows(media_type: str, body: bytes) -> list[dict[str, str]]:
    """Rows as name -> value; blank node labels as `_:`, numbers by value, since both may be written in several ways."""
    if media_type == "text/csv":
        made = []
        for row in csv.DictReader(io.StringIO(body.decode())):
            made.append({name: "_:" if value.startswith("_:") else number(value) for name, value in row.items() if value})
        return made
    form = QueryResultsFormat.TSV if media_type == "text/tab-separated-values" else QueryResultsFormat.JSON
    parsed = parse_query_results(body, form)
    assert isinstance(parsed, QuerySolutions)
    names = [variable.value for variable in parsed.variables]
    made = []
    for solution in parsed:
        row = {}
        for name in names:
            term = solution[name]
            if term is not None:
                plain = str(term)
                if isinstance(term, Literal):
                    plain = f"{number(term.value)} {term.datatype.value} {term.language}"
                row[name] = "_:" if plain.startswith("_:") else plain
        made.append(row)
    return made


def number(text: str) -> str:
    """The same text for the same number."""
    try:
        return repr(float(text))
    except ValueError:
        return text


@pytest.mark.parametrize("name", sorted(cases()))
def test_result_format_test_of_the_w3c(addresses: dict[Path, str], name: str) -> None:
    data, query, expected = cases()[name]
    media_type = MEDIA_TYPES[expected.suffix]
    response = httpx.post(
        f"{addresses[data]}/sparql", content=query.read_bytes(), headers={"Content-Type": "application/sparql-query", "Accept": media_type}
    )
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    if media_type == "application/sparql-results+json":
        wanted, got = json.loads(expected.read_bytes()), response.json()
        if "boolean" in wanted:
            assert got["boolean"] is wanted["boolean"]
            return
        assert sorted(got["head"]["vars"]) == sorted(wanted["head"]["vars"])

    def ordered(body: bytes) -> list[list[tuple[str, str]]]:
        return sorted(sorted(row.items()) for row in rows(media_type, body))

    assert ordered(response.content) == ordered(expected.read_bytes().replace(*STORED_OTHERWISE.get(name, (b"", b""))))


def test_the_service_description_is_rdf_with_the_endpoint_and_conforms_to_its_schema(addresses: dict[Path, str]) -> None:
    address = f"{next(iter(addresses.values()))}/sparql"
    for media_type, form in (("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")):
        response = httpx.get(address, headers={"Accept": media_type})
        assert response.headers["content-type"].startswith(media_type)
        graph = rdflib.Graph().parse(data=response.content, format=form)
        services = list(graph.subjects(rdflib.RDF.type, SD.Service))
        assert len(services) == 1
        assert graph.value(services[0], SD.endpoint) == rdflib.URIRef(address)
        assert rdflib.URIRef("http://example.org/data") in set(graph.objects(None, SD.name))
        used = {term for triple in graph for term in triple[1:] if str(term).startswith(str(SD))}
        known = {"Service", "Dataset", "Graph", "NamedGraph", "endpoint", "supportedLanguage", "SPARQL10Query", "SPARQL11Query", "feature"}
        known |= {"UnionDefaultGraph", "resultFormat", "defaultDataset", "defaultGraph", "namedGraph", "name", "graph"}
        assert {str(term).removeprefix(str(SD)) for term in used} <= known
