"""A document's text: normalised content in which every character maps back to a range of the raw document."""

from array import array
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
    space that replaces a hard line break's frame); starts and ends never decrease. `kinds` names the readers applied, in order.
    `repaired` are content ranges that differ from the raw text because damage was undone; `uncertain` those of them in doubt.
    """

    content: str
    starts: "array[int]"
    ends: "array[int]"
    kinds: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()
    repaired: tuple[tuple[int, int], ...] = ()
    notes: dict[str, str] = field(default_factory=dict)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open raw range of the non-empty content range [start, end).

        Raises: SpanError when the range is empty or outside the content.
        """
        if not 0 <= start < end <= len(self.content):
            raise SpanError(f"the range {start}-{end} is not inside a text of {len(self.content)} characters")
        return self.starts[start], max(self.ends[end - 1], self.starts[start])


def identity(raw: str, kinds: tuple[str, ...] = ()) -> Text:
    """The raw text as its own normalised content.

    >>> identity("abc").raw_span(1, 3)
    (1, 3)
    """
    return Text(raw, array("I", range(len(raw))), array("I", range(1, len(raw) + 1)), kinds)
