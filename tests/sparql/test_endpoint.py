"""The endpoint over real HTTP: formats, negotiation, caching, CORS, refusals, release changes, the sandbox."""

import asyncio
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad

from kg.api.app import create_app
from kg.errors import QueryBusy
from kg.sparql.jobs import Job, Limits
from kg.sparql.pool import WorkerPool
from tests.serving import ROOMY, endpoint, served, stored

GRAPH = NamedNode("http://e/graph")


def quads(label: str) -> list[Quad]:
    """One labelled node and a few links."""
    links = [Quad(NamedNode(f"http://e/{n}"), NamedNode("http://e/p"), NamedNode(f"http://e/{n + 1}"), GRAPH) for n in range(5)]
    return [*links, Quad(NamedNode("http://e/0"), NamedNode("http://e/label"), Literal(label, language="en"), GRAPH)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over the small graph."""
    with endpoint(stored(tmp_path_factory.mktemp("endpoint") / "store", quads("zéro"))) as running:
        yield f"{running}/sparql"


SELECT = "SELECT ?l { <http://e/0> <http://e/label> ?l }"
CONSTRUCT = "CONSTRUCT { ?s <http://e/label> ?l } WHERE { ?s <http://e/label> ?l }"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.9", "text/tab-separated-values"),
        ("text/*;q=0.5, application/sparql-results+json;q=0.4", "text/csv"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("text/turtle, application/xml;q=0.3", "application/sparql-results+xml"),
    ],
)
def test_accept_header_decides_the_format_of_a_table(address: str, accept: str, media_type: str) -> None:
    response = httpx.get(address, params={"query": SELECT}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "zéro" in response.content.decode()


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/n-quads", "nquads"),
        ("application/trig", "trig"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_every_graph_format_is_read_by_rdflib(address: str, media_type: str, form: str) -> None:
    response = httpx.get(address, params={"query": CONSTRUCT}, headers={"Accept": media_type})
    assert response.headers["content-type"].partition(";")[0] == media_type
    graph = rdflib.Dataset().parse(data=response.content, format=form)
    assert [str(item) for item in graph.objects(rdflib.URIRef("http://e/0"), rdflib.URIRef("http://e/label"))] == ["zéro"]


def test_what_cannot_be_given_is_406(address: str) -> None:
    for query, accept in ((SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv")):
        response = httpx.get(address, params={"query": query}, headers={"Accept": accept})
        assert response.status_code == 406 and response.json()["status"] == 406


def test_format_parameter_overrides_the_accept_header(address: str) -> None:
    response = httpx.get(address, params={"query": SELECT, "format": "csv"}, headers={"Accept": "application/json"})
    assert response.headers["content-type"].startswith("text/csv")
    assert httpx.get(address, params={"query": SELECT, "format": "docx"}).status_code == 400


def test_syntax_error_has_line_and_column(address: str) -> None:
    for query, line, column in (
        ("SELECT *\n{ ?s ?p ?o ", 2, 1),
        ("SELECT *\n{ ?s ?p ?o }}\n# end", 2, 13),
        ("SELECT *\n{ ?s ?p ?o ] }", 2, 12),
        ("SELECT *\n{\n ?s ?p }", 3, 9),
        ("SELECT * { ?s ?p 'open }", 1, 18),
    ):
        response = httpx.post(address, content=query, headers={"Content-Type": "application/sparql-query"})
        problem = response.json()
        assert response.status_code == 400 and response.headers["content-type"] == "application/problem+json"
        assert (problem["line"], problem["column"]) == (line, column), problem
        assert problem["type"].startswith("https://") and problem["status"] == 400


def test_head_gives_the_headers_without_the_body(address: str) -> None:
    get = httpx.get(address, params={"query": SELECT})
    head = httpx.head(address, params={"query": SELECT})
    assert head.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == get.headers[name]


def test_options_answers_a_preflight_for_any_origin_without_credentials(address: str) -> None:
    origin = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = httpx.options(address, headers=origin)
    assert preflight.status_code == 204
    assert preflight.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for response in (preflight, httpx.get(address, params={"query": SELECT}, headers=origin), httpx.get(address, params={"query": "x"})):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


def test_entity_tag_saves_the_second_answer_unless_it_may_change(address: str) -> None:
    first = httpx.get(address, params={"query": SELECT})
    again = httpx.get(address, params={"query": SELECT}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    other = httpx.get(address, params={"query": SELECT}, headers={"If-None-Match": first.headers["etag"], "Accept": "text/csv"})
    assert other.status_code == 200
    volatile = httpx.get(address, params={"query": "SELECT (NOW() AS ?t) {}"})
    assert "etag" not in volatile.headers and volatile.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query", ["SELECT * FROM <http://other.example/g> { ?s ?p ?o }", "ASK FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }"]
)
def test_graphs_that_are_not_here_are_refused_by_name(address: str, query: str) -> None:
    response = httpx.get(address, params={"query": query})
    assert response.status_code == 403 and "never fetched" in response.json()["detail"]


@pytest.mark.parametrize("graph", ["<http://[>", "<http://e:port/>", "<::>", "unknown:g", "<%zz>", "<http://e/%zz>"])
def test_a_from_clause_of_what_is_no_iri_is_said_not_died_of(address: str, graph: str) -> None:
    response = httpx.get(address, params={"query": f"SELECT * FROM {graph} {{ ?s ?p ?o }}"})
    assert response.status_code in (400, 403), response.text


def test_default_graph_is_the_union_of_all(address: str) -> None:
    assert httpx.get(address, params={"query": "ASK { <http://e/0> <http://e/p>+ <http://e/5> }"}).json()["boolean"] is True


def test_updates_are_refused_in_every_way(address: str) -> None:
    attempts = [
        httpx.post(address, content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}),
        httpx.post(address, data={"update": "CLEAR ALL"}),
        httpx.post(address, content="CLEAR ALL", headers={"Content-Type": "application/sparql-query"}),
        httpx.get(address, params={"update": "CLEAR ALL"}),
        httpx.get(address, params={"query": "LOAD <http://x/>"}),
    ]
    for response in attempts:
        assert response.status_code == 403 and "kg load" in response.json()["detail"]
    assert httpx.put(address, content="x").status_code == 405


def test_service_description_answers_a_request_without_a_query(address: str) -> None:
    graph = rdflib.Graph().parse(data=httpx.get(address, headers={"Accept": "text/turtle"}).content, format="turtle")
    assert (None, rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#endpoint"), rdflib.URIRef(address)) in graph
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)


def test_large_result_goes_through_a_file_and_arrives_whole(tmp_path: Path) -> None:
    many = [Quad(NamedNode(f"http://e/{n}"), NamedNode("http://e/p"), Literal("x" * 100), GRAPH) for n in range(12_000)]
    with endpoint(stored(tmp_path / "store", many)) as running:
        response = httpx.get(f"{running}/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
        assert len(response.content) == int(response.headers["content-length"]) > 1 << 20
        assert len(response.json()["results"]["bindings"]) == 12_000


def test_too_many_queries_at_once_are_sent_away_with_a_time_to_come_back(tmp_path: Path) -> None:
    folder = stored(tmp_path / "store", quads("x"))
    endless = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(12)) + " }"

    async def crowd() -> list[object]:
        pool = WorkerPool(lambda: folder, Limits(seconds=5, quick=1, slow=1, patience=0.1, waiting=2, wait=1))
        await pool.start()
        try:
            return await asyncio.gather(*(pool.run(Job(endless)) for _ in range(6)), return_exceptions=True)
        finally:
            await pool.close()

    busy = [error for error in asyncio.run(crowd()) if isinstance(error, QueryBusy)]
    assert len(busy) >= 4 and all(error.retry_after >= 1 for error in busy)


def test_busy_is_503_with_retry_after(tmp_path: Path) -> None:
    class Crowded(WorkerPool):
        async def run(self, job: Job) -> object:  # type: ignore[override]
            raise QueryBusy("too many")

    with served(create_app(tmp_path, backend=Crowded(lambda: tmp_path))) as running:
        response = httpx.get(f"{running}/sparql", params={"query": "ASK {}"})
    assert response.status_code == 503 and int(response.headers["retry-after"]) > 0


def test_new_release_is_seen_without_a_restart_and_without_half_answers(tmp_path: Path) -> None:
    stores = [stored(tmp_path / name, quads(name)) for name in ("old", "new")]
    current = [stores[0]]
    pool = WorkerPool(lambda: current[0], ROOMY)
    with served(create_app(tmp_path / "no-home", backend=pool)) as running, httpx.Client(base_url=running) as client:
        seen = []
        for number in range(200):
            if number == 50:
                current[0] = stores[1]
            seen.append(client.get("/sparql", params={"query": SELECT, "format": "csv"}).text.split()[1])
            time.sleep(0.01)
    assert seen[0] == "old" and seen[-1] == "new" and seen == sorted(seen, reverse=True)


def test_empty_home_is_a_503_that_says_what_to_do(tmp_path: Path) -> None:
    with served(create_app(tmp_path)) as running:
        response = httpx.get(f"{running}/sparql", params={"query": "ASK {}"})
    assert response.status_code == 503 and "kg load" in response.json()["detail"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp is Linux's")
def test_reader_process_cannot_open_a_socket_even_if_a_query_gets_through(tmp_path: Path) -> None:
    program = """
import pyoxigraph, socket, threading
from kg.sparql.sandbox import forbid_sockets
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
heard = []
threading.Thread(target=lambda: heard.append(listener.accept()), daemon=True).start()
query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}"
assert forbid_sockets()
try:
    list(pyoxigraph.Store().query(query))
except OSError as error:
    print("refused", len(heard))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert result.stdout.split() == ["refused", "0"], result.stderr


def test_json_result_is_valid_for_rdflib(address: str) -> None:
    response = httpx.get(address, params={"query": SELECT})
    result = rdflib.query.Result.parse(io.BytesIO(response.content), format="json")
    assert [str(row[0]) for row in result] == ["zéro"]
    assert json.loads(response.content)["head"]["vars"] == ["l"]


def test_memory_of_a_reader_is_its_own_whatever_its_service_holds() -> None:
    program = "from kg.sparql.worker import Memory; print(Memory().held())"
    ballast = b"x" * (300 << 20)
    held = int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)
    assert 1 << 20 < held < len(ballast) // 2, "or every reader of a large service is replaced after each query"
