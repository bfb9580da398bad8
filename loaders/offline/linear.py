"""A linear model of proposals: the odds of every predicate at once, from features shared by all predicates and features of each.

Columns of weights a proposal under predicate p has: `name` for each of its plain features (shared: what all predicates learn together) and
`p|name` for each feature. Cue classes count by whose they are: at every position `own:`, `onlyown:` or `rival:` (shared, and `p|own:`), so
that what is learned of one predicate's cues holds for a rarer one's.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy

from loaders.offline.features import Features
from loaders.offline.slots import slots

Vector = Any  # a numpy array of one number a predicate


@lru_cache(maxsize=4096)
def _roles(names: frozenset[str], predicates: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Whose the cue classes are, a predicate each: "own", "onlyown" (own and nobody else's) or "rival"; "" for nobody's."""
    table = slots()
    everyone = frozenset(cue for name in predicates for cue in table[name].cues)
    named = names & everyone
    found = []
    for predicate in predicates:
        own = table[predicate].cues
        found.append(("own", "onlyown") if named and named <= own else ("own",) if named & own else ("rival",) if named else ())
    return tuple(found)


def common(features: Features) -> tuple[list[str], list[str]]:
    """The columns a proposal has under every predicate: the shared ones, and those each predicate has for itself (without `p|`)."""
    single = [*features.plain, *features.lexical]
    single.extend(f"{position}:{name}" for position, names in features.cues for name in sorted(names))
    return list(features.plain), single


def cued(features: Features, predicates: tuple[str, ...], number: int) -> tuple[list[str], list[str]]:
    """What cue classes add to `common` under the predicate of that number."""
    shared, single = list[str](), list[str]()
    anywhere = False
    for position, names in features.cues:
        for role in _roles(names, predicates)[number]:
            shared.append(f"{role}:{position}")
            if role == "own":
                anywhere = True
                shared.append(f"own:{position}|{features.context}")
                single.append(f"own:{position}")
    shared.append(f"own:any:{anywhere}")
    single.append(f"own:any:{anywhere}")
    return shared, single


@lru_cache(maxsize=4096)
def whose(names: frozenset[str]) -> bool:
    """Whether any of the cue classes is some predicate's own."""
    return any(names & slot.cues for slot in slots().values())


class Linear:
    """Weights by column name (see `common` and `cued`) for these predicates."""

    def __init__(self, predicates: tuple[str, ...], weights: Mapping[str, float]) -> None:
        self.predicates, self.weights = predicates, weights
        self.number = {name: number for number, name in enumerate(predicates)}

    @cached_property
    def _rows(self) -> tuple[dict[str, int], Any]:
        """Row numbers by feature name and, a row each, what the feature adds to every predicate's odds."""
        place = {name: number for number, name in enumerate(self.predicates)}
        rows: dict[str, int] = {}
        entries: list[tuple[int, int, float]] = []
        for column, weight in self.weights.items():
            predicate, bar, name = column.partition("|")
            if not bar or predicate not in place:
                row = rows.setdefault(column, len(rows))
                entries.extend((row, number, weight) for number in range(len(place)))
            else:
                entries.append((rows.setdefault(name, len(rows)), place[predicate], weight))
        table = numpy.zeros((len(rows), len(place)))
        if entries:
            row_numbers, numbers, values = zip(*entries, strict=True)
            numpy.add.at(table, (list(row_numbers), list(numbers)), list(values))
        return rows, table

    @lru_cache(maxsize=20_000)  # noqa: B019  (one instance a process)
    def _cued(self, position: str, names: frozenset[str], context: str) -> tuple[Vector, Vector]:
        """What the cue classes at a position add to every predicate's odds, and for which of them one is its own."""
        rows, table = self._rows
        nothing = numpy.zeros(len(self.predicates))
        added, own = nothing.copy(), numpy.zeros(len(self.predicates), dtype=bool)

        def row(name: str) -> Vector:
            return table[rows[name]] if name in rows else nothing

        for name in sorted(names):
            added = added + row(f"{position}:{name}")
        for number, roles in enumerate(_roles(names, self.predicates)):
            for role in roles:
                added[number] += row(f"{role}:{position}")[number]
                if role == "own":
                    own[number] = True
                    added[number] += row(f"own:{position}|{context}")[number]
        return added, own

    def odds(self, features: Features) -> Vector:
        """The log odds of the proposal under every predicate of the model."""
        rows, table = self._rows
        known = [rows[name] for name in features.plain if name in rows]
        known += [rows[name] for name in features.lexical if name in rows]
        total = table[known].sum(axis=0)
        anywhere = numpy.zeros(len(self.predicates), dtype=bool)
        for position, names in features.cues:
            added, own = self._cued(position, names, features.context)
            total += added
            anywhere |= own
        yes, no = rows.get("own:any:True"), rows.get("own:any:False")
        total += numpy.where(anywhere, table[yes] if yes is not None else 0.0, table[no] if no is not None else 0.0)
        return total
