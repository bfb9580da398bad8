"""The home folder: documents' bytes, releases side by side, and the name of the current one, replaced in one step.

    home/documents/<sha256>   the bytes of each document that was loaded or added
    home/releases/<hash>/     one complete release: catalogue.sqlite, store/, release.json
    home/current              the hash of the release in use

A release is written beside the others under a working name and becomes current by `os.replace`: a process killed at any moment
leaves the home as it was.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.documents import document_id
from kg.errors import StoreError

WORKING = "working-"


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder; nothing is written before the first document or release."""

    path: Path

    def release_path(self) -> Path | None:
        """Folder of the current release; None in an empty home.

        Raises: StoreError when `current` names a release that is not there.
        """
        try:
            name = (self.path / "current").read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.path / 'current'} cannot be read ({error}); give another folder with --home") from None
        release = self.path / "releases" / name
        if not name or not release.is_dir():
            raise StoreError(f"{self.path / 'current'} names the release {name!r}, which is not in {self.path / 'releases'}; load again")
        return release

    def keep(self, content: bytes) -> str:
        """Keep a document's bytes under their sha256, which is returned."""
        identifier = document_id(content)
        target = self.path / "documents" / identifier
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=WORKING, delete=False) as file:
                file.write(content)
            Path(file.name).replace(target)
        return identifier

    def content(self, identifier: str) -> bytes | None:
        """The bytes of a document; None when this home does not keep them."""
        if len(identifier) != 64 or not identifier.isalnum():
            return None
        try:
            return (self.path / "documents" / identifier).read_bytes()
        except FileNotFoundError:
            return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the home's only writer's place.

        Raises: StoreError when the folder cannot be written or another process is writing.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("a")
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written ({error.strerror}); give another folder with --home") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(f"another kg process is writing to {self.path}; wait until it has finished") from None
            yield

    @contextmanager
    def working_release(self) -> Iterator[Path]:
        """An empty folder beside the releases; what is left of it at the end is removed, as is what a killed process left."""
        releases = self.path / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        for left in releases.glob(f"{WORKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=releases, prefix=WORKING))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, name: str) -> Path:
        """Make a finished working folder the current release; older ones are removed, except the one before and those in use."""
        releases = self.path / "releases"
        target = releases / name
        if not (target.exists() and _in_use(target)):  # one in use has the same content: it keeps its place
            shutil.rmtree(target, ignore_errors=True)
            folder.replace(target)
        before = self.release_path()
        pointer = self.path / f"{WORKING}current"
        with pointer.open("w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.path / "current")
        for old in releases.iterdir():
            if old not in (target, before) and not _in_use(old):
                shutil.rmtree(old, ignore_errors=True)
        return target


def lease(release: Path) -> IO[str]:
    """Keep a release from being removed for as long as the file that is returned is open."""
    file = (release / "release.json").open(encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _in_use(release: Path) -> bool:
    try:
        with (release / "release.json").open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
