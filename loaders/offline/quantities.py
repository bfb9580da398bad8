"""The quantity grammar: text in, figures out, each with its value, bound, unit class and the characters it is written with."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from loaders.offline.spellings import Spellings

GRAMMAR = Path(__file__).parent / "grammar" / "quantities.toml"
DOT_GROUPING = {"de", "es", "pt", "fr", "ru"}

_PLAIN = r"\d{1,3}(?:[,，]\d{3})+(?![\d])(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f' ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_POWER = r"(?:[eE][+\-]?\d{1,2}(?![\w])|\s?[x×*·⋅]\s?10\s?(?:\^|\*\*)?\s?\{?(?:\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\}?|\+\d\d(?!\d))?"
_NUMBER = re.compile(rf"(?<![\w.,:/#^\u2e80-\u9fff])(?:{_PLAIN}){_POWER}|(?<=[\u2e80-\u9fff\uac00-\ud7a3_])(?:{_PLAIN}){_POWER}")
_PLAIN_NUMBER = re.compile(_PLAIN)
_WORDS = re.compile(
    r"half an?\b|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\- ](?:one|two|three|four|five|six|seven|eight|nine)\b|[^\W\d_]+",
    re.I,
)
_CJK_NUMBER = re.compile(r"(?<![\d.])[一二三四五六七八九十两兩半数數几]{1,3}(?=[百千万萬亿億兆个個张張块枚颗年天周])")
_VAGUE = re.compile(r"(?:tens|hundreds|dozens) of $", re.I)
_VAGUE_FIGURE = re.compile(r"\b(tens of|dozens of|hundreds of|several)(?= (?:thousand|million|billion|trillion)s?\b)", re.I)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SPACE = re.compile(r"[ \t\u00a0\u202f\u3000]*\n?[ \t\u00a0\u202f]*")
_RANGE = re.compile(
    r"\s?(?:-|–|—|~|～|〜|\bto\b|\bup to\b|\band\b|\bbis\b|\bund\b|\bà\b|\bet\b|\ba\b|\by\b|\be\b|до|至|到|から|에서)\s?", re.I
)
_BETWEEN = re.compile(r"(?:between|zwischen|entre|между)\s+(?:about |around |roughly )?$", re.I)
_INTERVENING = re.compile(
    r"[ \-]?(?:of|the|its|own|x|×|\*|AI|[A-Z][\w.\-]*\d[\w.\-]*|[A-Z][A-Za-z]+|型|英伟达|輝達|英偉達|엔비디아|的)[ \-]?"
)
_CHIP_HOURS = re.compile(
    r"(?:NVIDIA |Nvidia |英伟达)?\[{0,2}(?:[A-Z]{1,3}\d{2,4}[A-Za-z]{0,2}|TPU ?v?\d\w*|MI\d{3}X?|昇腾 ?\d{3}[A-D]?)\]{0,2}[ \-]?"
    r"(?:hours?\b|hrs?\b|h\b|小时|小時|时|卡时|時間|시간|Stunden|heures|horas|ore\b|часов)"
)
_MOST_HOURS = 20_000  # no run lasts longer; more hours are hours of chips
_WORDY_UNITS = {"duration", "gpu", "person", "gpu_hour", "gpu_day", "money", "power"}
_FACTORS = {  # to the unit the ontology keeps
    "kW": (Decimal("1e3"), "W"),
    "GW": (Decimal("1e3"), "MW"),
    "TW": (Decimal("1e6"), "MW"),
    "kWh": (Decimal("1e-3"), "MWh"),
    "GWh": (Decimal("1e3"), "MWh"),
    "TWh": (Decimal("1e6"), "MWh"),
    "TB/s": (Decimal("1e3"), "GB/s"),
    "MB/s": (Decimal("1e-3"), "GB/s"),
    "Gbit/s": (Decimal("0.125"), "GB/s"),
    "Tbit/s": (Decimal("125"), "GB/s"),
    "kg": (Decimal("1e-3"), "tCO2eq"),
    "g": (Decimal("1e-6"), "tCO2eq"),
    "kt": (Decimal("1e3"), "tCO2eq"),
    "t": (Decimal("1"), "tCO2eq"),
    "minute": (Decimal("0.0166666666666666667"), "hour"),
    "second": (Decimal("0.000277777777777777778"), "hour"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the text: half-open span [start, end) of number, magnitude, currency and unit.

    `kind`: money, parameter, token, flop, throughput, memory, percent, person, other, duration, power, energy, bandwidth, emission,
    gpu, gpu_hour, gpu_day, or "bare". `value` is in base units; a range has `low` and `high` and no value. `unit` is the currency,
    time or physical unit; `per` what a rate is measured by. `magnitude`: whether a magnitude was written ("405B", "3万").
    """

    start: int
    end: int
    kind: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    per: str = ""
    bound: str = ""
    magnitude: str = ""
    number_end: int = 0
    number_start: int = 0

    @property
    def size(self) -> Decimal:
        """The value, or the middle of the range."""
        if self.value is not None:
            return self.value
        return ((self.low or Decimal(0)) + (self.high or Decimal(0))) / 2


