"""Longest-match lookup of spellings at a position, forwards or backwards, in time proportional to the longest spelling."""

from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


def _joins(left: str, right: str) -> bool:
    """Whether two adjacent characters belong to one word of an alphabetic script (CJK characters never do)."""
    return left.isalpha() and (right.isalpha() or right.isdigit()) and left < "\u2e80" and right < "\u2e80"


class Spellings(Generic[T]):
    """A table from spelling to payload. Unless `exact`, spellings are compared in lower case.

    >>> table = Spellings({"million": 6, "millions": 6, "m": 6})
    >>> table.match("5 millions", 2)
    (6, 10)
    >>> table.match("5 millionaires", 2) is None
    True
    >>> table.match("5 m", 2)
    (6, 3)
    """

    def __init__(self, table: Mapping[str, T], exact: bool = False) -> None:
        self._exact = exact
        self._table = {(key if exact else key.lower()): value for key, value in table.items()}
        by_first: dict[str, set[int]] = {}
        by_last: dict[str, set[int]] = {}
        for key in self._table:
            by_first.setdefault(key[0], set()).add(len(key))
            by_last.setdefault(key[-1], set()).add(len(key))
        self._by_first = {first: sorted(lengths, reverse=True) for first, lengths in by_first.items()}
        self._by_last = {last: sorted(lengths, reverse=True) for last, lengths in by_last.items()}

    def match(self, text: str, position: int) -> tuple[T, int] | None:
        """The payload of the longest spelling that starts at the position and ends at a word's end, with the end; or None."""
        if position >= len(text):
            return None
        first = text[position] if self._exact else text[position].lower()
        for length in self._by_first.get(first, ()):
            end = position + length
            if end > len(text):
                continue
            piece = text[position:end]
            if not self._exact:
                piece = piece.lower()
            if piece in self._table and not (end < len(text) and _joins(text[end - 1], text[end])):
                return self._table[piece], end
        return None

    def match_before(self, text: str, position: int) -> tuple[T, int] | None:
        """The payload of the longest spelling that ends at the position and begins at a word's start, with the start; or None."""
        if position <= 0:
            return None
        last = text[position - 1] if self._exact else text[position - 1].lower()
        for length in self._by_last.get(last, ()):
            start = position - length
            if start < 0:
                continue
            piece = text[start:position]
            if not self._exact:
                piece = piece.lower()
            if piece in self._table and not (start > 0 and _joins(text[start - 1], text[start])):
                return self._table[piece], start
        return None
