"""Labelled folders: documents with what they state beside them, one `.tsv` a `.txt`, read into gold rows.

    python -m loaders.offline.labelled FOLDER      check every label against its document

A line of the `.tsv` has, separated by tabs: quote (an exact passage of the document; ` @2` behind it names its second occurrence),
subject, predicate, value or object, unit, bound, status, claimants, qualifiers (`k=v; k=v`). Trailing columns may be left out.
Alternatives of a label are separated by ` | `, a range of values is `low..high`, a line that begins with `?` is optional.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from loaders.offline.gold import Row

_COLUMNS = 9


def labelled_rows(folder: Path) -> Iterator[Row]:
    """The labels of every document of a folder, in the order of file names.

    Raises: InputError naming file and line when a label does not fit its document.
    """
    for labels in sorted(folder.glob("*.tsv")):
        text = labels.with_suffix(".txt")
        raw = text.read_bytes().decode("utf-8")
        for number, line in enumerate(labels.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                yield _row(line, text.name, raw, f"{labels.name}, line {number}")


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
    folder = Path(sys.argv[1])
    bad = rows = 0
    for labels in sorted(folder.glob("*.tsv")):
        raw = labels.with_suffix(".txt").read_bytes().decode("utf-8")
        for number, line in enumerate(labels.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                _row(line, labels.stem + ".txt", raw, f"{labels.name}, line {number}")
                rows += 1
            except (InputError, ValueError) as error:
                print(error)
                bad += 1
    print(f"{rows} labels, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
