"""A linear model of proposals: the odds of every predicate at once, from features shared by all predicates and features of each.

Columns of weights a proposal under predicate p has: `name` for each of its plain features (shared: what all predicates learn together) and
`p|name` for each feature. Cue classes count by whose they are: at every position `own:`, `onlyown:` or `rival:` (shared, and `p|own:`), so
that what is learned of one predicate's cues holds for a rarer one's.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy

from loaders.offline.features import Features, Part
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

    @cached_property
    def _parts(self) -> "_Sums":
        return _Sums(self.predicates, *self._rows)

    def odds(self, features: Features) -> Vector:
        """The log odds of the proposal under every predicate of the model."""
        return self.odds_of([features])[0]

    def odds_of(self, proposals: Sequence[Features]) -> Any:
        """The log odds of the proposals, a row each, under every predicate of the model."""
        if not proposals:
            return numpy.zeros((0, len(self.predicates)))
        totals, anywhere = self._parts.of(proposals)
        rows, table = self._rows
        yes, no = (table[rows[name]] if name in rows else 0.0 for name in ("own:any:True", "own:any:False"))
        return numpy.round(totals + numpy.where(anywhere, yes, no), _DIGITS)


_DIGITS = 6  # weights have three: what is beyond is the order of addition, which must not decide a tie
_HELD = 40_000  # features of the parts whose sums are held at once
_CLASSED = 1 << 12  # sets of cue classes by position that are held at once


class _Sums:
    """What parts of features add to every predicate's odds, worked out for many parts at once and held for those that come again."""

    def __init__(self, predicates: tuple[str, ...], rows: Mapping[str, int], table: Any) -> None:
        if len(predicates) > 64:
            raise ValueError(f"a linear model has {len(predicates)} predicates; 64 is the most")
        self._predicates, self._rows = predicates, rows
        self._nothing = len(table)
        self._table = numpy.vstack([table, numpy.zeros((1, len(predicates)))])
        own = [slots()[name].cues if name in slots() else frozenset[str]() for name in predicates]
        everyone = sorted({cue for cues in own for cue in cues})
        self._classes = {cue: number for number, cue in enumerate(everyone)}
        self._whose = numpy.array([[cue in cues for cues in own] for cue in everyone], dtype=numpy.int16)
        self._roles: dict[frozenset[str], int] = {}
        self._role_masks = _Growing((3, len(predicates)))
        self._positions: dict[tuple[str, str | None], int] = {}
        self._position_rows = _Growing((3, len(predicates)))
        self._named: dict[tuple[str, frozenset[str]], tuple[int, ...]] = {}
        self._held: dict[Part | tuple[Part, str], int] = {}
        self._size = 0
        self._sums = _Growing((len(predicates),))
        self._own = _Growing((), numpy.uint64)  # a bit a predicate
        self._bits = numpy.left_shift(numpy.uint64(1), numpy.arange(len(predicates), dtype=numpy.uint64))

    def of(self, proposals: Sequence[Features]) -> tuple[Any, Any]:
        """A row a proposal: the sums of its parts, and which predicates have a cue of their own anywhere."""
        if self._size > _HELD:
            self._size = 0
            self._held.clear()
            self._sums.clear()
            self._own.clear()
        if len(self._named) > _CLASSED:
            self._named.clear()
            self._roles.clear()
            self._role_masks.clear()
        keys: list[Part | tuple[Part, str]] = []
        starts = []
        for proposal in proposals:
            starts.append(len(keys))
            keys += proposal.parts
            keys += [(part, proposal.context) for part in proposal.parts if part.cues]
            if not proposal.parts:
                keys.append(_EMPTY)
        held = self._held
        new = [key for key in dict.fromkeys(keys) if key not in held]
        if new:
            self._hold(new)
        numbers = [held[key] for key in keys]
        totals = numpy.add.reduceat(self._sums.rows[numbers], starts)
        own = numpy.bitwise_or.reduceat(self._own.rows[numbers], starts)
        return totals, own[:, None] & self._bits != 0

    def _hold(self, new: Sequence[Part | tuple[Part, str]]) -> None:
        """Work out the sums of parts, and of parts in a context."""
        rows = self._rows
        known: list[int] = []
        starts: list[int] = []
        cued: list[tuple[int, int, int]] = []  # number among the new, roles of the classes there, position
        for number, key in enumerate(new):
            starts.append(len(known))
            self._size += 1
            if isinstance(key, Part):
                self._size += len(key.plain) + len(key.lexical) + len(key.cues)
                known += [rows[name] for name in key.plain if name in rows]
                known += [rows[name] for name in key.lexical if name in rows]
                for position, names in key.cues:
                    known += self._cue_rows(position, names)
                    cued.append((number, self._role(names), self._position(position, None)))
            else:
                cued += [(number, self._role(names), self._position(position, key[1])) for position, names in key[0].cues]
            known.append(self._nothing)
        sums = numpy.add.reduceat(self._table[known], starts)
        own = numpy.zeros(len(new), dtype=numpy.uint64)
        if cued:
            numbers, roles, positions = (numpy.array(column) for column in zip(*cued, strict=True))
            masks = self._role_masks.rows[roles]
            added = (masks * self._position_rows.rows[positions]).sum(axis=1)
            begins = numpy.flatnonzero(numpy.diff(numbers, prepend=-1))
            sums[numbers[begins]] += numpy.add.reduceat(added, begins)
            own[numbers[begins]] = numpy.bitwise_or.reduceat(((masks[:, 0] > 0) * self._bits).sum(axis=1, dtype=numpy.uint64), begins)
        first = self._sums.extend(sums)
        self._own.extend(own)
        self._held.update(zip(new, range(first, first + len(new)), strict=True))

    def _cue_rows(self, position: str, names: frozenset[str]) -> tuple[int, ...]:
        found = self._named.get((position, names))
        if found is None:
            every = [f"{position}:{name}" for name in sorted(names)]
            found = self._named[position, names] = tuple(self._rows[name] for name in every if name in self._rows)
        return found

    def _role(self, names: frozenset[str]) -> int:
        """The number of the masks of these classes: for which predicates one is its own, all are, or none is."""
        if names not in self._roles:
            known = [self._classes[name] for name in names if name in self._classes]
            counts = self._whose[known].sum(axis=0) if known else numpy.zeros(len(self._predicates))
            some = len(known) > 0
            masks = numpy.array([counts > 0, (counts == len(known)) & some, (counts == 0) & some], dtype=float)
            self._roles[names] = self._role_masks.extend(masks[None])
        return self._roles[names]

    def _position(self, position: str, context: str | None) -> int:
        """The number of the rows that "own", "onlyown" and "rival" classes add at the position, or own ones in the context."""
        if (position, context) not in self._positions:
            roles = ("own", "onlyown", "rival")
            names = [f"{role}:{position}" for role in roles] if context is None else [f"own:{position}|{context}"]
            rows = numpy.zeros((1, 3, len(self._predicates)))
            for number, name in enumerate(names):
                if name in self._rows:
                    rows[0, number] = self._table[self._rows[name]]
            self._positions[position, context] = self._position_rows.extend(rows)
        return self._positions[position, context]


_EMPTY = Part()


class _Growing:
    """A numpy array that rows are added to."""

    def __init__(self, shape: tuple[int, ...], kind: type[Any] = float) -> None:
        self.rows: Any = numpy.zeros((64, *shape), dtype=kind)
        self._size = 0

    def extend(self, added: Any) -> int:
        """Add rows and give the number of the first."""
        first, self._size = self._size, self._size + len(added)
        if self._size > len(self.rows):
            larger = numpy.zeros((max(2 * len(self.rows), self._size), *self.rows.shape[1:]), dtype=self.rows.dtype)
            larger[:first] = self.rows[:first]
            self.rows = larger
        self.rows[first : self._size] = added
        return first

    def clear(self) -> None:
        """Forget all rows."""
        self._size = 0
