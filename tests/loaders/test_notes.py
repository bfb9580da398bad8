"""The notes: every statement stands in its sentence, disagreements stay, mistakes in a notes file are named."""

from pathlib import Path

import pytest

from kg.documents import document_from_bytes
from kg.errors import InputError
from kg.loading import Loaded, LoadOptions, loader_for
from kg.statements import check_span
from loaders.notes import documents

HEAD = """format = "lab-facts notes"
title = "A test"

[sources.one]
claimant = "One"
title = "First source"
date = "2025"

[[notes]]
source = "one"
sentence = "One says the firm began in 2015 with 12 people."
"""


def load(text: str, name: str = "notes.toml") -> Loaded:
    document = document_from_bytes(name, text.encode())
    loader = loader_for(document)
    assert loader.name == "notes"
    return loader.load(document, LoadOptions())


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_shipped_notes_cite_their_own_characters_and_a_source(path: Path) -> None:
    loaded = load(path.read_text("utf-8"), path.name)
    assert len(loaded.statements) > 20
    assert not loaded.problems
    for statement in loaded.statements:
        check_span(statement, path.read_text("utf-8"))
        inside = [
            source
            for source in loaded.metadata.references
            if source.start is not None and source.end is not None and source.start <= statement.start and statement.end <= source.end
        ]
        assert len(inside) == 1
        assert inside[0].address


def test_shipped_notes_keep_their_disagreements() -> None:
    said = [item for path in documents() for item in load(path.read_text("utf-8"), path.name).statements]
    founded = {item.object for item in said if item.subject == "High-Flyer" and item.predicate == "foundingDate"}
    assert {"2008", "2015", "2016-02"} <= founded
    parent = {item.status for item in said if item.subject == "DeepSeek" and item.object == "High-Flyer" and "parent" in item.predicate}
    assert parent == {"asserted", "denied"}
    chips = {item.value for item in said if item.subject == "Fire-Flyer 2" and item.predicate == "clusterChipCount"}
    assert {5000.0, 10000.0} <= chips


def test_the_words_place_the_statement_and_the_source_is_the_claimant() -> None:
    loaded = load(HEAD + 'statements = [{ subject = "Firm", predicate = "foundingDate", object = "2015", words = "began in 2015" }]\n')
    (said,) = loaded.statements
    assert (said.quote, said.attributed_to, said.object) == ("began in 2015", ("One",), "2015")
    assert loaded.metadata.references[0].date == "2025"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('{ subject = "F", predicate = "foundingDate", object = "2015", words = "began in 1999" }', "note 1 statement 1: the words"),
        ('{ subject = "F", predicate = "employeeCount", value = 12, object = "12" }', "either an object or a value"),
        ('{ subject = "F", predicate = "employeeCount", value = 12, lexical = "13" }', "the figure '13'"),
        ('{ subject = "F", predicate = "claim", object = "x", color = "red" }', "no field 'color'"),
        ('{ subject = "F", predicate = "claim", object = "x", status = "maybe" }', "the status 'maybe'"),
    ],
)
def test_a_mistake_in_a_note_is_named(statement: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(f"{HEAD}statements = [{statement}]\n")


def test_a_note_without_a_known_source_is_refused() -> None:
    with pytest.raises(InputError, match="its source 'two' is none of one"):
        load(HEAD.replace('source = "one"', 'source = "two"'))
