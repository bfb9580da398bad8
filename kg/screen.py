"""A fast pass over statements and what is derived from them that finds every one a shape may have something to say about.

It may suspect too many, never too few (a property test holds it against the shapes): what it lets pass needs no SHACL run. Its rules come
from the ontology, as those of the shapes do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from kg import ontology
from kg.checks import Check
from kg.facts import Fact, Pair
from kg.holdings import DocumentRecord
from kg.statements import BOUNDS, STATUSES, Statement

LARGEST = 1e300

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://\S+")
_DOCUMENT_YEARS = (1900, 2035)
_STATUSES, _BOUNDS = frozenset(STATUSES), frozenset(BOUNDS)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What the ontology asks of a predicate's statements; `lowest` is excluded where `positive`."""

    kind: str
    subjects: frozenset[str]
    objects: frozenset[str]
    units: frozenset[str]
    lowest: float
    highest: float
    positive: bool
    years: tuple[int, int]
    may_be_empty: bool


@cache
def _rules() -> Mapping[str, _Rule]:
    return {
        name: _Rule(
            predicate.kind,
            frozenset(predicate.subjects),
            frozenset(predicate.objects),
            frozenset(predicate.units),
            -LARGEST if predicate.least is None else predicate.least,
            LARGEST if predicate.most is None else predicate.most,
            predicate.positive,
            (predicate.earliest_year or 1, predicate.latest_year or 9999),
            name == "claim",
        )
        for name, predicate in ontology.predicates().items()
    }


def _sane_date(text: str, earliest: int, latest: int) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = found.groups()
    if not earliest <= int(year) <= latest:
        return False
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def _sane_value(item: Statement, rule: _Rule) -> bool:
    if rule.kind == "quantity":
        if item.unit not in rule.units or item.object is not None or item.object_id:
            return False
        lowest, highest = rule.lowest, rule.highest
        value, low, high = item.value, item.low, item.high
        if value is None and low is None and high is None:
            return False
        for number in (value, low, high):
            if number is not None and not ((number > lowest or (number == lowest and not rule.positive)) and number <= highest):
                return False
        return low is None or high is None or low <= high
    if item.value is not None or item.low is not None or item.high is not None or item.unit:
        return False
    if rule.kind == "date":
        return item.object is not None and not item.object_id and _sane_date(item.object, *rule.years)
    if item.object_id:
        return item.object_id.partition("/")[0] in rule.objects
    return rule.kind == "text" and (bool(item.object) or (rule.may_be_empty and item.object is None))


def _known_subject(subject_id: str, rule: _Rule, documents: Mapping[str, object]) -> bool:
    kind, _, slug = subject_id.partition("/")
    return kind in rule.subjects and bool(slug) and (kind != "document" or slug in documents)


def suspicious(item: Statement, documents: Mapping[str, object]) -> bool:
    """Whether a shape may have something to say about a statement. `documents`: those that are here, by id."""
    rule = _rules().get(item.predicate)
    return not (
        rule is not None
        and item.id
        and item.document_id in documents
        and item.status in _STATUSES
        and item.bound in _BOUNDS
        and 0 <= item.start < item.end
        and item.quote
        and item.extractor
        and 0.0 <= item.confidence <= 1.0
        and _known_subject(item.subject_id, rule, documents)
        and _sane_value(item, rule)
    )


def suspects(statements: Sequence[Statement], documents: Mapping[str, object]) -> list[Statement]:
    """The statements a shape may have something to say about, those that share an id with another among them."""
    counts = Counter(item.id for item in statements)
    return [item for item in statements if counts[item.id] > 1 or suspicious(item, documents)]


def suspicious_document(record: DocumentRecord) -> bool:
    """Whether a shape may have something to say about a document."""
    metadata = record.metadata
    dates = [text for text in (metadata.date, metadata.retrieved and metadata.retrieved[:10]) if text]
    return not (
        _SHA256.fullmatch(record.id)
        and record.name
        and all(_sane_date(text, *_DOCUMENT_YEARS) for text in dates)
        and (metadata.address is None or _ADDRESS.fullmatch(metadata.address))
        and sum(reference.relation == "mirror" for reference in metadata.references) <= 1
    )


def suspect_facts(facts: Iterable[Fact], statements: Mapping[str, object]) -> list[Fact]:
    """The facts a shape may have something to say about, first of all those whose statements contradict each other."""
    quiet = frozenset(ontology.scheme("fact-status")) - {"contradicted", "disputed"}
    return [
        fact
        for fact in facts
        if fact.status not in quiet
        or not fact.subject_id
        or fact.readings < 1
        or not fact.statement_ids
        or any(id not in statements for id in fact.statement_ids)
        or (fact.representative and fact.representative not in statements)
    ]


def suspect_pairs(pairs: Iterable[Pair], facts: Mapping[str, object], statements: Mapping[str, object]) -> list[Pair]:
    """The pairs a shape may have something to say about."""
    relations = frozenset(ontology.scheme("relation"))
    return [
        pair
        for pair in pairs
        if pair.relation not in relations
        or not pair.explanation
        or pair.left == pair.right
        or pair.left not in statements
        or pair.right not in statements
        or pair.fact_id not in facts
    ]


def suspect_checks(checks: Iterable[Check], statements: Mapping[str, object]) -> list[Check]:
    """The checks a shape may have something to say about, first of all those that do not hold."""
    kinds = frozenset(ontology.scheme("check-kind"))
    return [
        check
        for check in checks
        if check.verdict not in ("holds", "not-comparable")
        or check.kind not in kinds
        or not check.formula
        or not check.explanation
        or not check.inputs
        or any(id not in statements for id in (*check.inputs, check.target) if id)
        or (check.tolerance is not None and not check.tolerance >= 0)
        or (check.low is not None and check.high is not None and not check.low <= check.high)
        or (check.stated_low is not None and check.stated_high is not None and not check.stated_low <= check.stated_high)
    ]
