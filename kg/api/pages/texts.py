"""Texts as they are shown: a document's raw text and how its loader reads it, kept for the documents looked at last."""

from dataclasses import dataclass
from threading import Lock

from kg.catalogue import Catalogue, DocumentRow
from kg.documents import Document
from kg.loading import text_of
from kg.passages import Passage, content_span, passage
from kg.text import Text

LONGEST = 600_000
"""Characters; a longer document is shown as it was retrieved, without being read again."""

KEPT = 128


@dataclass(frozen=True, slots=True)
class Shown:
    """A document's raw text, and its text as read; None where that is the same or the document is too long to read again."""

    raw: str
    text: Text | None


_shown: dict[str, Shown] = {}
_lock = Lock()


def shown(catalogue: Catalogue, sha: str) -> tuple[DocumentRow, Shown | None]:
    """The document and its texts; None for these where it is not on this machine. Raises: UnknownName."""
    row = catalogue.document_row(sha)
    return row, texts_of(catalogue, row.id)


def texts_of(catalogue: Catalogue, sha: str) -> Shown | None:
    """The texts of a document by its full sha256; None where it is not on this machine. Raises: UnknownName."""
    if not (catalogue.home / "documents" / sha).is_file():
        return None
    # A document's id is the hash of its bytes: what was read once stays right.
    kept = _shown.get(sha)
    if kept is None:
        detail = catalogue.document(sha)
        if detail.raw is None:
            return None
        kept = _read(detail.row, detail.raw)
        with _lock:
            while len(_shown) >= KEPT:
                _shown.pop(next(iter(_shown)))
            _shown[sha] = kept
    return kept


def _read(row: DocumentRow, raw: str) -> Shown:
    if len(raw) > LONGEST:
        return Shown(raw, None)
    text = text_of(Document(row.id, row.name, raw, row.encoding, row.media_type, row.size))
    return Shown(raw, None if text.content == raw else text)


def shown_passage(texts: Shown, start: int, end: int) -> Passage:
    """The passage around the raw range [start, end), as read where that is possible; offsets of the passage are the raw ones."""
    if texts.text is not None:
        inside = content_span(texts.text, start, end)
        if inside is not None:
            found = passage(texts.text.content, *inside)
            return Passage(found.before, found.quote, found.after, start)
    return passage(texts.raw, start, end)


def is_repaired(texts: Shown, start: int, end: int) -> bool:
    """Whether characters of the raw range were damaged and are shown as restored."""
    if texts.text is None:
        return False
    inside = content_span(texts.text, start, end)
    return inside is not None and any(left < inside[1] and inside[0] < right for left, right in texts.text.repaired)
