"""A document's text: normalised content in which every character maps back to a range of the raw document."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from kg.errors import SpanError


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: half-open span of its visible words in the content, and the address behind them."""

    start: int
    end: int
    address: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Characters of the content that were reconstructed, with the posterior probability that they are right (0..1)."""

    start: int
    end: int
    posterior: float


@dataclass(frozen=True, slots=True)
class Text:
    """Normalised content and its alignment with the raw document.

    `starts[i], ends[i]` is the half-open raw range that content character i stands for (empty for an inserted character, such as the
    space that replaces a hard line break's frame); starts and ends never decrease, except inside `copies`: content ranges (sorted,
    disjoint) that repeat an earlier passage, such as a table cell that spans several rows, and map back to that passage. `kinds`
    names the readers applied, in order. `repaired` are content ranges that differ from the raw text because damage was undone;
    `uncertain` those of them in doubt.
    """

    content: str
    starts: "array[int]"
    ends: "array[int]"
    kinds: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()
    repaired: tuple[tuple[int, int], ...] = ()
    copies: tuple[tuple[int, int], ...] = ()
    notes: dict[str, str] = field(default_factory=dict)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open raw range of the non-empty content range [start, end).

        A range that holds both copied and other characters stands for the raw range of the others: a table row is quoted where it is,
        not from where the cell above it began.

        Raises: SpanError when the range is empty or outside the content.
        """
        if not 0 <= start < end <= len(self.content):
            raise SpanError(f"the range {start}-{end} is not inside a text of {len(self.content)} characters")
        own = self._own(start, end) if self.copies else [(start, end)]
        first, last = own[0][0], own[-1][1]
        low = self.starts[first]
        return low, max(self.ends[last - 1], low)

    def _own(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of [start, end) outside the copies; the first copy in it when there is nothing else."""
        parts: list[tuple[int, int]] = []
        at = start
        for index in range(max(bisect_right(self.copies, (start, len(self.content))) - 1, 0), len(self.copies)):
            low, high = self.copies[index]
            if low >= end:
                break
            if low > at:
                parts.append((at, low))
            at = max(at, min(high, end))
        if at < end:
            parts.append((at, end))
        if parts:
            return parts
        first = self.copies[max(bisect_right(self.copies, (start, len(self.content))) - 1, 0)]
        return [(start, min(end, first[1]))]


def identity(raw: str, kinds: tuple[str, ...] = ()) -> Text:
    """The raw text as its own normalised content.

    >>> identity("abc").raw_span(1, 3)
    (1, 3)
    """
    places = array("I", range(len(raw) + 1))
    return Text(raw, places[:-1], places[1:], kinds)
