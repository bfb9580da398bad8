"""Labelled folders: documents with what they state beside them, read into gold rows.

    python -m loaders.offline.labelled FOLDER      check every label against its document

A folder holds pairs of files, a document `name.txt` and its labels `name.tsv`, or files `*.labelled` of several documents each, every one
introduced by a line `=== name`, its labels by a line `--- labels`.

A line of labels has, separated by tabs: quote (an exact passage of the document; ` @2` behind it names its second occurrence),
subject, predicate, value or object, unit, bound, status, claimants, qualifiers (`k=v; k=v`). Trailing columns may be left out.
Alternatives of a label are separated by ` | `, a range of values is `low..high`, a line that begins with `?` is optional.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from loaders.offline.gold import Row

_COLUMNS = 9
_DOCUMENT = re.compile(r"^=== (\S+)\n", re.M)
_LABELS = "\n--- labels\n"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document's file name and text, and the lines of its labels, each with where it stands ("money-01.labelled, line 12")."""

    name: str
    text: str
    labels: tuple[tuple[str, str], ...]

    def rows(self) -> Iterator[Row]:
        """What the labels say.

        Raises: InputError naming file and line when a label does not fit its document.
        """
        for line, where in self.labels:
            yield _row(line, self.name, self.text, where)


def labelled_documents(folder: Path) -> Iterator[Labelled]:
    """The labelled documents of a folder, in the order of file names."""
    for path in sorted((*folder.glob("*.tsv"), *folder.glob("*.labelled"))):
        content = path.read_bytes().decode("utf-8")
        if path.suffix == ".tsv":
            document = path.with_suffix(".txt")
            yield Labelled(document.name, document.read_bytes().decode("utf-8"), tuple(_lines(content, path.name, 1)))
            continue
        begins = [*_DOCUMENT.finditer(content)]
        for number, begin in enumerate(begins):
            end = begins[number + 1].start() if number + 1 < len(begins) else len(content)
            text, _, labels = content[begin.end() : end].partition(_LABELS)
            first = content.count("\n", 0, begin.end() + len(text) + len(_LABELS)) + 1
            yield Labelled(begin[1], text + "\n", tuple(_lines(labels, path.name, first)))


def _lines(labels: str, name: str, first: int) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(labels.splitlines(), first):
        if line.strip() and not line.startswith("#"):
            yield line, f"{name}, line {number}"


def labelled_rows(folder: Path) -> Iterator[Row]:
    """The labels of every document of a folder, in the order of file names.

    Raises: InputError naming file and line when a label does not fit its document.
    """
    for document in labelled_documents(folder):
        yield from document.rows()


def _row(line: str, document: str, raw: str, where: str) -> Row:
    optional = line.startswith("?")
    parts = line.lstrip("?").split("\t")
    if not 4 <= len(parts) <= _COLUMNS:
        raise InputError(f"{where}: {len(parts)} columns; expected quote, subject, predicate, value or object and up to five more")
    quote, subject, predicate, said, unit, bound, status, claimants, qualifiers = (
        part.strip() for part in (*parts, *([""] * (_COLUMNS - len(parts))))
    )
    quote, _, nth = quote.partition(" @")
    start = -1
    for _ in range(int(nth) if nth.isdigit() else 1):
        start = raw.find(quote, start + 1)
    if start < 0 or not quote:
        raise InputError(f"{where}: the quote is not in the document: {quote[:80]!r}")
    value: float | None = None
    low: float | None = None
    high: float | None = None
    objects: tuple[str, ...] = ()
    if unit:
        try:
            if ".." in said:
                low, high = (float(part) for part in said.split("..", 1))
            else:
                value = float(said)
        except ValueError:
            raise InputError(f"{where}: {said!r} is not a number; write base units, such as 5576000") from None
    else:
        objects = tuple(part.strip() for part in said.split(" | "))
    pairs = dict(pair.split("=", 1) for pair in (item.strip() for item in qualifiers.split(";")) if "=" in pair)
    return Row(
        document, tuple(part.strip() for part in subject.split(" | ")), tuple(part.strip() for part in predicate.split(" | ")), objects, value, low, high,
        unit, start, start + len(quote), optional, status or "asserted", tuple(part.strip() for part in claimants.split(" | ") if part.strip()), pairs, bound,
    )  # fmt: skip


def main() -> int:
    """Command line: count the labels of a folder or say what is wrong."""
    bad = rows = 0
    for document in labelled_documents(Path(sys.argv[1])):
        for line, where in document.labels:
            try:
                _row(line, document.name, document.text, where)
                rows += 1
            except (InputError, ValueError) as error:
                print(error)
                bad += 1
    print(f"{rows} labels, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
