"""Reading: a document's raw text becomes a Text, whatever happened to the file, chosen by its content and never by its name."""

from kg.documents import Document
from kg.text import Text, identity
from loaders.readers.boxed import is_boxed, unboxed
from loaders.readers.grids import has_grids, ungridded
from loaders.readers.html import has_tags, untagged
from loaders.readers.markdown import UNMARKING, is_marked_up
from loaders.readers.mojibake import repaired
from loaders.readers.ocr import is_recognised, recognised, restored_names
from loaders.readers.plain import cleaned
from loaders.readers.records import is_records, unpacked
from loaders.readers.wrapping import joined

__all__ = ["read"]


def read(document: Document) -> Text:
    """The document's text as Markdown-light plain text, every character mapped back to the raw document.

    Inline markup is gone (links stay in `links`), hard wraps are joined, tables are pipe tables; headings keep `#`, quotes `>`, items
    their marker, footnotes `[^3]: ...`. Every line is one paragraph, item, row, heading or field.
    """
    text = cleaned(repaired(identity(document.raw)))
    if is_records(text.content):
        return restored_names(unpacked(text))
    boxed = is_boxed(text.content)
    if boxed:
        text = unboxed(text)
    if has_grids(text.content):
        text = ungridded(text)
    if has_tags(text.content):
        text = untagged(text)
    text = recognised(text) if not boxed and is_recognised(text.content) else joined(text)
    text = restored_names(text)
    if is_marked_up(text.content):
        for undo in UNMARKING:  # a step at a time: no text but the last is held
            text = undo(text)
    return text
