"""A spread: every claim about one value as a dot on one wide axis, dots of the same value stacked, each value named once."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.drawing import svg
from kg.drawing.letters import width
from kg.drawing.scale import Scale, scale_for
from kg.drawing.strip import short

WIDTH, NARROW = 660.0, 300.0
STEP = 13.0
RADIUS = 5.5
LABEL = 13.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One claim: its value's ends, its kind as in a strip's mark, its words, who says it and the address of its evidence."""

    low: float
    high: float
    kind: str
    value: str
    said_by: str
    href: str


def spread(dots: Sequence[Dot], label: str, narrow: bool = False) -> str:
    """The claims drawn as links; empty for fewer than two. `narrow`: for a phone."""
    if len(dots) < 2:
        return ""
    whole = NARROW if narrow else WIDTH
    scale = scale_for([value for dot in dots for value in (dot.low, dot.high)], 46.0, whole - 46.0, padding=0.02)
    stacks: dict[float, list[Dot]] = {}
    for dot in sorted(dots, key=lambda dot: ((dot.low + dot.high) / 2, dot.kind != "current", dot.said_by)):
        middle = scale.at((dot.low + dot.high) / 2)
        near = next((x for x in stacks if abs(x - middle) < RADIUS), middle)
        stacks.setdefault(near, []).append(dot)
    labels = _labels(stacks)
    rows = max((row for _, row, _ in labels), default=0) + 1
    tallest = max(len(stack) for stack in stacks.values())
    base = rows * 18 + 10 + tallest * STEP
    pieces = [svg.line(scale.start - 30, base, scale.end + 30, base, "strip-base"), *_ticks(scale, base, 4 if narrow else 6)]
    for x, row, words in labels:
        top = base - len(stacks[x]) * STEP - 4
        pieces.append(svg.line(x, row * 18 + 17, x, top, "gridline"))
        pieces.append(svg.text(words, x, row * 18 + 13, "chart-label", "middle"))
    for x, stack in stacks.items():
        for place, dot in enumerate(stack):
            y = base - RADIUS - 3 - place * STEP
            pieces.append(svg.link(dot.href, f"{dot.value}, said by {dot.said_by}", "event", *_dot(dot, x, y, scale)))
    return svg.drawing(whole, base + 26, label, "chart spread" + (" narrow" if narrow else " wide"), *pieces, interactive=True)


def _dot(dot: Dot, x: float, y: float, scale: Scale) -> list[str]:
    kind = f"mark-{dot.kind}"
    pieces = [svg.element("title", None, svg.escape(f"{dot.value}, said by {dot.said_by}"))]
    left, right = scale.at(dot.low), scale.at(dot.high)
    if right - left > 2 * RADIUS:
        pieces.append(svg.box(left, y - 3, right - left, 6, f"{kind} bar", 3))
    if dot.kind == "denied":
        pieces.append(svg.element("path", {"class": kind, "d": f"M{svg.number(x - 4)} {svg.number(y - 4)}l8 8m0-8l-8 8"}))
    elif dot.kind == "disputed":
        pieces.append(svg.element("path", {"class": kind, "d": f"M{svg.number(x)} {svg.number(y - 6)}l6 6l-6 6l-6-6z"}))
    else:
        pieces.append(svg.circle(x, y, RADIUS, kind))
    return pieces


def _ticks(scale: Scale, base: float, wanted: int) -> list[str]:
    pieces = []
    for tick in scale.ticks(wanted):
        x = scale.at(tick)
        pieces.append(svg.line(x, base, x, base + 5, "axis-tick"))
        pieces.append(svg.text(short(tick), x, base + 19, "axis-label", "middle"))
    return pieces


def _labels(stacks: dict[float, list[Dot]]) -> list[tuple[float, int, str]]:
    """For each stack its place, label row (0 on top) and words, in as few rows as keep labels apart."""
    ends: list[float] = []
    placed = []
    for x in sorted(stacks):
        stack = stacks[x]
        words = stack[0].value + (f" × {len(stack)}" if len(stack) > 1 else "")
        half = width(words, LABEL) / 2 + 6
        row = next((index for index, end in enumerate(ends) if end < x - half), len(ends))
        if row == len(ends):
            ends.append(x + half)
        ends[row] = x + half
        placed.append((x, row, words))
    return placed
