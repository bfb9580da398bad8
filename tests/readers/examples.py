"""What the tests of the readers share: a document from a string, and a look at what was read."""

from kg.documents import Document
from kg.text import Text
from loaders.blocks import Block, blocks
from loaders.readers import read


def document(raw: str) -> Document:
    return Document("0" * 64, "example.txt", raw)


def content(raw: str) -> str:
    return read(document(raw)).content


def quote(raw: str, words: str) -> str:
    """The raw passage that the words of the content stand for."""
    text = read(document(raw))
    start = text.content.index(words)
    low, high = text.raw_span(start, start + len(words))
    return raw[low:high]


def tree(raw: str) -> tuple[Text, tuple[Block, ...]]:
    text = read(document(raw))
    return text, blocks(text)


def shown(raw: str, *kinds: str) -> list[tuple[str, str, str]]:
    """Kind, label and words of the blocks, of the kinds asked for."""
    text, found = tree(raw)
    return [(block.kind, block.label, text.content[block.start : block.end]) for block in found if not kinds or block.kind in kinds]
