"""Statements as people read them: a number with its unit becomes "$5.576 million", a statement becomes a sentence in parts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.resources import PACKAGE
from kg.statements import Statement

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SCIENTIFIC_FROM = 1e16


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence. `role`: "subject", "object", "value" or "" for the words between."""

    text: str
    role: str = ""


@cache
def tables() -> Mapping[str, Any]:
    """The tables of readable.toml."""
    return tomllib.loads((PACKAGE / "readable.toml").read_text("utf-8"))


def number(value: float) -> str:
    """A number in words people use; at most 6 significant digits after scaling.

    >>> number(5576000), number(294000), number(3.3e24), number(0.5), number(14.8e12)
    ('5.576 million', '294,000', '3.3 × 10²⁴', '0.5', '14.8 trillion')
    """
    size = abs(value)
    if size >= SCIENTIFIC_FROM:
        mantissa, exponent = f"{value:.5e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
        return power if mantissa == "1" else f"{mantissa} × {power}"
    for scale, word in SCALES:
        if size >= scale:
            return f"{_plain(value / scale)} {word}"
    return _plain(value)


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < SCIENTIFIC_FROM:
        return f"{int(value):,}"
    size = abs(value)
    digits = f"{value:,.{max(0, 6 - len(str(int(size))))}f}" if size >= 1 else f"{value:.6g}"
    return digits.rstrip("0").rstrip(".") if "." in digits and "e" not in digits else digits


def with_unit(text: str, unit: str, single: bool = False) -> str:
    """The number's text with its unit, as in "$2 per GPU-hour"; an unknown unit is written after the number.

    >>> with_unit("2", "USD/GPU-hour"), with_unit("400", "GB/s")
    ('$2 per GPU-hour', '400 GB/s')
    """
    if not unit:
        return text
    currency, _, rate = unit.partition("/")
    shape = tables()["units"].get(unit)
    if shape is None and rate in tables()["rates"] and currency in tables()["units"]:
        return str(tables()["rates"][rate]).replace("{}", with_unit(text, currency))
    if shape is None:
        return f"{text} {unit}"
    form = shape.get("one", shape.get("form", "{}")) if single else shape.get("form", "{}")
    return str(form).replace("{}", f"{shape.get('prefix', '')}{text}")


def quantity(value: float | None, unit: str, low: float | None = None, high: float | None = None, bound: str = "") -> str:
    """A value or stated range with unit and bound; empty when nothing is given.

    >>> quantity(5576000, "USD", bound="~"), quantity(None, "GPU", 20000, 50000), quantity(1, "hour")
    ('about $5.576 million', '20,000–50,000 GPUs', '1 hour')
    """
    if value is None and low is not None and high is not None and low != high:
        text = with_unit(_range(low, high), unit)
    elif value is not None or low is not None or high is not None:
        point = next(item for item in (value, low, high) if item is not None)
        if value is None:
            bound = bound or (">=" if low is not None and high is None else "<=" if low is None else "")
        text = with_unit(number(point), unit, single=point == 1)
    else:
        return ""
    return str(tables()["bounds"].get(bound, "{}")).replace("{}", text)


def _range(low: float, high: float) -> str:
    first, last = number(low), number(high)
    first_number, _, first_word = first.partition(" ")
    if first_word and last.endswith(f" {first_word}"):
        first = first_number
    return f"{first}–{last}"


def date(value: str) -> str:
    """An ISO 8601 date, partial allowed, in words; any other text unchanged.

    >>> date("2024-12-26"), date("2024-05"), date("2021"), date("soon")
    ('26 December 2024', 'May 2024', '2021', 'soon')
    """
    pieces = value[:10].split("-")
    if not all(piece.isascii() and piece.isdigit() for piece in pieces) or len(pieces[0]) != 4 or len(pieces) > 3:
        return value
    numbers = [int(piece) for piece in pieces]
    if len(numbers) == 1:
        return pieces[0]
    if not 1 <= numbers[1] <= 12:
        return value
    month = MONTHS[numbers[1] - 1]
    return f"{month} {numbers[0]}" if len(numbers) == 2 else f"{numbers[2]} {month} {numbers[0]}"


def value_text(statement: Statement) -> str:
    """What the statement gives: its quantity, date, entity or text."""
    if statement.object is not None and statement.value is None and statement.low is None and statement.high is None:
        return date(statement.object)
    return quantity(statement.value, statement.unit, statement.low, statement.high, statement.bound)


