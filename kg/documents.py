"""A document: one file as it was retrieved, immutable bytes named by their sha256, and what the file says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from kg.decoding import decode
from kg.errors import InputError


@dataclass(frozen=True, slots=True)
class Reference:
    """Another publication a document names as where something comes from.

    `relation`: "primary-source" (a report, paper or filing the document rests on), "quoted" (a passage taken over word for word),
    "mirror" (the whole text is another publisher's), "link" (merely linked). `start, end`: half-open raw span of the mention, or None.
    """

    relation: str
    label: str
    address: str | None = None
    date: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself; None or empty where it does not. Dates are ISO 8601, partial allowed ("2025-09")."""

    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    retrieved: str | None = None
    address: str | None = None
    language: str | None = None
    kind: str | None = None
    references: tuple[Reference, ...] = ()


def metadata_from_json(record: Mapping[str, Any]) -> Metadata:
    """Metadata from the JSON object of its fields.

    Raises: InputError when a field is unknown or of the wrong type.
    """
    values = dict(record)
    try:
        references = tuple(Reference(**reference) for reference in values.pop("references", ()))
        return Metadata(**{**values, "authors": tuple(values.get("authors", ())), "references": references})
    except TypeError as error:
        raise InputError(f"a document's metadata is not in order: {error}") from None


def is_table(metadata: Metadata) -> bool:
    """Whether the document is a table of many cells, each a statement: what would be said of each is then said of the document."""
    return (metadata.kind or "").startswith("table:")


@dataclass(frozen=True, slots=True)
class Document:
    """One file. `raw` is its text decoded without any newline translation: statement spans count its Unicode code points."""

    id: str
    name: str
    raw: str
    encoding: str = "utf-8"
    media_type: str = "text/plain"
    size: int = 0


def document_id(content: bytes) -> str:
    """Sha256 of the file's bytes, as 64 hexadecimal digits."""
    return sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a loader could not use and reports instead of losing it: where (file, row, column or span), what, what to do."""

    document: str
    where: str
    message: str
    severity: str = "warning"
    details: dict[str, str] = field(default_factory=dict)


def document_from_bytes(name: str, content: bytes) -> Document:
    """The document that a file's bytes are; its media type is told by its content.

    >>> document_from_bytes("note.txt", "R1 kostet 6 M€".encode("cp1252")).raw
    'R1 kostet 6 M€'

    Raises: InputError when the bytes are empty or no text; the sentence begins with the name.
    """
    try:
        raw, encoding = decode(content)
    except InputError as error:
        raise InputError(f"{name} {error}") from None
    return Document(document_id(content), name, raw, encoding, _media_type(raw), len(content))


def _media_type(raw: str) -> str:
    head = raw[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<html")) or "<body" in head:
        return "text/html"
    if head.startswith(("{", "[{")):
        return "application/json"
    if head.startswith(("---\n", "# ", "## ")) or "\n## " in head or "](http" in head:
        return "text/markdown"
    return "text/plain"
