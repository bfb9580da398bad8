"""The triple store of a release: written once, from the one before where most of it stays, then opened read-only by whoever asks."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from kg.errors import StoreError
from kg.home import Home

STORE = "store"
REPORT = "quarantine.nq"
"""The validation report, beside the store and not in it: a query over all graphs must not meet what is held back."""
GRAPHS = "graphs.json"
"""What the store was written from, so that the next one can be made of it."""
LEAST_KEPT = 5000
"""Statements in graphs that stay, from which on a store is made of the one before."""
MOST_GROWN = 1.5
"""How many times the size it was written anew with a store may have grown to, to be built upon: changes leave space behind."""

_opened: set[str] = set()
"""Stores on disk this process has opened: their threads do not live on in a copy of the process, which would wait for them for ever."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph written as a whole: its IRI, what tells whether it is the same as before, its number of statements, its quads."""

    iri: str
    digest: str
    size: int
    quads: Callable[[], Iterable[Quad]]


@dataclass(frozen=True, slots=True)
class Part:
    """Graphs, further quads, and, of a store that holds an earlier state of these quads, what it holds of them."""

    graphs: Sequence[Graph]
    quads: Callable[[], Iterable[Quad]]
    held: Callable[[Store], Iterable[Quad]]


class StoreWriter:
    """Writes the store of a release in two parts, the first, which is most of it, while the caller derives the second.

    `before`: the release before, None for none; `mark` names the program: a store another one wrote is not built upon. `beside`: write in
    copies of the process (fork), so that two processors work; where that cannot be, or a copy fails, here.
    """

    def __init__(self, release: Path, before: Path | None = None, *, mark: str = "", beside: bool = False) -> None:
        self._release, self._before, self._mark = release, before, mark
        self._beside = beside and sys.platform == "linux" and not _opened
        self._first = Part((), tuple, lambda _: ())
        self._known: dict[str, str] | None = None
        self._times, self._anew = 0, 0
        self._child: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None:  # the caller failed: nothing is to be written
            os.kill(self._child, 9)
            self._finished()

    def begin(self, part: Part) -> None:
        """Start with the first part; it is written at the latest in `finish`."""
        self._first = part
        self._known = self._kept(part.graphs)
        if self._known is not None and self._before is not None:
            _copy(self._before / STORE, self._release / STORE)
        if self._beside:
            self._start(part)

    def finish(self, part: Part) -> None:
        """Write the second part after the first; the store is then whole."""
        if not (self._child is not None and self._finished() and self._start(part) and self._finished()):
            if self._beside:  # a copy failed: all of it again
                shutil.rmtree(self._release / STORE, ignore_errors=True)
                self._known = None
            self._write(self._first)
            self._write(part)
        graphs = {graph.iri: graph.digest for one in (self._first, part) for graph in one.graphs}
        renewed = self._known is not None
        written = {
            "mark": self._mark,
            "times": self._times + 1 if renewed else 0,
            "anew": self._anew if renewed else _size(self._release / STORE),
            "graphs": graphs,
        }
        (self._release / GRAPHS).write_text(json.dumps(written, indent=1) + "\n", "utf-8")

    def _kept(self, graphs: Sequence[Graph]) -> dict[str, str] | None:
        """The graphs of the store before with their digests, where it is worth building upon."""
        try:
            found = json.loads(((self._before or Path()) / GRAPHS).read_text("utf-8")) if self._before else {}
        except (OSError, ValueError):
            return None
        if self._before is None or not self._mark or found.get("mark") != self._mark:
            return None
        if _size(self._before / STORE) > MOST_GROWN * found["anew"]:
            return None
        self._times, self._anew = found["times"], found["anew"]
        known: dict[str, str] = found["graphs"]
        staying = sum(graph.size for graph in graphs if known.get(graph.iri) == graph.digest)
        return known if staying >= max(LEAST_KEPT, sum(graph.size for graph in graphs) // 2) else None

    def _write(self, part: Part) -> None:
        _opened.add(str(self._release / STORE))
        store = Store(str(self._release / STORE))
        # All at once, and no optimize(): what is loaded in many pieces, or moved about afterwards, takes up to twice the space.
        quads = self._whole(part) if self._known is None else self._renewed(store, part, self._known)
        store.bulk_extend(quads)
        store.flush()

    def _whole(self, part: Part) -> Iterator[Quad]:
        for graph in part.graphs:
            yield from graph.quads()
        yield from part.quads()

    def _renewed(self, store: Store, part: Part, known: dict[str, str]) -> list[Quad]:
        """Take out of a store what is no longer so; what is new."""
        new: list[Quad] = []
        if part.graphs:
            for iri in known.keys() - {graph.iri for graph in part.graphs}:
                store.remove_graph(NamedNode(iri))
        for graph in part.graphs:
            if known.get(graph.iri) != graph.digest:
                store.remove_graph(NamedNode(graph.iri))
                new += graph.quads()
        wanted, held = set(part.quads()), set(part.held(store))
        for quad in held - wanted:
            store.remove(quad)
        return [*new, *(wanted - held)]

    def _start(self, part: Part) -> bool:
        self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                self._write(part)
                status = 0
            finally:
                os._exit(status)
        return True

    def _finished(self) -> bool:
        """Wait for the copy; whether it wrote its part."""
        child, self._child = self._child, None
        return child is not None and os.waitpid(child, 0)[1] == 0


def _size(store: Path) -> int:
    """Bytes of the large files of a store."""
    return sum(path.stat().st_size for path in store.glob("*.sst"))


def _copy(before: Path, here: Path) -> None:
    """A store at rest, its large files, which never change, shared with the one before."""
    here.mkdir()
    for path in before.iterdir():
        if path.name == "LOCK" or path.name.startswith("LOG"):
            continue
        try:
            if path.suffix == ".sst":
                os.link(path, here / path.name)
                continue
        except OSError:  # a file system without hard links
            pass
        shutil.copyfile(path, here / path.name)


def write_report(release: Path, quads: Iterable[Quad]) -> None:
    """Write the validation report into a release folder."""
    with (release / REPORT).open("wb") as file:
        serialize(quads, file, RdfFormat.N_QUADS)


def open_store(home: Path) -> Store:
    """The current release's store, read-only.

    Raises: StoreError when the home is empty or its store cannot be opened.
    """
    release = Home(home).release_path()
    if release is None:
        raise StoreError(f"{home} holds nothing yet; load documents with `kg load PATH --home {home}`")
    _opened.add(str(release / STORE))
    try:
        return Store.read_only(str(release / STORE))
    except OSError as error:
        raise StoreError(f"the store in {release} cannot be opened ({error}); load again") from None
