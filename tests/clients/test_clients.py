"""Clients that are not ours run the whole library of questions against the endpoint and get as many rows as the store has."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import QuerySolutions
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from kg.api.app import create_app
from kg.catalogue import Catalogue
from kg.ontology import prefixes
from kg.questions import Question, library
from kg.release import filled
from kg.store import open_store
from tests.serving import ROOMY, served

HERE = Path(__file__).parent
# With both its ends free, `connections` asks for every way between any two entities: minutes for any engine. A client binds them.
QUESTIONS = [question for name, question in library().items() if "CONSTRUCT" not in question.sparql and name != "connections"]
COMUNICA = HERE / "node_modules" / "@comunica" / "query-sparql"


def text_of(question: Question) -> str:
    """The question as a client without our tables must send it: all its prefixes declared, its parameters free."""
    missing = [name for name in prefixes() if f"{name}:" in question.sparql and f"PREFIX {name}:" not in question.sparql]
    return "".join(f"PREFIX {name}: <{prefixes()[name]}>\n" for name in missing) + question.sparql


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home filled from the packaged release."""
    folder = tmp_path_factory.mktemp("clients") / "home"
    filled(folder)
    return folder


@pytest.fixture(scope="module")
def expected(home: Path) -> dict[str, int]:
    """How many rows the store itself gives for each question."""
    store = open_store(home)
    counts = {}
    for question in QUESTIONS:
        answer = store.query(text_of(question), use_default_graph_as_union=True)
        assert isinstance(answer, QuerySolutions)
        counts[question.name] = sum(1 for _ in answer)
    assert sum(counts.values()) > 100 and Catalogue.open(home).release().counts["statements"] > 10
    return counts


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """The endpoint over real HTTP."""
    with served(create_app(home, ROOMY)) as running:
        yield f"{running}/sparql"


def test_sparqlwrapper(address: str, expected: dict[str, int]) -> None:
    found = {}
    for question in QUESTIONS:
        client = SPARQLWrapper(address)
        client.setQuery(text_of(question))
        client.setReturnFormat(JSON)
        if len(question.sparql) > 1500:
            client.setMethod(POST)
        answer: Any = client.queryAndConvert()
        found[question.name] = len(answer["results"]["bindings"])
    assert found == expected


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparql_store(address: str, expected: dict[str, int], method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(address, method=method, returnFormat="json"))
    asked = QUESTIONS if method == "POST" else QUESTIONS[:5]
    assert {question.name: len(list(graph.query(text_of(question)))) for question in asked} == {q.name: expected[q.name] for q in asked}


def test_curl(address: str, expected: dict[str, int]) -> None:
    found = {}
    for question in QUESTIONS:
        command = [
            "curl",
            "--silent",
            "--show-error",
            "--fail",
            "-H",
            "Accept: text/tab-separated-values",
            "--data-urlencode",
            "query@-",
            address,
        ]
        answer = subprocess.run(command, input=text_of(question).encode(), capture_output=True, timeout=60, check=True)
        found[question.name] = answer.stdout.count(b"\n") - 1
    assert found == expected


@pytest.mark.npm
@pytest.mark.skipif(not COMUNICA.is_dir() and not os.environ.get("CI"), reason="`npm install` was not run in tests/clients")
def test_comunica(address: str, expected: dict[str, int]) -> None:
    node = shutil.which("node")
    assert node is not None
    asked = json.dumps([{"name": question.name, "query": text_of(question)} for question in QUESTIONS])
    answer = subprocess.run([node, "ask.mjs", address], cwd=HERE, input=asked.encode(), capture_output=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stderr.decode()[-2000:]
    assert json.loads(answer.stdout) == expected
