"""What is derived from statements as RDF: facts and the pairs of their statements in graph/facts, checks in graph/checks."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris, ontology
from kg.checks import Check
from kg.facts import Fact, Pair
from kg.graph.terms import RDF_TYPE, entity_nodes, named, nodes

_FACT, _PAIR, _CHECK = named("kg:Fact"), named("kg:Pair"), named("kg:Check")
_SUBJECT, _PREDICATE, _OBJECT, _TEXT = named("kg:factSubject"), named("kg:factPredicate"), named("kg:factObject"), named("kg:factText")
_STATEMENT, _REPRESENTATIVE, _READINGS = named("kg:statement"), named("kg:representative"), named("kg:readings")
_FACT_STATUS, _SCOPE = named("kg:factStatus"), named("kg:scope")
_FACT_OF, _OTHER_FACT, _LEFT, _RIGHT = named("kg:fact"), named("kg:otherFact"), named("kg:left"), named("kg:right")
_RELATION, _EXPLANATION = named("kg:relation"), named("kg:explanation")
_KIND, _FORMULA, _INPUT, _TARGET = named("kg:checkKind"), named("kg:formula"), named("kg:input"), named("kg:target")
_VERDICT, _UNIT, _TOLERANCE = named("kg:verdict"), named("kg:unit"), named("kg:tolerance")
_COMPUTED, _COMPUTED_LOW, _COMPUTED_HIGH = named("kg:computed"), named("kg:computedLow"), named("kg:computedHigh")
_STATED, _STATED_LOW, _STATED_HIGH = named("kg:stated"), named("kg:statedLow"), named("kg:statedHigh")


def fact_quads(facts: Iterable[Fact], pairs: Iterable[Pair] = ()) -> Iterator[Quad]:
    """The quads of facts and of the pairs of their statements, in their order."""
    graph = nodes[iris.GRAPH_FACTS]
    for fact in facts:
        node = NamedNode(iris.fact(fact.id))
        yield Quad(node, RDF_TYPE, _FACT, graph)
        yield Quad(node, _SUBJECT, entity_nodes[fact.subject_id], graph)
        yield Quad(node, _PREDICATE, nodes[iris.term(fact.predicate)], graph)
        if fact.object_id:
            yield Quad(node, _OBJECT, entity_nodes[fact.object_id], graph)
        elif fact.object:
            yield Quad(node, _TEXT, Literal(fact.object), graph)
        yield Quad(node, _FACT_STATUS, nodes[iris.concept("fact-status", fact.status)], graph)
        for name, value in sorted(fact.qualifiers.items()):
            yield Quad(node, nodes[iris.qualifier(name)], Literal(value), graph)
        if fact.qualifiers:
            yield Quad(node, _SCOPE, Literal("; ".join(f"{name} {value}" for name, value in sorted(fact.qualifiers.items()))), graph)
        for statement in dict.fromkeys(fact.statement_ids):
            yield Quad(node, _STATEMENT, NamedNode(iris.statement(statement)), graph)
        if fact.representative:
            yield Quad(node, _REPRESENTATIVE, NamedNode(iris.statement(fact.representative)), graph)
        yield Quad(node, _READINGS, Literal(fact.readings), graph)
    for pair in pairs:
        node = NamedNode(iris.pair(pair.fact_id, pair.left, pair.right))
        yield Quad(node, RDF_TYPE, _PAIR, graph)
        yield Quad(node, _FACT_OF, NamedNode(iris.fact(pair.fact_id)), graph)
        if pair.other_fact_id and pair.other_fact_id != pair.fact_id:
            yield Quad(node, _OTHER_FACT, NamedNode(iris.fact(pair.other_fact_id)), graph)
        yield Quad(node, _LEFT, NamedNode(iris.statement(pair.left)), graph)
        yield Quad(node, _RIGHT, NamedNode(iris.statement(pair.right)), graph)
        yield Quad(node, _RELATION, nodes[iris.concept("relation", pair.relation)], graph)
        yield Quad(node, _EXPLANATION, Literal(pair.explanation), graph)


def check_quads(checks: Iterable[Check]) -> Iterator[Quad]:
    """The quads of checks, in their order; their exact decimals as xsd:double."""
    graph = nodes[iris.GRAPH_CHECKS]
    units = ontology.units()
    for check in checks:
        node = NamedNode(iris.check(check.id))
        yield Quad(node, RDF_TYPE, _CHECK, graph)
        yield Quad(node, _KIND, nodes[iris.concept("check-kind", check.kind)], graph)
        yield Quad(node, _FORMULA, Literal(check.formula), graph)
        for statement in dict.fromkeys(check.inputs):
            yield Quad(node, _INPUT, NamedNode(iris.statement(statement)), graph)
        if check.target:
            yield Quad(node, _TARGET, NamedNode(iris.statement(check.target)), graph)
        yield Quad(node, _VERDICT, nodes[iris.concept("verdict", check.verdict)], graph)
        if check.unit:
            unit = units.get(check.unit)
            yield Quad(node, _UNIT, nodes[unit.iri if unit else iris.concept("unit", check.unit)], graph)
        for name, number in (
            (_COMPUTED, check.value), (_COMPUTED_LOW, check.low), (_COMPUTED_HIGH, check.high), (_STATED, check.stated),
            (_STATED_LOW, check.stated_low), (_STATED_HIGH, check.stated_high), (_TOLERANCE, check.tolerance),
        ):  # fmt: skip
            if number is not None:
                yield Quad(node, name, Literal(float(number)), graph)
        yield Quad(node, _EXPLANATION, Literal(check.explanation), graph)
