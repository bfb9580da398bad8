"""Readings in groups, as numpy columns: numbers for groups, the best rival in a group, places and sums in groups."""

from typing import Any

import numpy

NOTHING = -9.2  # the log odds of what is not there


def combined(*columns: Any) -> Any:
    """One number a row for the values of several columns of whole numbers, the same for the same values only."""
    key = columns[0].astype(numpy.int64)
    for column in columns[1:]:
        least = column.min()
        key = key * (int(column.max()) - int(least) + 1) + (column - least)
    return key


def grouped(*columns: Any) -> Any:
    """The number of each row's group, 0 .. n-1: rows that have the same values are a group."""
    return numpy.unique(combined(*columns), return_inverse=True)[1].astype(numpy.int32).reshape(-1)


class Best:
    """The highest score in a group among those with another key than one's own; scores are added one after the other (see `other`)."""

    def __init__(self, groups: Any, keys: Any, scores: Any) -> None:
        self._groups, self._keys = groups, keys
        order = numpy.lexsort((-scores, groups))  # stable: of equal scores the first
        sorted_groups = groups[order]
        firsts = numpy.flatnonzero(numpy.diff(sorted_groups, prepend=-1))
        self._key, self._first = keys[order[firsts]], scores[order[firsts]]
        others = order[keys[order] != self._key[sorted_groups]]
        self._second = numpy.full(len(firsts), NOTHING)
        leaders = others[numpy.flatnonzero(numpy.diff(groups[others], prepend=-1))]
        self._second[groups[leaders]] = numpy.maximum(scores[leaders], NOTHING)
        # A score below NOTHING counts where it was the group's first and another took its place.
        openers = numpy.unique(groups, return_index=True)[1]
        taken = (self._second <= NOTHING) & (scores[openers] < NOTHING) & (keys[openers] != self._key)
        self._second[taken] = scores[openers][taken]

    def other(self, rows: slice) -> Any:
        """The best score of another key, a number a row; NOTHING where there is none."""
        groups = self._groups[rows]
        return numpy.where(self._keys[rows] == self._key[groups], self._second[groups], self._first[groups])


def places(groups: Any, scores: Any) -> Any:
    """How many rows of a row's group have a higher score."""
    order = numpy.lexsort((-scores, groups))
    begins = numpy.diff(groups[order], prepend=-1) != 0
    changes = begins | (numpy.diff(scores[order], prepend=0.0) != 0)
    numbers = numpy.arange(len(order))
    found = numpy.empty(len(order), dtype=numpy.int32)
    found[order] = numpy.maximum.accumulate(numpy.where(changes, numbers, 0)) - numpy.maximum.accumulate(numpy.where(begins, numbers, 0))
    return found


class Sums:
    """Weights added up by group, each group by its key; `sought` when sums are asked for by key too."""

    def __init__(self, keys: Any, weights: Any, sought: bool = False) -> None:
        known, numbers = numpy.unique(keys, return_inverse=True)
        self._known = known if sought else known[:0]
        self.groups = numbers.astype(numpy.int32).reshape(-1)
        self.totals = numpy.bincount(self.groups, weights)

    def of(self, keys: Any) -> Any:
        """The sum of each key's group, 0 for a key of no row."""
        at = numpy.minimum(numpy.searchsorted(self._known, keys), len(self._known) - 1)
        return numpy.where(self._known[at] == keys, self.totals[at], 0.0)
