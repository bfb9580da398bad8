"""Lookups: only what cannot run long is answered without a reader, and then with the bytes a reader would give."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.sparql.jobs import Job, Outcome
from kg.sparql.lookups import ROWS, Lookups, limited
from kg.sparql.worker import Reader
from tests.serving import stored

PREFIXES = {"e": "http://e/", "kg": "http://e/kg#"}
GRAPHS = (NamedNode("http://e/g1"), NamedNode("http://e/g2"))


def quads() -> list[Quad]:
    """A node with terms of every kind, said in two graphs; one node with more values than a lookup gives."""
    node = NamedNode("http://e/a")
    objects = [
        NamedNode("http://e/b"),
        Literal("plain"),
        Literal("zéro", language="fr"),
        Literal("1.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#double")),
        Literal('},{ "quoted"\n'),
    ]
    said = [Quad(node, NamedNode(f"http://e/p{number % 3}"), term, graph) for number, term in enumerate(objects) for graph in GRAPHS]
    many = [Quad(NamedNode("http://e/many"), NamedNode("http://e/p0"), Literal(str(n)), GRAPHS[0]) for n in range(ROWS + 20)]
    return [*said, *many]


class Two:
    """A lookup and a reader over the same store."""

    def __init__(self, folder: Path) -> None:
        self.reader = Reader(str(folder), PREFIXES)
        self.lookups = Lookups(PREFIXES)

        async def opened() -> None:
            self.lookups.use(folder, "release/store")
            assert self.lookups.opening is not None
            await self.lookups.opening

        asyncio.run(opened())

    def lookup(self, text: str, form: str = "json", rows: int = 100_000) -> Outcome | None:
        """What the lookup gives."""
        return self.lookups.answer(Job(text, table=form, boolean="json", base="http://e/"), rows)

    def read(self, text: str, form: str = "json") -> bytes:
        """What a reader gives."""
        job = {
            "base": "http://e/", "default": None, "named": None, "bindings": {}, "table": form, "boolean": "json", "graph": "turtle",
            "rows": 100_000, "bytes": 1 << 20, "notice": "http://e/truncated",
        }  # fmt: skip
        return self.reader.answer(job, text)[1]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Over the small store."""
    made = Two(stored(tmp_path_factory.mktemp("lookups") / "store", quads()))
    yield made
    made.lookups.close()


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p ?o { <http://e/a> ?p ?o }",
        "select * where { <a> ?p ?o . } limit 2",
        "SELECT ?s { ?s e:p0 e:b }",
        "PREFIX x: <http://e/> SELECT ?o { x:a x:p1 ?o }",
        'SELECT * { ?s ?p "plain" }',
        "SELECT ?nothing { e:a a ?o }",
        "SELECT ?o { e:many e:p0 ?o } LIMIT 7",
        "SELECT ?o { e:absent ?p ?o } LIMIT 100000",
    ],
)
def test_lookup_gives_the_bytes_of_a_reader(two: Two, text: str, form: str) -> None:
    found = two.lookup(text, form)
    assert found is not None and found.version == "release/store" and not found.truncated
    assert found.body == two.read(text, form)


def test_ask_is_a_lookup(two: Two) -> None:
    for text in ("ASK { e:a ?p e:b }", "ASK WHERE { e:b ?p ?o }"):
        found = two.lookup(text)
        assert found is not None and found.form == "ASK" and found.body == two.read(text)


def test_what_has_more_rows_is_left_to_a_reader(two: Two) -> None:
    for text in ("SELECT ?o { e:many e:p0 ?o }", f"SELECT ?o {{ e:many e:p0 ?o }} LIMIT {ROWS + 5}"):
        assert two.lookup(text) is None
    exactly = two.lookup(f"SELECT ?o {{ e:many e:p0 ?o }} LIMIT {ROWS}")
    assert exactly is not None and exactly.body.count(b'"value"') == ROWS


def test_an_allowance_of_fewer_rows_is_left_to_a_reader(two: Two) -> None:
    assert two.lookup("SELECT ?o { e:a ?p ?o }", rows=3) is None
    assert two.lookup("SELECT ?o { e:a ?p ?o } LIMIT 3", rows=3) is not None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s e:p0 ?o }",
        "SELECT * { ?x ?p ?x }",
        "SELECT * { e:a ?x ?x }",
        "SELECT * { e:a ?p ?o } ORDER BY ?o",
        "SELECT DISTINCT ?o { e:a ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { e:a ?p ?o }",
        "SELECT * { e:a ?p ?o } OFFSET 3",
        "SELECT * { e:a ?p ?o ; ?q ?r }",
        "SELECT * { e:a ?p ?o , ?q }",
        "SELECT * { e:a e:p0* ?o }",
        "SELECT * { e:a e:p0/e:p1 ?o }",
        "SELECT * { e:a ^e:p0 ?o }",
        "SELECT * { e:a ?p ?o FILTER(?o > 1) }",
        "SELECT * { e:a ?p ?o . e:b ?q ?r }",
        "SELECT * FROM <http://e/g1> { e:a ?p ?o }",
        "SELECT * { GRAPH e:g1 { e:a ?p ?o } }",
        "SELECT * { SERVICE <http://e/> { e:a ?p ?o } }",
        "SELECT * { e:a ?p ?o } # a comment",
        "SELECT * { e:a ?p 'an \\u0061pe' }",
        "SELECT * { <http://e/\\u0061> ?p ?o }",
        "SELECT * { e:a ?p [] }",
        "SELECT * { _:a ?p e:b }",
        "ASK { e:a ?p ?o } LIMIT 3",
        "CONSTRUCT { e:a ?p ?o } WHERE { e:a ?p ?o }",
        "SELECT * { e:a ?p ?o } VALUES ?o { 1 }",
        "SELECT * { e:a ?p ?o }" + " " * 3000,
    ],
)
def test_what_may_run_long_is_no_lookup(text: str) -> None:
    assert limited(text) is None


def test_what_the_engine_faults_is_left_to_a_reader_that_says_where(two: Two) -> None:
    assert two.lookup("SELECT ?o { unknown:a ?p ?o }") is None
    assert two.lookup("SELECT ?o { <a b> ?p ?o }") is None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["?s", "e:a", "<http://e/a>", "<a>", "e:many"]),
    st.sampled_from(["?p", "e:p0", "<http://e/p1>", "a"]),
    st.sampled_from(["?o", "e:b", '"plain"', '"1.5"', "?p"]),
    st.sampled_from(["*", "?p", "?o ?s", "$p ?missing"]),
    st.sampled_from(["", " LIMIT 0", " LIMIT 1", " LIMIT 300"]),
    st.sampled_from(["json", "xml", "csv", "tsv"]),
)
def test_any_lookup_is_what_a_reader_says(two: Two, subject: str, predicate: str, object: str, chosen: str, limit: str, form: str) -> None:
    text = f"SELECT {chosen} {{ {subject} {predicate} {object} }}{limit}"
    found = two.lookup(text, form)
    if found is not None:
        assert found.body == two.read(text, form)
