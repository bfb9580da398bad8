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
DERIVED = Chip("Derived, stated by nobody", "")


@dataclass(frozen=True, slots=True)
class Sum:
    """A check with the claims that go in."""

    check: CheckRow
    name: str
    verdict: Chip
    inputs: tuple[Claim, ...]
    computed: str
    stated: str
    tolerance: str


def sums(catalogue: Catalogue, checks: Iterable[CheckRow]) -> list[Sum]:
    """The checks with their inputs looked up in one go."""
    checks = list(checks)
    rows = {row.statement.id: row for row in catalogue.statements_by_id(name for check in checks for name in check.inputs)}
    made = []
    for check in checks:
        inputs = tuple(claim(rows[name]) for name in check.inputs if name in rows)
        computed = readable.quantity(check.value, check.unit) if check.unit in _units() else ""
        target = next((shown for shown in inputs if shown.statement.id == check.target), None)
        stated = target.value if target is not None and check.stated is not None else ""
        tolerance = readable.quantity(check.tolerance, check.unit) if computed else ""
        verdict = (
            DERIVED if check.stated is None and check.verdict == "not-comparable" else VERDICTS.get(check.verdict, Chip(check.verdict))
        )
        made.append(Sum(check, check.kind.replace("-", " ").capitalize(), verdict, inputs, computed, stated, tolerance))
    return made


def _units() -> Iterable[str]:
    tables = readable.tables()
    return {*tables["units"], *(f"{currency}/{rate}" for currency in tables["units"] for rate in tables["rates"])}


ORDER = ("does-not-hold", "not-comparable", "holds")


def told_apart(found: Iterable[Sum]) -> tuple[list[Sum], list[Sum]]:
    """The sums to show, one of each kind, verdict and result, those that fail first; and the rest, which say the same again."""
    ranked = sorted(found, key=lambda item: (ORDER.index(item.check.verdict) if item.check.verdict in ORDER else 9, item.check.kind))
    first: dict[tuple[str, str, str], Sum] = {}
    rest = []
    for item in ranked:
        key = (item.check.kind, item.check.verdict, item.computed if item.check.verdict == "does-not-hold" else "")
        if key in first:
            rest.append(item)
        else:
            first[key] = item
    return list(first.values()), rest