@dataclass(frozen=True, slots=True)
class _Grammar:
    magnitude_exact: Spellings[str]
    magnitude: Spellings[str]
    words: dict[str, Decimal]
    vague: Spellings[str]
    before: Spellings[str]
    after: Spellings[str]
    units: Spellings[tuple[str, str]]
    units_exact: Spellings[tuple[str, str]]
    per: Spellings[str]
    bound_before: Spellings[str]
    bound_after: Spellings[str]


@cache
def grammar() -> _Grammar:
    """The tables of quantities.toml, indexed."""
    tables: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    units: dict[str, tuple[str, str]] = {}
    exact: dict[str, tuple[str, str]] = {}
    for kind, entry in tables["unit"].items():
        for word in [*entry.get("words", ()), *entry.get("glued", ())]:
            units[word] = (kind, "")
        for word, unit in entry.get("scaled", ()):
            units[word] = (kind, unit)
        for word, unit in entry.get("exact", ()):
            exact[word] = (kind, unit)
    return _Grammar(
        Spellings(tables["magnitude_exact"], exact=True),
        Spellings(tables["magnitude"]),
        {word: Decimal(value) for word, value in tables["word_numbers"].items()},
        Spellings(tables["vague"]),
        Spellings(tables["currency_before"]),
        Spellings(tables["currency_after"]),
        Spellings(units),
        Spellings(exact, exact=True),
        Spellings({spelling: per for per, spellings in tables["per"].items() for spelling in spellings}),
        Spellings({spelling: bound for bound, spellings in tables["bound_before"].items() for spelling in spellings}),
        Spellings({spelling: bound for bound, spellings in tables["bound_after"].items() for spelling in spellings}),
    )


