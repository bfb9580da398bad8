"""A timeline: dated events on one axis, their labels in as many rows as it takes for none to cover another."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg import readable
from kg.drawing import svg
from kg.drawing.letters import cut, width

WIDTH, NARROW = 760.0, 326.0
ROW = 30.0
SIDE = 16.0
LABEL = 13.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated. `date` is ISO 8601, partial allowed; a year or month is placed in its middle."""

    date: str
    label: str
    href: str


def year_of(date: str) -> float:
    """The date as a decimal year.

    >>> year_of("2024"), year_of("2024-07"), round(year_of("2024-12-26"), 2)
    (2024.5, 2024.5416666666667, 2024.99)
    """
    pieces = [int(piece) for piece in date[:10].split("-") if piece.isdigit()]
    if len(pieces) == 1:
        return pieces[0] + 0.5
    if len(pieces) == 2:
        return pieces[0] + (pieces[1] - 0.5) / 12
    return pieces[0] + (pieces[1] - 1 + (pieces[2] - 0.5) / 31) / 12


def timeline(events: Sequence[Event], label: str, width_: float = WIDTH) -> str:
    """The events drawn as links, earliest first; `NARROW` wide for a phone."""
    ordered = sorted(events, key=lambda event: (year_of(event.date), event.label))
    if not ordered:
        return ""
    first, last = year_of(ordered[0].date), year_of(ordered[-1].date)
    room = max((last - first) * 0.04, 0.08)
    low, high = first - room, last + room
    right_limit = width_ - SIDE

    def at(year: float) -> float:
        return SIDE + (year - low) / (high - low) * (width_ - 2 * SIDE)

    rows: list[float] = []
    placed = []
    for event in ordered:
        x = at(year_of(event.date))
        words = cut(event.label, LABEL, min(240.0, width_ * 0.55))
        wide = max(width(words, LABEL), width(readable.date(event.date), 11.0)) + 18
        turned = x + wide > right_limit
        left, right = (x - wide, x + 6) if turned else (x - 6, x + wide)
        row = next((index for index, end in enumerate(rows) if end < left), len(rows))
        if row == len(rows):
            rows.append(right)
        rows[row] = max(rows[row], right)
        placed.append((event, x, row, turned, words))
    base = len(rows) * ROW + 14
    pieces = [svg.line(SIDE, base, width_ - SIDE, base, "strip-base")]
    for year in _ticks(low, high, width_ / 110):
        x = at(year)
        pieces.append(svg.line(x, base, x, base + 5, "axis-tick"))
        pieces.append(svg.text(_tick_label(year, high - low), x, base + 18, "axis-label", "middle"))
    for event, x, row, turned, words in placed:
        y = row * ROW + 12
        anchor, shift = ("end", -8.0) if turned else ("start", 8.0)
        pieces.append(svg.line(x, y, x, base, "gridline"))
        pieces.append(
            svg.link(
                event.href,
                f"{event.label}, {readable.date(event.date)}",
                "event",
                svg.circle(x, y, 5, "mark-plain"),
                svg.text(words, x + shift, y + 3, "chart-label", anchor),
                svg.text(readable.date(event.date), x + shift, y + 15, "axis-label", anchor),
            )
        )
    return svg.drawing(width_, base + 24, label, "chart timeline" + (" narrow" if width_ < 500 else " wide"), *pieces, interactive=True)


def _ticks(low: float, high: float, most: float) -> list[float]:
    step = next((size for size in (1 / 12, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / size <= most), 20.0)
    first = int(low / step) + 1
    return [index * step for index in range(first, int(high / step) + 1)]


def _tick_label(year: float, span: float) -> str:
    whole = int(year + 0.001)
    month = round((year - whole) * 12)
    if month == 0:
        return str(whole)
    return readable.MONTHS[month % 12][:3] if span > 0.4 else f"{readable.MONTHS[month % 12][:3]} {whole}"
