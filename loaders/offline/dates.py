"""The date grammar: text in, dates out as ISO 8601 with the precision that was written (year, month or day)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loaders.offline.widths import narrow

# What a number counts that looks like a year.
_COUNTED = (
    r"\s?(?:GPU|tokens|H\d|A\d|x\b|×|\*|steps|nodes|chips|[万萬亿億兆억张張块塊枚颗顆]|[kMGT]Wh?\b|[GT]B\b)"
    r"|\s(?:thousand|million|billion|trillion|accelerators|cards)\b|多|余|餘|元(?![旦宵年])|个|個|人(?![工民才口社形])|名(?!古)|만|장|명|원|円"
)
GRAMMAR = Path(__file__).parent / "grammar" / "dates.toml"
MONTH_FIRST = {"", "en", "zh", "ja", "ko"}  # languages in which 3/4/2025 may be either day
_EARLIEST, _LATEST = 15, 29  # two-digit years that documents of this field are of


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the text: half-open span, ISO 8601 value ("2024", "2024-05", "2024-05-17"), and whether its year was supplied."""

    start: int
    end: int
    value: str
    supplied_year: bool = False


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))


@cache
def _months() -> dict[str, int]:
    return {name: int(number) for table in ("months", "abbreviated") for number, names in _table()[table].items() for name in names}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def names(*tables: str) -> str:
        words = (re.escape(name) for table in tables for spelled in _table()[table].values() for name in spelled)
        return "|".join(sorted(words, key=len, reverse=True))

    month, words = names("months"), _table()["words"]
    year = r"(?P<y>19[5-9]\d|20[0-3]\d)"
    short = r"(?P<yy>[12]\d)"
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.|er|º|-го)?"
    relative = "|".join(_table()["relative"])
    sources = (
        ("ymd", rf"(?<![\d.\-/]){year}\s?[-–./年년]\s?(?P<m>\d{{1,2}})\s?[-–./月월]\s?(?P<d>\d{{1,2}})(?:\s?[日일号號])?(?![\d])"),
        ("ymd", rf"(?<![\w.\-/]){year}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\w|[.,\-/]\d)"),
        ("dmy", rf"(?<![\d.\-/])(?P<d>\d{{1,2}})(?P<mark>[./\-])(?P<m>\d{{1,2}})(?P=mark){year}(?![\d]|[./\-]\d)"),
        ("dmy", rf"(?<![\d.])(?P<d>\d{{1,2}})\.\s(?P<m>\d{{1,2}})\.\s{year}(?![\d]|[./\-]\d)"),
        ("yymmdd", r"(?<![\w.\-/:])(?P<yy>\d\d)\.(?P<m>\d\d)\.(?P<d>\d\d)(?![\w\-/:]|\.\d)"),
        ("dmy", rf"(?<![\w.\-/])(?P<d>\d{{1,2}})(?P<mark>/)(?P<m>\d{{1,2}})/{short}(?![\w]|[./\-]\d)"),
        ("dMy", rf"(?<![\w.\-/])(?P<d>\d{{1,2}})[\-/.](?P<M>{names('months', 'abbreviated')})[\-/.](?:{year}|{short})(?![\w]|[./\-]\d)"),
        ("ym", rf"(?<![\d.\-/]){year}\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]"),
        ("ym", rf"(?<![\d.\-/$]){year}[-./](?P<m>0[1-9]|1[0-2]|[1-9])(?![\d.\-/])"),
        ("ym", r"(?<![\w.,\-/$€£¥])(?P<y>20[12]\d)(?P<m>0[1-9]|1[0-2])(?!\s?[\w%]|[.,\-/]\d)"),
        ("my", rf"(?<![\d.\-/])(?P<m>0[1-9]|1[0-2]|[1-9])/{year}(?![\d/])"),
        (
            "era",
            rf"(?P<era>{words['era']})\s?(?P<n>\d{{1,3}}|{words['first']})\s?年(?:\s?(?P<m>1[0-2]|0?[1-9])\s?月(?:\s?(?P<d>[12]\d|3[01]|0?[1-9])\s?日)?)?",
        ),
        (
            "ymd",
            rf"(?<![\d.\-/,]){short}\s?[年년]\s?(?P<m>1[0-2]|0?[1-9])\s?[月월](?:\s?(?P<d>[12]\d|3[01]|0?[1-9])\s?[日일号號])?",
        ),
        ("Mdy", rf"\b(?P<M>{month})\.?\s+{day}(?:\s?[-–]\s?\d{{1,2}})?,?\s+{year}\b"),
        ("dMy", rf"(?<![\d.]){day}\s+(?:of\s+|de\s+)?(?P<M>{month})\.?,?\s+(?:de\s+|del\s+)?{year}\b"),
        ("My", rf"\b(?P<M>{month})\.?,?\s+(?:of\s+|de\s+|del\s+)?{year}\b"),
        ("yM", rf"\b{year},?\s+(?:in\s+)?(?P<M>{month})\b"),
        ("Md", rf"\b(?P<M>{month})\.?\s+{day}\b(?!\s?[\d%])"),
        ("dM", rf"(?<![\d.,$]){day}\s+(?:of\s+|de\s+)?(?P<M>{month})\b(?!\s+\d)"),
        (
            "rel",
            rf"(?P<rel>{relative})\s?(?P<m>1[0-2]|0?[1-9])\s?[月월](?!\d)(?:\s?(?P<d>[12]\d|3[01]|0?[1-9])\s?[日일号號])?",
        ),
        ("md", r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])\s?[月월]\s?(?P<d>[12]\d|3[01]|0?[1-9])\s?[日일号號]"),
        (
            "q",
            rf"\bQ(?P<q>[1-4])(?:\s+|['’/]|\s?/\s?|\s?-\s?){year}\b|\b{year.replace('?P<y>', '?P<y2>')}\s?[-/]?\s?[QH](?P<q2>[1-4])\b"
            r"|\bQ[1-4]\s?['’](?P<yy>[12]\d)\b|(?<![\w.])[1-4]Q\s?['’]?(?:20)?(?P<yy2>[12]\d)\b"
            r"|(?<![\w.,])(?P<yy3>[12]\d)Q[1-4](?![a-z0-9])",
        ),
        (
            "q",
            rf"\bH[12](?:\s+|['’/]){year}\b|\bH[12]\s?['’](?P<yy>[12]\d)\b|(?<![\w.])[12]H\s?['’]?(?:20)?(?P<yy2>[12]\d)(?![\w%])"
            r"|\b[FC]Y\s?['’]?(?:20)?(?P<yy3>[12]\d)\b",
        ),
        (
            "y",
            rf"(?:(?<![\d.$€£¥/\-#])(?<!\d,)|(?<=\d,)(?=\d{{4}}\s?年)|(?<=\b(?:mid|pre|end)-)|(?<=\b(?:late|post|anno|fins)-)|(?<=\bearly-))"
            rf"{year}(?:\s?[년年]度?|(?!{_COUNTED}))(?!\d|%|,\d|\.\d|[-/]\d)",
        ),
        ("y", r"(?<![\d.])(?P<y>1[89]\d\d)\s?[年년]度?(?!\d|间|間|간|前|后|後)"),
    )
    return tuple((name, re.compile(source, re.I)) for name, source in sources)


