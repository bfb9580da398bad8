"""The service over other servers' stores gives the same answers as over its own, and refuses the same."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg import ontology
from kg.api.app import create_app
from kg.errors import QueryError, QueryRefused, QueryTimeout, QueryTooLarge, ServiceError
from kg.questions import library
from kg.sparql.jobs import Job, Limits
from kg.sparql.pool import WorkerPool
from kg.sparql.remote import RemoteStore, Server
from kg.store import STORE, open_store
from tests.pages.made import make_home
from tests.servers.running import needs_virtuoso, oxigraph, virtuoso
from tests.serving import ROOMY, served

pytestmark = pytest.mark.server

QUERIES = {
    "labels": "SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?s ?l",
    "figures": "SELECT ?s ?v { ?s kg:value ?v } ORDER BY ?v ?s",
    "path": "SELECT DISTINCT ?o { model:nimbus-2 kg:developer/kg:founder ?o }",
    "optional": "SELECT ?s ?a { ?s a kg:Statement OPTIONAL { ?s prov:wasAttributedTo ?a } } ORDER BY ?s ?a",
    "named graph": "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/lab-facts/graph/relations> { ?s ?p ?o } }",
    "from": "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/lab-facts/graph/relations> { ?s ?p ?o }",
    "yes": "ASK { model:nimbus-2 kg:developer ?o }",
    "no": "ASK { model:nimbus-2 kg:developer model:nimbus-2 }",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small home of the page tests."""
    return make_home(tmp_path_factory.mktemp("remote"))


