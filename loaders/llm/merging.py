"""Two extractors over one document: the statements of both in, each statement once with who found it out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.entities import Registry, fold
from kg.ontology import units
from kg.statements import Statement, identified

JOINED = "+"
"""Between the names of the extractors that found a statement."""
_REACH = 300
"""Raw characters two spans may be apart and still be of one statement."""
_CLOSE = 1e-6
MOST = 0.99


def joined(offline: Sequence[Statement], llm: Sequence[Statement], registry: Registry) -> tuple[Statement, ...]:
    """All statements in reading order. Of one both found, the offline record stays and names both extractors.

    Where they agree on claimants and status too, confidence is 1 - (1 - p)(1 - q), at most MOST: each errs in its own way. Where
    they do not, it is the higher of the two.
    """
    rest = list(llm)
    found: list[Statement] = []
    for one in offline:
        other = next((other for other in rest if same(one, other, registry)), None)
        if other is None:
            found.append(one)
            continue
        rest.remove(other)
        agree = one.status == other.status and [fold(name) for name in one.attributed_to] == [fold(name) for name in other.attributed_to]
        sure = 1 - (1 - one.confidence) * (1 - other.confidence) if agree else max(one.confidence, other.confidence)
        both = replace(
            one,
            extractor=f"{one.extractor}{JOINED}{other.extractor}",
            confidence=min(round(sure, 3), MOST),
            qualifiers={**other.qualifiers, **one.qualifiers},
        )
        found.append(identified(both))
    return ordered([*found, *rest])


def ordered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Each statement once, in reading order."""
    once = {statement.id: statement for statement in statements}
    return tuple(sorted(once.values(), key=lambda said: (said.start, said.end, said.predicate, said.subject, said.id)))


def same(one: Statement, other: Statement, registry: Registry) -> bool:
    """Whether two statements of a document say the same of the same thing in the same passage."""
    near = one.start < other.end + _REACH and other.start < one.end + _REACH
    return (
        near and one.predicate == other.predicate and same_thing(one.subject, other.subject, registry) and same_value(one, other, registry)
    )


def same_thing(one: str, other: str, registry: Registry) -> bool:
    """Whether two labels name one thing: folded alike, or names of one entity."""
    if fold(one) == fold(other):
        return True
    left, right = registry.find(one), registry.find(other)
    return left is not None and right is not None and left.id == right.id


def same_value(one: Statement, other: Statement, registry: Registry) -> bool:
    """Whether two statements give the same object, or numbers that are equal after conversion of their units."""
    if one.object is not None or other.object is not None:
        return one.object is not None and other.object is not None and same_thing(one.object, other.object, registry)
    scale = 1.0
    if one.unit != other.unit:
        left, right = units().get(one.unit), units().get(other.unit)
        if left is None or right is None or left.dimension != right.dimension:
            return False
        scale = right.factor / left.factor
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return all(
        left is right is None or (left is not None and right is not None and abs(left - right * scale) <= _CLOSE * max(abs(left), 1e-12))
        for left, right in pairs
    )


def without_repeats(statements: Iterable[Statement], registry: Registry) -> tuple[Statement, ...]:
    """The statements in reading order, those that overlapping chunks both gave once: the more confident, then the earlier."""
    kept: list[Statement] = []
    for statement in ordered(statements):
        at = next(
            (
                index
                for index in range(len(kept) - 1, max(-1, len(kept) - 60), -1)
                if kept[index].attributed_to == statement.attributed_to
                and kept[index].status == statement.status
                and same(kept[index], statement, registry)
            ),
            None,
        )
        if at is None:
            kept.append(statement)
        elif statement.confidence > kept[at].confidence:
            kept[at] = statement
    return ordered(kept)