def predicate_words(predicate: str) -> str:
    """The local name of a predicate as words.

    >>> predicate_words("trainingCost"), predicate_words("rentalPricePerGpuHour")
    ('Training cost', 'Rental price per GPU hour')
    """
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in predicate).split()
    return " ".join(_ACRONYMS.get(word, word) for word in [words[0].capitalize(), *words[1:]]) if words else predicate


_ACRONYMS = {"gpu": "GPU", "Gpu": "GPU", "api": "API", "Api": "API"}


def edge_words(predicate: str) -> str:
    """How an edge of that predicate reads from subject to object."""
    return str(tables()["edges"].get(predicate, predicate_words(predicate).lower()))


def stage_name(stage: str) -> str:
    """The name of a training stage in a table's row."""
    return str(tables()["stages"]["names"].get(stage, stage.replace("-", " ").capitalize()))


def qualifier_words(qualifiers: Mapping[str, str]) -> str:
    """The qualifiers in a short phrase, in their table's order.

    >>> qualifier_words({"chip": "H800", "stage": "pre-training", "price": "2 USD/GPU-hour"})
    'Pre-training, on H800, at $2 per GPU-hour'
    """
    forms: Mapping[str, str] = tables()["qualifiers"]
    order = {name: index for index, name in enumerate(forms)}
    pieces = []
    for name, value in sorted(qualifiers.items(), key=lambda item: (order.get(item[0], len(order)), item[0])):
        shown = stage_name(value).lower() if name == "stage" else _measured(value)
        if value in ("False", "false"):
            continue
        if name in forms:
            pieces.append(forms[name].replace("{}", shown))
        else:
            pieces.append(name.replace("_", " ") if value in ("True", "true") else f"{name}: {shown}")
    text = ", ".join(pieces)
    return text[:1].upper() + text[1:]


def _measured(value: str) -> str:
    amount, _, unit = value.partition(" ")
    if unit in tables()["units"] or "/" in unit:
        try:
            return with_unit(number(float(amount)), unit, single=amount == "1")
        except ValueError:
            return value
    return date(value)


def sentence(statement: Statement, subject: str = "", value: str = "") -> tuple[Part, ...]:
    """The statement as a sentence in parts, without attribution. `subject` and `value` replace the statement's own words.

    >>> "".join(part.text for part in sentence(Statement("d", "0", "V3", "trainingCost", 0, 1, "x", value=5576000.0, unit="USD")))
    'Training V3 cost $5.576 million'
    """
    role = "{object}" if statement.object is not None else "{value}"
    words = predicate_words(statement.predicate)
    shape = str(tables()["sentences"].get(statement.predicate, f"{{subject}}, {words[:1].lower()}{words[1:]}: {role}"))
    stages: Mapping[str, Any] = tables()["stages"]
    run = stages.get(statement.qualifiers.get("stage", ""), stages[""])
    filled = {
        "subject": Part(subject or statement.subject, "subject"),
        "object": Part(value or _on_date(statement), "object"),
        "value": Part(value or value_text(statement), "value"),
        "Run": Part(run if isinstance(run, str) else stages[""]),
    }
    parts: list[Part] = []
    for piece in shape.split("{"):
        name, closed, rest = piece.partition("}")
        if closed:
            parts.append(filled[name])
            piece = rest
        if piece:
            parts.append(Part(piece))
    return tuple(parts)


def _on_date(statement: Statement) -> str:
    text = value_text(statement)
    given = statement.object or ""
    if text == given and not (len(given) == 4 and given.isdigit()):
        return text
    if statement.object is None:
        return text
    return f"on {text}" if given.count("-") == 2 else f"in {text}" if given[:1].isdigit() else text


def plain(parts: tuple[Part, ...]) -> str:
    """The words of a sentence without their roles."""
    return "".join(part.text for part in parts)


def group_of(predicate: str) -> str:
    """The heading under which a fact stands on an entity's page."""
    return next((str(group["name"]) for group in tables()["groups"] if predicate in group["predicates"]), "More")


def predicate_order(predicate: str) -> tuple[int, str]:
    """Sort key: groups and predicates in their table's order, unknown ones last by name."""
    names = [name for group in tables()["groups"] for name in group["predicates"]]
    return (names.index(predicate), "") if predicate in names else (len(names), predicate)
