"""The offline reader of figures held against Epoch AI's tables: `python -m tests.benchmarks.epoch_notes [FOLDER]`.

Beside many values stands a note that says where it is from ("14.8T tokens" beside 1.48e13). For each pair of a notes column and a value
column: `in the note` counts rows in whose note a plain number reader, which knows nothing of units, finds the value to 2 %; `read` is the
share of those for which the grammar of loaders/offline reads the number, `typed` the share for which it also says the right kind
(parameter, token, FLOP, duration, money, chips) without knowing the column, which a note such as "72B" leaves unsaid; precision is the
share of notes in which the grammar finds exactly one figure of that kind and this is the row's value. A note may give one true figure
that is not the row's (the active parameters, another model's cost), so precision is a lower bound.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from loaders.offline.quantities import Figure, figures
from tests.shared import SHARED

TOLERANCE = 0.02
HOURS = {"second": 1 / 3600, "minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}
MAGNITUDES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
PLAIN = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?:\s?(?:[eE]|[x×*]\s?10\^?)\s?\+?(\d{1,2}))?\s?-?(thousand|million|billion|trillion|[kmbt](?![a-z]))?",
    re.IGNORECASE,
)


class Pair(NamedTuple):
    """A notes column, the value column it explains, and the kinds of figure that state such a value."""

    file: str
    notes: str
    value: str
    kinds: frozenset[str]


PAIRS = (
    Pair("notable_ai_models.csv", "Parameters notes", "Parameters", frozenset({"parameter"})),
    Pair("notable_ai_models.csv", "Training compute notes", "Training compute (FLOP)", frozenset({"flop"})),
    Pair("notable_ai_models.csv", "Dataset size notes", "Training dataset size (gradients)", frozenset({"token"})),
    Pair("notable_ai_models.csv", "Training time notes", "Training time (hours)", frozenset({"duration"})),
    Pair("notable_ai_models.csv", "Compute cost notes", "Training compute cost (2023 USD)", frozenset({"money"})),
    Pair("large_scale_ai_models.csv", "Parameters notes", "Parameters", frozenset({"parameter"})),
    Pair("large_scale_ai_models.csv", "Training compute notes", "Training compute (FLOP)", frozenset({"flop"})),
    Pair("large_scale_ai_models.csv", "Dataset size notes", "(DEPRECATED) Training dataset size (datapoints)", frozenset({"token"})),
    Pair("gpu_clusters.csv", "Quote", "Chip quantity (primary)", frozenset({"gpu"})),
    Pair("gpu_clusters.csv", "Quote", "Reported Power Capacity (MW)", frozenset({"power"})),
    Pair("gpu_clusters.csv", "Cost Quote", "Reported Cost", frozenset({"money"})),
)


def plain_numbers(text: str, kinds: frozenset[str]) -> Iterator[float]:
    """Every number of the text with its power of ten or magnitude, whatever it is of."""
    for written, power, word in PLAIN.findall(text):
        value = float(written.replace(",", "")) * 10 ** int(power or 0) * MAGNITUDES.get(word.lower(), 1.0)
        yield value
        if "duration" in kinds:
            yield from (value * hours for hours in HOURS.values())
        if "power" in kinds:
            yield from (value * 1e3, value / 1e3)


def said(figure: Figure, kinds: frozenset[str]) -> float:
    """The figure in the unit of the value column: hours, MW, else its base unit."""
    size = float(figure.size)
    if "duration" in kinds:
        return size * HOURS.get(figure.unit, 0.0)
    if "power" in kinds:
        return size * {"W": 1e-6, "kW": 1e-3, "MW": 1.0, "GW": 1e3}.get(figure.unit, 0.0)
    return size


def near(one: float, other: float) -> bool:
    """Whether two values are equal to the tolerance."""
    return abs(one - other) <= TOLERANCE * abs(other)


def measured(pair: Pair, rows: Iterable[dict[str, str]]) -> tuple[int, int, int, int, int]:
    """Rows with the value in the note, of these read and typed by the grammar; notes with one figure of the kind, of these right."""
    present = found = typed = single = right = 0
    for row in rows:
        text = row[pair.notes]
        try:
            value = float(row[pair.value])
        except ValueError:
            continue
        if not text or not value:
            continue
        every = list(figures(text))
        read = [said(figure, pair.kinds) for figure in every if figure.kind in pair.kinds]
        if any(near(number, value) for number in plain_numbers(text, pair.kinds)):
            present += 1
            typed += any(near(number, value) for number in read)
            found += any(near(number, value) for number in (*read, *(float(figure.size) for figure in every)))
        if len(read) == 1:
            single += 1
            right += near(read[0], value)
    return present, found, typed, single, right


def main(folder: Path) -> None:
    """Print the table."""
    print(f"{'notes column':24} {'value column':48} {'in the note':>11} {'read':>6} {'typed':>6} {'one figure':>10} {'precision':>9}")
    totals = [0, 0, 0, 0, 0]
    for pair in PAIRS:
        with (folder / pair.file).open(encoding="utf-8-sig", newline="") as file:
            counts = measured(pair, csv.DictReader(file))
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        _row(pair.notes, pair.value, counts)
    _row("all", "", totals)


def _row(notes: str, value: str, counts: Iterable[int]) -> None:
    present, found, typed, single, right = counts
    shares = ((found, present), (typed, present), (right, single))
    read, kind, precision = (f"{part / whole:.3f}" if whole else "-" for part, whole in shares)
    print(f"{notes:24} {value:48} {present:11} {read:>6} {kind:>6} {single:10} {precision:>9}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "data" / "epoch")
