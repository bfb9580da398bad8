"""A document's text cut for showing: overlapping spans into segments, and the passage around one span."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.text import Text, identity

__all__ = ["AROUND", "Passage", "Segment", "content_span", "identity", "passage", "segments"]

AROUND = 320
"""Characters of context on each side of a quote, before they are drawn back to a word's edge."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same spans. `ids` are the spans that cover it, `begins` those that start here; both in the order given."""

    text: str
    ids: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote with the words around it; `start` is the quote's offset in the document. An ellipsis marks where the text goes on."""

    before: str
    quote: str
    after: str
    start: int


def content_span(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """The content range that stands for the raw range [start, end); None where nothing of the content does.

    >>> content_span(identity("abcdef"), 2, 4)
    (2, 4)
    """
    first = bisect_right(text.ends, start)
    last = bisect_left(text.starts, end)
    return (first, last) if first < last else None


def segments(raw: str, spans: Iterable[tuple[str, int, int]]) -> tuple[Segment, ...]:
    """Cut the text at all boundaries of the (id, start, end) spans; ends are half-open code points, spans outside the text are left out.

    >>> [(item.text, item.ids) for item in segments("abcdef", [("x", 0, 4), ("y", 2, 6)])]
    [('ab', ('x',)), ('cd', ('x', 'y')), ('ef', ('y',))]
    """
    inside = [(name, start, end) for name, start, end in spans if 0 <= start < end <= len(raw)]
    cuts = sorted({0, len(raw), *(place for _, start, end in inside for place in (start, end))})
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for index, (_, start, end) in enumerate(inside):
        opening.setdefault(start, []).append(index)
        closing.setdefault(end, []).append(index)
    made: list[Segment] = []
    live: set[int] = set()
    for left, right in pairwise(cuts):
        live.difference_update(closing.get(left, ()))
        started = opening.get(left, [])
        live.update(started)
        made.append(Segment(raw[left:right], _names(inside, sorted(live)), _names(inside, started)))
    return tuple(made)


def _names(spans: Sequence[tuple[str, int, int]], indices: Iterable[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spans[index][0] for index in indices))


def passage(raw: str, start: int, end: int, around: int = AROUND) -> Passage:
    """The quote [start, end) with its surroundings, cut at a paragraph where one is near, else at a word.

    >>> passage("One two. Three four. Five.", 9, 20, around=5)
    Passage(before='…two. ', quote='Three four.', after=' Five…', start=9)
    """
    before, after = raw[max(0, start - around) : start], raw[end : end + around]
    if start > around or "\n\n" in before:
        _, paragraph, rest = before.rpartition("\n\n")
        before = rest if paragraph else "…" + (before.split(" ", 1)[1] if " " in before.rstrip() else before)
    if end + around < len(raw) or "\n\n" in after:
        rest, paragraph, _ = after.partition("\n\n")
        after = rest if paragraph else (after.rsplit(" ", 1)[0] if " " in after.strip() else after) + "…"
    return Passage(before, raw[start:end], after, start)
