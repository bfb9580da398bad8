"""The date grammar: text in, dates out as ISO 8601 with the precision that was written (year, month or day)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# What a number counts that looks like a year.
_COUNTED = (
    r"\s?(?:GPU|tokens|H\d|A\d|x\b|×|\*|steps|nodes|chips|[万萬亿億兆억张張块塊枚颗顆]|[kMGT]Wh?\b|[GT]B\b)"
    r"|\s(?:thousand|million|billion|trillion|accelerators|cards)\b|多|余|餘|元(?![旦宵年])|个|個|人(?![工民才口社形])|名(?!古)|만|장|명|원|円"
)
GRAMMAR = Path(__file__).parent / "grammar" / "dates.toml"


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the text: half-open span, ISO 8601 value ("2024", "2024-05", "2024-05-17"), and whether its year was supplied."""

    start: int
    end: int
    value: str
    supplied_year: bool = False


@cache
def _months() -> dict[str, int]:
    table = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))["months"]
    return {name: int(number) for number, names in table.items() for name in names}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    month = "|".join(sorted((re.escape(name) for name in _months()), key=len, reverse=True))
    year = r"(?P<y>19[5-9]\d|20[0-3]\d)"
    sources = (
        ("ymd", rf"(?<![\d.\-/]){year}\s?[-–./年년]\s?(?P<m>\d{{1,2}})\s?[-–./月월]\s?(?P<d>\d{{1,2}})(?:\s?[日일号號])?(?![\d])"),
        ("ym", rf"(?<![\d.\-/]){year}\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]"),
        ("ym", rf"(?<![\d.\-/$]){year}[-./](?P<m>0[1-9]|1[0-2]|[1-9])(?![\d.\-/])"),
        ("my", rf"(?<![\d.\-/])(?P<m>0[1-9]|1[0-2]|[1-9])/{year}(?![\d/])"),
        ("Mdy", rf"\b(?P<M>{month})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{year}\b"),
        ("dMy", rf"(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?\s+(?:of\s+|de\s+)?(?P<M>{month})\.?,?\s+(?:de\s+|del\s+)?{year}\b"),
        ("My", rf"\b(?P<M>{month})\.?,?\s+(?:of\s+|de\s+|del\s+)?{year}\b"),
        ("yM", rf"\b{year},?\s+(?P<M>{month})\b"),
        ("Md", rf"\b(?P<M>{month})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?[\d%])"),
        ("dM", rf"(?<![\d.,$])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<M>{month})\b(?!\s+\d)"),
        ("md", r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])\s?[月월]\s?(?P<d>[12]\d|3[01]|0?[1-9])\s?[日일号號]"),
        ("q", rf"\bQ(?P<q>[1-4])\s+{year}\b|\b{year.replace('?P<y>', '?P<y2>')}\s+Q(?P<q2>[1-4])\b"),
        ("y", rf"(?<![\d.$€£¥/\-#])(?<!\d,){year}(?:\s?[年년]度?|(?!{_COUNTED}))(?![\d,%]|\.\d|[-/]\d)"),
    )
    return tuple((name, re.compile(source, re.I)) for name, source in sources)


def dates(text: str, year: str | None = None) -> Iterator[Date]:
    """Every date of the text, longest reading first, without overlaps, in reading order. `year` completes a day without a year.

    >>> [d.value for d in dates("On July 23, 2024, 2023年7月17日 and 10/2024; 2,024 GPUs")]
    ['2024-07-23', '2023-07-17', '2024-10']
    """
    found: list[Date] = []
    taken: list[tuple[int, int]] = []
    for name, pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            parts = match.groupdict()
            y = parts.get("y") or parts.get("y2")
            supplied = y is None
            if supplied and year is None:
                continue
            value = y or year or ""
            month = int(parts["m"]) if parts.get("m") else _months().get((parts.get("M") or "").lower().rstrip("."), 0)
            if not month and parts.get("M"):
                month = _months().get((parts.get("M") or "").lower(), 0)
            day = int(parts["d"]) if parts.get("d") else 0
            if month > 12 or day > 31 or (name in ("Md", "dM", "md") and not day):
                continue
            if month:
                value += f"-{month:02d}"
                if day:
                    value += f"-{day:02d}"
            found.append(Date(start, end, value, supplied))
            taken.append((start, end))
    yield from sorted(found, key=lambda item: item.start)
