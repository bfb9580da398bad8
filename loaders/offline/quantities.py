"""The quantity grammar: text in, figures out, each with its value, bound, unit class and the characters it is written with."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from loaders.offline.number_words import spelled
from loaders.offline.numerals import Numeral, numerals
from loaders.offline.spellings import Spellings
from loaders.offline.widths import narrow

GRAMMAR = Path(__file__).parent / "grammar" / "quantities.toml"
DOT_GROUPING = {"de", "es", "pt", "fr", "ru", "it", "nl", "id", "da", "tr"}

_TEN_TO = r"(?<![×x*·⋅])10(?:\s?(?:\^|\*\*)\s?(?:\{\s?\d{1,2}\s?\}|\d{1,2})|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})(?!\d)"
_PLAIN = (
    rf"{_TEN_TO}|[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d])(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{{3}}(?!\d)|[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}(?!\.?\d)(?:,\d+)?"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f'’ ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
)
_TIMES = r"\s?(?:[x×*·⋅]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)?\s?(?:\{\s?\d{1,2}\s?\}|\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_POWER = rf"(?:[eE][+\-]?\d{{1,2}}(?![\w])|{_TIMES}|\+\d\d(?=\s?[A-Za-z]{{0,5}}FLOP))?"
# A number begins where no other goes on; after a comma or colon that is no digit's, and after letters when 億 says that it is a number.
_CJK = r"\u2e80-\u9fff\uac00-\ud7a3"
_PRICED = r"(?<=[$€£]\d/)|(?<=[$€£]\d\d/)|(?<=[$€£]\d\.\d/)|(?<=[$€£]\d\.\d\d/)|(?<=[$€£]\d\d\.\d\d/)|(?<=\d/)(?=\d+(?:\.\d+)?\s?(?:美元|美金|元|円|달러|€))"
_BEGINS = rf"(?=\d)(?:(?<![\w.．,:/#^\u2e80-\u9fff])|(?<=[{_CJK}_])|(?<=[^\W\d],)|(?<=[{_CJK}\")）][:,])|(?<=\d[KMBTkmbt亿億万萬]/)|(?<=\d,)(?<!:\d\d,)(?!0)|{_PRICED})"
_NUMBER = re.compile(rf"{_BEGINS}(?:{_PLAIN}){_POWER}|(?=\d)(?<=[a-z])(?:{_PLAIN})(?=\s?[万萬亿億兆억조])")
_PLAIN_NUMBER = re.compile(_PLAIN)
_WORDS = re.compile(
    r"half an?\b|(?:an? )?couple(?: of)?(?= (?:hour|day|week|month|year)s\b)|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\- ](?:one|two|three|four|five|six|seven|eight|nine)\b|[^\W\d_]+",
    re.I,
)
_MORE = "多余餘여"
_OVER = {"上": ">=", "过": ">", "過": ">", "破": ">"}
_REACHING = re.compile(r"(?:[上过過破近超逾达達约約]|超过|超過|近乎|将近|突破|高达|多达)\s?$")  # 上万张, 近百亿
_EVERY_SECOND = re.compile(r"(?:每秒|초당|毎秒)\s?$")
_UNIT_MARK = re.compile(r"[每/(（:：以按]\s?$|单位$|單位$")  # 每百万, (亿元): what is counted by, no amount
_PLUS = re.compile(r"\d\s?(?:[KMBTkmb]|bn|billion|million)?\+(?!\d)")
_MORE_INSIDE = re.compile(r"[十百千万亿萬億\d]\s?[多余餘]|[십백천만억조\d]여")
_ODD = re.compile(r"[- ]odd\b|-?ish\b")
_SOME_INSIDE = re.compile(r"[十百千\d][来來]|\d[- ]odd\b|\d-?ish\b")
_PER_CENT = re.compile(r"\bp[oe]r $", re.I)
_ENGLISH_MAGNITUDE = re.compile(r"(?<=\.\d{3})(?:\s(?:thousand|million|billion|trillion)|\s?[KMBT])\b")
_LOWER_WORD = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{1,10})\s(?:to|or|bis|oder|à|ou|a|o|до|или)\s$|(?<![一二三四五六七八九十百千万])([一二两兩三四五六七八九十]{1,3})[到至或]$",
    re.I,
)
_EACH = re.compile(r"[每/]\s?$")
_HALF_AFTER = re.compile(r"半(?![年月天导個个数])|\s?반(?![가-힣])|\s(?:and a half|et demie?|y medi[oa]|e mei[oa])\b", re.I)
_HALF_BETWEEN = re.compile(r"(?:\s|-)(?:and[ -]a[ -]half|et demie?|y medi[oa]|e mei[oa])(?=[\s-])|½", re.I)
_CHIP_TIME = re.compile(r"\s(?:of|de|di)\s(?:GPU|TPU|NPU|accelerator|chip|[A-Z]{1,3}\d{2,4})s?[ -]?(?:time|compute)\b", re.I)
_OF = re.compile(r"(?:of|de|di|do|von|des)[ \u00a0]|d['’]")
_CHIP_SHAPE = re.compile(r"(?!FP|BF|TF|FY|INT|AI|CES|CVPR|ICML)(?:[A-Z]{1,3}\d{2,4}[A-Za-z]{0,2}|TPU ?v\d\w?|MI\d{3}X?)\b(?![-\w])")
_NAMED_CHIP = re.compile(
    r"(?:(?:of (?:these|those|the|its|their|our) )?(?:NVIDIA |Nvidia |AMD |GeForce |RTX |GTX |Tesla |Radeon |Intel |Instinct ){0,2})"
    r"(?!FP|BF|TF|FY|INT|AI|CES|CVPR|ICML)((?:[A-Z]{1,3}\d{2,4}[A-Za-z]{0,2}|TPU ?v\d\w?|MI\d{3}X?|\d{4}(?=s\b| Ti\b))s?)\b(?![-\w])"
)
_WORD_CHAR = re.compile(r"[^\W\d_]")
_BEFORE_COUNT = re.compile(r"(?<![\w-])(?:[ABHLPTV]|G[BH]|MI)\d{2,4}[A-Za-z]{0,2}$")
_PARTICLE = re.compile(r"\s?[을를이가은는はがを]?\s?$")
_COUNTER = re.compile(r"\s?(?:개|대|기|台|個|个|枚|基)(?![가-힣]{2})")
_PARTICLES = frozenset("간이가을를은는의에도만와과로까동안반여씩짜후전쯤정당규입임대급어상였인라")
_POWER_TALK = re.compile(r"功[耗率]|瓦|[电電][源力费費]|[耗供用]电|能耗|散热|TDP|watt|\d\s?[kKMG]W", re.I)
_MONEY_TALK = re.compile(r"[价價租元贵貴买買卖賣购購售薪涨漲跌赚花砸砍]|报价|成本|预算|一台|每台|一张|每张|一块|人民币|便宜")
_CARBON_TALK = re.compile(
    r"CO2|CO₂|carbon|emission|emitted|émission|emision|emissõ|emissi|碳|排放|炭素|탄소|выброс|углерод|footprint", re.I
)
_WAN = re.compile(r"[Ww](?![A-Za-z0-9])")
_HAN = re.compile("[\u3400-\u9fff]")
_VAGUE = re.compile(r"(?:tens|hundreds|dozens) of $", re.I)
_VAGUE_FIGURE = re.compile(r"\b(tens of|dozens of|hundreds of|several)(?= (?:thousand|million|billion|trillion)s?\b)", re.I)
_ALONE = re.compile(r"10\s?(?:(?:\^|\*\*)\s?\{?\s?(?=[\d])|(?=[⁰¹²³⁴⁵⁶⁷⁸⁹]))([\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})\s?\}?")
_EXPONENT = re.compile(r"\s?(?:[x×*·⋅]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)?\s?\{?\s?(\d{1,2})\s?\}?$|\+(\d\d)$|[eE]([+\-]?\d{1,2})$")
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
    r"(?:(?:hours?|hrs?|h|GPU-hours?|GPU hours?)\b|小时|小時|时|卡时|時間|시간|Stunden|heures|horas|ore\b|часов)"
)
_CHIP_DAYS = re.compile(
    r"(?:NVIDIA |Nvidia )?(?:[A-Z]{1,3}\d{2,4}[A-Za-z]{0,2}|TPU ?v?\d\w*|MI\d{3}X?)(?: GPU)?[ \-](days?|weeks?|months?|years?)\b"
)
_MOST_HOURS = 20_000  # no run lasts longer; more hours are hours of chips
_WORDY_UNITS = {"duration", "gpu", "person", "gpu_hour", "gpu_day", "gpu_week", "gpu_month", "gpu_year", "money", "power"}
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
    "fortnight": (Decimal(2), "week"),
}
_CHIP_UNITS = {"gpu_day": "day", "gpu_week": "week", "gpu_month": "month", "gpu_year": "year"}
_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 730, "year": 8760}


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
    magnitude_in: dict[str, Spellings[str]]
    words: dict[str, Decimal]
    vague: Spellings[str]
    before: Spellings[str]
    after: Spellings[str]
    units: Spellings[tuple[str, str]]
    units_exact: Spellings[tuple[str, str]]
    units_near: Spellings[tuple[str, str]]
    per: Spellings[str]
    bound_before: Spellings[str]
    bound_before_in: dict[str, Spellings[str]]
    bound_after: Spellings[str]
    not_followed: dict[str, re.Pattern[str]]
    no_bound: dict[str, re.Pattern[str]]
    accelerators: Spellings[str]
    attributes: Spellings[str]


def _by_spelling(table: dict[str, list[str]]) -> Spellings[str]:
    return Spellings({spelling: name for name, spellings in table.items() for spelling in spellings})


@cache
def grammar() -> _Grammar:
    """The tables of quantities.toml, indexed."""
    tables: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    units: dict[str, tuple[str, str]] = {}
    exact: dict[str, tuple[str, str]] = {}
    near: dict[str, tuple[str, str]] = {}
    for kind, entry in tables["unit"].items():
        for word in [*entry.get("words", ()), *entry.get("glued", ())]:
            units[word] = (kind, "")
        for word, unit in entry.get("scaled", ()):
            units[word] = (kind, unit)
        for word, unit in entry.get("exact", ()):
            exact[word] = (kind, unit)
        for word, unit in entry.get("near", ()):
            near[word] = (kind, unit)
    return _Grammar(
        Spellings(tables["magnitude_exact"], exact=True),
        Spellings(tables["magnitude"]),
        {language: Spellings(words) for language, words in tables["magnitude_in"].items()},
        {word: Decimal(value) for word, value in tables["word_numbers"].items()},
        Spellings(tables["vague"]),
        Spellings(tables["currency_before"]),
        Spellings(tables["currency_after"]),
        Spellings(units),
        Spellings(exact, exact=True),
        Spellings(near, exact=True),
        Spellings({spelling: per for per, spellings in tables["per"].items() for spelling in spellings}),
        _by_spelling(tables["bound_before"]),
        {language: _by_spelling(bounds) for language, bounds in tables["bound_before_in"].items()},
        _by_spelling(tables["bound_after"]),
        {word: re.compile(pattern) for word, pattern in tables["not_followed"].items()},
        {reason: re.compile(pattern) for reason, pattern in tables["no_bound"].items()},
        Spellings(dict.fromkeys(tables["counted"]["accelerators"], "gpu")),
        Spellings(dict.fromkeys(tables["counted"]["attributes"], "")),
    )


def number(written: str, language: str = "en", decimal_comma: bool = False) -> Decimal | None:
    """The value of a written number without magnitude, or None when it is none. `decimal_comma`: "2,125" may be two and an eighth.

    >>> number("3,478.5"), number("3.14e23"), number("2 × 10^25"), number("1,25", "de"), number("11 390")
    (Decimal('3478.5'), Decimal('3.14E+23'), Decimal('2E+25'), Decimal('1.25'), Decimal('11390'))
    """
    if alone := _ALONE.fullmatch(written):
        return Decimal(f"1E{alone[1].translate(_SUPERSCRIPT)}")
    text = written.translate(_SUPERSCRIPT)
    exponent = ""
    power = _EXPONENT.search(text)
    if power:
        exponent = "E" + next(group for group in power.groups() if group)
        text = text[: power.start()]
    text = re.sub(r"[\s'’]", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", text) and not (language in DOT_GROUPING and decimal_comma):
        text = text.replace(",", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", text) and (language in DOT_GROUPING or text.count(".") > 1):
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


def _after_number(text: str, position: int, value: Decimal, language: str = "") -> tuple[Decimal, str, int]:
    """Magnitudes behind a number: the scaled value, the magnitude as written and where it ends."""
    table = grammar()
    own = table.magnitude_in.get(language)
    written, end = "", position
    half = _HALF_BETWEEN.match(text, position)
    if half:
        value, end = value + Decimal("0.5"), half.end()
    for _ in range(3):
        spaced = _skip_space(text, end)
        found = (own.match(text, spaced) if own else None) or table.magnitude.match(text, spaced)
        if found is None and text[spaced : spaced + 1] in _MORE and text[spaced : spaced + 1]:
            # 4000 多亿, 3 千余万: more than, between the number and its magnitude
            found = table.magnitude.match(text, spaced + 1)
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
        written += text[spaced:stop].lstrip(_MORE)
        end = stop
    if not written and _is_ten_thousand(text, end, value):
        return value * 10_000, text[end], end + 1
    return value, written, end


def _is_ten_thousand(text: str, position: int, value: Decimal) -> bool:
    """Whether a W glued to a number is 万, as Chinese is typed ("9W 一台", "30w"), and not watt: the line speaks of prices, not power."""
    if not _WAN.match(text, position) or value >= 10_000:
        return False
    near = text[max(0, position - 60) : position + 40]
    if not _HAN.search(near) or _POWER_TALK.search(near):
        return False
    return text[position] == "w" or (value < 200 and _MONEY_TALK.search(near) is not None)


def _unit_at(text: str, position: int) -> tuple[str, str, int] | None:
    table = grammar()
    found = table.units_exact.match(text, position) or table.units.match(text, position)
    if found is None:
        return None
    (kind, unit), end = found
    if end - position == 1 and _is_other_word(text, position):
        return None
    return kind, unit, end


def _near_unit(text: str, start: int, position: int) -> tuple[str, str, int] | None:
    """A unit that others share ("kg", "t", "吨"), where the line speaks of what it measures here."""
    found = grammar().units_near.match(text, position)
    if found is None or not _CARBON_TALK.search(text, max(0, start - 90), position + 40):
        return None
    (kind, unit), end = found
    return kind, unit, end


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _is_other_word(text: str, position: int) -> bool:
    """Whether a character that may be a counter begins a word of its own: "5 주요", "3 달성", "2024人工智能"."""
    following = text[position + 1 : position + 2]
    if not _is_hangul(text[position]):
        return text[position] == "人" and following != "" and following in "工民才口类類"
    joined = _is_hangul(following) and following not in _PARTICLES
    return joined and (text[position] == "달" or text[position - 1 : position].isspace())


def _scaled(kind: str, unit: str, value: Decimal) -> tuple[Decimal, str]:
    """Bring a physical quantity to the unit the ontology keeps: W or MW, MWh, GB/s, tCO2eq; seconds and minutes to hours."""
    if unit in _FACTORS:
        factor, base = _FACTORS[unit]
        return value * factor, base
    return value, unit


def _parse_tail(
    text: str,
    start: int,
    number_end: int,
    value: Decimal,
    currency: str,
    worded: bool,
    numeral: Numeral | None = None,
    language: str = "",
) -> Figure | None:
    named = worded and numeral is None and value >= 100  # "two hundred": an amount by itself
    value, magnitude, end = _after_number(text, number_end, value, "en" if currency == "USD" else language)
    if named and not magnitude:
        magnitude = "hundred"
    if numeral:
        magnitude = numeral.magnitude + magnitude
    else:
        value, end = _with_rest(text, value, magnitude, end)
    if currency:
        kind, unit = "money", currency
        repeated = grammar().after.match(text, _skip_space(text, end))
        if repeated and repeated[0] == currency:
            end = repeated[1]
    else:
        kind, unit, value, end = _measured(text, start, value, magnitude, end)
    if numeral and not _counts(text, numeral, kind, value, magnitude, end):
        return None
    if worded and not numeral and not magnitude and not _says_amount(text[start:number_end].lower(), kind, value, text[number_end:end]):
        return None
    if kind in ("power", "energy", "bandwidth", "emission", "duration"):
        value, unit = _scaled(kind, unit, value)
    if kind in _CHIP_UNITS:
        kind, value = "gpu_hour", value * _HOURS[_CHIP_UNITS[kind]]
    if kind == "duration" and (time := _CHIP_TIME.match(text, end)) and unit in _HOURS:
        kind, unit, value, end = "gpu_hour", "", value * _HOURS[unit], time.end()
    if kind == "duration" and unit == "year" and 1900 <= value < 2100:
        return None
    if kind == "duration" and unit == "hour" and value >= _MOST_HOURS:
        kind, unit = "gpu_hour", ""
    if kind == "power" and unit == "W" and value >= 10**6:
        value, unit = value / 10**6, "MW"
    return Figure(start, end, kind, value, unit=unit, magnitude=magnitude, number_end=end, number_start=start)


def _with_rest(text: str, value: Decimal, magnitude: str, end: int) -> tuple[Decimal, int]:
    """The smaller part that follows a number with a Chinese or Korean magnitude: 1亿2000万, 1万6000."""
    compound = _NUMBER.match(text, end + (text[end : end + 1] == " ")) if magnitude and magnitude[-1] >= "\u2e80" else None
    more = number(compound.group()) if compound else None
    if compound and more is not None:
        added, small, stop = _after_number(text, compound.end(), more)
        if small and added < value:
            return value + added, stop
        glued = len(compound.group()) == 4 and compound.start() == end
        if magnitude[-1] in "万萬만" and (glued or (magnitude[-1] == "만" and compound.group().isdigit() and more < 10_000)):
            if glued or 3 <= len(compound.group()) <= 4:
                return value + more, compound.end()
    return value, end


def _measured(text: str, start: int, value: Decimal, magnitude: str, end: int) -> tuple[str, str, Decimal, int]:
    """What the number at [start, end) counts: kind, unit, value and where the unit ends; kind "bare" when nothing says."""
    table = grammar()
    position = _skip_space(text, end)
    between = position + (text[position : position + 1] == "+")
    glued = text[between : between + 1]
    if glued and glued in _MORE + "来來" and position == end and (magnitude or value >= 10):
        between += 1
    elif odd := _ODD.match(text, position):
        between = odd.end()
    between = _skip_space(text, between)
    if magnitude and (of := _OF.match(text, between)) and (table.after.match(text, of.end()) or _unit_at(text, of.end())):
        between = of.end()
    dashed = text[between : between + 1] in ("-", "‑")
    money = table.after.match(text, between)
    if money is None and magnitude and dashed:
        money = table.after.match(text, between + 1)
    measured = _unit_at(text, between) or _near_unit(text, start, between)
    hours = _CHIP_HOURS.match(text, position)
    if hours and measured is None:
        measured = "gpu_hour", "", hours.end()
    if measured is None and (days := _CHIP_DAYS.match(text, position)):
        measured = f"gpu_{days[1].removesuffix('s')}", "", days.end()
    if measured is None and dashed:
        measured = _unit_at(text, between + 1)
    if money and (measured is None or money[1] >= measured[2]):
        return ("money", "USD", value / 100, money[1]) if money[0] == "USD/100" else ("money", money[0], value, money[1])
    if measured:
        kind, unit, end = measured
        if kind == "memory" and text[end - 2 : end] in ("GB", "TB") and _EVERY_SECOND.search(text, max(0, start - 5), start):
            return "bandwidth", text[end - 2 : end] + "/s", value, end
        if kind == "duration":
            if text[between] in "个個" and text[between + 1 : between + 2] == "半":
                value += Decimal("0.5")
            elif half := _HALF_AFTER.match(text, end):
                value, end = value + Decimal("0.5"), half.end()
        return kind, unit, value, end
    counted = _counted_later(text, between)
    if counted:
        kind, stop = counted
        return kind, "", value, stop or end
    if magnitude in ("W", "w") and _MONEY_TALK.search(text, max(0, start - 40), start):
        return "money", "CNY", value, end
    counter = _COUNTER.match(text, end)
    if counter and value == value.to_integral() and _is_of_accelerators(text, start):
        return "gpu", "", value, counter.end()
    return "bare", "", value, end


def _counted_later(text: str, position: int) -> tuple[str, int] | None:
    """Kind and end of accelerators or their hours that come after some words ("512 of the new Ascend chips"); end 0 at a bare name."""
    if (
        _WORD_CHAR.match(text, position - 2)
        and (named := _NAMED_CHIP.match(text, position))
        and not _CHIP_HOURS.match(text, named.start(1))
    ):
        return "gpu", 0
    some = False
    for _ in range(5):
        lead = position + (text[position : position + 1] in (" ", "-"))
        word = grammar().attributes.match(text, lead)
        if some and _CHIP_SHAPE.match(text, position) and not _CHIP_HOURS.match(text, position):
            return "gpu", 0
        if word:
            some, position = True, word[1] + (text[word[1] : word[1] + 1] in (" ", "-"))
        else:
            skipped = _INTERVENING.match(text, position)
            if skipped is None:
                return None
            position = skipped.end()
        later = _unit_at(text, position)
        if later and (later[0] in ("gpu", "gpu_hour") or later[0] in _CHIP_UNITS):
            return later[0], later[2]
    return None


def _is_of_accelerators(text: str, start: int) -> bool:
    """Whether the noun before a number with a general counter is an accelerator: "GPU 8개", "H100 64台"."""
    particle = _PARTICLE.search(text, max(0, start - 4), start)
    end = particle.start() if particle else start
    return grammar().accelerators.match_before(text, end) is not None or _BEFORE_COUNT.search(text, max(0, end - 12), end) is not None


def _says_amount(word: str, kind: str, value: Decimal, unit: str) -> bool:
    """Whether a number word without magnitude is an amount: not the article, and "one" only of time."""
    if word in ("a", "an"):
        halved = kind == "duration" and (_HALF_AFTER.search(unit) is not None or "fortnight" in unit)
        return halved or (kind in _WORDY_UNITS and value != 1)
    return kind in _WORDY_UNITS and (kind in ("duration", "power") or value != 1) and (kind != "gpu" or value > 1)


def _counts(text: str, numeral: Numeral, kind: str, value: Decimal, magnitude: str, end: int) -> bool:
    """Whether a number in Chinese, Japanese or Korean words is an amount here and not part of a word."""
    if _is_hangul(text[numeral.start]) and _is_hangul(text[end : end + 1]) and text[end] not in _PARTICLES:
        return False
    if not magnitude:
        return kind in _WORDY_UNITS and kind != "money" and (kind == "duration" or value != 1)
    if not numeral.bare:
        return True
    reaching = _REACHING.search(text, max(0, numeral.start - 3), numeral.start) is not None
    if reaching:
        return kind != "bare" or value >= 10**8
    alone = numeral.end - numeral.start == 1 and text[numeral.end : numeral.end + 1] not in _MORE
    if kind in ("bare", "duration", "other", "percent") or (alone and kind in ("money", "person")):
        return False
    before = text[max(0, numeral.start - 3) : numeral.start]
    return not (_UNIT_MARK if kind == "money" else _EACH).search(before)


def _bounded(text: str, figure: Figure, language: str = "") -> Figure:
    """The figure with the bound its neighbours give it and the rate it is measured by. `text` has spaces for line breaks."""
    table = grammar()
    bound = ""
    position = figure.start
    own = table.bound_before_in.get(language)
    between = _BETWEEN.search(text, max(0, position - 24), position) if figure.low is not None else None
    if between:  # somewhere between 2 and 3
        position = between.start()
    for _ in range(3):
        while position > 0 and text[position - 1] in ' \u00a0*(“"„«':
            position -= 1
        found = table.bound_before.match_before(text, position) or (own.match_before(text, position) if own else None)
        if found is None or _says_else(text, position, figure):
            break
        if bound in ("", "~"):
            bound = found[0] if not (bound and found[0] == "~") else bound
        position = found[1]
    end = figure.end
    if not bound or bound == "~":
        for probe in (figure.number_end, end, _skip_space(text, end)):
            found = table.bound_after.match(text, probe)
            if found is None or (text[probe] == "+" and text[probe + 1 : probe + 2].isdigit()):
                continue
            other = table.not_followed.get(text[probe : found[1]].lower())
            if (other and other.match(text, found[1])) or (text[probe] == "起" and figure.kind != "money"):
                continue
            if found[0] == ">" and text[probe] in _MORE + "强強" and figure.kind == "bare" and not figure.magnitude:
                continue
            bound = found[0] if found[0] != "~" or not bound else bound
            end = max(end, found[1]) if text[probe] in "+多余餘" else end
            break
        else:
            inside = text[figure.start : figure.end]
            if _PLUS.search(inside) or _MORE_INSIDE.search(inside):
                bound = ">"
            elif _SOME_INSIDE.search(inside):
                bound = "~"
    per = figure.per
    if not per:
        rate = table.per.match(text, _skip_space(text, end))
        if rate:
            per, end = rate
    return replace(figure, bound=bound, per=per, end=end)


def _says_else(text: str, position: int, figure: Figure) -> bool:
    """Whether the word of a bound that ends at the position says something else: "trained over two months", "adds up to", "->"."""
    table = grammar().no_bound
    before = text[max(0, position - 60) : position].lower()
    return any(
        table[reason].search(before)
        for reason in (
            "sum",
            "arrow",
            *(("period",) if figure.kind == "duration" else ()),
            *(("subject",) if figure.kind == "money" else ()),
        )
    )


def _with_range(text: str, figure: Figure, language: str) -> tuple[Figure, int]:
    """Join the figure with the upper end that follows it, when one does."""
    table = grammar()
    connector = _RANGE.match(text, figure.end)
    rate = None if connector else table.per.match(text, figure.end)
    if rate:  # $2.50/hr to $3.00/hr
        connector = _RANGE.match(text, rate[1])
    if not connector or "\n" in connector.group():
        return figure, figure.end
    word = connector.group().strip().lower()
    if word == "up to" and figure.kind not in ("bare", "money"):
        return figure, figure.end
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
    if word == "up to" and figure.kind == "money" and not currency:
        return figure, figure.end
    money = currency[0] if currency else (figure.unit if figure.kind == "money" else "")
    other = _parse_tail(text, position, upper.end(), value, money, False, language=language)
    if other is None or other.value is None or figure.value is None:
        return figure, figure.end
    low, high = figure.value, other.value
    if rate and (other.kind != "money" or (again := table.per.match(text, other.end)) is None or again[0] != rate[0]):
        return figure, figure.end
    if figure.kind not in ("bare", other.kind) and other.kind != "bare":
        return figure, figure.end
    power = _EXPONENT.search(upper.group())
    if power and figure.kind == "bare" and low < 1000 and not figure.magnitude:  # 4 to 5 × 10^26
        low = low * value / (number(upper.group()[: power.start()], language) or Decimal(1))
    elif not figure.magnitude and other.magnitude and low < 1000 and figure.kind in ("bare", "money"):
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


def _with_lower_word(text: str, figure: Figure, number: Decimal, least: int) -> Figure:
    """Join a figure in words with the number word before it that begins its range: "three to four weeks", "两到三个月"."""
    found = _LOWER_WORD.search(text, max(least, figure.start - 24), figure.start)
    if found is None or figure.value is None:
        return figure
    group = 1 if found[1] else 2
    word = found[group].lower()
    numeral = next(numerals(word), None)
    low = numeral.value if numeral and numeral.end == len(word) else grammar().words.get(word)
    if low is None or not 0 < low < number or number > low * 10 or word in ("a", "an", "un", "um"):
        return figure
    return replace(
        figure, start=found.start(group), number_start=found.start(group), low=low * figure.value / number, high=figure.value, value=None
    )


def figures(text: str, language: str = "en") -> Iterator[Figure]:
    """Every figure of the text in reading order, without overlaps; dates are not told apart here.

    >>> [(str(f.value), f.kind, f.unit) for f in figures("about $5.576M for 2.788M H800 GPU hours")]
    [('5576000.000', 'money', 'USD'), ('2788000.000', 'gpu_hour', '')]
    """
    waiting: Figure | None = None
    for figure in _figures(narrow(text), language):
        if waiting:
            waiting, figure = _beside(text, waiting, figure)
            yield waiting
        waiting = figure
    if waiting:
        yield waiting


def _beside(text: str, figure: Figure, following: Figure) -> tuple[Figure, Figure]:
    """Two figures that stand side by side, each with what it takes from the other.

    Two prices of one rate ("$0.07/$0.11 per 1M tokens") share it, "$3/15" and "15/75美元" the currency; an amount that a bracket says
    once more ("about 172B (172 billion)") the bound.
    """
    between = text[figure.end : following.start].strip()
    if between == "/":
        if figure.kind == "money" and following.kind == "bare" and not following.magnitude and text[following.start - 1] == "/":
            following = replace(following, kind="money", unit=figure.unit)
        elif following.kind == "money" and figure.kind == "bare" and not figure.magnitude and text[figure.end : figure.end + 1] == "/":
            figure = replace(figure, kind="money", unit=following.unit)
        if figure.kind == following.kind == "money" and figure.unit == following.unit and not figure.per:
            figure = replace(figure, per=following.per)
    if between in ("(", "（") and not following.bound and figure.bound and figure.value and figure.value == following.value:
        following = replace(following, bound=figure.bound)
    return figure, following


def _figures(text: str, language: str) -> Iterator[Figure]:
    table = grammar()
    position = 0
    flat = text.replace("\n", " ")
    for begin, end, value, worded, numeral in sorted(_candidates(text, language), key=lambda item: (item[0], -item[1])):
        if begin < position:
            continue
        start, currency = begin, ""
        probe = begin
        while probe > 0 and text[probe - 1] in " \u00a0":
            probe -= 1
        money = table.before.match_before(text, probe)
        if money and worded and not numeral and probe == begin:
            continue  # $six is a variable
        if money and begin - probe <= 1:
            currency, start = money
            if start > 0 and text[start - 1] == "\\":
                start -= 1
        figure = _parse_tail(text, start, end, value, currency, worded, numeral, language)
        if figure is None or figure.value is None:
            continue
        if worded and value == 1 and text[begin:end].lower() in ("a", "an") and _VAGUE.search(text[max(0, begin - 12) : begin]):
            continue
        least = figure.value
        if worded and text[begin:end].lower() in ("tens of", "hundreds of", "dozens of"):
            figure = replace(figure, value=None, low=least, high=least * 10)
        elif numeral and numeral.low and numeral.high:
            figure = replace(figure, value=None, low=least, high=least * numeral.high / numeral.low)
        if worded and not currency and figure.value is not None:
            figure = _with_lower_word(text, figure, value, position)
        figure, stop = _with_range(text, figure, language)
        figure = _bounded(flat, figure, language)
        if numeral and numeral.bare and not figure.bound and figure.kind == "parameter":
            figure = replace(figure, bound="~")  # 千亿参数: of the order of
        if numeral and figure.bound in ("", "~"):
            over = _OVER.get(text[numeral.start - 1 : numeral.start], "") if numeral.bare else ""
            over = over or numeral.bound
            figure = replace(figure, bound=over or figure.bound)
        if figure.kind == "gpu_hour" and text[begin - 1 : begin] == "$":
            figure = replace(figure, kind="money", unit="USD", per="gpu-hour")
        yield figure
        position = max(stop, figure.number_end, figure.end if figure.per else 0)


def _marks(text: str, end: int, language: str) -> tuple[str, bool]:
    """Language by which a number's marks are read, and whether its comma may be a decimal one, by the magnitude that follows.

    An English magnitude or a letter ("2.788M", "5.576 million") has an English point before it in a text of any language.
    """
    if language not in DOT_GROUPING:
        return language, False
    if _ENGLISH_MAGNITUDE.match(text, end):
        return "en", False
    return language, grammar().magnitude.match(text, _skip_space(text, end)) is not None


def _candidates(text: str, language: str) -> Iterator[tuple[int, int, Decimal, bool, Numeral | None]]:
    """Start, end, value, whether in words, and the numeral that it is, of everything that may be a number."""
    table = grammar()
    for found in _NUMBER.finditer(text):
        start = found.start()
        if start >= 2 and text[start - 1] in "-‑" and text[start - 2].isalnum() and text[start - 2] < "\u2e80":
            before_dash = text[start - 2]
            if before_dash.isalpha():
                continue
        value = number(found.group(), *_marks(text, found.end(), language))
        if value is not None and abs(value.adjusted()) < 40:
            yield start, found.end(), value, False, None
    taken = 0
    for found in _WORDS.finditer(text):
        if found.start() < taken or found.group()[0] >= "\u2e80":
            continue
        word = found.group().lower().replace("half an", "half a")
        number_word = spelled(text, found.start()) if word != "half a" and "couple" not in word else None
        if number_word and (number_word.end > found.end() or word not in table.words):
            if not _PER_CENT.search(text, max(0, found.start() - 4), found.start()):
                yield found.start(), number_word.end, number_word.value, True, None
                taken = number_word.end
        elif word in table.words:
            yield found.start(), found.end(), table.words[word], True, None
        elif "couple" in word and " " in word:
            yield found.start(), found.end(), Decimal(2), True, None
    for found in _VAGUE_FIGURE.finditer(text):
        times = table.vague.match(text, found.start(1))
        if times:
            yield found.start(), found.end(1), Decimal(times[0]), True, None
    for numeral in numerals(text):
        value = numeral.value if numeral.value is not None else numeral.low
        if value:
            yield numeral.start, numeral.end, value, True, numeral
