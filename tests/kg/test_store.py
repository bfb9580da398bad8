"""A release made of the one before holds what one written anew holds: the store, in this process and in copies of it, and the catalogue."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

import kg.catalogue.write
import kg.pipeline
import kg.store
from kg.catalogue.write import CATALOGUE
from kg.documents import Metadata
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.loading import LoadOptions
from kg.pipeline import held, load, publish
from kg.statements import Statement, identified
from kg.store import GRAPHS, Part, StoreWriter, open_store
from tests.tables.made import CHIPS


def say(document: str, subject: str, predicate: str, start: int, **more: object) -> Statement:
    return identified(
        Statement(f"{document}.txt", document * 64, subject, predicate, start, start + 1, "x", extractor="test", **more)  # type: ignore[arg-type]
    )


def document(name: str, *said: Statement, title: str = "") -> tuple[DocumentRecord, tuple[Statement, ...]]:
    return DocumentRecord(name * 64, f"{name}.txt", metadata=Metadata(title=title or name, publisher=f"House {name}"), loader="test"), said


FIRST = document(
    "a",
    *(say("a", f"Zeta-{number}", "totalParameters", number, value=float(number + 1) * 1e9, unit="parameter") for number in range(40)),
    say("a", "Zeta-1", "developer", 100, object="Alpha Lab"),
)
SECOND = document(
    "b", say("b", "Zeta-1", "totalParameters", 0, value=7e9, unit="parameter"), say("b", "Eta", "developer", 3, object="Beta")
)
CHANGED = document("b", say("b", "Zeta-1", "totalParameters", 0, value=2e9, unit="parameter"), title="another title")
RENAMED = document("c", say("c", "Alpha Lab (AL)", "foundingDate", 0, object="2020"), say("c", "AL", "country", 5, object="France"))


def quads(home: Path) -> set[Quad]:
    return set(open_store(home))


def steps() -> list[Holdings]:
    one = Holdings().replaced([FIRST])
    two = one.replaced([SECOND])
    three = two.replaced([CHANGED])
    four = three.replaced([RENAMED])
    gone = Holdings().replaced([FIRST, RENAMED])
    newer = Holdings(
        {id: replace(record, superseded_by="a" * 64) if id == "c" * 64 else record for id, record in three.documents.items()},
        three.statements,
    )
    return [one, two, three, four, gone, newer]


def rows(home: Path) -> dict[str, list[str]]:
    """Every table of the catalogue."""
    release = Home(home).release_path()
    assert release is not None
    with closing(sqlite3.connect(release / CATALOGUE)) as connection:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%'"
        names = [name for (name,) in connection.execute(listed)]
        assert "statements" in names and "search" in names
        return {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names}


def test_a_release_made_of_the_one_before_is_the_one_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(kg.store, "MOST_GROWN", 1e9)  # small stores grow fast
    renewed: list[int] = []
    renew = kg.catalogue.write._renew
    monkeypatch.setattr(kg.catalogue.write, "_renew", lambda *given: (renewed.append(len(given[2])), renew(*given)))
    for number, holdings in enumerate(steps()):
        monkeypatch.setattr(kg.store, "LEAST_KEPT", 10**9)
        publish(holdings, Home(tmp_path / f"anew-{number}"))
        monkeypatch.setattr(kg.store, "LEAST_KEPT", 1)
        publish(holdings, Home(tmp_path / "home"))
        release = Home(tmp_path / "home").release_path()
        assert release is not None
        made.append(json.loads((release / GRAPHS).read_text("utf-8"))["times"])
        assert quads(tmp_path / "home") == quads(tmp_path / f"anew-{number}"), number
        assert rows(tmp_path / "home") == rows(tmp_path / f"anew-{number}"), number
    assert made == [0, 1, 2, 0, 1, 0]  # the fourth names a lab otherwise, the last again: every graph that names it changes
    assert renewed == [1, 1, 1, 2]  # documents whose statements stayed; none at last


def test_what_another_program_wrote_and_what_has_grown_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store, "LEAST_KEPT", 1)
    one, two, three, *_ = steps()
    home = Home(tmp_path)
    publish(one, home)
    monkeypatch.setattr(kg.pipeline, "program_mark", lambda: "another")
    publish(two, home)
    release = home.release_path()
    assert release is not None and json.loads((release / GRAPHS).read_text("utf-8"))["times"] == 0
    monkeypatch.setattr(kg.store, "MOST_GROWN", 0.0)
    publish(one, home)
    publish(three, home)
    release = home.release_path()
    assert release is not None and json.loads((release / GRAPHS).read_text("utf-8"))["times"] == 0


BESIDE = """
import sys
from pathlib import Path
import kg.store
from kg.home import Home
from kg.loading import LoadOptions
from kg.pipeline import held, load, publish
from tests.kg.test_store import steps
kg.store.LEAST_KEPT, kg.store.MOST_GROWN = 1, 1e9
for holdings in steps()[:3]:
    publish(holdings, Home(Path(sys.argv[1])), beside=True)
assert not kg.store._opened
"""


@pytest.mark.skipif(sys.platform != "linux", reason="copies of the process are made on Linux only")
def test_copies_of_the_process_write_the_same_store(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BESIDE, str(tmp_path / "beside")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    publish(steps()[2], Home(tmp_path / "here"))
    assert quads(tmp_path / "beside") == quads(tmp_path / "here")


def test_where_a_copy_of_the_process_fails_the_store_is_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quads = [
        Quad(NamedNode(f"http://example.org/{name}"), NamedNode("http://example.org/b"), NamedNode("http://example.org/c")) for name in "ad"
    ]
    monkeypatch.setattr(StoreWriter, "_finished", lambda self: False)
    monkeypatch.setattr(StoreWriter, "_start", lambda self: None)
    writer = StoreWriter(tmp_path, beside=False)
    writer._beside = True
    with writer:
        writer.begin(Part((), lambda: quads[:1], lambda _: ()), lambda _: ())
        writer.complete(quads[1:])
        writer.finish()
    assert set(Store.read_only(str(tmp_path / "store"))) == set(quads)


def test_a_document_loaded_beside_a_table_gives_what_a_full_derivation_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store, "LEAST_KEPT", 1)
    monkeypatch.setattr(kg.store, "MOST_GROWN", 1e9)
    described, table, note = tmp_path / "chips.toml", tmp_path / "chips.csv", tmp_path / "note.txt"
    described.write_text(CHIPS, "utf-8")
    table.write_text(
        "Chip,Power (W),Memory (bytes),Maker,Out,Remarks,Page,Shelf,Sure\n"
        'H800,700,8e10,"NVIDIA, TSMC",2023-03-21,"says ""700 W""\nand \\ more",https://example.org/h800,1,yes\n'
        "H900,n/a,9e10,NVIDIA,2024-03-15,,,2,no\n",
        "utf-8",
    )
    note.write_text("The H800 of NVIDIA has a power of 650 W. DeepSeek-V3 was trained on 2,048 H800 GPUs.", "utf-8")
    home = Home(tmp_path / "home")
    assert load([table], home.path, LoadOptions(settings={"loader": "tables", "table": str(described)})).statements > 5
    assert load([note], home.path).statements > 0
    publish(held(home), Home(tmp_path / "anew"))
    release = home.release_path()
    assert release is not None and json.loads((release / GRAPHS).read_text("utf-8"))["times"] == 1
    assert quads(home.path) == quads(tmp_path / "anew")
    assert rows(home.path) == rows(tmp_path / "anew")
