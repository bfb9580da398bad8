"""Every question of queries/ is in order and gives, over the packaged release and the notes, exactly its expected table.

A missing expectation is written and fails: read it, then run again.
"""

import re
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kg import iris
from kg.catalogue import Catalogue
from kg.naming import entity_named
from kg.query import bound, comma_separated, solve, tabulated
from kg.questions import Question, library, question
from kg.release import filled
from kg.store import open_store

HERE = Path(__file__).parent
ASKED = [asked for name, asked in library().items() if not name.startswith("construct/")]
EVIDENCE = {"statement", "claimant", "document"}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "home"
    filled(path)
    return path


@pytest.fixture(scope="session")
def store(home: Path) -> Store:
    return open_store(home)


def answered(asked: Question, given: dict[str, str], home: Path, store: Store) -> QuerySolutions:
    catalogue = Catalogue.open(home)
    bindings = bound(asked, given, lambda name: iris.entity(entity_named(catalogue, name).id))
    solutions = solve(store, asked, bindings)
    assert isinstance(solutions, QuerySolutions)
    return solutions


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.name)
def test_a_question_is_in_order(asked: Question, home: Path, store: Store) -> None:
    assert asked.summary.endswith("?"), "the summary is the question"
    solutions = answered(asked, {}, home, store)
    selected = {variable.value for variable in solutions.variables}
    assert set(asked.columns) <= selected
    assert selected - set(asked.columns) == {parameter.name for parameter in asked.params} - set(asked.columns)
    assert re.search(r"^ORDER BY", asked.sparql, re.MULTILINE), "same data, same order"


@pytest.mark.parametrize("asked", [asked for asked in ASKED if not asked.needs], ids=lambda asked: asked.name)
def test_the_answer_is_the_expected_table(asked: Question, home: Path, store: Store) -> None:
    table = tabulated(answered(asked, {}, home, store), tuple(asked.columns), iris.BASE)
    text = comma_separated(table) + "\n"
    expected = HERE / f"{asked.name}.csv"
    if not expected.exists():
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(text, "utf-8")
        pytest.fail(f"{expected} was missing and is written from the present answer; please review it")
    assert text == expected.read_text("utf-8"), f"to accept the present answer remove {expected}, run again, and review what is written"


def test_every_row_names_its_statement_claimant_and_document() -> None:
    without = {asked.name for asked in ASKED if not set(asked.columns) >= EVIDENCE}
    assert without <= {"sources"}, "only the list of documents is not about statements"


def test_a_parameter_is_bound_and_never_part_of_the_text(home: Path, store: Store) -> None:
    asked = question("statements-of-document")
    assert list(answered(asked, {"file": 'x" } UNION { ?a ?b ?c } #'}, home, store)) == []
    assert len(list(answered(asked, {"file": "deepseek.toml"}, home, store))) > 20


def test_an_entity_can_be_given_by_any_of_its_names(home: Path, store: Store) -> None:
    asked = question("clusters")
    answers = [
        tabulated(answered(asked, {"owner": name}, home, store)).rows for name in ("High-Flyer", "幻方量化", "organisation/high-flyer")
    ]
    assert answers[0] == answers[1] == answers[2] != ()
