"""Values as exact decimal intervals: what a figure says, with the precision it was written with; dates are intervals of days.

`$5.576M` is 5.5755M to 5.5765M: half a unit of the last written digit on each side, never more than a tenth of the figure, so that a
lone "1" is not everything from a half to one and a half. `~` widens it to two units of the last digit that is not a trailing zero, at
most a tenth. A bound is open on one side. A price somebody assumed is exact: it was chosen, not measured. No float takes part in a
comparison: a recorded double is taken at its shortest decimal form.
"""

import calendar
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from kg.statements import Statement

# No figure stands for anything further from it than this part of itself, however few digits it has.
WIDEST = Decimal("0.1")
# How many units of its last significant digit a hedged figure ("~55 days") may be off.
HEDGE = 2
# A rounded figure may be this far from what it rounds, a cut one that far: "1" for 1.9 is neither.
ROUNDING_LIMIT = Decimal("0.1")
TRUNCATION_LIMIT = Decimal("0.2")
DATE = "date"
# Ends of an interval are rounded outwards, so that no computed interval loses a value it should hold.
_DOWN, _UP, _EVEN = (Context(prec=50, rounding=mode) for mode in (ROUND_FLOOR, ROUND_CEILING, ROUND_HALF_EVEN))
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Interval:
    """All values a figure can stand for: [low, high], both ends included; None is open (below: down to nothing; above: without end).

    `value` is the figure itself where there is one, `step` the unit of its last digit that is not a trailing zero, `approximate` whether
    it is hedged or bounded. `unit` is the statement's unit, or `date` for days counted from 0001-01-01.
    """

    low: Decimal | None
    high: Decimal | None
    value: Decimal | None = None
    step: Decimal | None = None
    unit: str = ""
    approximate: bool = False

    def overlaps(self, other: "Interval") -> bool:
        """Whether some value lies in both; two stretches that only touch do not overlap, a single value on an edge does."""
        low = max((end for end in (self.low, other.low) if end is not None), default=None)
        high = min((end for end in (self.high, other.high) if end is not None), default=None)
        if low is None or high is None:
            return True
        return low < high or (
            low == high and (self.low == self.high or other.low == other.high or None in (self.low, self.high, other.low, other.high))
        )

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(
            (self.low or Decimal(0)) + (other.low or Decimal(0)),
            None if self.high is None or other.high is None else self.high + other.high,
            None if self.value is None or other.value is None else self.value + other.value,
            unit=self.unit,
        )

    def __mul__(self, other: "Interval") -> "Interval":
        low = _DOWN.multiply(self.low or _NOTHING, other.low or _NOTHING)
        high = None if self.high is None or other.high is None else _UP.multiply(self.high, other.high)
        value = None if self.value is None or other.value is None else _EVEN.multiply(self.value, other.value)
        return Interval(low, high, value, unit=self.unit)

    def __truediv__(self, other: "Interval") -> "Interval":
        low = _DOWN.divide(self.low or _NOTHING, other.high) if other.high else _NOTHING
        high = None if self.high is None or not other.low else _UP.divide(self.high, other.low)
        value = None if self.value is None or not other.value else _EVEN.divide(self.value, other.value)
        return Interval(low, high, value, unit=self.unit)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure read from text: `value` with its multiplier, `digit` the unit of its last written digit, `step` of its last significant one.

    Zeros at the end of a whole number are written but not significant. `low, high` are given for "tens of millions".
    """

    value: Decimal
    digit: Decimal
    step: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kg") / "values.toml").read_text(encoding="utf-8"))


@cache
def _multipliers() -> dict[str, Decimal]:
    return {word: Decimal(factor) for factor, words in _table()["multipliers"].items() for word in words}


@cache
def multiplier_words() -> frozenset[str]:
    """Words that multiply the number before them: "million", "万"."""
    return frozenset(_multipliers())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(re.escape(word) for word in sorted(_multipliers(), key=len, reverse=True))
    # A Latin suffix ends where the letters end ("5 minutes" is not 5 million); a CJK one does not need a border.
    multiplier = rf"(?:[\s\u00a0\u202f-]?(?P<multiplier>{words})(?![a-zà-ÿа-я]))?"
    lookalikes = "".join(re.escape(character) for character in _table()["lookalikes"])
    number = rf"\d[\d{lookalikes}]*(?:[.,'’\u00a0\u202f ]\d[\d{lookalikes}]*)*"
    figure = re.compile(rf"(?P<number>{number})(?:\s?(?:[eE]|[x×]\s?10\^?|\\times\s10\^)\{{?(?P<exponent>[+-]?\d+)\}}?)?{multiplier}")
    ranges = "|".join(re.escape(word) for word in sorted(_table()["ranges"], key=len, reverse=True))
    vague = re.compile(rf"(?P<range>{ranges})(?:\s+of)?\s?(?P<multiplier>{words})?(?![a-zà-ÿа-я])", re.IGNORECASE)
    return figure, vague


def _numerals(written: str) -> Iterator[tuple[Decimal, int]]:
    """Each way to read the digits, likeliest first: the number and the power of ten of its last digit."""
    plain = written.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("'", "").replace("’", "")
    marks = [character for character in plain if character in ".,"]
    whole = re.sub(r"[.,]", "", plain)
    grouped = bool(re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", plain))
    readings: list[tuple[Decimal, int]] = []
    if not marks:
        readings.append((Decimal(plain), 0))
    else:
        places = len(plain) - 1 - max(plain.rfind("."), plain.rfind(","))
        fraction = (Decimal(whole).scaleb(-places), -places)
        last = marks[-1]
        if grouped and (last == "," or len(marks) > 1):
            readings = [(Decimal(whole), 0)] + ([fraction] if len(marks) == 1 else [])
        elif marks.count(last) == 1:
            readings = [fraction] + ([(Decimal(whole), 0)] if grouped else [])
    yield from readings


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of a text in each way it can be read, in order, likeliest reading first.

    >>> [str(figure.value) for figure in figures("10亿元")]
    ['1000000000']
    >>> figures("tens of millions")[0].high
    Decimal('100000000')
    """
    found: list[Figure] = []
    number, vague = _patterns()
    for match in number.finditer(text):
        factor = _multipliers()[match["multiplier"]] if match["multiplier"] else Decimal(1)
        exponent = int(match["exponent"] or 0)
        written = match["number"]
        seen = {written: None, "".join(_table()["lookalikes"].get(character, character) for character in written): None}
        for digits in seen:
            if re.search(r"[^\d.,'’\s]", digits):
                continue
            for value, place in _numerals(digits):
                digit = Decimal(1).scaleb(place + exponent) * factor
                figure = _plain(value.scaleb(exponent) * factor)
                found.append(Figure(figure, digit, digit if place < 0 else max(digit, last_digit(figure))))
    if not found:
        for match in vague.finditer(text):
            factor = _multipliers()[match["multiplier"]] if match["multiplier"] else Decimal(1)
            low, high = _table()["ranges"][match["range"].lower()]
            if match["multiplier"] or match["range"].isascii():
                found.append(Figure(low * factor, factor, factor, low * factor, high * factor))
    return tuple(found)


