"""A range strip: every claim about one value as a mark on a shared axis, small enough to stand in a table's row."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.drawing import svg
from kg.drawing.scale import Scale, scale_for
from kg.readable import number as words

HEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim: `low` and `high` in the axis' unit, equal for a point. `kind`: "plain", "current", "disputed", "soft" (alleged or
    estimated), "denied". `open`: "<" or ">" where the claim gives only a bound."""

    low: float
    high: float
    kind: str = "plain"
    open: str = ""


def shared_scale(marks: Sequence[Mark], width: float, log: bool | None = None) -> Scale:
    """The axis on which several strips are drawn, so that they can be compared."""
    return scale_for([value for mark in marks for value in (mark.low, mark.high)], 8.0, width - 8.0, log=log, padding=0.04)


def strip(marks: Sequence[Mark], scale: Scale, width: float, label: str) -> str:
    """The strip as an image; `label` is its text alternative."""
    middle = HEIGHT / 2
    pieces = [svg.line(scale.start, middle, scale.end, middle, "strip-base")]
    # Softer marks first, so that the marks a reader looks for lie on top.
    order = {"soft": 0, "denied": 1, "plain": 2, "disputed": 3, "current": 4}
    for mark in sorted(marks, key=lambda mark: (order.get(mark.kind, 0), mark.low, mark.high)):
        pieces.extend(_drawn(mark, scale, middle))
    return svg.drawing(width, HEIGHT, label, "strip", *pieces)


def _drawn(mark: Mark, scale: Scale, middle: float) -> list[str]:
    left, right = scale.at(mark.low), scale.at(mark.high)
    kind = f"mark-{mark.kind}"
    if mark.kind == "denied":
        cross = f"M{svg.number(left - 4)} {svg.number(middle - 4)}l8 8m0-8l-8 8"
        return [svg.element("path", {"class": kind, "d": cross})]
    pieces = []
    if mark.open:
        sign = 1 if mark.open.startswith(">") else -1
        end = scale.end if sign > 0 else scale.start
        pieces.append(svg.line(left, middle, end, middle, f"{kind} open"))
        tip = f"M{svg.number(end - sign * 5)} {svg.number(middle - 4)}L{svg.number(end)} {svg.number(middle)}l{-sign * 5} 4"
        pieces.append(svg.element("path", {"class": f"{kind} tip", "d": tip}))
    if right - left > 3:
        pieces.append(svg.box(left, middle - 3, right - left, 6, f"{kind} bar", 3))
    if mark.kind == "disputed":
        x, y = svg.number((left + right) / 2), svg.number(middle - 6)
        pieces.append(svg.element("path", {"class": kind, "d": f"M{x} {y}l6 6l-6 6l-6-6z"}))
    else:
        pieces.append(svg.circle((left + right) / 2, middle, 5, kind))
    return pieces


def axis(scale: Scale, width: float, unit_words: str = "", wanted: int = 3) -> str:
    """The axis of the strips under it: round values above a hairline."""
    pieces = []
    for tick in scale.ticks(wanted):
        x = scale.at(tick)
        anchor = "start" if x < 24 else "end" if x > width - 24 else "middle"
        pieces.append(svg.line(x, 15, x, 20, "axis-tick"))
        pieces.append(svg.text(short(tick), x, 11, "axis-label", anchor))
    kind = "logarithmic" if scale.log else "linear"
    return svg.drawing(width, 20, f"{kind} axis {unit_words}".strip(), "strip-axis", *pieces)


def short(value: float) -> str:
    """A tick's label: "5M", "1.5B", "300".

    >>> short(5e6), short(1500), short(2.5e9), short(1e24)
    ('5M', '1,500', '2.5B', '10²⁴')
    """
    for size, letter in ((1e15, ""), (1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(value) >= size:
            if not letter:
                return words(max(value, 1e16)) if value >= 1e16 else f"{value / 1e12:,g}T"
            divisor = 1e3 if letter == "K" else size
            return f"{value / divisor:.6g}{letter}"
    return words(value)
