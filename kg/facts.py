"""Facts: statements of the same subject, predicate and comparable qualifiers seen together, and how each pair of them relates.

Two figures contradict only where their scopes overlap; a figure that leaves its scope open and fits another stated scope is read as
that one. Groups of any size are compared in linear time: equal readings count once, and past `MAX_READINGS` different readings each
further one is compared with the best supported reading only (`Fact.capped` says so).
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kg.collection import uncollected
from kg.scopes import is_whole, stage_named, stage_of, stated_stage
from kg.statements import Statement, encoded
from kg.values import DATE, Interval, compare, date_interval, figures, interval, multiplier_words, period, rounds, truncates, unit_words

RELATIONS = ("same", "agrees", "rounding", "truncation", "different-scope", "contradicts", "denies")
# Of a fact, the first that holds: a pair contradicts; a pair denies; all denied; all alleged; several statements; one; all estimated.
FACT_STATUSES = ("contradicted", "disputed", "denied", "alleged", "estimated", "agreed", "single")
MAX_READINGS = 24
# Days before and after its publication that a document's undated figures are taken to be of.
SEASON = 45
MAX_SIBLINGS = 24
MAX_WITNESSES = 8
ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Fact:
    """Statements that speak of the same thing. `object` is part of what the fact is for predicates with many values ("" otherwise).

    `qualifiers` are the comparable ones, normalised; `statement_ids` best supported reading first; `representative` the statement to
    show; `readings` how many different values are stated; `capped` whether some pairs were left out because there are so many.
    """

    id: str
    subject_id: str
    predicate: str
    qualifiers: Mapping[str, str]
    statement_ids: tuple[str, ...]
    status: str
    subject: str = ""
    object: str = ""
    object_id: str = ""
    representative: str = ""
    readings: int = 1
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """How two statements relate; `left` belongs to the fact `fact_id`, `right` to `other_fact_id` (mostly the same)."""

    fact_id: str
    left: str
    right: str
    relation: str
    explanation: str
    other_fact_id: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """All facts of some statements and all pairs worth keeping, both in the order of their ids."""

    facts: tuple[Fact, ...]
    pairs: tuple[Pair, ...]


@dataclass(slots=True)
class _Group:
    """A fact in the making."""

    fact: Fact
    statements: list[Statement]
    readings: list[list[Statement]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kg") / "comparison.toml").read_text(encoding="utf-8"))


def subject_key(statement: Statement) -> str:
    """The subject's canonical id, or its folded label where it has not been resolved; the document itself by its sha256."""
    if statement.subject_id:
        return statement.subject_id
    label = statement.subject.casefold().strip()
    return f"document/{statement.document_id}" if label == "document" else label


def object_key(statement: Statement) -> str:
    """The object's canonical id, or its folded text; "" for a quantity."""
    return statement.object_id or (statement.object or "").casefold().strip()


def is_quantity(statement: Statement) -> bool:
    """Whether the statement gives a figure rather than an object."""
    return statement.object is None


def _single_valued(statement: Statement) -> bool:
    return is_quantity(statement) or statement.predicate in _table()["single_valued"]


@cache
def _ignored(predicate: str) -> frozenset[str]:
    entry = _table()["predicates"].get(predicate, {})
    return frozenset([*_table()["circumstances"], *entry.get("ignore", [])]) - frozenset(entry.get("keep", []))


def comparable_qualifiers(statement: Statement) -> Mapping[str, str]:
    """What the figure covers: the qualifiers that tell scopes apart, normalised; a stage named in `scope` is moved."""
    return _comparable(statement.predicate, tuple(statement.qualifiers.items()))


