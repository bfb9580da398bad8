"""Ranges in rows: for each thing a bar from its lowest to its highest claim and a dot at its leading one, on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.drawing import svg
from kg.drawing.letters import cut, width
from kg.drawing.scale import scale_for
from kg.drawing.strip import short

WIDTH = 1040.0
NARROW = 326.0
ROW = 28.0
LABEL = 13.0
SMALL = 11.0


@dataclass(frozen=True, slots=True)
class Range:
    """One row: `value` the leading claim between `low` and `high`, None for a stated range; `words`: in words; `kind` as in a strip."""

    label: str
    low: float
    high: float
    value: float | None
    words: str
    href: str
    kind: str = "plain"


def ranges(rows: Sequence[Range], label: str, axis_title: str, log: bool | None = None, narrow: bool = False) -> str:
    """The rows in their order, values written at the right; `narrow`: for a phone, with short names and no values."""
    if not rows:
        return ""
    whole = NARROW if narrow else WIDTH
    left = min(max(width(row.label, LABEL) for row in rows), 128.0 if narrow else 220.0) + 12
    right = 14.0 if narrow else max(width(row.words, SMALL) for row in rows) + 14
    scale = scale_for([value for row in rows for value in (row.low, row.high)], left, whole - right, log=log)
    bottom = len(rows) * ROW + 8
    pieces = []
    for tick in scale.ticks(4 if narrow else 8):
        x = scale.at(tick)
        pieces.append(svg.line(x, 0, x, bottom, "gridline"))
        pieces.append(svg.text(short(tick), x, bottom + 15, "axis-label", "middle"))
    pieces.append(svg.text(axis_title, (left + whole - right) / 2, bottom + 34, "axis-title", "middle"))
    for index, row in enumerate(rows):
        y = index * ROW + ROW / 2 + 2
        low, high = scale.at(row.low), scale.at(row.high)
        shapes = [svg.box(0, y - ROW / 2, whole, ROW, "row-ground")]
        if high - low > 2:
            shapes.append(svg.box(low - 3, y - 3, high - low + 6, 6, f"mark-{row.kind} bar", 3))
        if row.value is not None:
            shapes.append(svg.circle(scale.at(row.value), y, 5.5, f"mark-{row.kind}"))
        shapes.append(svg.text(cut(row.label, LABEL, left - 12), left - 10, y + 4, "chart-label", "end"))
        if not narrow:
            shapes.append(svg.text(row.words, whole - right + 10, y + 4, "axis-label"))
        pieces.append(svg.link(row.href, f"{row.label}, {row.words}", "event", *shapes))
    return svg.drawing(whole, bottom + 40, label, "chart ranges" + (" narrow" if narrow else " wide"), *pieces, interactive=True)
