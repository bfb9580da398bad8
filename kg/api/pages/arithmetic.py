"""Checks as they are shown: the formula with its numbers filled in, what comes out, what is stated, and the verdict."""

from collections.abc import Iterable
from dataclasses import dataclass

from kg import readable
from kg.api.pages.claims import Chip, Claim, claim
from kg.catalogue import Catalogue, CheckRow

VERDICTS = {
    "holds": Chip("Adds up", "good"),
    "does-not-hold": Chip("Does not add up", "bad"),
    "not-comparable": Chip("Not comparable", "warn"),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """A check with the claims that go in."""

    check: CheckRow
    name: str
    verdict: Chip
    inputs: tuple[Claim, ...]
    computed: str
    stated: str
    unit: str


def sums(catalogue: Catalogue, checks: Iterable[CheckRow]) -> list[Sum]:
    """The checks with their inputs looked up in one go."""
    checks = list(checks)
    rows = {row.statement.id: row for row in catalogue.statements_by_id(name for check in checks for name in check.inputs)}
    made = []
    for check in checks:
        inputs = tuple(claim(rows[name]) for name in check.inputs if name in rows)
        unit = _unit(check, inputs)
        computed = readable.quantity(None if check.low != check.high else check.low, unit, check.low, check.high)
        stated = readable.quantity(check.stated, unit)
        verdict = VERDICTS.get(check.verdict, Chip(check.verdict))
        made.append(Sum(check, check.kind.replace("-", " ").capitalize(), verdict, inputs, computed, stated, unit))
    return made


def _unit(check: CheckRow, inputs: tuple[Claim, ...]) -> str:
    """The unit of what is stated: that of the input which has the stated value."""
    for shown in inputs:
        if check.stated is not None and shown.statement.value == check.stated:
            return shown.statement.unit
    return ""
