"""The release in use: its catalogue, its store and its name, changed as a whole when a load made a newer one current."""

import threading
from pathlib import Path
from typing import IO

from kg.catalogue import Catalogue
from kg.errors import StoreError
from kg.home import Home, lease
from kg.store import STORE
from kg.tombstones import Tombstone, tombstone


class Current:
    """What a home holds now. Every call looks at the home's `current`; safe to share between threads."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._release: Path | None = None
        self._catalogue: Catalogue | None = None
        self._lease: IO[str] | None = None

    def release(self) -> Path:
        """Folder of the current release.

        Raises: StoreError when the home is empty.
        """
        found = Home(self.home).release_path()
        if found is None:
            raise StoreError(f"{self.home} holds nothing yet; load documents with `kg load PATH --home {self.home}`")
        return found

    def name(self) -> str:
        """The release's hash; "" for an empty home."""
        try:
            return self.release().name
        except StoreError:
            return ""

    def catalogue(self) -> Catalogue:
        """The read model of the current release, which is kept from removal while it is in use here."""
        release = self.release()
        with self._lock:
            if release != self._release or self._catalogue is None:
                held = lease(release)
                self._catalogue = Catalogue.open(self.home)
                self._release = release
                if self._lease is not None:
                    self._lease.close()
                self._lease = held
            return self._catalogue

    def store(self) -> Path:
        """Folder of the current release's store."""
        return self.release() / STORE

    def gone(self, kind: str, id: str) -> Tombstone | None:
        """When the id was once known and is not any more."""
        return tombstone(self.home, kind, id)

    def close(self) -> None:
        """Let go of the release."""
        if self._lease is not None:
            self._lease.close()
            self._lease = None
