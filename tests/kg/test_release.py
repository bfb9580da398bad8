"""The packaged release: what ships of other people's documents, how it is rebuilt, and what attaching a document brings back."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.attach import attach
from kg.catalogue import Catalogue, Filter
from kg.catalogue.write import CATALOGUE
from kg.commands.release import app
from kg.errors import StoreError
from kg.holdings import Holdings
from kg.home import Home
from kg.pipeline import load
from kg.release import PACKAGED, build, filled, packaged_documents, packaged_holdings
from kg.statements import Statement, identified
from tests.shared import SHARED, needs_shared

RUN = 8
"""So many words in a row make a passage."""


@needs_shared
def test_it_is_built_again_from_the_documents_without_a_difference() -> None:
    built = build([SHARED / "documents"], packaged_holdings())
    changes = {"gained": dict(built.gained), "lost": dict(built.lost)}
    assert list(built.holdings.to_jsonl()) == list(packaged_holdings().to_jsonl()), (
        f"{changes}; run `kg release build {SHARED / 'documents'}` and review the change"
    )


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


@needs_shared
def test_no_passage_of_a_document_ships() -> None:
    runs = set()
    for path in (SHARED / "documents").iterdir():
        spoken = words(path.read_text("utf-8"))
        runs |= {tuple(spoken[place : place + RUN]) for place in range(len(spoken))}
    for line in PACKAGED.read_text("utf-8").splitlines():
        record = json.loads(line)
        if record["record"] == "document":
            continue  # titles of documents and of what they rest on are metadata
        for text in (record["quote"], record["object"] or "", record["subject"], *record["qualifiers"].values()):
            spoken = words(text)
            found = [spoken[place : place + RUN] for place in range(len(spoken) - RUN + 1) if tuple(spoken[place : place + RUN]) in runs]
            assert not found, record


def test_it_holds_figures_spans_and_metadata_and_no_claims() -> None:
    statements = packaged_holdings().all_statements()
    assert len({item.document_id for item in statements}) == 5
    for statement in statements:
        assert statement.predicate != "claim"
        assert statement.start < statement.end
        assert statement.quote in (statement.lexical, statement.object, statement.subject)


@needs_shared
def test_a_document_added_brings_its_passages_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled(home)
    path = next((SHARED / "documents").glob("004*"))
    before = Catalogue.open(home)
    assert before.document(path.name).raw is None
    attached, left = attach([path, Path(__file__)], home)
    assert (len(attached), [reason for _, reason in left]) == (
        1,
        ["nothing is known from a document with this content; `kg load` reads it"],
    )
    after = Catalogue.open(home)
    raw = after.document(path.name).raw
    assert raw == path.read_bytes().decode("utf-8")
    rows = after.statements(Filter(document=attached[0]), limit=200).items
    assert [row.statement.id for row in rows] == [
        row.statement.id for row in before.statements(Filter(document=attached[0]), limit=200).items
    ]
    assert all(row.statement.quote == raw[row.statement.start : row.statement.end] for row in rows)


@needs_shared
def test_loading_the_documents_replaces_what_was_shipped_of_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled(home)
    report = load([SHARED / "documents"], home)
    assert report.counts["documents"] == 5 + len(packaged_documents())
    catalogue = Catalogue.open(home)
    held = [row.statement for part in (False, True) for row in catalogue.statements(Filter(quarantined=part), limit=1000).items]
    assert {item.id for item in packaged_holdings().all_statements()} <= {item.id for item in held}
    assert any(len(item.quote.split()) > RUN for item in held), "whole passages now"


def test_a_home_of_another_version_is_derived_again_from_what_it_holds(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled(home)
    release = Home(home).release_path()
    assert release
    (release / CATALOGUE).unlink()
    with closing(sqlite3.connect(release / CATALOGUE)) as old:
        old.execute("CREATE TABLE statements (id TEXT)")
    with pytest.raises(StoreError, match="another version"):
        Catalogue.open(home)
    release.rename(release.with_name("0123456789abcdef"))
    (home / "current").write_text("0123456789abcdef\n", "ascii")
    assert filled(home) is None
    assert Catalogue.open(home).statements(limit=1).total > 200


def statement(**changes: object) -> Statement:
    known = {"subject": "Zeta", "predicate": "technique", "quote": "a long passage of the document", "object": "multi-head attention"}
    return identified(Statement(document="a.txt", document_id="a" * 64, start=0, end=9, **{**known, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "quote"),
    [
        ({}, "multi-head attention"),
        ({"object": None, "value": 5.0, "lexical": "$5M"}, "$5M"),
        ({"object": "a passage that is much too long to be the name of a thing"}, None),
        ({"predicate": "claim"}, None),
        ({"qualifiers": {"condition": "if everything that was said before this passage still holds"}}, None),
    ],
)
def test_only_figures_and_names_pass(changes: dict[str, object], quote: str | None) -> None:
    from kg.release import figures_only

    given = statement(**changes)
    made = list(figures_only([given]))
    assert [item.quote for item in made] == ([] if quote is None else [quote])
    assert all((item.id, item.start, item.end) == (given.id, given.start, given.end) for item in made)


def test_building_from_no_documents_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert build([tmp_path / "empty"], Holdings()).holdings == Holdings()


def test_what_cannot_be_read_leaves_the_packaged_release_as_it_was(tmp_path: Path) -> None:
    before = PACKAGED.read_bytes()
    result = CliRunner().invoke(app, ["build", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert PACKAGED.read_bytes() == before
