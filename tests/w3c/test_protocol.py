"""The W3C SPARQL 1.1 protocol tests, run over real HTTP from ../shared/data/w3c (they are not copied here)."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, parse

from tests.serving import endpoint, stored
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

FOLDER = SHARED / "data" / "w3c" / "sparql" / "sparql11" / "protocol"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
HTS = rdflib.Namespace("http://www.w3.org/2011/http-statusCodes#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")

READ_ONLY = "this service is read-only by design: statements come from documents, so an update must be refused, as tested here"
REFUSED = {
    "update_dataset_default_graph": READ_ONLY,
    "update_dataset_default_graphs": READ_ONLY,
    "update_dataset_named_graphs": READ_ONLY,
    "update_dataset_full": READ_ONLY,
    "update_post_form": READ_ONLY,
    "update_post_direct": READ_ONLY,
    "update_base_uri": READ_ONLY,
}
"""The exceptions: tests whose update must succeed. Their first request must be refused with a 4xx here, for the reason beside each."""

FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"},
    "RDF": {"application/rdf+xml", "text/turtle", "application/n-triples"},
}


@dataclass(frozen=True)
class Request:
    """One request of a test and what must come back."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None


@cache
def manifest() -> dict[str, list[Request]]:
    """Test name -> requests in order."""
    if not FOLDER.is_dir():
        return {}
    graph = rdflib.Graph().parse(FOLDER / "manifest.ttl")
    tests: dict[str, list[Request]] = {}
    entries = next(graph.objects(None, MF.entries))
    for test in rdflib.collection.Collection(graph, entries):
        connection = graph.value(test, MF.action)
        made = []
        for node in rdflib.collection.Collection(graph, graph.value(connection, HT.requests)):
            listed = graph.value(node, HT.headers)
            headers = {
                str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue))
                for item in (rdflib.collection.Collection(graph, listed) if listed else ())
            }
            body = graph.value(node, HT.body)
            text = str(graph.value(body, CNT.chars)) if body else ""
            encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8") if body else "UTF-8"
            response = graph.value(node, HT.resp)
            boolean = graph.value(response, MF.expectedBoolean)
            expected = graph.value(response, MF.expectedFormat)
            made.append(
                Request(
                    str(graph.value(node, HT.methodName)),
                    str(graph.value(node, HT.absolutePath)),
                    headers,
                    text.encode(encoding),
                    frozenset(str(status).removeprefix(str(HTS) + "StatusCode") for status in graph.objects(response, MF.expectedStatus)),
                    None if boolean is None else bool(boolean.toPython()),
                    None if expected is None else str(expected),
                )
            )
        tests[str(test).rpartition("#")[2]] = made
    return tests


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over the three graphs of the test data."""
    quads = [
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf"))
        for number in (1, 2, 3)
        for triple in parse(path=str(FOLDER / f"data{number}.nt"))
    ]
    with endpoint(stored(tmp_path_factory.mktemp("w3c") / "store", quads)) as running:
        yield running


def send(address: str, request: Request) -> tuple[int, str, bytes]:
    """Status, media type and body."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.putrequest(request.method, request.path.replace("/sparql/", "/sparql", 1), skip_accept_encoding=True)
    for name, value in request.headers.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, (response.headers.get("Content-Type") or "").partition(";")[0], body


def truth(media_type: str, body: bytes) -> bool:
    """The answer of an ASK query."""
    form: Any = {"application/sparql-results+json": "json", "application/sparql-results+xml": "xml"}[media_type]
    answer = rdflib.query.Result.parse(__import__("io").BytesIO(body), format=form).askAnswer
    assert answer is not None
    return answer


@pytest.mark.parametrize("name", sorted(manifest()))
def test_protocol_test_of_the_w3c(address: str, name: str) -> None:
    for request in manifest()[name]:
        status, media_type, body = send(address, request)
        if name in REFUSED:
            assert 400 <= status < 500 and media_type == "application/problem+json", REFUSED[name]
            return
        assert f"{status // 100}xx" in request.statuses, body
        if request.format is not None:
            assert media_type in FORMATS[request.format]
        if request.boolean is not None:
            assert truth(media_type, body) is request.boolean
        if status >= 400:
            assert media_type == "application/problem+json"


def test_every_exception_is_a_test_of_the_manifest() -> None:
    assert set(REFUSED) <= set(manifest())
    assert len(manifest()) == 34


def test_data_folder_is_there() -> None:
    assert Path(FOLDER / "manifest.ttl").is_file()
