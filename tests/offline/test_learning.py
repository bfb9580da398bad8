"""Learning from labelled folders: labels are read, compared by the scorer's rules, and our own examples are sound."""

from pathlib import Path

import pytest

from kg.errors import InputError
from loaders.offline.gold import same_label, same_object
from loaders.offline.labelled import labelled_documents, labelled_rows

EXAMPLES = Path(__file__).parents[2] / "loaders" / "offline" / "examples"


def test_our_own_examples_fit_their_documents() -> None:
    rows = list(labelled_rows(EXAMPLES))
    assert len(rows) > 20_000
    assert all(row.start < row.end for row in rows)


def test_a_label_that_is_not_in_its_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Acme raised $5M.", "utf-8")
    (tmp_path / "note.tsv").write_text("raised $6M\tAcme\tfundingAmount\t6000000\tUSD\n", "utf-8")
    with pytest.raises(InputError, match=r"note\.tsv, line 1: the quote is not in the document"):
        list(labelled_rows(tmp_path))


def test_labels_are_compared_as_names_and_dates_by_their_common_part() -> None:
    assert same_label("NVIDIA H100", ["H100"])
    assert not same_label("V2", ["V3"])
    assert same_object("2024-05", ["2024-05-17"])
    assert not same_object("2024-06", ["2024-05-17"])


def test_one_file_may_hold_several_labelled_documents(tmp_path: Path) -> None:
    (tmp_path / "notes.labelled").write_text(
        "=== one.txt\nAcme raised $5M.\n--- labels\nraised $5M\tAcme\tfundingAmount\t5000000\tUSD\n=== two.md\nNothing here.\n--- labels\n",
        "utf-8",
    )
    documents = list(labelled_documents(tmp_path))
    assert [(each.name, each.text) for each in documents] == [("one.txt", "Acme raised $5M.\n"), ("two.md", "Nothing here.\n")]
    assert [(row.document, row.value, row.start) for row in labelled_rows(tmp_path)] == [("one.txt", 5e6, 5)]
