"""A scatter plot: two figures of each thing, log axes where they span decades, labels where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.drawing import svg
from kg.drawing.letters import cut, width
from kg.drawing.scale import Scale, scale_for
from kg.drawing.strip import short

WIDTH, NARROW, HEIGHT = 1040.0, 326.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 24.0, 22.0, 52.0
SMALL = 11.0


@dataclass(frozen=True, slots=True)
class Point:
    """One thing; `group` names its shape, which a legend explains."""

    x: float
    y: float
    label: str
    href: str
    group: int = 0


def scatter(points: Sequence[Point], label: str, x_title: str, y_title: str, years: bool = False, narrow: bool = False) -> str:
    """The points as links. `years`: x is a decimal year and is written as one; `narrow`: for a phone."""
    if not points:
        return ""
    whole = NARROW if narrow else WIDTH
    across = scale_for([point.x for point in points], LEFT + 8, whole - RIGHT, log=False if years else None)
    upward = scale_for([point.y for point in points], HEIGHT - BOTTOM, TOP + 6)
    pieces = [*_axes(across, upward, x_title, y_title, years, whole)]
    taken: list[tuple[float, float, float, float]] = []
    spots = [(across.at(point.x), upward.at(point.y), point) for point in points]
    taken.extend((x - 6, y - 6, x + 6, y + 6) for x, y, _ in spots)
    for x, y, point in spots:
        words = cut(point.label, SMALL, 150.0)
        place = _place(x, y, width(words, SMALL), taken, whole)
        shapes = [svg.element("title", None, svg.escape(point.label)), _shape(x, y, point.group)]
        if place is not None:
            taken.append(place[0])
            shapes.append(svg.text(words, place[1], place[0][3] - 3, "axis-label", place[2]))
        pieces.append(svg.link(point.href, point.label, "event", *shapes))
    return svg.drawing(whole, HEIGHT, label, "chart scatter" + (" narrow" if narrow else " wide"), *pieces, interactive=True)


def _axes(across: Scale, upward: Scale, x_title: str, y_title: str, years: bool, whole: float) -> list[str]:
    pieces = []
    for tick in upward.ticks(7):
        y = upward.at(tick)
        pieces.append(svg.line(LEFT, y, whole - RIGHT, y, "gridline"))
        pieces.append(svg.text(short(tick), LEFT - 8, y + 4, "axis-label", "end"))
    for tick in across.ticks(8 if whole == WIDTH else 4):
        if years and tick != int(tick):
            continue
        x = across.at(tick)
        pieces.append(svg.line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, "axis-tick"))
        pieces.append(svg.text(str(int(tick)) if years else short(tick), x, HEIGHT - BOTTOM + 19, "axis-label", "middle"))
    pieces.append(svg.line(LEFT, HEIGHT - BOTTOM, whole - RIGHT, HEIGHT - BOTTOM, "strip-base"))
    pieces.append(svg.text(x_title, (LEFT + whole - RIGHT) / 2, HEIGHT - 8, "axis-title", "middle"))
    pieces.append(svg.text(y_title, 4, 11, "axis-title"))
    return pieces


def _shape(x: float, y: float, group: int) -> str:
    if group == 0:
        return svg.circle(x, y, 5, "mark-plain")
    if group == 1:
        return svg.box(x - 4.5, y - 4.5, 9, 9, "mark-current")
    corners = f"M{svg.number(x)} {svg.number(y - 6)}l6 11h-12z"
    return svg.element("path", {"class": "mark-soft", "d": corners})


def _place(
    x: float, y: float, wide: float, taken: Sequence[tuple[float, float, float, float]], whole: float
) -> tuple[tuple[float, float, float, float], float, str] | None:
    """Where a label covers nothing: right, left, above or below its point; None where there is no room."""
    options = (
        ((x + 9, y - 7, x + 9 + wide, y + 7), x + 9, "start"),
        ((x - 9 - wide, y - 7, x - 9, y + 7), x - 9, "end"),
        ((x - wide / 2, y - 22, x + wide / 2, y - 8), x, "middle"),
        ((x - wide / 2, y + 8, x + wide / 2, y + 22), x, "middle"),
    )
    for box, at, anchor in options:
        if box[0] < LEFT or box[2] > whole or box[1] < 14 or box[3] > HEIGHT - BOTTOM:
            continue
        if all(box[2] < other[0] or other[2] < box[0] or box[3] < other[1] or other[3] < box[1] for other in taken):
            return box, at, anchor
    return None
