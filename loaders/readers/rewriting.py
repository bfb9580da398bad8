"""Rewriting a Text: pieces kept, replaced or repeated, and the map to the raw document carried along."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.text import Link, Text, Uncertain


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the half-open content range [start, end) by `put`; an empty range inserts, an empty `put` deletes."""

    start: int
    end: int
    put: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the new content: the old range [start, end) as it is, `put` in its place; `again` says it was there before."""

    start: int
    end: int
    put: str | None = None
    again: bool = False


def rewritten(text: Text, edits: Iterable[Edit], kind: str = "", *, repaired: bool = False, links: Sequence[Link] = ()) -> Text:
    """The text with the edits made; overlapping edits: the earlier one wins.

    Each put character stands for the whole raw range it replaces. `kind` is added to the readers applied; `repaired` marks the edits as
    undone damage; `links` are further links, in positions of the old content.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    if not ordered and not links:
        return text
    return assembled(text, _pieces(ordered, len(text.content)), kind, repaired=repaired, links=links)


def _pieces(edits: Iterable[Edit], size: int) -> Iterator[Piece]:
    at = 0
    for edit in edits:
        if edit.start < at:
            continue
        if edit.start > at:
            yield Piece(at, edit.start)
        yield Piece(edit.start, edit.end, edit.put)
        at = edit.end
    if at < size:
        yield Piece(at, size)


def assembled(text: Text, pieces: Iterable[Piece], kind: str = "", *, repaired: bool = False, links: Sequence[Link] = ()) -> Text:
    """The text made of the pieces in their order; kept and replaced pieces must come in the old order, repeated ones may come anywhere."""
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    old_starts: list[int] = []
    old_ends: list[int] = []
    new_starts: list[int] = []
    changed: list[tuple[int, int]] = []
    copies: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        if piece.put is None:
            size = piece.end - piece.start
            if not size:
                continue
            parts.append(text.content[piece.start : piece.end])
            starts.extend(text.starts[piece.start : piece.end])
            ends.extend(text.ends[piece.start : piece.end])
            if piece.again:
                _extend(copies, at, at + size)
            else:
                old_starts.append(piece.start)
                old_ends.append(piece.end)
                new_starts.append(at)
        else:
            size = len(piece.put)
            if not size:
                continue
            parts.append(piece.put)
            low, high = _raw_range(text, piece.start, piece.end)
            starts.extend([low] * size)
            ends.extend([high] * size)
            if piece.again:
                _extend(copies, at, at + size)
            elif repaired:
                changed.append((at, at + size))
        at += size

    def moved(position: int, is_end: bool) -> int:
        """The new place of an old position: inside a kept piece exactly, else at the nearest edge."""
        index = bisect_right(old_starts, position - (1 if is_end and position else 0)) - 1
        if index < 0:
            return new_starts[0] if new_starts and not is_end else 0
        inside = min(position, old_ends[index]) - old_starts[index]
        if not is_end and position >= old_ends[index] and index + 1 < len(new_starts):
            return new_starts[index + 1]
        return new_starts[index] + inside

    def kept(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        found = ((moved(start, False), moved(end, True)) for start, end in ranges)
        return [(start, end) for start, end in found if start < end]

    new_links = []
    for link in sorted((*text.links, *links), key=lambda link: (link.start, link.end)):
        start, end = moved(link.start, False), moved(link.end, True)
        if start < end:
            new_links.append(Link(start, end, link.address))
    new_uncertain = []
    for mark in text.uncertain:
        start, end = moved(mark.start, False), moved(mark.end, True)
        if start < end:
            new_uncertain.append(Uncertain(start, end, mark.posterior))
    return replace(
        text,
        content="".join(parts),
        starts=starts,
        ends=ends,
        kinds=(*text.kinds, kind) if kind and kind not in text.kinds else text.kinds,
        links=tuple(new_links),
        uncertain=tuple(new_uncertain),
        repaired=tuple(sorted((*kept(text.repaired), *changed))),
        copies=tuple(sorted((*kept(text.copies), *copies))),
    )


def _extend(ranges: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a range; one that begins where the last ended makes that longer."""
    if ranges and ranges[-1][1] == start:
        ranges[-1] = (ranges[-1][0], end)
    else:
        ranges.append((start, end))


def _raw_range(text: Text, start: int, end: int) -> tuple[int, int]:
    """The raw range of a content range; an empty one stands just after the character before it."""
    if start < end:
        return text.raw_span(start, end)
    if start:
        return text.ends[start - 1], text.ends[start - 1]
    return 0, 0


def marked(text: Text, kind: str) -> Text:
    """The same text with the reader's name added."""
    return text if kind in text.kinds else replace(text, kinds=(*text.kinds, kind))
