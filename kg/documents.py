"""A document: one file as it was retrieved, immutable bytes named by their sha256, and what the file says of itself."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from charset_normalizer import from_bytes

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


# First bytes of formats that hold no text to read, with the name a person knows them by.
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (or a Word, Excel or PowerPoint file)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file"),
    (b"SQLite format 3", "an SQLite file"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich-text file"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = bytes(range(128))
_SAMPLE = 65_536
_MOST_NULS = 0.05


def document_from_bytes(name: str, content: bytes) -> Document:
    """The document that a file's bytes are: UTF-8 where possible, else the encoding its byte order mark or its letters show.

    No newline is translated and nothing is normalised, so that offsets in `raw` are offsets in the file as it was retrieved.

    >>> document_from_bytes("note.txt", "R1 kostet 6 M€".encode("cp1252")).raw
    'R1 kostet 6 M€'

    Raises: InputError when the bytes are no text.
    """
    for magic, kind in _BINARY:
        if content.startswith(magic):
            raise InputError(f"{name} is {kind}, not text; save its words as a .txt, .md or .html file and load that")
    raw, encoding = _decoded(name, content)
    return Document(document_id(content), name, raw, encoding, _media_type(raw), len(content))


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                # A file cut off in the middle of a character: keep what is there.
                return content.decode(encoding, errors="replace"), encoding
    sample = content[:_SAMPLE]
    if sample.count(0) > len(sample) * _MOST_NULS:
        wide = _utf16_without_mark(sample)
        if wide is None:
            raise InputError(f"{name} is a binary file (it is full of NUL bytes), not text; load a text, Markdown, HTML, CSV or JSON file")
        return content.decode(wide, errors="replace"), wide
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A truncated last character, or a stray byte in a long file of good UTF-8, is damage and not another encoding.
        replaced = content.decode("utf-8", errors="replace")
        if error.start >= len(content) - 3 or replaced.count("\ufffd") * 200 < len(content.translate(None, _ASCII)):
            return replaced, "utf-8"
    best = from_bytes(sample).best()
    guess = best.encoding if best is not None else "cp1252"
    text = content.decode(guess, errors="replace")
    if _control_share(text[:_SAMPLE]) > _MOST_NULS:
        raise InputError(f"{name} is a binary file, not text; load a text, Markdown, HTML, CSV or JSON file")
    return text, guess


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 text without a mark shows as NULs in every second byte only."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 10 * max(even, 1) and odd > len(sample) * 0.2:
        return "utf-16-le"
    if even > 10 * max(odd, 1) and even > len(sample) * 0.2:
        return "utf-16-be"
    return None


def _control_share(text: str) -> float:
    return sum(1 for character in text if character < " " and character not in "\t\n\r\x0b\x0c\x1b") / max(len(text), 1)


def _media_type(raw: str) -> str:
    head = raw[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<html")) or "<body" in head:
        return "text/html"
    if head.startswith(("{", "[{")):
        return "application/json"
    if head.startswith(("---\n", "# ", "## ")) or "\n## " in head or "](http" in head:
        return "text/markdown"
    return "text/plain"
