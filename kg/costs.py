"""Cost scopes: what each cost figure includes, excludes and leaves unstated, and how it was reckoned, as the documents say it.

Parts and methods are concepts of the schemes cost-component and cost-method. What a document says is included or excluded holds for the
figures of that model's training as a whole which the document gives, or which go back to the same origin; a figure of one stage includes
that stage only.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from kg.facts import subject_key
from kg.ontology import scheme
from kg.scopes import stated_stage
from kg.statements import Statement

COSTS = frozenset({"trainingCost", "trainingComputeCost", "hardwareAcquisitionCost"})
WHOLE = "full-training"


@dataclass(frozen=True, slots=True)
class CostScope:
    """What one cost statement covers: concepts of the scheme cost-component, sorted, and one of cost-method.

    `unstated` are the broadest parts nobody says are in or out. `told_by`: for each included or excluded part, the statements that say so
    (the cost statement itself where its own scope does).
    """

    statement_id: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    unstated: tuple[str, ...]
    method: str
    told_by: Mapping[str, tuple[str, ...]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kg") / "costs.toml").read_text(encoding="utf-8"))


@cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((concept, re.compile("|".join(patterns), re.IGNORECASE)) for concept, patterns in _table()[kind].items())


@cache
def _broader() -> Mapping[str, str]:
    """Each part of the scheme that is a part of another, and that other."""
    return {name: concept.broader for name, concept in scheme("cost-component").items() if concept.broader}


@lru_cache(maxsize=4096)
def components(text: str) -> tuple[str, ...]:
    """The parts of a cost that a text names, without those a narrower named part already says; sorted.

    >>> components("prior research and ablation experiments on data")
    ('ablations', 'prior-research')
    """
    if text in scheme("cost-component"):
        return (text,)
    found = {concept for concept, pattern in _patterns("components") if pattern.search(text)}
    return tuple(sorted(found - {_broader()[concept] for concept in found if concept in _broader()}))


@lru_cache(maxsize=4096)
def method(text: str) -> str | None:
    """The way a cost was reckoned that a text names; None when it names none."""
    return next((concept for concept, pattern in _patterns("methods") if pattern.search(text)), None)


def _own_scope(statement: Statement) -> tuple[str, ...]:
    """What the figure's own qualifiers say it covers; the final run where they say no more than that it is of training."""
    stage = stated_stage(statement)
    scope = statement.qualifiers.get("scope", "")
    if stage and stage != WHOLE:
        return (stage,) if stage in scheme("cost-component") else components(stage)
    if any(re.search(pattern, scope, re.IGNORECASE) for pattern in _table()["everything"]["patterns"]):
        return tuple(sorted(name for name in scheme("cost-component") if name not in _broader()))
    return ("final-run",) if stage == WHOLE else components(scope)


def _method(statement: Statement) -> str:
    named = (method(statement.qualifiers.get(name, "")) for name in ("method", "basis", "scope", "price"))
    return next((found for found in named if found), "unstated")


def cost_scopes(statements: Iterable[Statement], origin_of: Mapping[str, str] | None = None) -> tuple[CostScope, ...]:
    """The scope of every cost statement, by its id; `origin_of`: the origin of each statement, by id (see kg.origins)."""
    origins = origin_of or {}
    costs: list[Statement] = []
    said: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.predicate in COSTS and statement.status != "denied":
            costs.append(statement)
        elif statement.predicate in ("costIncludes", "costExcludes") and statement.object:
            said[subject_key(statement)].append(statement)
    return tuple(_scope(cost, said[subject_key(cost)], origins) for cost in sorted(costs, key=lambda cost: cost.id))


def _scope(cost: Statement, said: Iterable[Statement], origins: Mapping[str, str]) -> CostScope:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for part in _own_scope(cost):
        told["in", part].add(cost.id)
    if _method(cost) == "rental-price":
        told["in", "rental"].add(cost.id)
    whole = stated_stage(cost) in (None, WHOLE)
    for statement in said if whole else ():
        related = statement.document_id == cost.document_id or (cost.id in origins and origins.get(statement.id) == origins[cost.id])
        if related:
            side = "in" if (statement.predicate == "costIncludes") == (statement.status != "denied") else "out"
            for part in components(statement.object or ""):
                told[side, part].add(statement.id)
    included = {part for side, part in told if side == "in"}
    excluded = {part for side, part in told if side == "out"} - included
    spoken = included | excluded
    spoken |= {_broader()[part] for part in spoken if part in _broader()}
    unstated = tuple(sorted(name for name in scheme("cost-component") if name not in _broader() and name not in spoken))
    by = {part: tuple(sorted(ids)) for (side, part), ids in sorted(told.items()) if part in included or side == "out"}
    return CostScope(cost.id, tuple(sorted(included)), tuple(sorted(excluded)), unstated, _method(cost), by)
