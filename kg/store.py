"""The triple store of a release: written once, then opened read-only by whoever asks."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import Quad, RdfFormat, Store, serialize

from kg.errors import StoreError
from kg.home import Home

STORE = "store"
REPORT = "quarantine.nq"
"""The validation report, beside the store and not in it: a query over all graphs must not meet what is held back."""

_opened: set[str] = set()
"""Stores on disk this process has opened: their threads do not live on in a copy of the process, which would wait for them for ever."""


class StoreWriter:
    """Writes a new store into a release folder in two parts, the first, which is most of it, while the caller derives the second.

    `beside`: write in copies of the process (fork), so that two processors work; where that cannot be, or a copy fails, here.
    """

    def __init__(self, release: Path, *, beside: bool = False) -> None:
        self._path = str(release / STORE)
        self._beside = beside and sys.platform == "linux"
        self._first: Iterable[Quad] = ()
        self._child: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None:  # the caller failed: nothing is to be written
            os.kill(self._child, 9)
            self._finished()

    def begin(self, quads: Iterable[Quad]) -> None:
        """Start with the first part; it is read at the latest in `finish`, of which nothing may depend."""
        self._first = quads
        if self._beside and not _opened:
            self._start(quads)

    def finish(self, quads: Iterable[Quad]) -> None:
        """Write the second part after the first; the store is then whole."""
        if self._child is not None and self._finished():
            self._start(quads)
            if self._finished():
                return
        _load(self._path, self._first)
        _load(self._path, quads)

    def _start(self, quads: Iterable[Quad]) -> None:
        self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                _load(self._path, quads)
                status = 0
            finally:
                os._exit(status)

    def _finished(self) -> bool:
        """Wait for the copy; whether it wrote its part."""
        child, self._child = self._child, None
        return child is not None and os.waitpid(child, 0)[1] == 0


def _load(path: str, quads: Iterable[Quad]) -> None:
    _opened.add(path)
    store = Store(path)
    store.bulk_extend(quads)  # no optimize(): it takes a third of the time again and doubles the size of what bulk loading packed well
    store.flush()


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
