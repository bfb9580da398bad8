"""Verification: a language model's proposal in, a statement that the document supports or the reason why there is none out."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from kg.documents import Document
from kg.ontology import Predicate, predicates, qualifiers, scheme, units
from kg.statements import STATUSES, Statement, identified
from loaders.llm.answers import Proposal
from loaders.llm.chunks import Chunk
from loaders.llm.evidence import Evidence
from loaders.llm.prompt import LEFT_OUT, wording
from loaders.offline.quantities import GRAMMAR, Figure

UNITS = Path(__file__).parent / "units.toml"
LONGEST_QUOTE = 1500
"""Characters; a longer quote says nothing about where the statement stands."""
LONGEST_NAME = 300
"""Characters of a subject, object, claimant or qualifier."""
ALONE = 0.89
"""The most a language model's statement is trusted by itself: how often a model that was never measured is right is not known."""
_SAME = Decimal("1e-9")
_MEASURED = ("duration", "power", "energy", "bandwidth", "emission")
_SIZED = re.compile(r"(?P<name>.+?)[\s\-_]+(?P<size>\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?[BMT])", re.I)
_VERSIONED = re.compile(r"(?P<name>.+?)[\s\-_]+(?P<version>\S*\d\S*)")
_DESCRIBED = re.compile(r"(?P<name>[^\W\d_a-z][\w.\- ]*?) (?P<words>[a-z]{3,}(?: [a-z]{3,})*)")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_NAMING = frozenset(("chip", "cluster", "benchmark", "versus", "by", "provider", "price", "price-year", "time", "shots"))
"""Qualifiers whose value is a name, a figure or a date."""
_NAME_OR_NUMBER = re.compile(r"\d|(?<!^)\b[A-Z]")
_DIGITS_ALONE = re.compile(r"(?<![\w.\-])\d")


