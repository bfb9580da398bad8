"""SHACL on a small graph: quads in, what the shapes of ontology/shapes say about them out, by pyshacl."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import iris, ontology
from kg.graph.terms import named
from kg.shapes import SEVERITIES, SH, class_turtle, names_turtle, predicate_turtle, shapes
from kg.violations import Violation, ordered

if TYPE_CHECKING:
    import rdflib

    Triples: TypeAlias = tuple[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node], ...]

_PREDICATE = named("kg:predicate")


def validate_quads(quads: Iterable[Quad | Triple], mentioned: NamedNode | None = None) -> tuple[Violation, ...]:
    """Validate a small graph against every shape that can apply to it; graph names are ignored. Sorted by shape and node.

    All a node touches must be in the graph: the document, the types of entities, the statements of a fact. `mentioned`: a class whose
    nodes are there to be touched only, and are not validated.
    """
    triples = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    said: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == _PREDICATE and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            said[value.value.removeprefix(iris.KG)].add(subject.value)
    return ordered(_run(triples, _shapes(said, mentioned)))


def _term(term: object, made: dict[str, "rdflib.URIRef"]) -> "rdflib.term.Identifier":
    import rdflib

    if isinstance(term, NamedNode):
        node = made.get(term.value)
        if node is None:
            node = made[term.value] = rdflib.URIRef(term.value)
        return node
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=_term(term.datatype, made), normalize=False)
    return rdflib.BNode(getattr(term, "value", None))


def _flat(turtle: str) -> "Triples":
    """The triples of shapes, each property shape with the targets of the shape it belongs to.

    pyshacl makes a nested property shape anew for every focus node, and one with a target only once. The results are the same (a test
    holds them against each other), many times as fast.
    """
    import rdflib

    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    sh = rdflib.Namespace(SH)
    for owner, _, part in list(graph.triples((None, sh.property, None))):
        for kind in (sh.targetClass, sh.targetSubjectsOf):
            for target in graph.objects(owner, kind):
                graph.add((part, kind, target))
        graph.remove((owner, sh.property, part))
    return tuple(graph)


@cache
def _class_triples() -> "Triples":
    return (*_flat(class_turtle()), *_flat(names_turtle()))


@cache
def _predicate_triples(name: str) -> "Triples":
    return _flat(predicate_turtle((name,), nested=False))


@cache
def _parts() -> Mapping[str, tuple[str, ...]]:
    """The IRIs of the property shapes of each predicate."""
    found: dict[str, list[str]] = defaultdict(list)
    for iri, shape in shapes().items():
        found[shape.target].append(iri)
    return {target: tuple(iris_) for target, iris_ in found.items()}


def _shapes(statements: Mapping[str, Iterable[str]], mentioned: NamedNode | None) -> "rdflib.Graph":
    """The shapes written by hand and those of the predicates that occur, which target the statements themselves."""
    import rdflib

    graph = rdflib.Graph()
    target = rdflib.URIRef(SH + "targetNode")
    untouched = rdflib.URIRef(SH + "targetClass"), rdflib.URIRef(mentioned.value if mentioned else "")
    for triple in _class_triples():
        if triple[1:] != untouched:
            graph.add(triple)
    for name in sorted(statements.keys() & ontology.predicates().keys()):
        for triple in _predicate_triples(name):
            graph.add(triple)
        for statement in sorted(statements[name]):
            for part in _parts()[name]:
                graph.add((rdflib.URIRef(part), target, rdflib.URIRef(statement)))
    return graph


def _run(triples: Iterable[tuple[object, object, object]], shapes_graph: "rdflib.Graph") -> Iterator[Violation]:
    # Both take seconds to import and are needed only where the screen has found something.
    import pyshacl
    import rdflib

    made: dict[str, rdflib.URIRef] = {}
    data = rdflib.Graph()
    with _quiet("rdflib.term"):
        for triple in triples:
            data.add(tuple(_term(part, made) for part in triple))  # type: ignore[arg-type]
        # No focus_nodes=: with it pyshacl 0.40 finds nothing wrong in nested shapes.
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes_graph, inference="none", inplace=True)
    sh = rdflib.Namespace(SH)
    known = shapes()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        source = str(report.value(result, sh.sourceShape))
        path, value = report.value(result, sh.resultPath), report.value(result, sh.value)
        shape = known.get(source)
        yield Violation(
            source,
            str(report.value(result, sh.focusNode)),
            str(path) if isinstance(path, rdflib.URIRef) else "",
            SEVERITIES[str(report.value(result, sh.resultSeverity))],
            shape.message if shape else str(report.value(result, sh.resultMessage)),
            None if value is None else str(value),
            _constraint(str(report.value(result, sh.sourceConstraintComponent))),
        )


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Without the log of a module: rdflib writes a traceback for each date that is none, and the shapes say it in a sentence."""
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _constraint(component: str) -> str:
    """The parameter of a constraint component: MinCountConstraintComponent -> minCount."""
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    return name[:1].lower() + name[1:]
