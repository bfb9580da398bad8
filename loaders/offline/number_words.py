"""Numbers spelled out in European languages, up to 999 and with decimals: "two hundred and six", "zweiundzwanzig", "сто двадцать восемь"."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

GRAMMAR = Path(__file__).parent / "grammar" / "number_words.toml"
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 40  # characters of a number in one word


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words that ends at `end` (exclusive); `hundreds`: whether it has hundreds or more in it."""

    end: int
    value: Decimal
    hundreds: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    small: dict[str, int]
    hundred: frozenset[str]
    joins: frozenset[str]
    points: frozenset[str]
    compounds: re.Pattern[str]
    marks: tuple[str, ...]


@cache
def _grammar() -> _Grammar:
    table = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    small = {word: int(value) for value, words in table["small"].items() for word in words}
    compound = table["compound"]
    return _Grammar(
        small,
        frozenset(table["hundred"]["words"]),
        frozenset(table["between"]["joins"]),
        frozenset(table["between"]["points"]),
        re.compile(compound["pattern"]),
        tuple(compound["marks"]),
    )


def spelled(text: str, start: int) -> Spelled | None:
    """The longest number in words that begins at the position, where a word begins; None when none does.

    >>> spelled("two hundred and six engineers", 0)
    Spelled(end=19, value=Decimal('206'), hundreds=True)
    >>> spelled("zwölftausend Chips", 0)
    Spelled(end=12, value=Decimal('12000'), hundreds=True)
    >>> spelled("two point one million", 0)
    Spelled(end=13, value=Decimal('2.1'), hundreds=False)
    """
    table = _grammar()
    found = _WORD.match(text, start)
    total, hundreds, end, last = 0, False, start, 1000
    joined = False
    while found:
        word = found.group().lower()
        value = table.small.get(word)
        if value is None and total == 0 and (whole := _compound(word)) is not None:
            return Spelled(found.end(), Decimal(whole), whole >= 100)
        if total == 4 and value == 20 and not joined:
            total, last = 80, 20  # quatre-vingt
        elif word in table.hundred and 0 < total < 20 and not hundreds and not joined:
            total, hundreds, last = total * 100, True, 100
        elif value is not None and 0 < value < last and _fits(total, value):
            total, last = total + value, value if value >= 20 else 0
            hundreds = hundreds or value >= 100
        elif word in table.joins and end > start and not joined:
            joined = True
            found = _next(text, found.end())
            continue
        elif word in table.points and total > 0 and not joined and (digits := _digits(text, found.end())):
            return Spelled(digits[1], Decimal(f"{total}.{digits[0]}"), hundreds)
        else:
            break
        joined, end = False, found.end()
        found = _next(text, end)
    return Spelled(end, Decimal(total), hundreds) if total else None


def _fits(total: int, value: int) -> bool:
    """Whether a smaller number can follow: tens after hundreds, ones after tens (and French teens after sixty and eighty)."""
    return total % 100 == 0 or (value < 10 and total % 10 == 0) or (10 <= value < 20 and total % 100 in (60, 80))


def _next(text: str, end: int) -> re.Match[str] | None:
    """The word one space or dash behind the position."""
    return _WORD.match(text, end + 1) if text[end : end + 1] in (" ", "-", "\u00a0", "‑") else None


def _digits(text: str, position: int) -> tuple[str, int] | None:
    """The digits named one after the other behind a decimal point: "seven five"."""
    found, digits, end = _next(text, position), "", position
    while found and len(digits) < 4:
        value = _grammar().small.get(found.group().lower())
        if value is None or not 0 <= value <= 9:
            break
        digits, end = digits + str(value), found.end()
        found = _next(text, end)
    return (digits, end) if digits else None


def _compound(word: str) -> int | None:
    """The value of a number written in one word, as in German and Italian; None for other words."""
    table = _grammar()
    if not 5 < len(word) < _LONGEST or not any(mark in word for mark in table.marks):
        return None
    found = table.compounds.fullmatch(word)
    if found is None:
        return None
    parts = found.groupdict()

    def worth(*names: str) -> int:
        return sum(table.small.get(parts[name] or "", 0) for name in names)

    thousands = 0
    if parts["thousand"]:
        hundred = worth("h1") or 1 if parts["c1"] else 0
        thousands = (hundred * 100 + worth("o1", "t1", "v1", "u1")) or 1
    rest = (worth("h2") or 1) * 100 if parts["c2"] else 0
    return thousands * 1000 + rest + worth("o2", "t2", "v2", "u2") or None
