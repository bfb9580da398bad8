"""The offline extractor: statements from blocks, by rules and small learned weights, without a network."""

from collections.abc import Sequence

from kg.documents import Document, Metadata
from kg.statements import Statement
from kg.text import Text
from loaders.blocks import Block


def extract(document: Document, text: Text, blocks: Sequence[Block], metadata: Metadata) -> tuple[Statement, ...]:
    """The document's statements in reading order."""
    return ()