def _plain(number: Decimal) -> Decimal:
    """The same number without an exponent or trailing zeros, so that equal numbers look equal."""
    return Decimal(int(number)) if number == number.to_integral_value() else number.normalize()


def decimal(number: float) -> Decimal:
    """The shortest decimal that is this double: what was written, not its binary neighbour."""
    return _plain(Decimal(repr(number)))


def _power_of_ten(ratio: Decimal) -> bool:
    digits = ratio.normalize().as_tuple().digits
    return digits == (1,)


def last_digit(value: Decimal) -> Decimal:
    """The unit of the last digit that is not a trailing zero: 100 for 1,100 and 0.001 for 5.576; 1 for 0."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if value and isinstance(exponent, int) else Decimal(1)


@lru_cache(maxsize=65536)
def _written_digits(value: Decimal, lexical: str, quote: str) -> tuple[Decimal, Decimal]:
    """Units of the last digit the source wrote for this value and of the last significant one; from the value where that is not known."""
    read = figures(lexical)
    for figure in read:
        if figure.value == value:
            return figure.digit, figure.step
    for figure in read:  # the figure is in other units than the value: "560 kW", or 万 for 10,000 chips of a name
        if figure.value and _power_of_ten(value / figure.value):
            return figure.digit * (value / figure.value), figure.step * (value / figure.value)
    for figure in figures(quote):
        if figure.value == value:
            return figure.digit, figure.step
    return last_digit(value), last_digit(value)


def interval(statement: Statement) -> Interval | None:
    """The values a statement's figure or date can stand for; None when it has neither.

    A stated range is taken as it is. Dates: a month or a year is the interval of its days.
    """
    return _interval(
        statement.value,
        statement.low,
        statement.high,
        statement.unit,
        statement.bound,
        statement.lexical,
        statement.quote if len(statement.quote) < 2000 else "",
        statement.object or "",
        statement.qualifiers.get("modality") == "assumption",
    )


@lru_cache(maxsize=262144)
def _interval(
    number: float | None,
    least: float | None,
    most: float | None,
    unit: str,
    bound: str,
    lexical: str,
    quote: str,
    text: str,
    assumed: bool,
) -> Interval | None:
    if least is not None or most is not None:
        low, high = (None if end is None else decimal(end) for end in (least, most))
        return Interval(low, high, None, None, unit, True)
    if number is None:
        if text:
            return date_interval(text)
        figure = next(iter(figures(lexical)), None)
        if figure is None or not unit:
            return None
        if figure.low is not None:
            return Interval(figure.low, figure.high, None, None, unit, True)
        value, digit, step = figure.value, figure.digit, figure.step
    else:
        value = decimal(number)
        digit, step = _written_digits(value, lexical, quote)
    if bound in (">", ">="):
        return Interval(value, None, value, step, unit, True)
    if bound in ("<", "<="):
        return Interval(None, value, value, step, unit, True)
    limit = abs(value) * WIDEST
    half = Decimal(0) if assumed else min(digit / 2, limit)
    if bound == "~":
        half = max(half, min(HEDGE * step, limit))
    return Interval(value - half, value + half, value, step, unit, bound == "~")


@lru_cache(maxsize=16384)
def date_interval(text: str) -> Interval | None:
    """The days of an ISO 8601 date, of which the day or the month may be missing; None for anything else.

    >>> date_interval("2024-12").overlaps(date_interval("2024-12-26"))
    True
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text.strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
    low, high = Decimal(first.toordinal()), Decimal(last.toordinal())
    return Interval(low, high, low if low == high else None, None, DATE)