def number(written: str, language: str = "en", decimal_comma: bool = False) -> Decimal | None:
    """The value of a written number without magnitude, or None when it is none. `decimal_comma`: "2,125" may be two and an eighth.

    >>> number("3,478.5"), number("3.14e23"), number("2 × 10^25"), number("1,25", "de"), number("11 390")
    (Decimal('3478.5'), Decimal('3.14E+23'), Decimal('2E+25'), Decimal('1.25'), Decimal('11390'))
    """
    text = written.translate(_SUPERSCRIPT).replace("，", ",")
    exponent = ""
    power = re.search(r"\s?[x×*·⋅]\s?10\s?(?:\^|\*\*)?\s?\{?(\d{1,2})\}?$|\+(\d\d)$|[eE]([+\-]?\d{1,2})$", text)
    if power:
        exponent = "E" + next(group for group in power.groups() if group)
        text = text[: power.start()]
    text = re.sub(r"[\s']", "", text)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text) and not (language in DOT_GROUPING and decimal_comma):
        text = text.replace(",", "")
    elif language in DOT_GROUPING and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", ".")
    try:
        return Decimal(text + exponent)
    except InvalidOperation:
        return None


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _after_number(text: str, position: int, value: Decimal) -> tuple[Decimal, str, int]:
    """Magnitudes behind a number: the scaled value, the magnitude as written and where it ends."""
    table = grammar()
    written, end = "", position
    for _ in range(3):
        spaced = _skip_space(text, end)
        found = table.magnitude.match(text, spaced)
        if found is None and not written and text[end : end + 1] in "-‑" and text[end : end + 1]:
            found = table.magnitude.match(text, end + 1)  # "a 3-billion-yuan round"
        measured = _unit_at(text, spaced) if found else None
        if found and measured and measured[0] in ("power", "energy") and measured[2] > found[1]:
            break  # 兆瓦 is megawatt, not 10^12 watt
        if found is None and spaced - end <= 1 and not written:
            found = table.magnitude_exact.match(text, spaced)
            if found and found[1] < len(text) and (text[found[1]].isalnum() and text[found[1]] < "\u2e80"):
                found = None
        if found is None:
            break
        scale, stop = found
        value *= Decimal(scale)
        written += text[spaced:stop]
        end = stop
    return value, written, end


def _unit_at(text: str, position: int) -> tuple[str, str, int] | None:
    table = grammar()
    found = table.units_exact.match(text, position) or table.units.match(text, position)
    if found is None:
        return None
    (kind, unit), end = found
    return kind, unit, end


def _scaled(kind: str, unit: str, value: Decimal) -> tuple[Decimal, str]:
    """Bring a physical quantity to the unit the ontology keeps: W or MW, MWh, GB/s, tCO2eq; seconds and minutes to hours."""
    if unit in _FACTORS:
        factor, base = _FACTORS[unit]
        return value * factor, base
    return value, unit


def _parse_tail(text: str, start: int, number_end: int, value: Decimal, currency: str, worded: bool) -> Figure | None:
    table = grammar()
    value, magnitude, end = _after_number(text, number_end, value)
    compound = _NUMBER.match(text, end + (text[end : end + 1] == " ")) if magnitude and magnitude[-1] >= "\u2e80" else None
    if compound:  # 1亿2000万
        more = number(compound.group())
        if more is not None:
            added, small, stop = _after_number(text, compound.end(), more)
            if small and added < value:
                value, end = value + added, stop
            elif magnitude[-1] in "万萬만" and len(compound.group()) == 4 and compound.start() == end:
                value, end = value + more, compound.end()
    kind, unit = "bare", ""
    if currency:
        kind, unit = "money", currency
        repeated = table.after.match(text, _skip_space(text, end))
        if repeated and repeated[0] == currency:
            end = repeated[1]
    else:
        position = _skip_space(text, end)
        plus = 1 if text[position : position + 1] == "+" else 0
        between = position + plus
        if magnitude and text[between : between + 1] in "多余餘" and text[between : between + 1]:
            between += 1
        between = _skip_space(text, between)
        money = table.after.match(text, between)
        if money is None and magnitude and text[between : between + 1] in "-‑" and text[between : between + 1]:
            money = table.after.match(text, between + 1)
        measured = _unit_at(text, between)
        hours = _CHIP_HOURS.match(text, position)
        if hours and measured is None:
            measured = "gpu_hour", "", hours.end()
        if measured is None and text[between : between + 1] in "-‑" and text[between : between + 1]:
            measured = _unit_at(text, between + 1)
        if money and (measured is None or money[1] >= measured[2]):
            kind, unit, end = "money", money[0], money[1]
            if unit == "USD/100":
                value, unit = value / 100, "USD"
        elif measured:
            kind, unit, end = measured
        else:
            skipped = _INTERVENING.match(text, between)
            for _ in range(4):
                if skipped is None:
                    break
                later = _unit_at(text, skipped.end())
                if later and later[0] in ("gpu", "gpu_hour", "gpu_day"):
                    kind, unit, end = later
                    break
                skipped = _INTERVENING.match(text, skipped.end())
    if (
        worded
        and not magnitude
        and (
            kind not in _WORDY_UNITS
            or (value == 1 and text[start:number_end].lower() in ("a", "an"))
            or (kind != "duration" and value == 1)
        )
    ):
        return None
    if kind in ("power", "energy", "bandwidth", "emission", "duration"):
        value, unit = _scaled(kind, unit, value)
    if kind == "gpu_day":
        kind, value = "gpu_hour", value * 24
    if kind == "duration" and unit == "hour" and value >= _MOST_HOURS:
        kind, unit = "gpu_hour", ""
    if kind == "power" and unit == "W" and value >= 10**6:
        value, unit = value / 10**6, "MW"
    figure = Figure(start, end, kind, value, unit=unit, magnitude=magnitude, number_end=end)
    return replace(figure, number_start=start)


