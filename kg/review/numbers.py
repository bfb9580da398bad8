"""Numbers nobody accounted for: a text and its statements in, the ranges of numbers that no statement is about out."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from kg.statements import Statement

_NUMBER = re.compile(r"(?<![\w.])\d[\d.,]*(?<=\d)")
_NAMED = 3
"""Characters a name must have for the numbers in it to count as part of the name."""


def uncounted(text: str, placed: Sequence[tuple[Statement, int, int]]) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of the numbers in the text that are part of no statement's figure, date, or name.

    `placed`: statements with their range in the text. A number inside a statement's range counts only when the statement is about it:
    a sentence with three figures and one statement shows the other two.
    """
    taken = _joined(_ranges(text, placed))
    starts = [start for start, _ in taken]
    found = []
    for number in _NUMBER.finditer(text):
        at = bisect_left(starts, number.end()) - 1
        if at < 0 or taken[at][1] <= number.start():
            found.append(number.span())
    return tuple(found)


def _ranges(text: str, placed: Sequence[tuple[Statement, int, int]]) -> Iterator[tuple[int, int]]:
    names: set[str] = set()
    for said, start, end in placed:
        names.update(name for name in (said.subject, *said.attributed_to, *said.qualifiers.values()) if len(name) >= _NAMED)
        if said.object is not None:
            at = text.find(said.object, start, end)
            yield (at, at + len(said.object)) if at >= 0 else (start, end)
        elif said.lexical and (at := text.find(said.lexical, start, end)) >= 0:
            yield at, at + len(said.lexical)
        else:
            yield start, end
    numbered = sorted((name for name in names if any(map(str.isdigit, name))), key=lambda name: (-len(name), name))
    if numbered:
        for named in re.finditer("|".join(map(re.escape, numbered)), text):
            yield named.span()


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
