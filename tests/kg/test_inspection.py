"""`kg validate`: everything a home holds against the shapes, with the screen and without."""

from pathlib import Path

import pytest

from kg.cli import run
from kg.documents import Metadata
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.inspection import inspect
from kg.pipeline import publish
from kg.shacl import validate_quads
from kg.statements import Statement, identified
from kg.store import open_store
from kg.violations import conforms

SHA, OTHER = "ab" * 32, "cd" * 32


def said(subject: str, predicate: str, start: int, **fields: object) -> Statement:
    given = {"document": "a.txt", "document_id": SHA, "quote": "quoted", "extractor": "rule/1", **fields}
    return identified(Statement(subject=subject, predicate=predicate, start=start, end=start + 5, **given))  # type: ignore[arg-type]


SOUND = (
    said("Aurora 2", "gpuHours", 0, value=1e6, unit="GPU-hour", lexical="1M", qualifiers={"stage": "pre-training", "chip": "H800"}),
    said("Aurora 2", "developer", 10, object="Borealis"),
)
DOUBTFUL = (
    said(
        "Aurora 2",
        "gpuHours",
        20,
        document_id=OTHER,
        document="b.txt",
        value=2e6,
        unit="GPU-hour",
        lexical="2M",
        qualifiers={"stage": "pre-training", "chip": "H800"},
    ),
    said("Aurora 2", "gpuHours", 30, value=1e4, unit="GPU-hour", lexical="10K", qualifiers={"stage": "annealing"}),
)
WRONG = (said("Aurora 2", "trainingCost", 40, value=-5.0, unit="USD", lexical="-$5"), said("Aurora 2", "releaseDate", 50, object="soon"))


def holdings(statements: tuple[Statement, ...]) -> Holdings:
    records = (
        DocumentRecord(id, name, metadata=Metadata(title="On costs"), loader="test") for id, name in ((SHA, "a.txt"), (OTHER, "b.txt"))
    )
    return Holdings().replaced([(record, tuple(item for item in statements if item.document_id == record.id)) for record in records])


def test_what_is_in_order_is_silent() -> None:
    assert inspect(holdings(SOUND)).violations == ()


def test_the_screen_hides_nothing() -> None:
    held = holdings((*SOUND, *DOUBTFUL, *WRONG))
    quick, whole = inspect(held), inspect(held, screen=False)
    assert quick.violations == whole.violations
    assert {one.name for one in quick.violations} == {
        "fact-agreement", "training-run-known-stage", "trainingCost-range", "releaseDate-date", "statement-date",
    }  # fmt: skip
    assert not conforms(quick.violations)


def test_every_node_is_described_in_words() -> None:
    found = inspect(holdings((*SOUND, *DOUBTFUL, *WRONG)))
    assert not any(found.describe(one.focus).startswith("http") for one in found.violations)


def test_the_command_reports_and_its_status_says_whether_there_are_violations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, statements, status in (("sound", SOUND, 0), ("doubtful", (*SOUND, *DOUBTFUL), 0), ("wrong", (*SOUND, *WRONG), 1)):
        publish(holdings(statements), Home(tmp_path / name))
        assert run(["validate", "--home", str(tmp_path / name)]) == status
        said_ = capsys.readouterr().out
        assert ("violation: trainingCost-range (1)" in said_) == (name == "wrong")
        assert ("warning: fact-agreement (1)" in said_) == (name == "doubtful")


def test_the_shapes_say_of_the_store_what_the_report_says(tmp_path: Path) -> None:
    """Records are validated before they are written; what is written is the same to the shapes."""
    held = holdings((*SOUND, *DOUBTFUL))
    publish(held, Home(tmp_path))
    found = {(one.shape, one.focus) for one in validate_quads(open_store(tmp_path))}
    assert found == {(one.shape, one.focus) for one in inspect(held).violations} and found


def test_cells_of_a_table_in_the_store_are_in_order(tmp_path: Path) -> None:
    record = DocumentRecord(SHA, "a.csv", metadata=Metadata(title="Chips", kind="table:chips"), loader="tables")
    publish(Holdings().replaced([(record, SOUND)]), Home(tmp_path))
    assert validate_quads(open_store(tmp_path)) == ()