@cache
def _month_named() -> re.Pattern[str]:
    return re.compile("|".join(sorted({re.escape(name[:3]) for name in _months()})), re.I)


@cache
def _month_alone() -> re.Pattern[str]:
    months = "|".join(sorted((re.escape(name) for spelled in _table()["months"].values() for name in spelled), key=len, reverse=True))
    return re.compile(
        rf"\b(?:{_table()['words']['within']})\s+(?P<M>{months})\b(?!['’]|\s+\d)|(?<![\d.,年년\-/])(?P<m>1[0-2]|0?[1-9])\s?[月월](?!\s?\d|[份中]?刊|间|間|간)",
        re.I,
    )


def dates(text: str, year: str | None = None, language: str = "") -> Iterator[Date]:
    """Every date of the text, longest reading first, without overlaps, in reading order. `year` completes a day or month without a year.

    Of a date in figures whose day and month cannot be told apart in the language ("3/4/2025" in English) only the year is said.

    >>> [d.value for d in dates("On July 23, 2024, 2023年7月17日 and 10/2024; 2,024 GPUs")]
    ['2024-07-23', '2023-07-17', '2024-10']
    >>> [d.value for d in dates("3/4/2025, 31.12.2024, 24.03.31, 2H27")]
    ['2025', '2024-12-31', '2024-03-31', '2027']
    """
    text = narrow(text)
    found: list[Date] = []
    patterns = _patterns() if year is None else (*_patterns(), ("m", _month_alone()))
    named = _month_named().search(text) is not None
    for name, pattern in patterns:
        if "M" in name and not named:
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if name == "m":
                start = match.start("M") if match["M"] else start
            if any(start < date.end and date.start < end for date in found):
                continue
            read = _read(name, match, year, language)
            if read is not None:
                found.append(Date(start, end, *read))
    yield from sorted(found, key=lambda item: item.start)


def _read(name: str, match: re.Match[str], year: str | None, language: str) -> tuple[str, bool] | None:
    """The ISO value of a match and whether its year was supplied; None when it is no date."""
    parts = match.groupdict()
    y = parts.get("y") or parts.get("y2")
    short = parts.get("yy") or parts.get("yy2") or parts.get("yy3")
    month = int(parts["m"]) if parts.get("m") else _months().get((parts.get("M") or "").lower(), 0)
    if not month and parts.get("M"):
        month = _months().get((parts.get("M") or "").lower().rstrip("."), 0)
    day = int(parts["d"]) if parts.get("d") else 0
    if name == "yymmdd":
        return _short(int(short or 0), month, day, language)
    if y is None and short:
        y = f"20{short}"
    if parts.get("era"):
        y = str(_table()["eras"][parts["era"]] + (int(parts["n"]) if parts["n"].isdigit() else 1))
    supplied = y is None
    if supplied and year is None:
        return None
    value = y or str(int(year or 0) + _table()["relative"].get(parts.get("rel"), 0))
    if not value.startswith(("18", "19", "20")):
        return None
    if name == "dmy" and parts.get("mark") in ("/", "-"):
        if month > 12 >= day:
            day, month = month, day
        elif language in MONTH_FIRST and day <= 12 and day != month:
            return (value, False) if parts.get("y") else None
    if month > 12 or day > 31 or (name in ("Md", "dM", "md") and not day) or (day and not month):
        return None
    if month:
        value += f"-{month:02d}"
        if day:
            value += f"-{day:02d}"
    return value, supplied


def _short(first: int, month: int, last: int, language: str) -> tuple[str, bool] | None:
    """A date of three pairs of figures: the year first, or the day first where that is written; None when either could be meant."""
    readings = {
        f"20{year:02d}-{month:02d}-{day:02d}"
        for year, day in ((first, last), (last, first))
        if _EARLIEST <= year <= _LATEST and 1 <= day <= 31 and 1 <= month <= 12
    }
    if len(readings) > 1:
        year, day = (first, last) if language in MONTH_FIRST - {""} else (last, first)
        readings = {f"20{year:02d}-{month:02d}-{day:02d}"} if language else set()
    return (readings.pop(), False) if readings else None