async def loaded(server: Server, home: Path) -> None:
    """Put the home's store into the server."""
    remote = RemoteStore(server, ROOMY)
    await remote.start()
    try:
        assert await remote.publish(open_store(home)) > 3
    finally:
        await remote.close()


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=needs_virtuoso)])
def server(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another server that holds what the home holds."""
    started = oxigraph() if request.param == "oxigraph" else virtuoso(tmp_path_factory.mktemp("virtuoso"))
    with started as running:
        asyncio.run(loaded(running, home))
        yield running


def answers(body: bytes) -> Any:
    """Rows in order, numbers by value; or the truth of an ASK."""
    parsed = json.loads(body)
    if "boolean" in parsed:
        return parsed["boolean"]

    def cell(term: dict[str, str]) -> str:
        try:
            return str(float(term["value"]))
        except ValueError:
            return term["value"]

    return sorted(sorted((name, cell(term)) for name, term in row.items()) for row in parsed["results"]["bindings"])


async def both(server: Server, home: Path, jobs: list[Job]) -> list[tuple[Any, Any]]:
    """What the home's own store and the other server answer."""
    release = (home / "current").read_text().strip()
    own = WorkerPool(lambda: home / "releases" / release / STORE, ROOMY, ontology.prefixes())
    remote = RemoteStore(server, ROOMY, ontology.prefixes())
    await own.start()
    await remote.start()
    try:
        return [(answers((await own.run(job)).read()), answers((await remote.run(job)).read())) for job in jobs]
    finally:
        await own.close()
        await remote.close()


def test_same_answers_as_the_own_store(server: Server, home: Path) -> None:
    for name, (own, other) in zip(QUERIES, asyncio.run(both(server, home, [Job(text) for text in QUERIES.values()])), strict=True):
        assert own == other, name
        assert own or name == "no", name


def test_bound_parameters_reach_the_other_server(server: Server, home: Path) -> None:
    iri = "https://w3id.org/lab-facts/id/model/nimbus-2"
    jobs = [Job("SELECT ?s ?p { ?s ?p ?o }", bindings={"s": iri}), Job("SELECT ?s ?l { ?s rdfs:label ?l }", bindings={"s": iri})]
    for own, other in asyncio.run(both(server, home, jobs)):
        assert other == own != []


def test_service_over_another_server_speaks_every_format_and_refuses_the_same(server: Server, home: Path) -> None:
    app = create_app(home, backend=RemoteStore(server, Limits(rows=5), ontology.prefixes()))
    with served(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        query = "SELECT ?l { model:nimbus-2 rdfs:label ?l }"
        for accept in ("text/csv", "text/tab-separated-values", "application/sparql-results+xml", "application/sparql-results+json"):
            response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
            assert response.headers["content-type"].startswith(accept) and "Nimbus-2" in response.text
        graph = client.get("/sparql", params={"query": "DESCRIBE model:nimbus-2"}, headers={"Accept": "text/turtle"})
        assert graph.status_code == 200 and "nimbus-2" in graph.text
        cut = client.get("/sparql", params={"query": "SELECT ?s { ?s ?p ?o }"})
        assert cut.headers["kg-truncated"] == "rows=5" and len(cut.json()["results"]["bindings"]) == 5
        for text, status in (
            ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", 403),
            ("INSERT DATA { <a:a> <a:b> 1 }", 403),
            ("SELECT * FROM <http://elsewhere.example/> { ?s ?p ?o }", 403),
            ("SELECT * { ?s ?p }", 400),
        ):
            assert client.get("/sparql", params={"query": text}).status_code == status, text
        data = client.get("/data/model/nimbus-2.ttl")
        assert data.status_code == 200, data.text


def test_question_library_runs_on_another_server(server: Server, home: Path) -> None:
    remote_only = [
        question for name, question in library().items() if "CONSTRUCT" not in question.sparql and not question.params and "/" not in name
    ]
    assert remote_only

    async def ask() -> list[str]:
        remote = RemoteStore(server, ROOMY, ontology.prefixes())
        await remote.start()
        failed = []
        try:
            for question in remote_only:
                try:
                    await remote.run(Job(question.sparql, base="https://w3id.org/lab-facts/"))
                except (QueryError, ServiceError) as error:
                    failed.append(f"{question.name}: {error}")
        finally:
            await remote.close()
        return failed

    assert asyncio.run(ask()) == []


async def once(remote: RemoteStore, job: Job) -> Any:
    """One answer."""
    await remote.start()
    try:
        return await remote.run(job)
    finally:
        await remote.close()


def test_push_and_serve_work_from_the_command_line(server: Server, home: Path) -> None:
    from kg.cli import run as kg

    assert server.graph_store is not None
    login = ["--sparql-auth", server.auth, "--sparql-user", server.user, "--sparql-secret", server.secret]
    assert kg(["push", server.graph_store, *login, "--home", str(home)]) == 0
    assert kg(["push", server.graph_store, "--sparql-auth", "magic", "--home", str(home)]) == 1
    assert kg(["serve", "--sparql", "nowhere", "--home", str(home)]) == 1


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (Server("http://s/q"), None),
        (Server("http://s/q", auth="basic", user="u", secret="p"), "Basic dTpw"),
        (Server("http://s/q", auth="bearer", secret="token"), "Bearer token"),
    ],
)
def test_each_kind_of_authentication_sends_its_header(server: Server, expected: str | None) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("authorization"))
        return httpx.Response(200, content=b'{"head":{},"boolean":true}')

    asyncio.run(once(RemoteStore(server, transport=httpx.MockTransport(answer)), Job("ASK {}")))
    assert seen == [expected]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(401), ServiceError),
        (httpx.Response(500, content=b"broken"), ServiceError),
        (httpx.Response(400, content=b"line 1: no"), QueryError),
        (httpx.Response(200, content=b"<html>"), ServiceError),
        (httpx.Response(200, content=b"x" * 2000), QueryTooLarge),
    ],
)
def test_what_is_no_answer_is_told_apart(response: httpx.Response, error: type[Exception]) -> None:
    remote = RemoteStore(Server("http://s/q"), Limits(size=1000), transport=httpx.MockTransport(lambda request: response))
    with pytest.raises(error):
        asyncio.run(once(remote, Job("ASK {}")))


def test_other_server_that_hangs_or_is_not_there_is_given_up() -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        raise AssertionError

    with pytest.raises(QueryTimeout):
        asyncio.run(once(RemoteStore(Server("http://s/q"), Limits(seconds=0.2), transport=httpx.MockTransport(hang)), Job("ASK {}")))
    with pytest.raises(ServiceError, match="cannot be reached"):
        asyncio.run(once(RemoteStore(Server("http://127.0.0.1:9/q")), Job("ASK {}")))


def test_refusals_never_reach_the_other_server() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    with pytest.raises(QueryRefused):
        asyncio.run(once(RemoteStore(Server("http://s/q"), transport=httpx.MockTransport(answer)), Job("ASK { SERVICE <http://x/> {} }")))
