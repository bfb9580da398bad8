"""A forest of decision trees: rows of evidence in, probabilities out. Trees as LightGBM's `dump_model` writes them, walked all at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

_ROWS = 512


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
    """Trees as `flattened` gives them; their leaf values add up to log odds."""

    def __init__(self, trees: Sequence[Sequence[Any]]) -> None:
        self.trees = trees
        columns, lefts, rights, groups, roots = (list[int]() for _ in range(5))
        thresholds, values = list[float](), list[float]()
        sets: list[list[int]] = [[]]
        self._depth = 0
        for tree in trees:
            base = len(columns)
            roots.append(base)
            self._depth = max(self._depth, _depth(tree))
            for number, node in enumerate(tree):
                if len(node) == 1:
                    columns.append(0)
                    thresholds.append(0.0)
                    groups.append(0)
                    lefts.append(base + number)
                    rights.append(base + number)
                    values.append(node[0])
                    continue
                column, test, left, right = node
                columns.append(column)
                if isinstance(test, list):
                    groups.append(len(sets))
                    sets.append(test)
                    thresholds.append(0.0)
                else:
                    groups.append(0)
                    thresholds.append(test)
                lefts.append(base + left)
                rights.append(base + right)
                values.append(0.0)
        most = max((number for each in sets for number in each), default=0) + 2
        members = numpy.zeros((len(sets), most), dtype=bool)
        for number, each in enumerate(sets):
            members[number, each] = True
        self._members, self._most = members, most
        self._columns, self._thresholds, self._groups = numpy.array(columns, int), numpy.array(thresholds), numpy.array(groups, int)
        self._lefts, self._rights, self._values = numpy.array(lefts, int), numpy.array(rights, int), numpy.array(values)
        self._roots = numpy.array(roots, int)

    def probabilities(self, evidence: Any) -> Any:
        """The probability of each row of evidence, a numpy array."""
        found = [self._some(evidence[begin : begin + _ROWS]) for begin in range(0, len(evidence), _ROWS)]
        odds = numpy.concatenate(found) if found else numpy.zeros(0)
        return 1.0 / (1.0 + numpy.exp(-odds))

    def _some(self, evidence: Any) -> Any:
        nodes = numpy.tile(self._roots, (len(evidence), 1))
        rows = numpy.arange(len(evidence))[:, None]
        for _ in range(self._depth):
            seen = evidence[rows, self._columns[nodes]]
            groups = self._groups[nodes]
            category = numpy.clip(seen, -1, self._most - 1).astype(int)
            category[category < 0] = self._most - 1
            left = numpy.where(groups > 0, self._members[groups, category], seen <= self._thresholds[nodes])
            nodes = numpy.where(left, self._lefts[nodes], self._rights[nodes])
        return self._values[nodes].sum(axis=1)


def _depth(tree: Sequence[Any]) -> int:
    deepest, todo = 0, [(0, 0)]
    while todo:
        number, depth = todo.pop()
        deepest = max(deepest, depth)
        if len(tree[number]) > 1:
            todo += [(tree[number][2], depth + 1), (tree[number][3], depth + 1)]
    return deepest
