"""The evidence of one document: where a quote stands, whether a name is written, which figures and dates a range holds."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from kg.entities import Registry
from kg.text import Text
from loaders.blocks import Block
from loaders.llm.chunks import Chunk
from loaders.offline.dates import Date, dates
from loaders.offline.quantities import Figure, figures

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'", "–": "-", "—": "-", "‑": "-"}
)
_PARTS = re.compile(r"[\s\-_‑–/]+")
_JOINTS = r"[\s\-_‑–/*]*"
_OUTER = ("table", "quote", "item", "paragraph", "footnote", "code", "front-matter", "heading")
_WINDOW = 200
"""Characters around a quote that are read for the bounds and rates of its figures."""
_NEIGHBOUR = 300


class Evidence:
    """What can be asked of a document's content to hold a proposal against it. All ranges are half-open ranges of the content."""

    def __init__(self, text: Text, blocks: Sequence[Block], language: str, year: str | None, registry: Registry) -> None:
        self.text, self.blocks, self.language, self.year, self.registry = text, blocks, language, year, registry
        self.content = text.content
        self._written: dict[tuple[str, int, int], bool] = {}

    @cached_property
    def _outer(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Starts and ranges of the blocks that are no part of another block, headings aside."""
        inside: set[int] = set()
        ranges = []
        for index, block in enumerate(self.blocks):
            parent = block.parent
            if parent is not None and (parent in inside or self.blocks[parent].kind != "heading"):
                inside.add(index)
            elif block.end > block.start and block.kind in _OUTER:
                ranges.append((block.start, block.end))
        ranges.sort()
        return [start for start, _ in ranges], ranges

    @cached_property
    def _tables(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the tables, in order."""
        found = sorted((block.start, block.end) for block in self.blocks if block.kind == "table")
        return [start for start, _ in found], [end for _, end in found]

    def in_table(self, start: int, end: int) -> bool:
        """Whether the range lies in a table."""
        starts, ends = self._tables
        index = bisect_right(starts, start) - 1
        return index >= 0 and end <= ends[index]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The paragraph, list item or whole table that holds the range, and the range itself."""
        starts, ranges = self._outer
        index = bisect_right(starts, start) - 1
        if index < 0 or ranges[index][1] <= start:
            return start, end
        return min(start, ranges[index][0]), max(end, ranges[index][1])

    def near(self, start: int, end: int) -> tuple[int, int]:
        """What is around the range, and as much more text on both sides as a neighbouring sentence has."""
        low, high = self.around(start, end)
        return max(0, min(low, start - _NEIGHBOUR)), min(len(self.content), max(high, end + _NEIGHBOUR))

    def find(self, quote: str, chunk: Chunk) -> tuple[int, int] | None:
        """Where the quote stands in the chunk: exactly, or at the only place that differs in white space and quote marks alone."""
        start = self.content.find(quote, chunk.start, chunk.end)
        if start < 0:
            start = self.content.find(quote.strip(), chunk.start, chunk.end)
            quote = quote.strip()
        if start >= 0:
            return start, start + len(quote)
        words = quote.translate(_QUOTES).split()
        if not words:
            return None
        passage = self.content[chunk.start : chunk.end].translate(_QUOTES)
        places = re.finditer(r"\s+".join(map(re.escape, words)), passage)
        first, second = next(places, None), next(places, None)
        if first is None or second is not None:
            return None
        return chunk.start + first.start(), chunk.start + first.end()

    def names(self, label: str, types: Sequence[str] = ()) -> Iterator[str]:
        """The label, then the other names of what it names, of the entity types given."""
        yield label
        for entity in self.registry.find_all(label):
            if not types or entity.type in types:
                yield from entity.names
                yield from entity.inflections

    def writes(self, label: str, start: int, end: int) -> bool:
        """Whether the label is written in the range as words of their own; case, spaces and hyphens do not matter."""
        key = (label, start, end)
        if key not in self._written:
            pattern = _spelled(label)
            self._written[key] = bool(pattern and pattern.search(self.content, start, end))
        return self._written[key]

    def holds(self, label: str, types: Sequence[str], start: int, end: int) -> bool:
        """Whether the range writes the label or, of an entity of one of these types with that name, any other name."""
        return any(self.writes(name, start, end) for name in self.names(label, types))

    def figures(self, start: int, end: int) -> Iterator[Figure]:
        """The figures whose numbers stand in the range, positions in the content; bounds are read from the text around it."""
        low, high = self.around(start, end)
        low, high = max(low, start - _WINDOW), min(high, end + _WINDOW)
        for figure in figures(self.content[low:high], self.language):
            if start <= figure.number_start + low and figure.number_end + low <= end:
                yield replace(
                    figure,
                    start=figure.start + low,
                    end=figure.end + low,
                    number_start=figure.number_start + low,
                    number_end=figure.number_end + low,
                )

    def dates(self, start: int, end: int) -> tuple[Date, ...]:
        """The dates in the range; a day without a year has the year of the document's own date."""
        found = dates(self.content[start:end], self.year)
        return tuple(replace(date, start=date.start + start, end=date.end + start) for date in found)

    def doubtful(self, start: int, end: int) -> bool:
        """Whether characters in the range were reconstructed and may be wrong."""
        return any(item.start < end and start < item.end for item in self.text.uncertain)


def _spelled(label: str) -> "re.Pattern[str] | None":
    parts = [part for part in _PARTS.split(unicodedata.normalize("NFC", label).strip()) if part]
    if not parts or len("".join(parts)) > 200 or (len("".join(parts)) < 2 and not parts[0].isdigit() and parts[0] < "\u2e80"):
        return None
    left = r"(?<![^\W_\u2e80-\uffff])" if parts[0][0].isalnum() and parts[0][0] < "\u2e80" else ""
    right = r"(?![^\W_\u2e80-\uffff])" if parts[-1][-1].isalnum() and parts[-1][-1] < "\u2e80" else ""
    return re.compile(left + _JOINTS.join(map(re.escape, parts)) + right, re.I)
