"""The triple store of a release: written once, from the one before where most of it stays, then opened read-only by whoever asks."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.errors import StoreError
from kg.home import Home

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STORE = "store"
REPORT = "quarantine.nq"
"""The validation report, beside the store and not in it: a query over all graphs must not meet what is held back."""
GRAPHS = "graphs.json"
"""What the store was written from, so that the next one can be made of it."""
LEAST_KEPT = 5000
"""Statements in graphs that stay, from which on a store is made of the one before."""
MOST_GROWN = 1.5
"""How many times the size it was written anew with a store may have grown to, to be built upon: changes leave space behind."""
MOST_BY_JOURNAL = 3000
"""Statements, each of about ten quads, that are added to a store one by one; more are loaded at once."""
LEAST_SHARED = 20_000
"""Statements from which on a store is written by two processors."""
READ_AT_ONCE = 1 << 18
"""Bytes of N-Quads made at a time."""

_opened: set[str] = set()
"""Stores on disk this process has opened: their threads do not live on in a copy of the process, which would wait for them for ever."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph written as a whole: its IRI, what tells whether it is the same as before, its number of statements, its N-Quads."""

    iri: str
    digest: str
    size: int
    lines: Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Graphs, further quads, and, of a store that holds an earlier state of these quads, the N-Quads lines of what it holds of them."""

    graphs: Sequence[Graph]
    quads: Callable[[], Iterable[Quad]]
    held: Callable[[Store], Iterable[bytes]]


class StoreWriter:
    """Writes the store of a release in two parts, the first, which is most of it, while the caller derives the second.

    `before`: the release before, None for none; `mark` names the program: a store another one wrote is not built upon. `beside`: write in
    a copy of the process (fork), so that two processors work; where that cannot be, or the copy fails, here.
    """

    def __init__(self, release: Path, before: Path | None = None, *, mark: str = "", beside: bool = False) -> None:
        self._release, self._before, self._mark = release, before, mark
        self._beside = beside and sys.platform == "linux" and not _opened
        self._first = Part((), tuple, lambda _: ())
        self._held: Callable[[Store], Iterable[bytes]] = lambda _: ()
        self._rest = b""
        self._known: dict[str, str] | None = None
        self._times, self._anew = 0, 0
        self._child: int | None = None
        self._pipe = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None:  # the caller failed: nothing is to be written
            os.kill(self._child, 9)
            self._finished()

    def begin(self, part: Part, held: Callable[[Store], Iterable[bytes]]) -> None:
        """Start with the first part; it is written at the latest in `finish`. `held`: what a store holds of an earlier second part."""
        self._first, self._held = part, held
        self._known = self._kept(part.graphs)
        if self._known is not None and self._before is not None:
            _copy(self._before / STORE, self._release / STORE)
        if self._beside:
            self._start()

    def complete(self, quads: Iterable[Quad]) -> None:
        """Give the second part."""
        self._rest = serialize(quads, format=RdfFormat.N_QUADS) or b""
        if self._child is not None:
            try:
                with os.fdopen(self._pipe, "wb") as pipe:
                    pipe.write(self._rest)
            except BrokenPipeError:  # the copy failed, which `finish` will see
                pass

    def finish(self) -> None:
        """Wait until the store is whole."""
        if self._child is None or not self._finished():
            if self._beside:  # the copy failed: all of it again
                shutil.rmtree(self._release / STORE, ignore_errors=True)
                self._known = None
            self._write(BytesIO(self._rest))
        renewed = self._known is not None
        written = {
            "mark": self._mark,
            "times": self._times + 1 if renewed else 0,
            "anew": self._anew if renewed else _size(self._release / STORE),
            "graphs": {graph.iri: graph.digest for graph in self._first.graphs},
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

    def _write(self, rest: BinaryIO) -> None:
        """Write both parts; `rest` is the N-Quads of the second, which may be still in the making."""
        _opened.add(str(self._release / STORE))
        store = Store(str(self._release / STORE))
        if self._known is None:
            # Each part at once, and no optimize(): what is loaded in many pieces, or moved about afterwards, takes up to twice the space.
            made = (BufferedReader(_Lines(lines), READ_AT_ONCE) for lines in _shares(self._first))
            with ThreadPoolExecutor(3) as beside:
                for loading in [beside.submit(store.bulk_load, lines, RdfFormat.N_QUADS, lenient=True) for lines in (*made, rest)]:
                    loading.result()
        else:
            self._renew(store, self._known)
            _replace(store, self._held(store), rest.read())
        store.flush()

    def _renew(self, store: Store, known: Mapping[str, str]) -> None:
        """Bring the first part in a store to what it is now."""
        for iri in known.keys() - {graph.iri for graph in self._first.graphs}:
            store.remove_graph(NamedNode(iri))
        for graph in self._first.graphs:
            if known.get(graph.iri) != graph.digest:
                store.remove_graph(NamedNode(graph.iri))
                _add(store, "".join(graph.lines()).encode(), graph.size)
        _replace(store, self._first.held(store), serialize(self._first.quads(), format=RdfFormat.N_QUADS) or b"")

    def _start(self) -> None:
        reading, self._pipe = os.pipe()
        self._child = os.fork()
        if self._child:
            os.close(reading)
            return
        status = 1
        try:
            os.close(self._pipe)
            with os.fdopen(reading, "rb") as rest:
                self._write(rest)
            status = 0
        finally:
            os._exit(status)

    def _finished(self) -> bool:
        """Wait for the copy; whether it wrote the store."""
        child, self._child = self._child, None
        return child is not None and os.waitpid(child, 0)[1] == 0


class _Lines(RawIOBase):
    """A file to read that is made while it is read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._left = b""

    def readable(self) -> bool:
        """It is, and only that."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer as far as one piece goes; the number of bytes, 0 at the end."""
        room = memoryview(buffer)
        while not self._left:
            piece = next(self._lines, None)
            if piece is None:
                return 0
            self._left = piece.encode()
        part, self._left = self._left[: len(room)], self._left[len(room) :]
        room[: len(part)] = part
        return len(part)