class Unsupported(Exception):
    """The document does not support the proposal; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A proposal that became no statement, why (`reason` is one of a few sentences), and what was looked for."""

    proposal: Proposal
    reason: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement that the document supports; `left_out` are qualifiers of the proposal, in words, that it does not support."""

    statement: Statement
    left_out: tuple[str, ...] = ()


def verified(proposal: Proposal, document: Document, evidence: Evidence, chunk: Chunk, extractor: str) -> Verified | Dropped:
    """The statement of a proposal if everything in it stands in the document, else what was found wanting first.

    A qualifier in words the document does not use is left out and lowers the confidence; one that brings in a figure or a name from
    elsewhere makes the whole proposal suspect, and it is dropped.
    """
    try:
        return _statement(proposal, document, evidence, chunk, extractor)
    except Unsupported as error:
        reason, what = error.args
        return Dropped(proposal, reason, " ".join(str(what)[:200].split()))


def _statement(proposal: Proposal, document: Document, evidence: Evidence, chunk: Chunk, extractor: str) -> Verified:
    known = predicates().get(proposal.predicate)
    if known is None or proposal.predicate in LEFT_OUT:
        raise Unsupported("the predicate is unknown", proposal.predicate)
    if proposal.status not in STATUSES:
        raise Unsupported("the status is unknown", proposal.status)
    if len(proposal.quote) > LONGEST_QUOTE:
        raise Unsupported("the quote is too long", f"{len(proposal.quote)} characters")
    for label in (proposal.subject, proposal.object or "", *proposal.attributed_to, *proposal.qualifiers.values()):
        if len(label) > LONGEST_NAME:
            raise Unsupported("a name is too long", label)
    place = evidence.find(proposal.quote, chunk)
    if place is None:
        raise Unsupported("the quote is not in the passage", proposal.quote)
    start, end = place
    _check_subject(proposal, known, evidence, start, end)
    for name in proposal.attributed_to:
        if not evidence.holds(name, (), 0, len(evidence.content)):
            raise Unsupported("the claimant is not in the document", name)
    figure = None
    said: str | None = None
    value = low = high = None
    unit = ""
    if known.kind == "quantity":
        if proposal.object is not None and proposal.value is None and proposal.low is None and proposal.figure is None:
            raise Unsupported("a quantity has no figure", proposal.object)
        figure, (value, low, high), unit = _quantity(proposal, known, evidence, start, end)
    elif known.kind == "date":
        said = _date(proposal, evidence, start, end)
    else:
        said = _object(proposal, known, evidence, start, end)
    kept, left_out = _qualifiers(proposal, evidence, start, end)
    first, last = evidence.text.raw_span(start, end)
    statement = Statement(
        document=document.name, document_id=document.id, subject=proposal.subject, predicate=known.name, start=first, end=last,
        quote=document.raw[first:last], object=said, value=value, low=low, high=high, unit=unit,
        lexical=evidence.content[figure.start : figure.end] if figure else "", bound=figure.bound if figure else "",
        qualifiers=kept, attributed_to=proposal.attributed_to, status=proposal.status,
        extractor=extractor, confidence=_confidence(proposal, known, evidence, start, end, bool(left_out)),
    )  # fmt: skip
    if not statement.quote.strip():
        raise Unsupported("the quote is not in the passage", proposal.quote)
    return Verified(identified(statement), left_out)


def _check_subject(proposal: Proposal, known: Predicate, evidence: Evidence, start: int, end: int) -> None:
    label, types = proposal.subject, known.subjects
    if label.casefold() == "document":
        if "document" not in types:
            raise Unsupported("the subject's kind does not fit the predicate", label)
        return
    if label.casefold() in wording()["not_names"] or not any(character.isalpha() for character in label):
        raise Unsupported("the subject is no name", label)
    _check_kind(label, types, evidence, "subject")
    if evidence.holds(label, types, 0, len(evidence.content)) or _in_parts(label, types, evidence, start, end):
        return
    raise Unsupported("the subject is not in the document", label)


def _in_parts(label: str, types: tuple[str, ...], evidence: Evidence, start: int, end: int) -> bool:
    """Whether a name is written in two parts: "Llama 3.1 405B" with the size beside, "DeepSeek-V3" as "DeepSeek ... its V3 model",
    a cluster as "Abilene data center" where "the data center" is in Abilene.

    Name and size must stand near the quote; other parts make only names that the gazetteer knows, so that no model is made of a maker
    and another one's version.
    """
    low, high = evidence.near(start, end)
    sized = _SIZED.fullmatch(label)
    if sized and evidence.writes(sized["size"], low, high) and evidence.holds(sized["name"], types, low, high):
        return True
    described = _DESCRIBED.fullmatch(label)
    if described and "cluster" in types and evidence.writes(described["name"], low, high):
        return all(evidence.writes(word, 0, len(evidence.content)) for word in described["words"].split())
    versioned = _VERSIONED.fullmatch(label)
    known = any(entity.type in types for entity in evidence.registry.find_all(label))
    return bool(
        versioned
        and known
        and evidence.writes(versioned["version"], low, high)
        and evidence.writes(versioned["name"], 0, len(evidence.content))
    )


def _check_kind(label: str, types: tuple[str, ...], evidence: Evidence, role: str) -> None:
    """A name the gazetteer knows must be known as something of these types; a name it does not know may be anything."""
    found = evidence.registry.find_all(label)
    alike = _table()["alike"]
    if found and types and not any(entity.type in types or alike.get(entity.type, frozenset()) & set(types) for entity in found):
        raise Unsupported(f"the {role}'s kind does not fit the predicate", f"{label} is a {found[0].type}, not a {' or '.join(types)}")


def _object(proposal: Proposal, known: Predicate, evidence: Evidence, start: int, end: int) -> str:
    label = proposal.object
    if label is None:
        raise Unsupported("there is no object", proposal.predicate)
    if proposal.value is not None or proposal.low is not None or proposal.high is not None:
        raise Unsupported("a figure is given where the predicate takes none", label)
    types = tuple(type for type in known.objects if type != "document")
    if known.kind == "entity":
        if label.casefold() in wording()["not_names"]:
            raise Unsupported("the object is no name", label)
        _check_kind(label, types, evidence, "object")
    if evidence.writes(label, start, end) and label.casefold() == proposal.subject.casefold():
        raise Unsupported("subject and object are the same", label)
    if not evidence.holds(label, types, start, end) and not evidence.holds(proposal.subject, known.subjects, start, end):
        raise Unsupported("the quote names neither subject nor object", proposal.quote)
    if evidence.holds(label, types, *evidence.near(start, end)) or _in_parts(label, types, evidence, start, end):
        return label
    if evidence.holds(label, types, 0, len(evidence.content)):
        raise Unsupported("the object is nowhere near the quote", label)
    raise Unsupported("the object is not in the document", label)


def _date(proposal: Proposal, evidence: Evidence, start: int, end: int) -> str:
    said = proposal.object or ""
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", said):
        raise Unsupported("the date is not ISO 8601", said or "none given")
    if evidence.doubtful(start, end) or not any(
        date.value == said or date.value.startswith(said + "-") for date in evidence.dates(start, end)
    ):
        raise Unsupported("the date is not in the quote", said)
    return said


@cache
def _table() -> dict[str, dict[str, frozenset[str]]]:
    tables = tomllib.loads(UNITS.read_text(encoding="utf-8"))
    return {name: {key: frozenset(values) for key, values in table.items()} for name, table in tables.items()}


@cache
def _words() -> dict[str, "re.Pattern[str]"]:
    """For each unit code a bare number may get from what is around it, what it is written as there."""
    tables = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    spelled: dict[str, set[str]] = {}
    for kind, entry in tables["unit"].items():
        listed = [*entry.get("words", ()), *(pair[0] for pair in (*entry.get("scaled", ()), *entry.get("exact", ())))]
        for code in _table()["kinds"].get(kind, ()):
            if kind not in (*_MEASURED, "other"):
                spelled.setdefault(code, set()).update(listed)
    for table in (tables["currency_before"], tables["currency_after"]):
        for written, code in table.items():
            spelled.setdefault(code, set()).add(written)
    return {
        code: re.compile("|".join(_bounded(word) for word in sorted(words, key=len, reverse=True)), re.I) for code, words in spelled.items()
    }


def _bounded(word: str) -> str:
    left = r"(?<![a-z])" if word[:1].isascii() and word[:1].isalpha() else ""
    return left + re.escape(word) + (r"(?![a-z])" if word[-1:].isascii() and word[-1:].isalpha() else "")


def _fits(unit: str, figure: Figure, evidence: Evidence) -> bool:
    """Whether the document gives the figure that unit, or one that can be converted to it."""
    if figure.kind == "money":
        currency, _, rate = unit.partition("/")
        if currency != figure.unit:
            return False
        rates = {"": ("", "million-tokens", "year", "month"), "GPU-hour": ("", "gpu-hour", "hour"), "hour": ("hour",)}
        return figure.per in rates.get(rate, ("", rate))
    if figure.kind != "bare":
        if unit not in _table()["kinds"].get(figure.kind, ()):
            return False
        return figure.kind != "other" or _names_unit(unit, evidence.content[figure.number_start : figure.end])
    alone, place = _table()["alone"], (figure.number_start, figure.number_end)
    if (
        unit in alone["anywhere"]
        or (unit in alone["magnitude"] and figure.magnitude)
        or (unit in alone["table"] and evidence.in_table(*place))
    ):
        return True
    words = _words().get(unit.partition("/")[0] if unit[:3].isupper() and unit not in ("GPU", "GPU-hour") else unit)
    low, high = evidence.around(*place)
    return bool(words and words.search(evidence.content, low, high)) or bool(
        unit not in ("W", "bit", "GB", "byte") and re.search(_bounded(unit), evidence.content[low:high], re.I)
    )


def _names_unit(unit: str, written: str) -> bool:
    label = units()[unit].label.casefold()
    return unit.casefold() in written.casefold() or label.rstrip("s") in written.casefold()


def _in_first_unit(number: Decimal, unit: str) -> Decimal:
    return number * Decimal(repr(units()[unit].factor)) if unit in units() else number


def _equal(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def _stated_unit(figure: Figure, asked: str) -> str:
    """The unit of the statement: the figure's own where it is a measure, else the one asked for."""
    if figure.kind in _MEASURED:
        return figure.unit
    return "percent" if figure.kind == "percent" else asked


