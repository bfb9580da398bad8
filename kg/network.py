"""How two entities connect: statements between entities as a network, walked from one to the other.

A step between two entities may rest on several relations, and each of them on several statements. Statements everyone denies are no
connection; a relation that is only alleged, or that another statement denies or contradicts, is walked and marked as disputed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kg.catalogue import Catalogue
from kg.errors import UsageError

if TYPE_CHECKING:
    from networkx import Graph

MOST_STEPS = 6
MOST_PATHS = 200
CONSIDERED = 10_000
"""Ways of one length that are put in order; in a dense network there may be millions."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One predicate between the two ends of a step; `forward`: its subject is the step's start.

    `statements` and `documents` are ids, in reading order; `statuses` those that occur.
    """

    predicate: str
    forward: bool
    statements: tuple[str, ...]
    documents: tuple[str, ...]
    statuses: tuple[str, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From one entity (`start`) to the next (`end`), both ids, over one relation or more; disputed when none is undisputed."""

    start: str
    end: str
    relations: tuple[Relation, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """One way from an entity to another; disputed when a step is."""

    steps: tuple[Step, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Connections:
    """All ways found, shortest first; `more`: there are further ones than were asked for. `labels` of every entity on them."""

    items: tuple[Connection, ...]
    more: bool
    labels: Mapping[str, str]


class _Links:
    """The network and, for each pair of neighbours, its relations seen from the smaller id."""

    __slots__ = ("between", "graph")

    def __init__(self, graph: "Graph[str]", between: Mapping[tuple[str, str], tuple[Relation, ...]]) -> None:
        self.graph, self.between = graph, between

    def step(self, start: str, end: str) -> Step:
        """The step between two neighbours in the direction it is walked."""
        forth = (start, end) in self.between
        relations = self.between[(start, end) if forth else (end, start)]
        if not forth:
            relations = tuple(
                Relation(one.predicate, not one.forward, one.statements, one.documents, one.statuses, one.disputed) for one in relations
            )
        return Step(start, end, relations, all(relation.disputed for relation in relations))


@lru_cache(maxsize=2)
def _links(home: Path, release: Path) -> _Links:
    from networkx import Graph  # 1 s to import: only when a path is asked for

    said: dict[tuple[str, str], dict[tuple[str, bool], list[tuple[str, str, str, bool]]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, target, statement, document, status, disputed in Catalogue.open(home).relations():
        if subject != target:
            ends, forward = ((subject, target), True) if subject < target else ((target, subject), False)
            said[ends][predicate, forward].append((statement, document, status, disputed))
    graph: Graph[str] = Graph()
    between = {}
    for ends, by_relation in sorted(said.items()):
        relations = tuple(
            Relation(
                predicate,
                forward,
                tuple(one[0] for one in rows),
                tuple(dict.fromkeys(one[1] for one in rows)),
                tuple(sorted({one[2] for one in rows})),
                any(one[3] for one in rows) or all(one[2] == "alleged" for one in rows) or any(one[2] == "denied" for one in rows),
            )
            for (predicate, forward), rows in sorted(by_relation.items())
            if any(one[2] != "denied" for one in rows)
        )
        if relations:
            between[ends] = relations
            graph.add_edge(*ends)
    return _Links(graph, between)


def _ways(graph: "Graph[str]", start: str, end: str, steps: int) -> Iterator[list[str]]:
    """Simple node paths of at most `steps` steps, shortest first, of one length by the ids on them."""
    from networkx import all_simple_paths, single_source_shortest_path_length

    near = single_source_shortest_path_length(graph, start, cutoff=steps)
    far = single_source_shortest_path_length(graph, end, cutoff=steps)
    for length in range(1, steps + 1):
        inside = graph.subgraph(node for node in near if node in far and near[node] + far[node] <= length)
        if start in inside and end in inside:
            exact = (way for way in all_simple_paths(inside, start, end, cutoff=length) if len(way) == length + 1)
            yield from sorted(islice(exact, CONSIDERED))


def connections(catalogue: Catalogue, start: str, end: str, max_steps: int = 4, limit: int = MOST_PATHS) -> Connections:
    """Every way from one entity to another, by id, over at most `max_steps` statements between entities.

    Raises: UnknownName for an entity that is not there; UsageError for a number of steps outside 1..6 or for twice the same entity.
    """
    if not 1 <= max_steps <= MOST_STEPS:
        raise UsageError(f"a path of at most {max_steps} steps cannot be asked for; choose 1 to {MOST_STEPS}")
    labels = {id: catalogue.entity(id).label for id in (start, end)}
    if start == end:
        raise UsageError(f"both ends are {labels[start]} ({start}); name two entities")
    links = _links(catalogue.home, catalogue.path)
    if start not in links.graph or end not in links.graph:
        return Connections((), False, labels)
    ways = list(islice(_ways(links.graph, start, end, max_steps), limit + 1))
    found = []
    for way in ways[:limit]:
        steps = tuple(links.step(one, other) for one, other in pairwise(way))
        found.append(Connection(steps, any(step.disputed for step in steps)))
        for id in way:
            labels.setdefault(id, catalogue.entity(id).label)
    return Connections(tuple(found), len(ways) > limit, labels)
