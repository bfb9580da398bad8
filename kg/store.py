"""The triple store of a release: written once, then opened read-only by whoever asks."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, Store

from kg.errors import StoreError
from kg.home import Home

STORE = "store"


def write_store(release: Path, quads: Iterable[Quad]) -> int:
    """Write a new store into a release folder; returns the number of distinct quads."""
    store = Store(str(release / STORE))
    store.bulk_extend(quads)  # no optimize(): it takes a third of the time again and doubles the size of what bulk loading packed well
    store.flush()
    return len(store)


def open_store(home: Path) -> Store:
    """The current release's store, read-only.

    Raises: StoreError when the home is empty or its store cannot be opened.
    """
    release = Home(home).release_path()
    if release is None:
        raise StoreError(f"{home} holds nothing yet; load documents with `kg load PATH --home {home}`")
    try:
        return Store.read_only(str(release / STORE))
    except OSError as error:
        raise StoreError(f"the store in {release} cannot be opened ({error}); load again") from None