def _quantity(
    proposal: Proposal, known: Predicate, evidence: Evidence, start: int, end: int
) -> tuple[Figure, tuple[float | None, float | None, float | None], str]:
    unit = proposal.unit or ""
    if unit not in known.units:
        raise Unsupported("the unit does not fit the predicate", f"{unit or 'none'} for {known.name}")
    given = (proposal.value, proposal.low, proposal.high)
    if (proposal.low is None) != (proposal.high is None) or (proposal.value is not None and proposal.low is not None):
        raise Unsupported("the value is neither one number nor a range", given)
    if given == (None, None, None) and not proposal.figure:
        raise Unsupported("a quantity has no figure", known.name)
    when = evidence.dates(start, end)
    written = [
        figure
        for figure in evidence.figures(start, end)
        if not evidence.doubtful(figure.start, figure.end)
        and not (figure.kind == "bare" and any(date.start < figure.number_end and figure.number_start < date.end for date in when))
    ]
    equal = [figure for figure in written if _states(figure, proposal, unit)]
    if not equal:
        raise Unsupported("the figure is not in the quote", _said(proposal))
    if proposal.figure:
        named = [figure for figure in equal if _same_digits(proposal.figure, evidence.content[figure.start : figure.end])]
        if not named:
            raise Unsupported("the figure as written is not the value", f"{proposal.figure} for {_said(proposal)}")
        equal = named
    fitting = [figure for figure in equal if _fits(unit, figure, evidence)]
    if not fitting:
        raise Unsupported("the unit is not the figure's", f"{unit} for {evidence.content[equal[0].start : equal[0].end]}")
    figure = fitting[0]
    stated = _stated_unit(figure, unit)
    if stated not in known.units:
        raise Unsupported("the unit does not fit the predicate", f"{stated} for {known.name}")
    numbers = tuple(None if number is None else float(number) for number in (figure.value, figure.low, figure.high))
    return figure, (numbers[0], numbers[1], numbers[2]), stated


