"""A forest of decision trees: rows of evidence in, probabilities out. Trees as LightGBM's `dump_model` writes them, all tested at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

_ROWS = 128  # judged at once: what is made of them stays in a processor's cache
_MOST_LEAVES = 53  # a struck-out leaf is a bit of a number that floats hold exactly


def flattened(trees: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Trees of LightGBM's dump as lists of nodes: [column, threshold or list of categories, left, right] or [leaf value]."""
    flat = []
    for tree in trees:
        nodes: list[Any] = []

        def add(node: Mapping[str, Any], nodes: list[Any] = nodes) -> int:
            number = len(nodes)
            if "leaf_value" in node:
                nodes.append([round(node["leaf_value"], 5)])
                return number
            nodes.append(None)
            test: Any = node["threshold"]
            test = [int(part) for part in str(test).split("||")] if node["decision_type"] == "==" else float(f"{test:.6g}")
            nodes[number] = [node["split_feature"], test, add(node["left_child"], nodes), add(node["right_child"], nodes)]
            return number

        add(tree["tree_structure"])
        flat.append(nodes)
    return flat


class Forest:
    """Trees as `flattened` gives them; their leaf values add up to log odds.

    All tests of all trees are made at once; each test that fails strikes out the leaves to its left, and the first leaf that is left is the
    tree's (QuickScorer: Lucchese and others 2015).
    """

    def __init__(self, trees: Sequence[Sequence[Any]]) -> None:
        self.trees = trees
        leaves = [_leaves(tree) for tree in trees]
        most = max((len(found) for found, _ in leaves), default=1)
        if most > _MOST_LEAVES:
            raise ValueError(f"a tree has {most} leaves; a forest takes {_MOST_LEAVES}")
        self._kind = numpy.dtype(numpy.uint16 if most <= 16 else numpy.uint64)
        everything = (1 << 8 * self._kind.itemsize) - 1
        depth = max((len(tests) for _, tests in leaves), default=0)
        columns = numpy.zeros((depth, len(trees)), dtype=int)
        thresholds = numpy.full((depth, len(trees)), numpy.inf)
        self._struck = numpy.full((depth, len(trees)), everything, dtype=self._kind)
        self._values = numpy.zeros((len(trees), most))
        sets: list[tuple[int, int, int, list[int]]] = []
        for number, (found, tests) in enumerate(leaves):
            self._values[number, : len(found)] = found
            for level, (column, test, first, last) in enumerate(tests):
                columns[level, number] = column
                self._struck[level, number] = everything & ~((1 << last) - (1 << first))
                if isinstance(test, list):
                    sets.append((level, number, column, test))
                else:
                    thresholds[level, number] = test
        self._columns, self._thresholds = columns.reshape(-1), thresholds.reshape(-1, 1)
        self._set_at = numpy.array([level * len(trees) + number for level, number, _, _ in sets], dtype=int)
        self._set_columns = numpy.array([column for _, _, column, _ in sets], dtype=int)
        self._most = max((each for _, _, _, test in sets for each in test), default=0) + 2
        members = numpy.zeros((len(sets), self._most), dtype=bool)
        for number, (_, _, _, test) in enumerate(sets):
            members[number, test] = True
        self._members, self._set_begins = members.reshape(-1), numpy.arange(len(sets))[:, None] * self._most
        self._trees = numpy.arange(len(trees))[:, None]

    def probabilities(self, evidence: Any) -> Any:
        """The probability of each row of evidence, a numpy array."""
        found = [self._some(evidence[begin : begin + _ROWS]) for begin in range(0, len(evidence), _ROWS)]
        odds = numpy.concatenate(found) if found else numpy.zeros(0)
        return 1.0 / (1.0 + numpy.exp(-odds))

    def _some(self, evidence: Any) -> Any:
        by_column = numpy.ascontiguousarray(evidence.T)
        passed = by_column[self._columns] <= self._thresholds
        categories = numpy.clip(by_column, -1, self._most - 1).astype(numpy.int32)
        categories[categories < 0] = self._most - 1
        passed[self._set_at] = self._members[self._set_begins + categories[self._set_columns]]
        left = numpy.negative(passed.astype(self._kind)).reshape(*self._struck.shape, -1)  # all bits of a test that is passed
        left |= self._struck[:, :, None]
        standing = numpy.bitwise_and.reduce(left, axis=0)
        lowest = standing & (~standing + self._kind.type(1))
        leaf = numpy.frexp(lowest.astype(float))[1] - 1
        return numpy.ascontiguousarray(self._values[self._trees, leaf].T).sum(axis=1)


def _leaves(tree: Sequence[Any]) -> tuple[list[float], list[tuple[int, Any, int, int]]]:
    """The values of a tree's leaves from left to right, and its tests: column, threshold or categories, and the leaves [first, last) it
    strikes out when it fails."""
    values: list[float] = []
    tests: list[tuple[int, Any, int, int]] = []
    todo: list[tuple[int, int | None]] = [(0, None)]
    while todo:
        number, first = todo.pop()
        node = tree[number]
        if first is not None:
            tests.append((node[0], node[1], first, len(values)))
        elif len(node) == 1:
            values.append(node[0])
        else:
            todo += [(node[3], None), (number, len(values)), (node[2], None)]
    return values, tests
