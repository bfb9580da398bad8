"""Plain text: line ends become one newline, characters nobody sees disappear."""

import re

from kg.text import Text
from loaders.readers.rewriting import Edit, rewritten

# Byte order marks, soft hyphens, zero-width spaces and control characters; U+200C and U+200D join emoji and Indic letters and stay.
UNSEEN = re.compile("\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+|\u2028|\u2029")


def cleaned(text: Text) -> Text:
    """The text with `\\n` as its only line end and without control and zero-width characters."""
    edits = [Edit(match.start(), match.end(), _instead(match[0])) for match in UNSEEN.finditer(text.content)]
    return rewritten(text, edits)


def _instead(found: str) -> str:
    return "\n" if found in ("\r\n", "\r", "\u2028", "\u2029", "\x0c") else ""