def _said(proposal: Proposal) -> str:
    numbers = [repr(number) for number in (proposal.value, proposal.low, proposal.high) if number is not None]
    return f"{' to '.join(numbers) or proposal.figure} {proposal.unit or ''}".strip()


def _same_digits(one: str, other: str) -> bool:
    """Whether two figures as written have a number in common; a figure in words has none, and then is held to its value alone."""
    left, right = set(_NUMBERS.findall(one)), set(_NUMBERS.findall(other))
    return not left or not right or bool(left & right)


def _states(figure: Figure, proposal: Proposal, unit: str) -> bool:
    """Whether the figure has the numbers of the proposal after conversion to its unit; with none given, any figure may."""
    own = figure.unit if figure.kind in _MEASURED else unit
    if own != unit and (own not in units() or unit not in units() or units()[own].dimension != units()[unit].dimension):
        own = unit
    if proposal.value is None and proposal.low is None:
        return bool(proposal.figure) and bool(_NUMBERS.search(proposal.figure or ""))
    if proposal.value is not None:
        pairs: Iterator[tuple[float | None, Decimal | None]] = iter([(proposal.value, figure.value)])
    else:
        pairs = iter([(proposal.low, figure.low), (proposal.high, figure.high)])
    for asked, stated in pairs:
        if asked is None or stated is None:
            return False
        if not _equal(_in_first_unit(Decimal(repr(asked)), unit), _in_first_unit(stated, own)):
            return False
    return True


def _qualifiers(proposal: Proposal, evidence: Evidence, start: int, end: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """The qualifiers that are of a closed list or written in the document, and those that are left out, in words.

    A number must stand in the paragraph or table of the quote: no figure enters by this door, nor does a name.
    """
    kept: dict[str, str] = {}
    left_out: list[str] = []
    for name, value in sorted(proposal.qualifiers.items()):
        if name == "planned":
            kept[name] = "true"
        elif name in qualifiers() and ((name == "stage" and value in scheme("stage")) or _is_written(value, evidence, start, end)):
            kept[name] = value
        elif name in _NAMING or _NAME_OR_NUMBER.search(value):
            raise Unsupported("a qualifier is not in the document", f"{name}={value}")
        else:
            left_out.append(f"{name}={value}")
    return kept, tuple(left_out)


def _is_written(value: str, evidence: Evidence, start: int, end: int) -> bool:
    near = evidence.around(start, end)
    if any(date.value == value or date.value.startswith(value + "-") for date in evidence.dates(*near)):
        return True
    if not _DIGITS_ALONE.search(value) and evidence.holds(value, (), 0, len(evidence.content)):
        return True
    words = [word for word in re.split(r"[\s\-/,]+", value) if len(word) > 1 or word.isdigit()]
    return bool(words) and all(
        evidence.writes(word, *(near if any(map(str.isdigit, word)) else (0, len(evidence.content)))) for word in words
    )


def _confidence(proposal: Proposal, known: Predicate, evidence: Evidence, start: int, end: int, incomplete: bool) -> float:
    """How much of the statement the quote itself holds, 0.5..ALONE."""
    score = 0.6
    if proposal.subject.casefold() == "document" or evidence.holds(proposal.subject, known.subjects, start, end):
        score += 0.15
    elif evidence.holds(proposal.subject, known.subjects, *evidence.around(start, end)):
        score += 0.08
    if known.kind in ("quantity", "date") or evidence.holds(proposal.object or "", known.objects, start, end):
        score += 0.14
    return min(round(score - (0.1 if incomplete else 0), 3), ALONE)