@lru_cache(maxsize=65536)
def _comparable(predicate: str, qualifiers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    ignored = _ignored(predicate)
    kept = {key: " ".join(value.split()).casefold() for key, value in qualifiers if key not in ignored and value not in ("", "False")}
    kept.pop("stage", None)
    given = dict(qualifiers)
    stage = stage_of(given.get("stage"), given.get("scope"))
    if stage and "stage" not in ignored:
        kept["stage"] = stage
        if stage_named(given.get("scope", "")):
            kept.pop("scope", None)
    if "scope" in kept and is_whole(kept["scope"]):
        del kept["scope"]
    return MappingProxyType(dict(sorted(kept.items())))


def _joins(key: str) -> bool:
    entry = _table()["scope"].get(key)
    return bool(entry) and entry["unstated"] in ("joins", "may-differ")


def _may_differ(key: str) -> bool:
    entry = _table()["scope"].get(key)
    return bool(entry) and entry["unstated"] == "may-differ"


def _shown_beside(key: str) -> bool:
    entry = _table()["scope"].get(key)
    return bool(entry) and bool(entry["siblings"])


def _staged(predicate: str) -> bool:
    return predicate in _table()["staged"]["predicates"]


def _changing(statement: Statement) -> bool:
    if statement.predicate in _table()["changing"]:
        return True
    return subject_key(statement).split("/")[0] in _table()["changing_for"].get(statement.predicate, [])


def fact_id(subject_id: str, predicate: str, object_id: str, qualifiers: Mapping[str, str]) -> str:
    """Content hash of what makes a fact itself; the default stage counts as stated."""
    named = dict(qualifiers)
    if _staged(predicate):
        named.setdefault("stage", _table()["staged"]["default"])
    return sha256(encoded([subject_id, predicate, object_id, sorted(named.items())])).hexdigest()[:ID_DIGITS]


def figure_text(statement: Statement) -> str:
    """The figure as it was written where that is known to be this value, else the value and its unit; the object for other statements."""
    if statement.object is not None:
        return statement.object
    found = interval(statement)
    return statement.lexical if found is None else _figure_text(found, statement.lexical, statement.unit, statement.bound)


@lru_cache(maxsize=65536)
def _figure_text(found: Interval, lexical: str, unit: str, bound: str) -> str:
    if found.value is None:
        return f"{found.low or 0:,f} to {f'{found.high:,f}' if found.high is not None else 'more'} {unit_words(unit)}".strip()
    read = next(iter(figures(lexical)), None) if lexical else None
    if read is None or read.value != found.value:
        return f"{bound} {found.value:,f} {unit_words(unit, found.value)}".strip()
    written = lexical.strip() if names_unit(lexical, unit) else f"{lexical.strip()} {unit_words(unit, found.value)}"
    return f"{bound} {written.lstrip('~ ')}" if bound else written


def names_unit(lexical: str, unit: str) -> bool:
    """Whether a figure as written says what it counts, by a currency, a word or a sign of its own.

    >>> names_unit("$5 million", "USD"), names_unit("2 million GPU hours", "GPU-hour"), names_unit("2 million", "GPU-hour")
    (True, True, False)
    """
    signs = _table()["currency_signs"]
    if not unit or unit in ("times", "score") or any(sign.casefold() in lexical.casefold() for sign in signs):
        return True
    return any(word not in multiplier_words() for word in re.findall(r"[^\W\d_]{3,}|[\u3040-\u9fff\uac00-\ud7af]+", lexical))


def _claimant(statement: Statement) -> str:
    return statement.attributed_to[0].casefold() if statement.attributed_to else statement.document_id


def _overlap(left: str, right: str, key: str) -> bool:
    if left == right:
        return True
    if key in ("time", "since", "as_of"):
        one, other = period(left), period(right)
        return one is not None and other is not None and one.overlaps(other)
    return False


def scope_difference(left: Statement, right: Statement) -> str | None:
    """Why two statements do not speak of the same thing, as a clause; None when their scopes overlap as far as they are stated."""
    one, other = comparable_qualifiers(left), comparable_qualifiers(right)
    for key in sorted(one.keys() & other.keys()):
        if not _overlap(one[key], other[key], key):
            return f"{key} {one[key]} against {key} {other[key]}"
    for key in sorted(one.keys() ^ other.keys()):
        stated = one.get(key) or other[key]
        if key == "stage" and _staged(left.predicate):
            if stated != _table()["staged"]["default"]:
                return f"stage {stated} against the whole training"
        elif key == "chip" and left.predicate in _table()["counts"]:
            part, whole = (left, right) if key in one else (right, left)
            amount, total = interval(part), interval(whole)
            if amount and total and (amount.low is None or total.high is None or amount.low <= total.high):
                return f"{figure_text(part)} counts {stated} only"
        elif not _joins(key) or _may_differ(key) or (key in ("time", "since", "as_of") and _changing(left)):
            return f"only one of them is for {key} {stated}"
    events = _table()["events"].get(left.predicate)
    if events and not any(key in one and one[key] == other.get(key) for key in events):
        return "nothing says that they are of the same event"
    if is_quantity(left) and left.document_id == right.document_id and left.attributed_to == right.attributed_to:
        return "one voice gives both in one document, which does not name what sets them apart"
    return None


def _moment(statement: Statement, dates: Mapping[str, str]) -> Interval | None:
    stated = statement.qualifiers.get("time") or statement.qualifiers.get("as_of")
    found = period(stated) if stated else None
    if found:
        return found
    published = date_interval(dates.get(statement.document_id, ""))
    if published is None or published.low is None or published.high is None:
        return None
    return replace(published, low=published.low - SEASON, high=published.high + SEASON)


def relation(left: Statement, right: Statement, dates: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """How two statements of one subject and predicate relate, and why in a sentence; None when they cannot be compared.

    `dates` are the documents' publication dates by document id: figures that change with time and carry none are taken as of these.
    """
    if is_quantity(left) != is_quantity(right):
        return None
    shown, beside = figure_text(left), figure_text(right)
    if not is_quantity(left) and not _single_valued(left):
        if object_key(left) != object_key(right):
            return None
        if (left.status == "denied") != (right.status == "denied"):
            return "denies", _denial(left, right)
        return "same", f"Both say {shown}."
    one, other = interval(left), interval(right)
    if one is None or other is None:
        if is_quantity(left):
            return None
        if object_key(left) == object_key(right):
            return (
                ("denies", _denial(left, right))
                if (left.status == "denied") != (right.status == "denied")
                else ("same", f"Both say {shown}.")
            )
        if "denied" in (left.status, right.status):
            return None
        if one is None and other is None and DATE not in (left.unit, right.unit) and left.predicate == "country":
            return "contradicts", f"{shown} against {beside}: {left.predicate} has one value."
        return None
    how = compare(one, other)
    if how is None:
        return None
    if (left.status == "denied") != (right.status == "denied"):
        return ("denies", _denial(left, right)) if how != "contradicts" else None
    if left.status == "denied":
        return None
    if how != "contradicts":
        return how, _agreement(how, left, right, one, other)
    difference = scope_difference(left, right)
    if difference:
        return "different-scope", f"{shown} and {beside} cover different things: {difference}."
    if _changing(left):
        first, second = _moment(left, dates or {}), _moment(right, dates or {})
        if first is None or second is None or not first.overlaps(second):
            return "different-scope", f"{shown} and {beside} are not known to be of the same time, and {left.predicate} changes."
        if left.status == right.status == "estimated" and _claimant(left) != _claimant(right):
            return "different-scope", (
                f"{shown} and {beside} are two estimates, each by its own method and of no stated date; neither is a count."
            )
    return "contradicts", f"{shown} and {beside} cannot both be right: their scopes overlap and their values do not."


def _denial(left: Statement, right: Statement) -> str:
    denying, other = (left, right) if left.status == "denied" else (right, left)
    who = denying.attributed_to[0] if denying.attributed_to else "the document"
    whose = other.attributed_to[0] if other.attributed_to else "another document"
    return f"{who} denies what {whose} has {other.status}: {other.predicate} {figure_text(other)}."


def _agreement(how: str, left: Statement, right: Statement, one: Interval, other: Interval) -> str:
    shown, beside = figure_text(left), figure_text(right)
    if how == "same":
        return f"Both say {shown}."
    if how == "rounding":
        coarse, fine = (shown, beside) if rounds(one, other) or (one.step or 0) > (other.step or 0) else (beside, shown)
        return f"{coarse} is {fine} rounded."
    if how == "truncation":
        coarse, fine = (shown, beside) if (one.step or 0) > (other.step or 0) else (beside, shown)
        return f"{coarse} is {fine} with digits cut off; rounded it would be another figure."
    return f"{shown} and {beside} agree within the precision they are written with."


def document_dates(statements: Iterable[Statement]) -> dict[str, str]:
    """Each document's publication date by document id, as far as statements about the document itself give it."""
    return {
        statement.document_id: statement.object
        for statement in statements
        if statement.predicate == "publicationDate"
        and statement.object
        and (statement.subject.casefold() == "document" or statement.subject_id == f"document/{statement.document_id}")
    }


def as_of(statements: Iterable[Statement], date: str, dates: Mapping[str, str]) -> Iterator[Statement]:
    """The statements of documents published by a date (ISO 8601, partial allowed); a document without a date is not known to be.

    A partial publication date counts from its last day.
    """
    limit = date_interval(date)
    for statement in statements:
        published = date_interval(dates.get(statement.document_id, ""))
        if limit and published and published.high is not None and limit.high is not None and published.high <= limit.high:
            yield statement


def facts(statements: Iterable[Statement], dates: Mapping[str, str] | None = None) -> tuple[Fact, ...]:
    """The facts of some statements, by id."""
    return survey(statements, dates).facts


def pairs(statements: Iterable[Statement], dates: Mapping[str, str] | None = None) -> tuple[Pair, ...]:
    """How the statements of each fact, and of facts side by side, relate."""
    return survey(statements, dates).pairs


@uncollected()
def survey(statements: Iterable[Statement], dates: Mapping[str, str] | None = None) -> Survey:
    """Group statements into facts and relate them; `claim` statements are of no fact. `dates`: publication date by document id."""
    known = [statement for statement in statements if statement.predicate != "claim"]
    published = document_dates(known) | dict(dates or {})
    groups, made = _groups(known), list[Pair]()
    by_topic: dict[tuple[str, str, str], list[_Group]] = defaultdict(list)
    for group in groups:
        by_topic[group.fact.subject_id, group.fact.predicate, group.fact.object_id].append(group)
    for topic in by_topic.values():
        if len(topic) == 1 and len(topic[0].statements) == 1:
            continue
        own = [pair for group in topic for pair in _within(group, published)]
        made.extend(_open_stages(topic, own) if len(topic) > 1 else own)
        made.extend(_beside(topic, published))
    made.extend(_denials(groups))
    made.extend(_runs(groups))
    made = _runs_of_organisations(groups, made)
    unique = {(pair.left, pair.right): pair for pair in made}
    found = tuple(sorted(unique.values(), key=lambda pair: (pair.fact_id, pair.left, pair.right)))
    return Survey(
        tuple(
            sorted(
                (_judged(group.fact, group.statements, found_of) for group, found_of in _with_pairs(groups, found)),
                key=lambda fact: fact.id,
            )
        ),
        found,
    )


def _with_pairs(groups: Sequence[_Group], found: Iterable[Pair]) -> Iterator[tuple[_Group, set[str]]]:
    relations: dict[str, set[str]] = defaultdict(set)
    for pair in found:
        relations[pair.fact_id].add(pair.relation)
        relations[pair.other_fact_id or pair.fact_id].add(pair.relation)
    for group in groups:
        yield group, relations[group.fact.id]


def _judged(fact: Fact, statements: Sequence[Statement], relations: set[str]) -> Fact:
    if not relations and len(statements) == 1 and statements[0].status == "asserted" and fact.object_id == (statements[0].object_id or ""):
        return fact
    statuses = {statement.status for statement in statements}
    if "contradicts" in relations:
        status = "contradicted"
    elif "denies" in relations:
        status = "disputed"
    elif statuses <= {"denied"}:
        status = "denied"
    elif statuses <= {"alleged", "denied"}:
        status = "alleged"
    elif statuses <= {"estimated", "alleged", "denied"}:
        status = "estimated"
    else:
        status = "agreed" if len(statements) > 1 else "single"
    named = (fact.object_id and statements[0].object_id) or ""  # a text told facts apart like an entity; it is none
    return Fact(
        fact.id, fact.subject_id, fact.predicate, fact.qualifiers, fact.statement_ids, status, fact.subject, fact.object, named,
        fact.representative, fact.readings, fact.capped,
    )  # fmt: skip


def _groups(statements: Sequence[Statement]) -> list[_Group]:
    """Statements by fact: first by what never joins, then by each joining qualifier of which several values are stated."""
    topics: dict[tuple[Any, ...], list[tuple[Statement, Mapping[str, str]]]] = defaultdict(list)
    for statement in statements:
        named = comparable_qualifiers(statement)
        apart = tuple((key, value) for key, value in named.items() if not _joins(key)) if named else ()
        shown = "" if _single_valued(statement) else object_key(statement)
        topics[subject_key(statement), statement.predicate, shown, apart].append((statement, named))
    groups: list[_Group] = []
    for (subject, predicate, shown, apart), members in topics.items():
        if len(members) == 1 and not _staged(predicate):
            statement, named = members[0]
            groups.append(_group(fact_id(subject, predicate, shown, named), subject, predicate, shown, dict(named), [statement]))
            continue
        stated: dict[str, set[str]] = defaultdict(set)
        for _, named in members:
            for key, value in named.items():
                if _joins(key):
                    stated[key].add(value)
        if _staged(predicate):
            stated["stage"].add(_table()["staged"]["default"])
        split = sorted(key for key, values in stated.items() if len(values) > 1)
        alone = {key: next(iter(values)) for key, values in stated.items() if len(values) == 1}
        parts: dict[tuple[tuple[str, str], ...], list[Statement]] = defaultdict(list)
        said: dict[tuple[tuple[str, str], ...], bool] = defaultdict(bool)
        for statement, named in members:
            values = {key: named[key] for key in split if key in named}
            said_stage = "stage" in named
            if _staged(predicate) and "stage" in split:
                values.setdefault("stage", _table()["staged"]["default"])
            part = tuple(sorted(values.items()))
            parts[part].append(statement)
            said[part] |= said_stage
        for part, own in parts.items():
            qualifiers = dict(sorted({**dict(apart), **alone, **dict(part)}.items()))
            identity = fact_id(subject, predicate, shown, qualifiers)
            if not said[part]:
                qualifiers.pop("stage", None)
            groups.append(_group(identity, subject, predicate, shown, qualifiers, own))
    return sorted(groups, key=lambda group: group.fact.id)


def _reading(statement: Statement) -> tuple[Any, ...]:
    found = interval(statement)
    value = (found.low, found.high, found.value, found.unit) if found else (object_key(statement),)
    return (*value, statement.status == "denied", tuple(comparable_qualifiers(statement).items()))


def _group(identity: str, subject: str, predicate: str, shown: str, qualifiers: Mapping[str, str], own: list[Statement]) -> _Group:
    if len(own) == 1:
        only = own[0]
        alone = Fact(
            identity,
            subject,
            predicate,
            qualifiers,
            (only.id,),
            "single",
            only.subject,
            (only.object or "") if shown else "",
            shown,
            only.id,
        )
        return _Group(alone, own, [own])
    readings: dict[tuple[Any, ...], list[Statement]] = defaultdict(list)
    for statement in sorted(own, key=lambda statement: statement.id):
        readings[_reading(statement)].append(statement)
    backed = _backing(list(readings.values()))
    ordered = sorted(readings.values(), key=lambda reading: (-backed.get(reading[0].id, 0), *_support(reading)))
    first = ordered[0][0]
    fact = Fact(
        identity,
        subject,
        predicate,
        qualifiers,
        tuple(statement.id for reading in ordered for statement in reading),
        "single",
        subject=first.subject,
        object=(first.object or "") if shown else "",
        object_id=shown,
        representative=first.id,
        readings=len({_reading(reading[0])[:4] for reading in ordered}),
        capped=len(ordered) > MAX_READINGS,
    )
    return _Group(fact, [statement for reading in ordered for statement in reading], ordered)


def _backing(readings: Sequence[Sequence[Statement]]) -> dict[str, int]:
    """For each reading, by its first statement's id: how many documents say its value or one that is rounded or cut from it.

    $5.5M and $6 million speak for $5.576M. Denials speak for nothing; past `MAX_READINGS` readings nothing is counted.
    """
    if len(readings) > MAX_READINGS:
        return {}
    found = []
    for reading in readings:
        figure = interval(reading[0])
        if figure is not None and figure.value is not None and reading[0].status != "denied":
            found.append((reading[0].id, figure, {statement.document_id for statement in reading}))
    backed = {}
    for identity, fine, own in found:
        documents = set(own)
        for _, coarse, others in found:
            same = coarse.value == fine.value or rounds(coarse, fine) or truncates(coarse, fine)
            if coarse.unit == fine.unit and same:
                documents |= others
        backed[identity] = len(documents)
    return backed


def _support(reading: Sequence[Statement]) -> tuple[Any, ...]:
    """Most documents first, then asserted before estimated, exact before hedged, more digits before fewer, then by id."""
    first = reading[0]
    found = interval(first)
    digits = len(found.value.normalize().as_tuple().digits) if found and found.value is not None else 0
    weight = {"asserted": 0, "estimated": 1, "alleged": 2, "denied": 3}[first.status]
    return (-len({statement.document_id for statement in reading}), weight, first.bound != "", -digits, first.id)


def _pair(left: _Group, right: _Group, one: Statement, other: Statement, found: tuple[str, str]) -> Pair:
    return Pair(left.fact.id, one.id, other.id, found[0], found[1], right.fact.id)


def _within(group: _Group, dates: Mapping[str, str]) -> Iterator[Pair]:
    for reading in group.readings:
        for statement in reading[1:]:
            found = relation(reading[0], statement, dates)
            if found:
                yield _pair(group, group, reading[0], statement, found)
    for position, reading in enumerate(group.readings):
        others = group.readings[position + 1 : MAX_READINGS] if position else group.readings[1:]
        if position >= MAX_READINGS:
            break
        for other in others:
            found = relation(reading[0], other[0], dates)
            if found and found[0] == "contradicts":
                found = _same_source(group, reading[0], other[0]) or found
            if found:
                yield _pair(group, group, reading[0], other[0], found)


def _same_source(group: _Group, left: Statement, right: Statement) -> tuple[str, str] | None:
    """Two coarse figures that differ because one rounds and the other cuts the same finer one do not contradict each other."""
    one, other = interval(left), interval(right)
    if one is None or other is None or one.step is None or other.step is None:
        return None
    manners = {"rounding": "rounded", "truncation": "with digits cut off"}
    for reading in group.readings[:MAX_WITNESSES]:
        fine = interval(reading[0])
        if fine is None or fine.step is None or fine.step >= min(one.step, other.step) or reading[0].status == "denied":
            continue
        first, second = compare(one, fine), compare(other, fine)
        if first in manners and second in manners:
            source = figure_text(reading[0])
            how = f"{figure_text(left)} is {source} {manners[first]}, {figure_text(right)} the same {manners[second]}."
            return ("truncation" if "truncation" in (first, second) else "rounding"), how
    return None


def _open_stages(topic: Sequence[_Group], made: list[Pair]) -> list[Pair]:
    """A contradiction whose one side states no stage, but fits the figure of another stage, is a difference of scope."""
    if not _staged(topic[0].fact.predicate):
        return made
    elsewhere: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    for group in topic:
        rest = {key: value for key, value in group.fact.qualifiers.items() if key != "stage" and not _joins(key)}
        stage = group.fact.qualifiers.get("stage", _table()["staged"]["default"])
        elsewhere[json.dumps(rest)].append((stage, group.readings[0][0]))
    of_fact = {group.fact.id: group for group in topic}
    statements = {statement.id: statement for group in topic for statement in group.statements}

    def settled(pair: Pair) -> Pair:
        if pair.relation != "contradicts":
            return pair
        fact = of_fact[pair.fact_id].fact
        rest = json.dumps({key: value for key, value in fact.qualifiers.items() if key != "stage" and not _joins(key)})
        for identity, other in ((pair.left, pair.right), (pair.right, pair.left)):
            open_one = statements[identity]
            if stated_stage(open_one):
                continue
            for stage, sibling in elsewhere[rest]:
                one, two = interval(open_one), interval(sibling)
                if stage == fact.qualifiers.get("stage", _table()["staged"]["default"]) or one is None or two is None:
                    continue
                how = compare(one, two)
                if how and how != "contradicts":
                    manner = {"truncation": " with digits cut off", "rounding": " rounded"}.get(how, "")
                    why = (
                        f"{figure_text(open_one)} states no stage; it is {figure_text(sibling)}, the figure of {stage}{manner}, "
                        f"not {figure_text(statements[other])}."
                    )
                    return replace(pair, relation="different-scope", explanation=why)
        return pair

    return [settled(pair) for pair in made]


def _beside(topic: Sequence[_Group], dates: Mapping[str, str]) -> Iterator[Pair]:
    """Facts of one subject and predicate that differ only in what they cover: one pair for each two, at most MAX_SIBLINGS of them."""
    count = 0
    for position, group in enumerate(topic):
        for other in topic[position + 1 :]:
            if count >= MAX_SIBLINGS:
                return
            keys = {
                key
                for key in group.fact.qualifiers.keys() | other.fact.qualifiers.keys()
                if group.fact.qualifiers.get(key) != other.fact.qualifiers.get(key)
            }
            if not keys or not all(_shown_beside(key) for key in keys):
                continue
            found = relation(group.readings[0][0], other.readings[0][0], dates)
            if found and found[0] in ("different-scope", "contradicts"):
                count += 1
                yield _pair(group, other, group.readings[0][0], other.readings[0][0], found)


@cache
def _families() -> dict[str, int]:
    return {predicate: number for number, entry in enumerate(_table()["family"]) for predicate in entry["predicates"]}


def _denials(groups: Sequence[_Group]) -> Iterator[Pair]:
    """A denial of one predicate of a family speaks to what others say of the same subject and object."""
    meeting: dict[tuple[int, str, str], list[_Group]] = defaultdict(list)
    for group in groups:
        family = _families().get(group.fact.predicate)
        if family is not None:
            meeting[family, group.fact.subject_id, group.fact.object_id].append(group)
    for together in meeting.values():
        for group in together:
            denied = next((reading[0] for reading in group.readings if reading[0].status == "denied"), None)
            for other in together if denied else ():
                said = [statement for statement in other.statements if statement.status != "denied"]
                for statement in said[:MAX_SIBLINGS] if other is not group else ():
                    assert denied is not None
                    yield _pair(other, group, statement, denied, ("denies", _denial(statement, denied)))


def _runs_of_organisations(groups: Sequence[_Group], made: list[Pair]) -> list[Pair]:
    """Chips said of an organisation that are those of a training run of one of its models do not contradict what it has in all."""
    developed = _developed(groups)
    runs: dict[str, list[Statement]] = defaultdict(list)
    counted: dict[str, tuple[_Group, Statement]] = {}
    for group in groups:
        if group.fact.predicate == "chipCount":
            runs[group.fact.subject_id].extend(reading[0] for reading in group.readings[:MAX_READINGS])
            if group.fact.subject_id in developed:
                counted.update((statement.id, (group, statement)) for statement in group.statements)

    def settled(pair: Pair) -> Pair:
        if pair.relation != "contradicts" or pair.left not in counted or pair.right not in counted:
            return pair
        for identity, beside in ((pair.left, pair.right), (pair.right, pair.left)):
            group, one = counted[identity]
            own = interval(one)
            for run in (run for model in sorted(developed[group.fact.subject_id]) for run in runs.get(model, ())):
                used = interval(run)
                if own and used and compare(own, used) in ("same", "agrees"):
                    fleet = figure_text(counted[beside][1])
                    why = f"{figure_text(one)} is of one training run ({run.subject}), {fleet} of {group.fact.subject}."
                    return replace(pair, relation="different-scope", explanation=why)
        return pair

    return [settled(pair) for pair in made] if counted else made


def _developed(groups: Sequence[_Group]) -> dict[str, set[str]]:
    """The models of each organisation that developed any."""
    developed: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        if group.fact.predicate == "developer" and any(statement.status != "denied" for statement in group.statements):
            developed[group.fact.object_id].add(group.fact.subject_id)
    return developed


def _runs(groups: Sequence[_Group]) -> Iterator[Pair]:
    """Chips of one training run beside chips an organisation has in all, for each organisation and the models it developed."""
    counts: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        if group.fact.predicate == "chipCount":
            counts[group.fact.subject_id].append(group)
    for organisation, models in sorted(_developed(groups).items()):
        made = 0
        runs = [group for model in sorted(models) for group in counts.get(model, ())]
        for run, fleet in ((run, fleet) for run in runs for fleet in counts.get(organisation, ())):
            for one, other in ((one[0], other[0]) for one in run.readings for other in fleet.readings):
                left, right = interval(one), interval(other)
                if made < MAX_SIBLINGS and left and right and compare(left, right) == "contradicts":
                    made += 1
                    why = f"{figure_text(one)} is of one training run of {run.fact.subject}, {figure_text(other)} of {fleet.fact.subject}."
                    yield _pair(run, fleet, one, other, ("different-scope", why))
