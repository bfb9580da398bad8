"""Long documents in pieces: the text and its blocks in, overlapping ranges cut on block boundaries out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.text import Text
from loaders.blocks import Block

SIZE = 6000
"""Characters of a chunk, its overlap apart."""
OVERLAP = 600
"""Characters of the blocks before that a chunk begins with, at most."""
_CUTS = frozenset(("heading", "paragraph", "item", "quote", "table", "row", "footnote", "code", "front-matter", "field"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the content: half-open range [start, end) of it, of which [start, own) was the end of the chunk before."""

    start: int
    own: int
    end: int


def chunks(text: Text, blocks: Sequence[Block], size: int = SIZE, overlap: int = OVERLAP) -> Iterator[Chunk]:
    """The chunks in reading order; together their own parts are the whole content, and each is at most `size` long.

    A chunk ends where a block begins; a block longer than a chunk is cut at a line's end, or after `size` characters where it has none.
    """
    content, length = text.content, len(text.content)
    cuts = sorted({block.start for block in blocks if block.kind in _CUTS} | {length})
    position, before, index = 0, 0, 0
    starts: list[int] = []
    while position < length:
        limit, end = position + size, -1
        while index < len(cuts) and cuts[index] <= limit:
            if cuts[index] > position:
                end = cuts[index]
                starts.append(end)
            index += 1
        if end < 0:
            line = content.rfind("\n", position + 1, limit)
            end = line + 1 if line >= 0 else min(limit, length)
            starts.append(end)
        if content[position:end].strip():
            yield Chunk(before, position, end)
        before = min((start for start in starts if end - overlap <= start), default=end)
        starts = [start for start in starts if start >= before]
        position = end
