"""Corrections as labelled data: what a review says of a document becomes the truth that weights are learned from."""

import json
from pathlib import Path

from kg.corrections import Correction
from kg.documents import Document, document_from_bytes
from kg.loading import LoadOptions, loader_for
from kg.statements import Statement
from loaders.offline.reviewed import reviewed_rows

NOTE = "DeepSeek released DeepSeek-V3, a model with 671 billion parameters. Training DeepSeek-V3 cost $5.576 million on 2,048 H800 GPUs.\n"


def _document(text: str = NOTE, name: str = "note.txt") -> Document:
    return document_from_bytes(name, text.encode())


def _quantities(document: Document) -> list[Statement]:
    found = loader_for(document).load(document, LoadOptions()).statements
    return [statement for statement in found if statement.value is not None]


def _of(action: str, statement: Statement, **more: object) -> Correction:
    return Correction(action, statement.id, statement.to_json(), **more)  # type: ignore[arg-type]


def test_accepted_edited_and_added_are_rows_rejected_are_none() -> None:
    document = _document()
    wrong, right = _quantities(document)[:2]
    added = {"document": document.name, "subject": "DeepSeek-V3", "predicate": "claim", "quote": "DeepSeek released", "object": "released"}
    rows = list(
        reviewed_rows([_of("reject", wrong), _of("edit", right, change={"status": "estimated"}), Correction("add", "", added)], [document])
    )
    sure = [row for row in rows if not row.optional]
    assert [(row.predicates, row.status, row.value) for row in sure] == [
        (("claim",), "asserted", None),
        ((right.predicate,), "estimated", right.value),
    ]
    assert (wrong.predicate, wrong.value) not in {(row.predicates[0], row.value) for row in rows}
    assert any(row.optional for row in rows)
    assert all(document.raw[row.start : row.end].strip() for row in rows)


def test_document_nobody_corrected_is_no_labelled_document() -> None:
    document = _document()
    other = _document(NOTE.replace("2,048", "4,096"), "other.txt")
    (row, *_) = _quantities(document)
    assert {found.document for found in reviewed_rows([_of("accept", row)], [document, other])} == {"note.txt"}
    assert list(reviewed_rows([], [document])) == []


def test_learning_reads_corrections(tmp_path: Path) -> None:
    from loaders.offline.learn import example_of, main, read_reviewed

    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE, encoding="utf-8")
    document = _document()
    chips = next(statement for statement in _quantities(document) if statement.predicate == "chipCount")
    cost = next(statement for statement in _quantities(document) if statement.predicate == "trainingCost")
    corrections = tmp_path / "c.jsonl"

    def truths(*given: Correction) -> int:
        corrections.write_text("".join(json.dumps(one.to_json()) + "\n" for one in given), encoding="utf-8")
        (labelled,) = read_reviewed(corrections, folder)
        return sum(example_of(labelled).cases["figure"].truths)

    assert truths(_of("accept", cost)) == truths(_of("accept", cost), _of("reject", chips)) + 1
    assert main(["--corrections", str(corrections), str(folder)]) == 0
