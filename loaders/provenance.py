"""What a document says of itself: title, publisher, authors, date, address, language, and the publications it rests on."""

import re
from collections.abc import Sequence

from kg.documents import Document, Metadata
from kg.text import Text
from loaders.blocks import Block

_ISO_DATE = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def metadata(document: Document, text: Text, blocks: Sequence[Block]) -> Metadata:
    """The metadata found in the document; what it does not say is None or empty."""
    fields = {block.label.lower(): text.content[block.start : block.end] for block in blocks if block.kind == "field"}
    title = fields.get("title") or next((text.content[block.start : block.end] for block in blocks if block.kind == "heading"), None)
    found = _ISO_DATE.search(fields.get("date", ""))
    return Metadata(title=title, date=found[0] if found else None)