def _bounded(text: str, figure: Figure) -> Figure:
    """The figure with the bound its neighbours give it and the rate it is measured by."""
    table = grammar()
    bound = ""
    position = figure.start
    for _ in range(3):
        while position > 0 and text[position - 1] in " \u00a0*(":
            position -= 1
        found = table.bound_before.match_before(text, position)
        if found is None:
            break
        if bound in ("", "~"):
            bound = found[0] if not (bound and found[0] == "~") else bound
        position = found[1]
    end = figure.end
    if not bound or bound == "~":
        for probe in (figure.number_end, end, _skip_space(text, end)):
            found = table.bound_after.match(text, probe)
            if found and found[0] and not (found[0] == ">" and text[probe] in "多余餘强" and figure.kind == "bare"):
                bound = found[0] if found[0] != "~" or not bound else bound
                end = max(end, found[1]) if text[probe] in "+多余餘" else end
                break
        else:
            inside = text[figure.start : figure.end]
            if re.search(r"\d\s?(?:[KMBTkmb]|bn|billion|million)?\+", inside) or re.search(r"[万亿萬億\d][多余餘]", inside):
                bound = ">"
    per = figure.per
    if not per:
        rate = table.per.match(text, _skip_space(text, end))
        if rate:
            per, end = rate
    return replace(figure, bound=bound, per=per, end=end)


def _with_range(text: str, figure: Figure, language: str) -> tuple[Figure, int]:
    """Join the figure with the upper end that follows it, when one does."""
    table = grammar()
    connector = _RANGE.match(text, figure.end)
    if not connector or "\n" in connector.group():
        return figure, figure.end
    word = connector.group().strip().lower()
    if word in ("and", "und", "et", "y", "e") and not _BETWEEN.search(text[max(0, figure.start - 40) : figure.start]):
        return figure, figure.end
    position = connector.end()
    for _ in range(2):
        hedge = table.bound_before.match(text, position)
        if hedge:
            position = _skip_space(text, hedge[1])
    currency = table.before.match(text, position)
    if currency:
        position = _skip_space(text, currency[1])
    upper = _NUMBER.match(text, position) or _PLAIN_NUMBER.match(text, position)
    if not upper:
        return figure, figure.end
    value = number(upper.group(), language)
    if value is None:
        return figure, figure.end
    other = _parse_tail(
        text, position, upper.end(), value, currency[0] if currency else (figure.unit if figure.kind == "money" else ""), False
    )
    if other is None or other.value is None or figure.value is None:
        return figure, figure.end
    low, high = figure.value, other.value
    if figure.kind not in ("bare", other.kind) and other.kind != "bare":
        return figure, figure.end
    if not figure.magnitude and other.magnitude and low < 1000 and figure.kind in ("bare", "money"):
        scale = other.value / (value or Decimal(1))
        low = low * scale
    elif figure.kind == "bare" and other.unit and not other.magnitude and other.kind in ("power", "energy", "bandwidth"):
        low, _ = _scaled(other.kind, text[other.end - len(other.unit) : other.end], low)
    if not low < high or (low and high / low > 1000):
        return figure, figure.end
    kind = other.kind if other.kind != "bare" else figure.kind
    unit = other.unit or figure.unit
    magnitude = other.magnitude or figure.magnitude
    if kind == "bare" and not magnitude and word in ("-", "–", "a", "y", "e") and low == low.to_integral() and 1900 < low < 2100:
        return figure, figure.end
    joined = Figure(figure.start, other.end, kind, None, low, high, unit, "", "", magnitude, other.number_end, figure.number_start)
    return joined, other.end


