"""What a cell says: a number with its bound, or an ISO 8601 date; strictly read, else `Unreadable` says why."""

import datetime
import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

IDENTIFIERS = {
    "arxiv": ("arXiv:", re.compile(r"arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})")),
    "doi": ("doi:", re.compile(r"doi\.org/(10\.\d{4,9}/[^\s,\"<>)]*[^\s,\"<>).;])")),
    "huggingface": ("huggingface:", re.compile(r"huggingface\.co/(?!datasets/|spaces/|papers/|blog/|docs/)([\w.-]+/[\w.-]*\w)")),
}
"""Names in registers as addresses hold them: how the name is written, and where it stands in the address."""


class Unreadable(Exception):
    """The cell is not what its column holds; the argument is a clause that completes "is"."""


class Number(NamedTuple):
    """A figure: `value`, or `low` and `high` of a stated range; `lexical` is the part of the cell that carries its digits."""

    value: float | None
    low: float | None
    high: float | None
    bound: str
    lexical: str


PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
FIGURE = r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
WRITTEN = re.compile(rf"(?P<bound>~|≈|<=|>=|≤|≥|<|>|)\s*(?P<first>{FIGURE})(?:\s*(?:-|–|—|to)\s*(?P<second>{FIGURE}))?")
BOUNDS = {"≈": "~", "≤": "<=", "≥": ">="}
NOT_FINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.IGNORECASE)
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ]\d{2}:\d{2}.*)?")


def _scaled(text: str, multiplier: Decimal | None) -> float:
    value = float(text) if multiplier is None else float(Decimal(text) * multiplier)
    if not math.isfinite(value):
        raise Unreadable(f"{text}, which is beyond what a 64-bit number holds (about 1.8e308)")
    return value


def lexical_of(text: str, floats: bool) -> str:
    """The figure as written; with `floats` without the ".0" that a table program adds to whole numbers, which says nothing of precision.

    >>> lexical_of("671000000000.0", True), lexical_of("5.0", False), lexical_of("0.1947", True)
    ('671000000000', '5.0', '0.1947')
    """
    return text[:-2] if floats and text.endswith(".0") and len(text) > 2 else text


def number(text: str, multiplier: Decimal | None = None, floats: bool = False) -> Number:
    """Read a figure: "3.4e24", "1,000", "~5e25", ">= 10", "5-7".

    A comma groups thousands only where each group has three digits; "1,5" is refused rather than guessed.

    Raises: Unreadable.
    """
    if PLAIN.fullmatch(text):
        return Number(_scaled(text, multiplier), None, None, "", lexical_of(text, floats))
    match = WRITTEN.fullmatch(text)
    if match is None:
        if NOT_FINITE.fullmatch(text):
            raise Unreadable(f"{text!r}, not a finite number")
        raise Unreadable(f"{_shown(text)}, not a number such as 1000, 1,000, ~5e25 or 2-3")
    bound = BOUNDS.get(match["bound"], match["bound"])
    first = _scaled(match["first"].replace(",", ""), multiplier)
    if match["second"] is None:
        return Number(first, None, None, bound, lexical_of(match["first"], floats))
    second = _scaled(match["second"].replace(",", ""), multiplier)
    if second < first:
        raise Unreadable(f"{_shown(text)}, a range that runs backwards")
    return Number(None, first, second, bound, text[match.start("first") : match.end("second")])


def date(text: str) -> str:
    """Read an ISO 8601 date, year or year and month; a time of day is left out.

    >>> date("2025-10-30 19:43:33+00:00"), date("2024-05")
    ('2025-10-30', '2024-05')

    Raises: Unreadable.
    """
    match = DATE.fullmatch(text)
    if match is None:
        raise Unreadable(f"{_shown(text)}, not a date such as 2024, 2024-05 or 2024-05-31")
    year, month, day = match.groups()
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise Unreadable(f"{_shown(text)}, not a day of the calendar") from None
    return "-".join(part for part in (year, month, day) if part)


def identifiers(text: str, schemes: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Names in the given registers, with where they stand in the text.

    >>> list(identifiers("see https://arxiv.org/abs/2412.19437v1", ["arxiv"]))
    [(22, 32, 'arXiv:2412.19437')]
    """
    for scheme in schemes:
        prefix, pattern = IDENTIFIERS[scheme]
        for match in pattern.finditer(text):
            yield (*match.span(1), prefix + match[1])


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
