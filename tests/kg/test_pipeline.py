"""Loading: idempotent, atomic, one writer, and one sentence for every file that cannot be used."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kg.catalogue import Catalogue
from kg.errors import StoreError, UsageError
from kg.home import Home
from kg.loading import LoadOptions
from kg.pipeline import held, load
from kg.statements import Statement, identified
from kg.store import open_store

NOTES = """format = "lab-facts notes"
title = "A test"

[sources.one]
claimant = "One"
title = "First source"

[[notes]]
source = "one"
sentence = "Firm Zeta began in 2015 with 12 people."
statements = [
  { subject = "Firm Zeta", predicate = "foundingDate", object = "2015", words = "Firm Zeta began in 2015" },
  { subject = "Firm Zeta", predicate = "employeeCount", value = 12, unit = "person", lexical = "12" },
]
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "zeta.txt"
    path.parent.mkdir()
    path.write_text(NOTES, "utf-8")
    return path


def contents(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and path.name != "lock"}


def test_loading_twice_changes_nothing(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = load([notes], home)
    before = contents(home)
    second = load([notes], home)
    assert (first.changed, second.changed) == (True, False)
    assert first.release == second.release
    assert contents(home) == before


def test_the_same_files_give_the_same_catalogue_and_quads_in_any_order(notes: Path, tmp_path: Path) -> None:
    other = notes.with_name("eta.txt")
    other.write_text(NOTES.replace("Zeta", "Eta"), "utf-8")
    one, two = tmp_path / "one", tmp_path / "two"
    load([notes], one)
    load([other], one)
    load([other, notes], two)
    assert Home(one).release_path().name == Home(two).release_path().name  # type: ignore[union-attr]
    tables = [sorted(map(str, open_store(home))) for home in (one, two)]
    assert tables[0] == tables[1]
    rows = [Catalogue.open(home).statements(limit=100).items for home in (one, two)]
    assert rows[0] == rows[1]


def test_a_document_loaded_again_with_another_reading_replaces_its_statements(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    load([notes], home)
    held = Catalogue.open(home).statements(limit=10)
    assert held.total == 2
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps(held.items[0].statement.to_json()) + "\n", "utf-8")
    load([records], home)
    assert [row.statement.id for row in Catalogue.open(home).statements().items] == [held.items[0].statement.id]
    assert Catalogue.open(home).document("zeta.txt").raw == NOTES


def test_records_whose_quote_is_not_the_text_are_refused(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    load([notes], home)
    record = Catalogue.open(home).statements().items[0].statement.to_json() | {"quote": "something else"}
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps(record) + "\n", "utf-8")
    report = load([records], home)
    assert report.failed
    assert "is not the text at" in report.problems[0].message
    assert Catalogue.open(home).statements().total == 2


KILLED = """
import os, signal, sys
from pathlib import Path
import kg.home, kg.pipeline, kg.store
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
place, name = sys.argv[3].rsplit(".", 1)
target = {"kg.pipeline": kg.pipeline, "kg.home.Home": kg.home.Home, "kg.store.StoreWriter": kg.store.StoreWriter, "kg.home.os": os}[place]
setattr(target, name, die)
kg.pipeline.load([Path(sys.argv[1])], Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    "place",
    ["kg.pipeline.derive", "kg.pipeline.write_catalogue", "kg.store.StoreWriter.finish", "kg.home.Home.publish", "kg.home.os.fsync"],
)
def test_killed_in_the_middle_the_home_is_as_before(notes: Path, tmp_path: Path, place: str) -> None:
    home = tmp_path / "home"
    load([notes], home)
    before = Home(home).release_path()
    rows = Catalogue.open(home).statements().items
    other = notes.with_name("eta.txt")
    other.write_text(NOTES.replace("Zeta", "Eta"), "utf-8")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(other), str(home), place], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Home(home).release_path() == before
    assert Catalogue.open(home).statements().items == rows
    assert len(open_store(home)) > 0
    load([other], home)
    assert Catalogue.open(home).statements().total == 4
    left = [path.name for path in (home / "releases").iterdir() if path.name.startswith("working-")]
    assert left == []


def test_a_second_writer_is_told_to_wait(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Home(home).writing(), pytest.raises(StoreError, match="another kg process is writing"):
        load([notes], home)


def test_readers_of_an_old_release_are_not_disturbed(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    load([notes], home)
    catalogue, store = Catalogue.open(home), open_store(home)
    for name in ("Eta", "Theta", "Iota"):
        other = notes.with_name(f"{name}.txt")
        other.write_text(NOTES.replace("Zeta", name), "utf-8")
        load([other], home)
    assert catalogue.statements().total == 2
    assert sum(1 for _ in store) > 0
    assert Catalogue.open(home).statements().total == 8


def test_a_release_read_by_somebody_can_become_current_again(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    load([notes], home)
    first = Catalogue.open(home)
    kept = notes.read_bytes()
    record = first.statements().items[0].statement.to_json()
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps(record) + "\n", "utf-8")
    load([records], home)
    assert notes.read_bytes() == kept
    load([notes], home)
    assert first.statements().total == Catalogue.open(home).statements().total == 2


STRANGE = {
    "empty.txt": (b"", "is empty"),
    "spaces.txt": (b" \n\t\n", "is empty"),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "PNG image"),
    "noise.bin": (bytes(range(256)) * 200, "binary"),
    "large.txt": (b"a line of text\n" * 3_500_000, "52,500,000 bytes"),
    "broken.jsonl": (b'{"document":"a","documentId":"b","subject":"c","predicate":"d","start":0,"end":1,"quote":"x"}\n', "sha256"),
    "notes.toml": (b'format = "lab-facts notes"\n[broken', "is not TOML"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_gets_one_sentence_and_the_rest_loads(name: str, notes: Path, tmp_path: Path) -> None:
    content, expected = STRANGE[name]
    strange = notes.with_name(name)
    strange.write_bytes(content)
    report = load([notes.parent], tmp_path / "home")
    assert report.documents == 1
    assert [problem.severity for problem in report.problems] == ["error"]
    assert expected in report.problems[0].message
    assert "\n" not in report.problems[0].message
    assert Catalogue.open(tmp_path / "home").statements().total == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("DeepSeek café".encode("latin-1"), "caf"),
        ("\ufeffDeepSeek".encode("utf-16"), "DeepSeek"),
        (b"<!doctype html><html><body><p>DeepSeek released a model.</p></body></html>", "DeepSeek"),
        ("深度求索发布了模型。".encode("gb18030") * 20, "模型"),
    ],
)
def test_other_encodings_and_html_are_read(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    report = load([path], tmp_path / "home")
    assert report.documents == 1
    assert expected in (Catalogue.open(tmp_path / "home").document("page.txt").raw or "")


def test_a_file_that_is_not_there_and_a_folder_without_files_are_named(tmp_path: Path, notes: Path) -> None:
    report = load([tmp_path / "gone.txt", notes], tmp_path / "home")
    assert report.documents == 1
    assert "there is no such file" in report.problems[0].message
    (tmp_path / "nothing").mkdir()
    with pytest.raises(UsageError, match="holds no files"):
        load([tmp_path / "nothing"], tmp_path / "home")


def test_a_file_that_vanishes_while_loading_is_named(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = notes.with_name("zz.txt")
    other.write_text("DeepSeek", "utf-8")
    report = load([notes.parent], tmp_path / "home", progress=lambda done, total, name: other.unlink(missing_ok=True))
    assert report.documents == 1
    assert "no such file" in report.problems[0].message


def test_a_pipe_is_not_waited_for(notes: Path, tmp_path: Path) -> None:
    os.mkfifo(notes.with_name("pipe"))
    done = threading.Event()

    def run() -> None:
        load([notes.parent], tmp_path / "home")
        done.set()

    threading.Thread(target=run, daemon=True).start()
    assert done.wait(30)


def test_a_loader_that_fails_is_reported_and_the_rest_loads(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import pipeline

    class Failing:
        name = "failing"

        def recognises(self, document: object) -> float:
            return 1.0

        def load(self, document: object, options: object) -> None:
            raise IndexError("list index out of range")

    real = pipeline.loader_for
    monkeypatch.setattr(pipeline, "loader_for", lambda document, *_: Failing() if document.name == "zz.txt" else real(document))
    notes.with_name("zz.txt").write_text("DeepSeek", "utf-8")
    report = load([notes.parent], tmp_path / "home")
    assert report.documents == 1
    assert "fault of the program" in report.problems[0].message


def test_a_file_that_takes_too_long_is_given_up_and_the_rest_loads(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import pipeline

    class Endless:
        name = "endless"

        def recognises(self, document: object) -> float:
            return 1.0

        def load(self, document: object, options: object) -> None:
            while True:
                pass

    real = pipeline.loader_for
    monkeypatch.setattr(pipeline, "loader_for", lambda document, *_: Endless() if document.name == "zz.txt" else real(document))
    monkeypatch.setattr(pipeline, "LONGEST_READING", 0.2)
    notes.with_name("zz.txt").write_text("DeepSeek", "utf-8")
    report = load([notes.parent], tmp_path / "home")
    assert report.documents == 1
    assert "took longer than 0.2 seconds" in report.problems[0].message


def test_a_thousand_files_are_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1000):
        (folder / f"{number:04}.txt").write_text(NOTES.replace("Zeta", f"Z{number}"), "utf-8")
    report = load([folder], tmp_path / "home")
    assert (report.documents, report.statements) == (1000, 2000)


def record(**changes: object) -> dict[str, object]:
    said = identified(Statement("a.txt", "a" * 64, "Zeta", "employeeCount", 0, 5, "12 on", value=12.0, unit="person", lexical="12"))
    return said.to_json() | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "twelve"}, "the field value is 'twelve'"),
        ({"value": float("nan")}, "a finite number"),
        ({"start": 9}, "the span 9-5"),
        ({"attributedTo": [1]}, "a list of texts"),
        ({"qualifiers": {"stage": 1}}, "texts by name"),
        ({"object": "both"}, "either an object or a value"),
        ({"documentId": "../../etc"}, "sha256"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"subject": "\ud800"}, "surrogates"),
    ],
)
def test_a_wrong_record_is_named_by_line_and_field(changes: dict[str, object], expected: str, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps(record()) + "\n" + json.dumps(record(**changes)) + "\n", "utf-8")
    report = load([path], tmp_path / "home")
    assert report.failed
    assert "line 2" in report.problems[0].message
    assert expected in report.problems[0].message


def test_statements_below_the_least_confidence_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps(record(confidence=0.4)) + "\n" + json.dumps(record(confidence=0.9, start=1)) + "\n", "utf-8")
    assert load([path], tmp_path / "home", LoadOptions(min_confidence=0.5)).statements == 1


def test_a_damaged_release_is_one_sentence(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("DeepSeek-V3 was trained on 14.8T tokens.", "utf-8")
    home = tmp_path / "home"
    load([note], home)
    release = Home(home).release_path()
    assert release is not None
    kept = next(release.glob("holdings*"))
    kept.write_bytes(kept.read_bytes()[:20])
    with pytest.raises(StoreError, match="cannot be read"):
        held(Home(home))
    kept.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        held(Home(home))


def test_progress_tells_the_files_and_then_each_step(notes: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    load([notes], tmp_path / "home", progress=lambda *step: told.append(step))
    steps = ["finding out who is who", "comparing statements", "writing the catalogue", "writing the store"]
    assert told == [(1, 1, name) for name in (notes.name, *steps)]
