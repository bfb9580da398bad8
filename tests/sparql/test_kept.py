"""Kept answers: asked once, never stale, never partial, never more than their allowance; who asks at the same time shares one run."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.api.app import create_app
from kg.errors import QueryTimeout
from kg.sparql.jobs import Job, Limits, Outcome
from kg.sparql.kept import BESIDE, MOST, KeptAnswers, entity_tag
from kg.sparql.pool import WorkerPool
from tests.serving import ROOMY, served, stored


class Counted:
    """A backend that counts what reaches it and answers when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.limits = ROOMY
        self.folder = folder
        self.name = "one"
        self.runs = 0
        self.ended = 0
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None
        self.outcome = Outcome("SELECT", "json")
        self.large = False

    def version(self) -> str:
        """The release."""
        return self.name

    async def start(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""

    def at_once(self, job: Job) -> Outcome | None:
        """Nothing."""
        return None

    async def run(self, job: Job) -> Outcome:
        """The release's name, after `go`."""
        self.runs += 1
        name = self.name
        try:
            await asyncio.sleep(0)
            await self.go.wait()
        finally:
            self.ended += 1
        if self.error is not None:
            raise self.error
        body = f"{name} {job.text}".encode()
        path = None
        if self.large:
            path = self.folder / str(self.runs)
            path.write_bytes(body)
        given = self.outcome
        return Outcome("SELECT", "json", b"" if path else body, path, len(body), given.truncated, given.volatile, 0.0, name)


@pytest.fixture
def backend(tmp_path: Path) -> Counted:
    """A backend."""
    return Counted(tmp_path)


def ask(*jobs: Coroutine[object, object, Outcome]) -> list[Outcome]:
    """The outcomes of several at once."""

    async def together() -> list[Outcome]:
        return await asyncio.gather(*jobs)

    return asyncio.run(together())


def test_the_same_query_is_asked_once_and_another_again(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    jobs = [Job("a"), Job("a"), Job("a", table="csv"), Job("a", default_graphs=("g",)), Job("a", rows=3), Job("a", bindings={"x": "y"})]
    for job in [*jobs, *jobs]:
        assert ask(kept.run(job))[0].body == b"one a"
    assert backend.runs == 5
    assert kept.at_once(Job("a")) is not None and kept.at_once(Job("b")) is None


def test_a_new_release_is_never_answered_from_the_old_one_nor_after_going_back(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    said = []
    for name in ("one", "two", "one", "two"):
        backend.name = name
        said += [ask(kept.run(Job("a")))[0].body.split()[0].decode() for _ in range(2)]
    assert said == ["one", "one", "two", "two", "one", "one", "two", "two"]
    assert backend.runs == 4


def test_a_release_that_changes_while_a_query_runs_leaves_nothing_behind(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    backend.go.clear()

    async def change() -> None:
        before = asyncio.create_task(kept.run(Job("a")))
        await asyncio.sleep(0)
        backend.name = "two"
        after = asyncio.create_task(kept.run(Job("a")))
        await asyncio.sleep(0)
        backend.go.set()
        assert (await before).body == b"one a"
        assert (await after).body == b"two a"
        assert (await kept.run(Job("a"))).body == b"two a"

    asyncio.run(change())
    assert backend.runs == 2


@pytest.mark.parametrize("outcome", [Outcome("SELECT", "json", truncated=True), Outcome("SELECT", "json", volatile=True)])
def test_what_was_cut_or_may_change_is_not_kept(backend: Counted, outcome: Outcome) -> None:
    backend.outcome = outcome
    kept = KeptAnswers(backend)
    for _ in range(3):
        ask(kept.run(Job("a")))
    assert backend.runs == 3 and kept.size == 0


def test_errors_are_not_kept(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    backend.error = QueryTimeout("too slow")
    for _ in range(2):
        with pytest.raises(QueryTimeout):
            ask(kept.run(Job("a")))
    backend.error = None
    assert ask(kept.run(Job("a")))[0].body == b"one a"
    assert backend.runs == 3


def test_a_store_without_a_version_is_always_asked(backend: Counted) -> None:
    backend.name = ""
    kept = KeptAnswers(backend)
    for _ in range(2):
        ask(kept.run(Job("a")))
    assert backend.runs == 2


def test_kept_answers_stay_within_their_allowance_and_the_oldest_go_first(backend: Counted) -> None:
    kept = KeptAnswers(backend, capacity=20 * BESIDE)
    for number in range(500):
        ask(kept.run(Job(f"query {number}")))
        ask(kept.run(Job("query 0")))
        assert kept.size <= 20 * BESIDE
    assert len(kept.kept) < 20
    assert kept.at_once(Job("query 0")) is not None and kept.at_once(Job("query 1")) is None
    large = "x" * (MOST // 4)
    ask(kept.run(Job(large)))
    assert kept.at_once(Job(large)) is None


def test_identical_queries_at_the_same_time_share_one_run(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    assert [outcome.body for outcome in ask(*(kept.run(Job("a")) for _ in range(20)))] == [b"one a"] * 20
    assert backend.runs == 1


def test_a_shared_error_is_everyones(backend: Counted) -> None:
    backend.error = QueryTimeout("too slow")
    kept = KeptAnswers(backend)

    async def together() -> list[Outcome | BaseException]:
        return await asyncio.gather(*(kept.run(Job("a")) for _ in range(5)), return_exceptions=True)

    assert all(isinstance(error, QueryTimeout) for error in asyncio.run(together()))
    assert backend.runs == 1


def test_a_shared_large_result_is_a_file_for_each(backend: Counted) -> None:
    backend.large = True
    kept = KeptAnswers(backend)
    found = ask(*(kept.run(Job("a")) for _ in range(4)))
    assert [outcome.read() for outcome in found] == [b"one a"] * 4
    assert list(backend.folder.iterdir()) == [] and backend.runs == 1


def test_who_goes_away_does_not_end_the_query_of_others_and_leaves_no_file(backend: Counted) -> None:
    backend.large = True
    kept = KeptAnswers(backend)
    backend.go.clear()

    async def leave() -> None:
        first, second, third = (asyncio.create_task(kept.run(Job("a"))) for _ in range(3))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.sleep(0.01)
        backend.go.set()
        assert (await third).read() == b"one a"
        assert not kept.running

    asyncio.run(leave())
    assert list(backend.folder.iterdir()) == []


def test_when_all_go_away_the_query_ends(backend: Counted) -> None:
    kept = KeptAnswers(backend)
    backend.go.clear()

    async def leave() -> None:
        tasks = [asyncio.create_task(kept.run(Job("a"))) for _ in range(3)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(leave())
    assert backend.runs == backend.ended and not kept.running


def test_entity_tag_names_the_release_the_query_and_the_format() -> None:
    tags = {entity_tag(job, name) for job in (Job("a"), Job("b"), Job("a", table="csv")) for name in ("one", "two")}
    assert len(tags) == 6 and entity_tag(Job("a"), "one") in tags


def quads(label: str) -> list[Quad]:
    """Some labelled nodes."""
    graph = NamedNode("http://e/graph")
    return [Quad(NamedNode(f"http://e/{n}"), NamedNode("http://e/label"), Literal(label), graph) for n in range(50)]


def test_over_http_a_kept_answer_is_the_same_and_a_new_release_ends_it(tmp_path: Path) -> None:
    stores = {name: stored(tmp_path / name, quads(name)) for name in ("old", "new")}
    current = ["old"]
    pool = WorkerPool(lambda: stores[current[0]], ROOMY)
    texts = ("SELECT ?l { <http://e/0> <http://e/label> ?l }", "SELECT (SAMPLE(?l) AS ?x) { ?s <http://e/label> ?l }")
    with served(create_app(tmp_path / "no-home", backend=pool)) as running, httpx.Client(base_url=running) as client:

        def get(text: str, **headers: str) -> httpx.Response:
            return client.get("/sparql", params={"query": text}, headers=headers)

        for text in texts:
            first, second = get(text), get(text)
            assert first.content == second.content and first.headers["etag"] == second.headers["etag"]
            known = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
            unchanged = get(text, **known)
            assert unchanged.status_code == 304 and unchanged.content == b""
            assert unchanged.headers["etag"] == first.headers["etag"] and unchanged.headers["cache-control"] == "public, no-cache"
            head = client.head("/sparql", params={"query": text})
            assert head.content == b"" and head.headers["content-length"] == str(len(first.content))
            assert head.headers["etag"] == first.headers["etag"]
        tags = [get(text).headers["etag"] for text in texts]
        current[0] = "new"
        pool.looked = 0.0
        for text, tag in zip(texts, tags, strict=True):
            changed = get(text, **{"If-None-Match": tag})
            assert changed.status_code == 200 and changed.headers["etag"] != tag and "new" in changed.text


def test_a_cut_answer_has_no_entity_tag(tmp_path: Path) -> None:
    folder = stored(tmp_path / "store", quads("x"))
    pool = WorkerPool(lambda: folder, Limits(seconds=60, rows=10, wait=60))
    with served(create_app(tmp_path / "no-home", backend=pool)) as running:
        for _ in range(2):
            cut = httpx.get(f"{running}/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
            assert cut.headers["kg-truncated"] == "rows=10" and "etag" not in cut.headers
            assert cut.headers["cache-control"] == "no-store"


def test_a_wrong_query_is_an_error_whatever_tag_is_sent(tmp_path: Path) -> None:
    folder = stored(tmp_path / "store", quads("x"))
    with served(create_app(tmp_path / "no-home", backend=WorkerPool(lambda: folder, ROOMY))) as running:
        wrong = httpx.get(f"{running}/sparql", params={"query": "SELECT *"}, headers={"If-None-Match": "*"})
        assert wrong.status_code == 400
        volatile = httpx.get(f"{running}/sparql", params={"query": "SELECT (RAND() AS ?x) {}"}, headers={"If-None-Match": "*"})
        assert volatile.status_code == 200 and "etag" not in volatile.headers
