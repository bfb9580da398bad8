"""The offline extractor: statements from blocks, by grammars and small learned weights, without a network."""

from collections.abc import Sequence

from kg.documents import Document, Metadata
from kg.statements import Statement
from kg.text import Text
from loaders.blocks import Block
from loaders.offline.analysis import Analysis
from loaders.offline.assembly import statements_with
from loaders.offline.tabulated import tabulated
from loaders.offline.weights import packaged

__all__ = ["extract", "statements_with"]


def extract(document: Document, text: Text, blocks: Sequence[Block], metadata: Metadata) -> tuple[Statement, ...]:
    """The document's statements in reading order."""
    analysis = Analysis(text, blocks, metadata)
    said = statements_with(packaged(), document, analysis)
    return (*said, *tabulated(document, analysis, said))
