"""A store made of the one before holds what one written anew holds, in this process and in copies of it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

import kg.pipeline
import kg.store
from kg.documents import Metadata
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.pipeline import publish
from kg.statements import Statement, identified
from kg.store import GRAPHS, Part, StoreWriter, open_store


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


def test_a_store_made_of_the_one_before_is_the_one_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(kg.store, "MOST_GROWN", 1e9)  # small stores grow fast
    for number, holdings in enumerate(steps()):
        monkeypatch.setattr(kg.store, "LEAST_KEPT", 10**9)
        publish(holdings, Home(tmp_path / f"anew-{number}"))
        monkeypatch.setattr(kg.store, "LEAST_KEPT", 1)
        publish(holdings, Home(tmp_path / "home"))
        release = Home(tmp_path / "home").release_path()
        assert release is not None
        made.append(json.loads((release / GRAPHS).read_text("utf-8"))["times"])
        assert quads(tmp_path / "home") == quads(tmp_path / f"anew-{number}"), number
    assert made == [0, 1, 2, 0, 1, 0]  # the fourth names a lab otherwise, the last again: every graph that names it changes


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
from kg.pipeline import publish
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
    quad = Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/b"), NamedNode("http://example.org/c"))
    part = Part((), lambda: [quad], lambda _: ())
    monkeypatch.setattr(StoreWriter, "_finished", lambda self: False)
    writer = StoreWriter(tmp_path, beside=False)
    writer._beside = True
    monkeypatch.setattr(StoreWriter, "_start", lambda self, part: False)
    with writer:
        writer.begin(part)
        writer.finish(part)
    assert set(Store.read_only(str(tmp_path / "store"))) == {quad}