def _shares(part: Part) -> Iterator[Iterator[str]]:
    """The N-Quads of a part, of a large one in two shares of about one size: each is loaded by a processor of its own."""
    graphs = sorted(part.graphs, key=lambda graph: graph.size)
    if len(graphs) == 1 or sum(graph.size for graph in graphs) < LEAST_SHARED:
        yield _lines_of(graphs, part.quads)
        return
    less, more = list[Graph](), list[Graph]()
    for graph in reversed(graphs):
        smaller = min(less, more, key=lambda share: sum(other.size for other in share))
        smaller.append(graph)
    yield _lines_of(less, tuple)
    yield _lines_of(more, part.quads)


def _lines_of(graphs: Iterable[Graph], quads: Callable[[], Iterable[Quad]]) -> Iterator[str]:
    for graph in graphs:
        yield from graph.lines()
    yield (serialize(quads(), format=RdfFormat.N_QUADS) or b"").decode()


def _add(store: Store, lines: bytes, statements: int) -> None:
    """Put N-Quads into a store: many by files of their own, few by its journal, which makes fewer files."""
    if statements > MOST_BY_JOURNAL:
        store.bulk_load(lines, RdfFormat.N_QUADS, lenient=True)
    else:
        store.load(lines, RdfFormat.N_QUADS, lenient=True)


def _replace(store: Store, held: Iterable[bytes], lines: bytes) -> None:
    """Have a store hold these N-Quads in place of those lines."""
    wanted, before = set(lines.splitlines()), set(held)
    for quad in parse(b"\n".join(before - wanted), RdfFormat.N_QUADS):
        store.remove(quad)
    new = wanted - before
    _add(store, b"\n".join(new), len(new) // 10)


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
