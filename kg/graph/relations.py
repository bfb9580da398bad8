"""Plain triples between entities, and training runs, so that a query can walk the graph without knowing about statements.

Only asserted and estimated statements of what is, not of what is planned, give a triple.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris, ontology
from kg.graph.statements import Identify, run_of, stage_of
from kg.graph.terms import LABEL, RDF_TYPE, entity_nodes, named, nodes
from kg.statements import Statement

SERVED = frozenset({"asserted", "estimated"})
SUPPOSED = frozenset({"planned", "hypothetical"})
"""Qualifiers of what is not so yet or only supposed."""

_RUN, _RUN_OF, _TRAINED_IN, _STAGE = named("kg:TrainingRun"), named("kg:runOf"), named("kg:trainedIn"), named("kg:stage")
_USED_CHIP, _USED_IN_RUN, _FIGURE = named("kg:usedChip"), named("kg:usedInRun"), named("kg:figure")


@cache
def _predicates() -> Mapping[str, tuple[NamedNode, NamedNode | None]]:
    """Predicates that can name an entity, with their inverse."""
    return {
        name: (nodes[predicate.iri], nodes[iris.term(predicate.inverse)] if predicate.inverse else None)
        for name, predicate in ontology.predicates().items()
        if predicate.objects
    }


def related(statement: Statement) -> bool:
    """Whether a statement is of what is: asserted or estimated, and not planned or supposed."""
    return statement.status in SERVED and not (statement.qualifiers and SUPPOSED & statement.qualifiers.keys())


def relation_quads(
    statements: Iterable[Statement], identify: Identify | None = None, labels: Mapping[str, str] | None = None
) -> Iterator[Quad]:
    """Distinct plain triples and training runs in graph/relations, sorted; statements in quarantine must be left out by the caller.

    `identify` finds the chip a qualifier names; `labels` are entity labels by id, for the labels of runs.
    """
    graph = nodes[iris.GRAPH_RELATIONS]
    predicates = _predicates()
    found: set[tuple[NamedNode, NamedNode, NamedNode | Literal]] = set()
    for item in statements:
        if not item.subject_id or not related(item):
            continue
        subject = entity_nodes[item.subject_id]
        if item.object_id and item.predicate in predicates:
            forth, back = predicates[item.predicate]
            target = entity_nodes[item.object_id]
            found.add((subject, forth, target))
            if back is not None:
                found.add((target, back, subject))
        run_iri = run_of(item)
        if run_iri is None:
            continue
        run, stage = nodes[run_iri], stage_of(item)
        found.add((run, RDF_TYPE, _RUN))
        found.add((run, _RUN_OF, subject))
        found.add((subject, _TRAINED_IN, run))
        found.add((run, _STAGE, nodes[iris.concept("stage", stage)]))
        if item.object is None and not item.object_id:
            found.add((run, _FIGURE, NamedNode(iris.statement(item.id))))
        found.add((run, LABEL, Literal(_run_label(item, stage, labels or {}))))
        chip = item.object_id if item.predicate == "trainingHardware" else None
        if identify is not None and "chip" in item.qualifiers:
            chip = identify(item.qualifiers["chip"], "chip")
        if chip:
            found.add((run, _USED_CHIP, entity_nodes[chip]))
            found.add((entity_nodes[chip], _USED_IN_RUN, run))
    for triple in sorted(found, key=lambda one: (one[0].value, one[1].value, one[2].value)):
        yield Quad(*triple, graph)


def _run_label(statement: Statement, stage: str, labels: Mapping[str, str]) -> str:
    concepts = ontology.scheme("stage")
    words = concepts[stage].label if stage in concepts else stage.replace("-", " ")
    model = labels.get(statement.subject_id) or statement.subject_id.removeprefix("model/")
    return f"training of {model}" if stage == "unspecified" else f"{words} of {model}"
