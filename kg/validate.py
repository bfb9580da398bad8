"""Validation: statements, documents and what is derived from them in, violations out; who violates goes to quarantine.

`kg.screen` finds what the shapes may have something to say about; that, with what it touches, makes the small graphs SHACL runs on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris, ontology
from kg.checks import Check
from kg.facts import Fact, Pair
from kg.graph.documents import document_quads
from kg.graph.findings import check_quads, fact_quads
from kg.graph.statements import statement_quads
from kg.graph.terms import LABEL, RDF_TYPE, entity_nodes, named, nodes
from kg.holdings import DocumentRecord
from kg.screen import suspect_checks, suspect_facts, suspect_pairs, suspects, suspicious_document
from kg.shacl import validate_quads
from kg.statements import Statement
from kg.violations import Violation, ordered

AT_ONCE = 1000
"""Statements validated in one run: bounds the memory of a run over everything."""

_STATEMENT, _FACT = named("kg:Statement"), named("kg:Fact")


@dataclass(frozen=True, slots=True)
class Partition:
    """Statements that are served, statements in quarantine with why, and warnings about those served; each in the order given."""

    accepted: tuple[Statement, ...]
    quarantined: tuple[tuple[Statement, tuple[Violation, ...]], ...]
    warnings: tuple[Violation, ...]


def partition(
    statements: Iterable[Statement],
    documents: Mapping[str, DocumentRecord],
    labels: Mapping[str, str] | None = None,
    *,
    screen: bool = True,
) -> Partition:
    """Part the statements that may be served from those that go to quarantine.

    `documents`: those that are here, by id; a violation of a document is one of all its statements. `labels`: entity labels by id.
    `screen=False` sends every statement through pyshacl (about a thousand a second); the result is the same.
    """
    given = tuple(statements)
    present = {item.document_id: documents[item.document_id] for item in given if item.document_id in documents}
    doubtful = [record for record in present.values() if not screen or suspicious_document(record)]
    found: dict[str, list[Violation]] = defaultdict(list)
    for violation in _validate_documents(doubtful):
        found[violation.focus].append(violation)
    for violation in validate_statements(suspects(given, documents) if screen else given, documents, labels):
        found[violation.focus].append(violation)
    accepted: list[Statement] = []
    quarantined: list[tuple[Statement, tuple[Violation, ...]]] = []
    warnings: list[Violation] = []
    for violations in (found.get(iris.document(id), ()) for id in present):
        warnings += [violation for violation in violations if violation.severity != "violation"]
    for item in given:
        said = (*found.get(iris.document(item.document_id), ()), *found.get(iris.statement(item.id), ()))
        reasons = tuple(violation for violation in said if violation.severity == "violation")
        if reasons:
            quarantined.append((item, reasons))
        else:
            accepted.append(item)
            warnings += [violation for violation in said if violation.focus == iris.statement(item.id)]
    return Partition(tuple(accepted), tuple(quarantined), tuple(warnings))


def validate_statements(
    statements: Sequence[Statement], documents: Mapping[str, DocumentRecord], labels: Mapping[str, str] | None = None
) -> Iterator[Violation]:
    """What the shapes say about statements, validated with their neighbourhood: their documents and the entities they name."""
    for start in range(0, len(statements), AT_ONCE):
        some = statements[start : start + AT_ONCE]
        focus = {iris.statement(item.id) for item in some}
        graph = [*statement_quads(some, lean=True), *_neighbourhood(some, documents, labels or {})]
        yield from (violation for violation in validate_quads(graph) if violation.focus in focus)


def validate_findings(
    facts: Iterable[Fact],
    pairs: Iterable[Pair],
    checks: Iterable[Check],
    statements: Mapping[str, object],
    fact_ids: Mapping[str, object] | None = None,
    *,
    screen: bool = True,
) -> tuple[Violation, ...]:
    """What the shapes say about facts, pairs and checks: contradictions between sources, sums that do not hold, nodes out of order.

    `statements`, `fact_ids`: the ids of the statements and facts that are here (by default the facts given).
    """
    every = list(facts)
    known = fact_ids if fact_ids is not None else {fact.id: None for fact in every}
    some = suspect_facts(every, statements) if screen else every
    couples = suspect_pairs(pairs, known, statements) if screen else list(pairs)
    tests = suspect_checks(checks, statements) if screen else list(checks)
    found: list[Violation] = []
    for start in range(0, max(len(some), len(couples), len(tests)), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        graph = [*fact_quads(some[part], couples[part]), *check_quads(tests[part])]
        focus = {quad.subject.value for quad in graph if isinstance(quad.subject, NamedNode)}
        touched = {quad.object.value for quad in graph if isinstance(quad.object, NamedNode)}
        here = nodes[iris.GRAPH_CHECKS]
        for iri in sorted(touched):
            if (iris.statement_id(iri) or "") in statements:
                graph.append(Quad(NamedNode(iri), RDF_TYPE, _STATEMENT, here))
            elif iri not in focus and iri.removeprefix(iris.fact("")) in known:
                graph.append(Quad(NamedNode(iri), RDF_TYPE, _FACT, here))
        found += [violation for violation in validate_quads(graph, mentioned=_STATEMENT) if violation.focus in focus]
    return ordered(found)


def _validate_documents(records: Sequence[DocumentRecord]) -> Iterator[Violation]:
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        focus = {iris.document(record.id) for record in some}
        graph = [quad for record in some for quad in document_quads(record, (), _nameless)]
        yield from (violation for violation in validate_quads(graph) if violation.focus in focus)


def _nameless(label: str, kind: str) -> str:
    """An entity id for a name, good enough to see whether there is one."""
    return f"{kind}/{label}"


def _neighbourhood(statements: Sequence[Statement], documents: Mapping[str, DocumentRecord], labels: Mapping[str, str]) -> Iterator[Quad]:
    classes = {kind: nodes[term.iri] for kind, term in ontology.entity_classes().items()}
    here = nodes[iris.GRAPH_ENTITIES]
    ids = (id for item in statements for id in (item.subject_id, item.object_id or ""))
    named_ = (id.removeprefix("document/") for id in ids if id.startswith("document/"))
    for id in dict.fromkeys((*(item.document_id for item in statements), *named_)):
        if id in documents:
            yield from document_quads(documents[id], (), _nameless)
    entities: dict[str, str] = {}
    for item in statements:
        for id, label in ((item.subject_id, item.subject), (item.object_id or "", item.object)):
            if id and not id.startswith("document/"):
                entities.setdefault(id, labels.get(id) or label or id)
    for id, label in entities.items():
        kind = id.partition("/")[0]
        if kind in classes:
            yield Quad(entity_nodes[id], RDF_TYPE, classes[kind], here)
            yield Quad(entity_nodes[id], LABEL, Literal(label), here)
