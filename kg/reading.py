"""Files named by the user, as documents: folders are walked, and what cannot be read becomes a problem in one sentence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.documents import Document, Problem, document_from_bytes
from kg.errors import InputError

LARGEST = 20_000_000
"""Bytes; a larger file is refused: no article, report or notes file comes near it."""


def printable(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 are written as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves and those anywhere below the folders, each once, sorted inside a folder; hidden ones are left out."""
    seen: set[Path] = set()
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if not file.is_dir() and not hidden and file not in seen:
                seen.add(file)
                yield file


def read_document(path: Path) -> tuple[Document, bytes]:
    """A file as a document, and its bytes.

    Raises: InputError when it is missing, not a file, too large, empty or binary; the sentence begins with the path.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path}: there is no such file; check the path" if not path.exists() else f"{path}: is not a file")
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(f"{path}: has {size:,} bytes, more than the {LARGEST:,} a document may have; split it first")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check that it is there and readable") from None
    if not content.strip():
        raise InputError(f"{path}: is empty; expected a text")
    try:
        return document_from_bytes(printable(path.name), content), content
    except InputError as error:
        raise InputError(f"{path}: {str(error).removeprefix(path.name).strip()}") from None


def problem(path: Path, error: Exception) -> Problem:
    """An error about a whole file, as a problem of the report."""
    return Problem(printable(str(path)), "file", printable(str(error).removeprefix(f"{path}: ")), "error")