_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}


@lru_cache(maxsize=16384)
def period(text: str) -> Interval | None:
    """The days of a stated time: `2025-06`, `Q3 2025`, `2026-Q1`, `January 2025`, `2024-2025`, `early 2024`; None when it has no year.

    A season or "early" keeps the whole year: a wider time overlaps more, and so never hides an overlap.
    """
    words = re.sub(r"\(.*?\)", "", text).strip()
    exact = date_interval(words)
    if exact:
        return exact
    years = [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", words)]
    if not years:
        return None
    quarter = re.search(r"[Qq]([1-4])", words)
    named = next((number for name, number in _MONTHS.items() if re.search(rf"\b{name}\b", words.lower())), None)
    if len(years) == 1 and (quarter or named):
        first, last = (3 * int(quarter[1]) - 2, 3 * int(quarter[1])) if quarter else (named or 1, named or 12)
        start, end = date(years[0], first, 1), date(years[0], last, calendar.monthrange(years[0], last)[1])
    else:
        start, end = date(min(years), 1, 1), date(max(years), 12, 31)
    return Interval(Decimal(start.toordinal()), Decimal(end.toordinal()), None, None, DATE)


def unit_words(unit: str, value: Decimal | None = None) -> str:
    """A unit as a sentence has it: in the plural unless the value is one."""
    return unit if value == 1 else str(_table()["plurals"].get(unit, unit))


def base_unit(unit: str) -> str:
    """The unit that quantities in this one are compared in: hours for days, watts for megawatts; itself when there is no other."""
    entry = _table()["units"].get(unit)
    return str(entry["base"]) if entry else unit


def in_base_unit(quantity: Interval) -> Interval:
    """The same quantity in its base unit; a month is 28 to 31 days."""
    entry = _table()["units"].get(quantity.unit)
    if entry is None or entry["base"] == quantity.unit:
        return quantity
    low, high = Decimal(entry["low"]), Decimal(entry["high"])
    middle = (low + high) / 2
    return replace(
        quantity,
        low=None if quantity.low is None else quantity.low * low,
        high=None if quantity.high is None else quantity.high * high,
        value=None if quantity.value is None else quantity.value * middle,
        step=None if quantity.step is None else quantity.step * middle,
        unit=str(entry["base"]),
    )


def same_kind(left: Interval, right: Interval) -> tuple[Interval, Interval] | None:
    """Both in one unit; None when they do not measure the same thing (amounts in two currencies are never converted)."""
    if left.unit == right.unit:
        return left, right
    if base_unit(left.unit) != base_unit(right.unit):
        return None
    return in_base_unit(left), in_base_unit(right)


def _apart(coarse: Decimal, fine: Decimal, limit: Decimal) -> bool:
    return abs(coarse - fine) > limit * abs(fine)


def rounds(coarse: Interval, fine: Interval) -> bool:
    """Whether the first figure is the second, rounded to fewer digits: $6 million for $5.576M."""
    if coarse.value is None or fine.value is None or coarse.step is None or fine.step is None:
        return False
    if coarse.value == fine.value or coarse.step <= fine.step or _apart(coarse.value, fine.value, ROUNDING_LIMIT):
        return False
    return any(
        (fine.value / coarse.step).quantize(Decimal(1), mode) * coarse.step == coarse.value for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def truncates(coarse: Interval, fine: Interval) -> bool:
    """Whether the first figure is the second with digits cut off, which rounding would not give: $5.5M for $5.576M."""
    if coarse.value is None or fine.value is None or coarse.step is None or fine.step is None:
        return False
    if coarse.value == fine.value or coarse.step <= fine.step or _apart(coarse.value, fine.value, TRUNCATION_LIMIT):
        return False
    cut = (fine.value / coarse.step).quantize(Decimal(1), ROUND_DOWN) * coarse.step
    return cut == coarse.value and not rounds(coarse, fine)


def compare(left: Interval, right: Interval) -> str | None:
    """How two figures of the same thing relate: same, rounding, agrees, truncation or contradicts; None when they cannot be compared."""
    pair = same_kind(left, right)
    if pair is None:
        return None
    one, other = pair
    if one.value is not None and one.value == other.value:
        return "agrees" if one.approximate != other.approximate else "same"
    if (one.low, one.high) == (other.low, other.high):
        return "same"
    if not one.approximate and not other.approximate and (rounds(one, other) or rounds(other, one)):
        return "rounding"
    if one.overlaps(other):
        return "agrees"
    if rounds(one, other) or rounds(other, one):
        return "rounding"
    if truncates(one, other) or truncates(other, one):
        return "truncation"
    return "contradicts"
