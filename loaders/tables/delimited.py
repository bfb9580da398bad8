"""Reads a delimited file (RFC 4180 and what spreadsheets make of it) without losing where each cell stands in the file.

Quoted cells may hold line breaks, delimiters and doubled quotation marks; lines end in CRLF, LF or CR; a byte order mark is skipped.
A row that cannot be read is reported and reading goes on at the next line that gives a row of the right width: one stray quotation
mark costs a row, not the file.
"""

import re
from collections.abc import Iterator
from functools import cache

from loaders.tables.records import Broken, Cell, Record, Table, split_items

DELIMITERS = (",", ";", "\t", "|")
LINE_BREAK = re.compile(r"\r\n|\n|\r")


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^{d}\r\n]*))({d}|\r\n|\n|\r|\Z)')


def header_of(raw: str, delimiter: str) -> tuple[tuple[str, ...], int]:
    """The column names of the first row that is not blank, and where the row after it begins."""
    position = 1 if raw.startswith("\ufeff") else 0
    field = _field(delimiter)
    while True:
        names: list[str] = []
        while True:
            match = field.match(raw, position)
            if match is None:
                return tuple(names), len(raw)
            quoted = match.group(1)
            names.append((match.group(2) if quoted is None else quoted.replace('""', '"')).strip())
            position = match.end()
            if match.group(3) != delimiter:
                break
        if any(names) or position >= len(raw):
            return tuple(names), position


def _undouble(text: str) -> str:
    return text.replace('""', '"')


def delimited_table(raw: str, delimiter: str) -> Table:
    """The table in `raw`. Its records can be read again and again."""
    header, start = header_of(raw, delimiter)
    return Table(header, lambda: _records(raw, delimiter, start, len(header)), _undouble, split_items)


def _row(raw: str, delimiter: str, position: int) -> tuple[list[Cell], int, bool]:
    """The cells of the row at `position`, where the next row begins, and whether the row is well formed as far as it goes."""
    match_field = _field(delimiter).match
    cells: list[Cell] = []
    while True:
        match = match_field(raw, position)
        if match is None:
            return cells, position, False
        quoted = match.group(1)
        if quoted is None:
            begin, end = match.span(2)
            text = match.group(2)
            if text and text[0] == '"':  # an opening quotation mark without its partner
                return cells, position, False
        else:
            begin, end = match.span(1)
            text = quoted
        cells.append(Cell(text, begin, end))
        position = match.end()
        if match.group(3) != delimiter:
            return cells, position, True


def _records(raw: str, delimiter: str, position: int, width: int) -> Iterator[Record | Broken]:
    length, row = len(raw), 1
    while position < length:
        row += 1
        cells, after, sound = _row(raw, delimiter, position)
        if sound and len(cells) == width:
            yield Record(row, tuple(cells))
            position = after
            continue
        if sound and len(cells) == 1 and not cells[0].raw.strip():
            position = after
            continue
        if sound and after < length:
            yield Broken(row, min(len(cells), width) + 1, f"has {len(cells)} cells where the header has {width}")
            position = after
            continue
        if sound:  # the last row of the file
            if len(cells) < width:
                yield Record(row, tuple(cells[:-1]), cut=True)
            else:
                yield Broken(row, width + 1, f"has {len(cells)} cells where the header has {width}")
            return
        resumed = _resume(raw, delimiter, after, width)
        if resumed is None:
            yield Record(row, tuple(cells[:width]), cut=True)
            return
        yield Broken(row, len(cells) + 1, "has a quotation mark without its partner; reading goes on at the next sound row")
        position = resumed


def _resume(raw: str, delimiter: str, position: int, width: int) -> int | None:
    """Where the next line begins that gives a sound row of `width` cells; None when there is none."""
    for line in LINE_BREAK.finditer(raw, position):
        cells, _, sound = _row(raw, delimiter, line.end())
        if sound and len(cells) == width:
            return line.end()
    return None
