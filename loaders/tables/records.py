"""A table as rows of cells, each cell with the exact characters of the file it stands on; the readers make it, the mapping reads it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple


class Cell(NamedTuple):
    """The raw characters [start, end) of one cell, without the quotation marks around it; escapes are still in `raw`."""

    raw: str
    start: int
    end: int


class Record(NamedTuple):
    """One row. `row` counts as a spreadsheet does: the header is row 1, the first record row 2. `cut`: the file ends inside it."""

    row: int
    cells: tuple[Cell, ...]
    cut: bool = False


class Broken(NamedTuple):
    """A row that cannot be read, with the first column in doubt (1-based) and why."""

    row: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Table:
    """The header, the rows in file order, and how raw cell text becomes a value.

    `decode` undoes the format's escapes. `items` splits a list cell at a separator into cells of its own (exact spans), keeping
    separators inside parentheses and those followed by a blank, which belong to a name ("Rice University, Texas").
    """

    header: tuple[str, ...]
    records: Callable[[], Iterator[Record | Broken]]
    decode: Callable[[str], str]
    items: Callable[[Cell, str], list[Cell]]


@cache
def _marks(separator: str) -> re.Pattern[str]:
    return re.compile(rf"[()]|{re.escape(separator)}")


def split_items(cell: Cell, separator: str) -> list[Cell]:
    """The items of a list cell, blanks around them left out, empty ones dropped.

    A separator inside parentheses does not split, nor does a comma followed by a blank, unless the separator is written with the
    blank itself (", " or "; ").

    >>> [item.raw for item in split_items(Cell("G42,Bell (A, B),C, Inc", 0, 22), ",")]
    ['G42', 'Bell (A, B)', 'C, Inc']
    """
    raw, size = cell.raw, len(separator)
    if separator not in raw:
        pieces = [(0, len(raw))]
    else:
        pieces = []
        depth = begin = 0
        names_hold_commas = separator == ","
        for found in _marks(separator).finditer(raw):
            mark, position = found.group(), found.start()
            if mark == "(":
                depth += 1
            elif mark == ")":
                depth = max(0, depth - 1)
            elif depth == 0 and not (names_hold_commas and raw[position + 1 : position + 2] == " "):
                pieces.append((begin, position))
                begin = position + size
        pieces.append((begin, len(raw)))
    items = []
    for begin, end in pieces:
        text = raw[begin:end]
        left = len(text) - len(text.lstrip())
        stripped = text.strip()
        if stripped:
            start = cell.start + begin + left
            items.append(Cell(stripped, start, start + len(stripped)))
    return items
