"""Plain queries answered by the protocol are what the application answers, in the order in which they were asked."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.api.app import Service, create_app
from kg.api.direct import DirectProtocol
from kg.sparql.jobs import Limits, Outcome
from kg.sparql.pool import WorkerPool
from tests.serving import ROOMY, served, stored

LOOKUP = "SELECT ?l { <http://e/0> <http://e/label> ?l }"
JOIN = "SELECT ?s ?l { ?s <http://e/next> ?o . ?o <http://e/label> ?l } ORDER BY ?l"
LARGE = "SELECT * { ?a <http://e/next> ?b . ?c <http://e/next> ?d . ?e <http://e/label> ?f }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
CHANGING = {"date", "server", "kg-milliseconds"}


def app(folder: Path, limits: Limits = ROOMY) -> Service:
    """A service over a ring of labelled nodes."""
    quads = []
    for number in range(30):
        node, graph = NamedNode(f"http://e/{number}"), NamedNode("http://e/graph")
        quads.append(Quad(node, NamedNode("http://e/next"), NamedNode(f"http://e/{(number + 1) % 30}"), graph))
        quads.append(Quad(node, NamedNode("http://e/label"), Literal(f"nœud {number}"), graph))
    store = stored(folder / "store", quads)
    return create_app(folder / "no-home", backend=WorkerPool(lambda: store, limits))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service with its address."""
    made = app(tmp_path_factory.mktemp("direct"))
    with served(made) as address:
        yield made, address


def essence(response: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """All of a response but what differs from one to the next."""
    headers = {name: value for name, value in response.headers.items() if name not in CHANGING}
    return response.status_code, headers, response.content


@pytest.mark.parametrize(
    ("parameters", "headers"),
    [
        ({"query": LOOKUP}, {}),
        ({"query": LOOKUP}, {"Accept": "text/csv"}),
        ({"query": JOIN}, {}),
        ({"query": LARGE}, {}),
        ({"query": JOIN, "format": "xml"}, {"Connection": "close"}),
        ({"query": JOIN, "default-graph-uri": "http://e/graph"}, {}),
        ({"query": "SELECT ?now { BIND(NOW() AS ?now) FILTER(false) }"}, {}),
        ({"query": "SELECT ?s { ?s"}, {}),
        ({"query": "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"}, {}),
        ({"query": LOOKUP}, {"Accept": "image/png"}),
        ({}, {"Accept": "text/turtle"}),
    ],
)
def test_the_protocol_answers_as_the_application_does(
    service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str], headers: dict[str, str]
) -> None:
    made, address = service
    answers = []
    for direct in (True, False):
        with monkeypatch.context() as patch:
            if not direct:
                patch.setattr(DirectProtocol, "_answered", lambda *_: False)
            made.endpoint.backend.kept.clear()
            answers.append(essence(httpx.get(f"{address}/sparql", params=parameters, headers=headers, timeout=60)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("query", [LOOKUP, JOIN])
def test_plain_queries_are_answered_by_the_protocol(service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    _, address = service
    monkeypatch.setattr(Service, "__call__", None)
    first = httpx.get(f"{address}/sparql", params={"query": query})
    assert first.status_code == 200
    assert httpx.get(f"{address}/sparql", params={"query": query}, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_a_mistake_in_the_program_is_a_500_that_says_so(service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch) -> None:
    made, address = service

    def broken(*_: object) -> Outcome:
        raise ZeroDivisionError

    monkeypatch.setattr(made.endpoint.backend, "at_once", broken)
    response = httpx.get(f"{address}/sparql", params={"query": LOOKUP})
    assert response.status_code == 500 and response.headers["content-type"] == "application/problem+json"


def pipelined(address: str, *targets: str) -> list[bytes]:
    """The bodies of the answers to requests that are sent all at once on one connection."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("".join(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/csv\r\n\r\n" for target in targets).encode())
        bodies = []
        with connection.makefile("rb") as answers:
            for _ in targets:
                assert answers.readline().split()[1] == b"200"
                length = 0
                while (line := answers.readline()) != b"\r\n":
                    name, _, value = line.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                bodies.append(answers.read(length))
        return bodies


def test_pipelined_requests_are_answered_in_their_order(service: tuple[Service, str]) -> None:
    made, address = service
    targets = []
    for number in range(6):
        targets.append(f"/sparql?query={quote(f'{JOIN} LIMIT {number}')}")
        targets.append(f"/sparql?query={quote(f'SELECT ?n {{ <http://e/{number}> <http://e/next> ?n }}')}")
        targets.append(f"/sparql/?query={quote(f'{LOOKUP} LIMIT {number}')}")  # this address is the application's
    expected = [httpx.get(f"{address}{target}", headers={"Accept": "text/csv"}).content for target in targets]
    made.endpoint.backend.kept.clear()
    assert pipelined(address, *targets) == expected


def test_a_client_that_goes_away_frees_its_reader(tmp_path: Path) -> None:
    limits = Limits(seconds=60, quick=1, slow=1, patience=30, wait=10)
    with served(app(tmp_path, limits)) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            time.sleep(1)
        assert httpx.get(f"{address}/sparql", params={"query": JOIN}, timeout=30).status_code == 200
