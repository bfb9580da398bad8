"""Reads a JSON file that is an array of objects (or holds one, or is one object a line) into a table, each value with its span.

The span of a string is what stands between its quotation marks, escapes included; of a number, its characters. Nested objects give
columns with dotted names; an array of strings or numbers is a list cell.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from loaders.tables.records import Broken, Cell, Record, Table, split_items

BLANK = re.compile(r"[ \t\r\n\ufeff]*")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
ABSENT = Cell("", 0, 0)


class _Object(NamedTuple):
    row: int
    cells: dict[str, Cell]


class Malformed(Exception):
    """The text is not JSON from here on; the argument is the position."""


@dataclass(slots=True)
class _Scanner:
    raw: str
    position: int = 0
    repeated: list[str] = field(default_factory=list)

    def skip(self) -> str:
        """Skip blanks; the next character, or "" at the end."""
        match = BLANK.match(self.raw, self.position)
        self.position = match.end() if match else self.position
        return self.raw[self.position : self.position + 1]

    def expect(self, character: str) -> None:
        if self.skip() != character:
            raise Malformed(self.position)
        self.position += 1

    def string(self) -> Cell:
        match = STRING.match(self.raw, self.position)
        if match is None:
            raise Malformed(self.position)
        self.position = match.end()
        return Cell(match.group(1), *match.span(1))

    def value(self, name: str, into: dict[str, Cell], depth: int = 0) -> None:
        """Read one value and put its cells under `name`."""
        character = self.skip()
        if character == "{":
            self.members(name, into, depth + 1)
        elif character == "[":
            start = self.position
            self.array(depth + 1)
            into[name] = Cell(self.raw[start : self.position], start, self.position)
        elif character == '"':
            into[name] = self.string()
        else:
            match = SCALAR.match(self.raw, self.position)
            if match is None:
                raise Malformed(self.position)
            self.position = match.end()
            if match.group() != "null":
                into[name] = Cell(match.group(), *match.span())

    def members(self, prefix: str, into: dict[str, Cell], depth: int) -> None:
        if depth > 64:
            raise Malformed(self.position)
        self.expect("{")
        if self.skip() == "}":
            self.position += 1
            return
        while True:
            self.skip()
            key = _unescape(self.string().raw)
            name = f"{prefix}.{key}" if prefix else key
            if name in into:
                self.repeated.append(name)
            self.expect(":")
            self.value(name, into, depth)
            if self.skip() != ",":
                break
            self.position += 1
        self.expect("}")

    def array(self, depth: int) -> list[Cell]:
        """The scalar items of an array; nested arrays and objects are passed over."""
        if depth > 64:
            raise Malformed(self.position)
        items: list[Cell] = []
        self.expect("[")
        if self.skip() == "]":
            self.position += 1
            return items
        while True:
            found: dict[str, Cell] = {}
            self.value("item", found, depth)
            if "item" in found and not found["item"].raw.startswith("["):
                items.append(found["item"])
            if self.skip() != ",":
                break
            self.position += 1
        self.expect("]")
        return items


def _unescape(text: str) -> str:
    return str(json.loads(f'"{text}"', strict=False)) if "\\" in text else text


def _items(cell: Cell, separator: str) -> list[Cell]:
    if not cell.raw.startswith("["):
        return split_items(cell, separator)
    return [Cell(item.raw, item.start + cell.start, item.end + cell.start) for item in _Scanner(cell.raw).array(0)]


def looks_like_objects(raw: str) -> bool:
    """Whether the text begins as JSON that may hold objects."""
    return raw[:64].lstrip("\ufeff \t\r\n").startswith(("[", "{"))


def object_table(raw: str, within: str = "") -> Table:
    """The table in `raw`. `within`: the key of the array of objects where the file is one object around it ("data")."""
    rows = list(_objects(raw, within))
    header = tuple(dict.fromkeys(name for row in rows if isinstance(row, _Object) for name in row.cells))
    return Table(header, lambda: _records(rows, header), _unescape, _items)


def first_keys(raw: str, within: str = "") -> tuple[str, ...]:
    """The keys of the first object, without reading the rest; empty when there is none."""
    first = next(_objects(raw, within), None)
    return tuple(first.cells) if isinstance(first, _Object) else ()


def _records(rows: list[_Object | Broken], header: tuple[str, ...]) -> Iterator[Record | Broken]:
    for row in rows:
        yield row if isinstance(row, Broken) else Record(row.row, tuple(row.cells.get(name, ABSENT) for name in header))


def _objects(raw: str, within: str) -> Iterator[_Object | Broken]:
    scanner = _Scanner(raw)
    if within:
        match = re.search(rf'"{re.escape(within)}"\s*:\s*\[', raw)
        if match is None:
            yield Broken(1, 1, f"holds no array named {within!r}")
            return
        scanner.position = match.end() - 1
    in_array = scanner.skip() == "["
    scanner.position += in_array
    row = 1
    while True:
        character = scanner.skip()
        if character == "," and in_array:
            scanner.position += 1
            continue
        if character in ("", "]"):
            if in_array and character == "":
                yield Broken(row + 1, 1, "is missing: the file ends inside the array; get the file again")
            return
        row += 1
        cells: dict[str, Cell] = {}
        start = scanner.position
        try:
            if character != "{":
                raise Malformed(start)
            scanner.members("", cells, 0)
        except Malformed as error:
            position = int(error.args[0])
            yield Broken(row, len(cells) + 1, f"is not JSON at character {position}: {raw[position : position + 20]!r}")
            resumed = re.compile(r"\}\s*,?\s*(?=\{)").search(raw, max(position, start + 1))
            if resumed is None:
                return
            scanner.position = resumed.end()
            continue
        for name in scanner.repeated:
            yield Broken(row, list(cells).index(name) + 1, f"gives {name!r} twice; the second is read")
        scanner.repeated.clear()
        yield _Object(row, cells)