def figures(text: str, language: str = "en") -> Iterator[Figure]:
    """Every figure of the text in reading order, without overlaps; dates are not told apart here.

    >>> [(str(f.value), f.kind, f.unit) for f in figures("about $5.576M for 2.788M H800 GPU hours")]
    [('5576000.000', 'money', 'USD'), ('2788000.000', 'gpu_hour', '')]
    """
    table = grammar()
    position = 0
    starts = sorted(_candidates(text, language), key=lambda item: (item[0], -item[1]))
    for begin, end, value, worded in starts:
        if begin < position:
            continue
        start, currency = begin, ""
        probe = begin
        while probe > 0 and text[probe - 1] in " \u00a0":
            probe -= 1
        money = table.before.match_before(text, probe)
        if money and begin - probe <= 1:
            currency, start = money
            if start > 0 and text[start - 1] == "\\":
                start -= 1
        figure = _parse_tail(text, start, end, value, currency, worded)
        if figure is None:
            continue
        if worded and value == 1 and text[begin:end].lower() in ("a", "an") and _VAGUE.search(text[max(0, begin - 12) : begin]):
            continue
        figure = replace(figure, number_start=begin)
        if worded and text[begin:end].lower() in ("tens of", "hundreds of", "dozens of") and figure.value is not None:
            figure = replace(figure, value=None, low=figure.value, high=figure.value * 10)
        figure, stop = _with_range(text, figure, language)
        figure = _bounded(text, figure)
        if figure.kind == "gpu_hour" and text[begin - 1 : begin] == "$":
            figure = replace(figure, kind="money", unit="USD", per="gpu-hour")
        yield figure
        position = max(stop, figure.number_end)


def _candidates(text: str, language: str) -> Iterator[tuple[int, int, Decimal, bool]]:
    """Start, end, value and whether in words, of everything that may be a number."""
    table = grammar()
    for found in _NUMBER.finditer(text):
        start = found.start()
        if start >= 2 and text[start - 1] in "-‑" and text[start - 2].isalnum() and text[start - 2] < "\u2e80":
            before_dash = text[start - 2]
            if before_dash.isalpha():
                continue
        scaled = language in DOT_GROUPING and table.magnitude.match(text, _skip_space(text, found.end())) is not None
        value = number(found.group(), language, scaled)
        if value is not None and abs(value.adjusted()) < 40:
            yield start, found.end(), value, False
    for found in _WORDS.finditer(text):
        word = found.group().lower().replace("half an", "half a")
        if word in table.words and found.group()[0] < "\u2e80":
            yield found.start(), found.end(), table.words[word], True
        elif "y" in word and (parts := re.split(r"[\- ]", word))[-1] in table.words and len(parts) == 2 and parts[0] in table.words:
            yield found.start(), found.end(), table.words[parts[0]] + table.words[parts[1]], True
    for found in _VAGUE_FIGURE.finditer(text):
        times = table.vague.match(text, found.start(1))
        if times:
            yield found.start(), found.end(1), Decimal(times[0]), True
    for found in _CJK_NUMBER.finditer(text):
        digits = found.group()
        value = Decimal(0)
        for digit in digits:
            if digit == "十":
                value = (value or Decimal(1)) * 10
            else:
                value += table.words.get(digit, Decimal(0))
        if value:
            yield found.start(), found.end(), value, True
