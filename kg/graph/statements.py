"""A statement as RDF: a kg:Statement node with its value, evidence, claimants and document, and the Web Annotation of its span."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris, ontology
from kg.graph.terms import RDF_TYPE, date_literal, entity_nodes, named, nodes
from kg.scopes import stated_stage
from kg.statements import Statement

Identify = Callable[[str, str], str]
"""Gives the id of the entity a label and a type mean, such as ("NVIDIA", "organisation") -> "organisation/nvidia"."""

CLAIMANT_SEPARATOR = " < "
"""Between the claimants of kg:claimantChain, nearest first."""

_STATEMENT = named("kg:Statement")
_SUBJECT, _PREDICATE, _OBJECT = named("kg:subject"), named("kg:predicate"), named("kg:object")
_TEXT, _DATE = named("kg:text"), named("kg:date")
_VALUE, _LOW, _HIGH = named("kg:value"), named("kg:low"), named("kg:high")
_UNIT, _LEXICAL, _BOUND, _STATUS = named("kg:unit"), named("kg:lexical"), named("kg:bound"), named("kg:status")
_START, _END, _QUOTE = named("kg:start"), named("kg:end"), named("kg:quote")
_CONFIDENCE, _EXTRACTOR = named("kg:confidence"), named("kg:extractor")
_SUBJECT_LABEL, _OBJECT_LABEL = named("kg:subjectLabel"), named("kg:objectLabel")
_CLAIMANT, _CHAIN, _ATTRIBUTED = named("kg:claimant"), named("kg:claimantChain"), named("prov:wasAttributedTo")
_QUOTED_FROM = named("prov:wasQuotedFrom")
_RUN = named("kg:trainingRun")
_HAS_TARGET, _HAS_SOURCE, _HAS_SELECTOR = named("oa:hasTarget"), named("oa:hasSource"), named("oa:hasSelector")
_RESOURCE = named("oa:SpecificResource")
_POSITION, _QUOTATION = named("oa:TextPositionSelector"), named("oa:TextQuoteSelector")
_OA_START, _OA_END, _OA_EXACT = named("oa:start"), named("oa:end"), named("oa:exact")


@cache
def _statuses() -> Mapping[str, NamedNode]:
    return {name: nodes[concept.iri] for name, concept in ontology.scheme("status").items()}


@cache
def _bounds() -> Mapping[str, NamedNode]:
    return {sign: nodes[iris.concept("bound", name)] for sign, name in ontology.bounds().items()}


@cache
def _units() -> Mapping[str, NamedNode]:
    return {code: nodes[unit.iri] for code, unit in ontology.units().items()}


@cache
def _kinds() -> Mapping[str, tuple[NamedNode, str]]:
    return {name: (nodes[predicate.iri], predicate.kind) for name, predicate in ontology.predicates().items()}


@cache
def _qualifier(name: str) -> NamedNode:
    return nodes[iris.qualifier(name)]


@cache
def _run_predicates() -> frozenset[str]:
    return frozenset(name for name, predicate in ontology.predicates().items() if predicate.of_run)


@cache
def _stages() -> Mapping[str, str]:
    """Stage names and labels, folded and without hyphens, to the concept's name."""
    concepts = ontology.scheme("stage")
    written = {name.replace("-", ""): name for name in concepts}
    return written | {ontology.fold(concept.label).replace("-", ""): name for name, concept in concepts.items()}


def stage_of(statement: Statement) -> str:
    """The stage whose run a training statement belongs to: a concept of the scheme where it is one, "unspecified" where none is said."""
    said = ontology.fold(statement.qualifiers.get("stage", ""))
    if said.replace("-", "") in _stages():
        return _stages()[said.replace("-", "")]
    return stated_stage(statement) or said or "unspecified"


def run_of(statement: Statement) -> str | None:
    """The IRI of the training run a statement belongs to; None when it is not about training."""
    if statement.predicate not in _run_predicates() or not statement.subject_id.startswith("model/"):
        return None
    return iris.run(statement.subject_id, stage_of(statement))


def _no_labels(_: str) -> str | None:
    return None


def statement_quads(
    statements: Iterable[Statement],
    graph: str | None = None,
    *,
    lean: bool = False,
    cells: bool = False,
    label: Callable[[str], str | None] = _no_labels,
) -> Iterator[Quad]:
    """The quads of statements whose entities are resolved, in their order.

    `graph` is the IRI of the named graph (by default that of each statement's document); `lean` leaves out the nine quads of the Web
    Annotation, which repeat kg:start, kg:end and kg:quote in its vocabulary; `cells` does so too, and leaves out what the document of a
    table says for all its cells: extractor and full confidence; `label` gives an entity's label by id, so that the label as written is
    kept only where it differs.
    """
    kinds, units, bounds, statuses = _kinds(), _units(), _bounds(), _statuses()
    graphs: dict[str, tuple[NamedNode, NamedNode]] = {}
    literals: dict[float | str, Literal] = {}
    for item in statements:
        sha = item.document_id
        if sha not in graphs:
            graphs[sha] = nodes[iris.document(sha)], NamedNode(graph or iris.document_graph(sha))
        document, where = graphs[sha]
        node = NamedNode(iris.statement(item.id))
        predicate, kind = kinds.get(item.predicate) or (NamedNode(iris.term(item.predicate)), "text")
        yield Quad(node, RDF_TYPE, _STATEMENT, where)
        if item.subject_id:
            yield Quad(node, _SUBJECT, entity_nodes[item.subject_id], where)
        if not item.subject_id or label(item.subject_id) != item.subject:
            yield Quad(node, _SUBJECT_LABEL, Literal(item.subject), where)
        yield Quad(node, _PREDICATE, predicate, where)
        if item.object_id:
            yield Quad(node, _OBJECT, entity_nodes[item.object_id], where)
            if item.object is not None and label(item.object_id) != item.object:
                yield Quad(node, _OBJECT_LABEL, Literal(item.object), where)
        elif item.object is not None:
            yield Quad(node, _DATE, date_literal(item.object), where) if kind == "date" else Quad(node, _TEXT, Literal(item.object), where)
        if item.value is not None:
            yield Quad(node, _VALUE, Literal(float(item.value)), where)
        if item.low is not None:
            yield Quad(node, _LOW, Literal(float(item.low)), where)
        if item.high is not None:
            yield Quad(node, _HIGH, Literal(float(item.high)), where)
        if item.unit:
            yield Quad(node, _UNIT, units.get(item.unit) or NamedNode(iris.concept("unit", item.unit)), where)
        if item.lexical:
            yield Quad(node, _LEXICAL, Literal(item.lexical), where)
        if item.bound:
            yield Quad(node, _BOUND, bounds.get(item.bound) or NamedNode(iris.concept("bound", item.bound)), where)
        yield Quad(node, _STATUS, statuses.get(item.status) or NamedNode(iris.concept("status", item.status)), where)
        yield Quad(node, _QUOTED_FROM, document, where)
        if item.attributed_to_ids:
            yield Quad(node, _CLAIMANT, entity_nodes[item.attributed_to_ids[0]], where)
            for claimant in dict.fromkeys(item.attributed_to_ids):
                yield Quad(node, _ATTRIBUTED, entity_nodes[claimant], where)
        if len(item.attributed_to) > 1 or len(item.attributed_to) > len(item.attributed_to_ids):
            yield Quad(node, _CHAIN, Literal(CLAIMANT_SEPARATOR.join(item.attributed_to)), where)
        for name, value in sorted(item.qualifiers.items()) if item.qualifiers else ():
            yield Quad(node, _qualifier(name), Literal(str(value)), where)
        run = run_of(item)
        if run is not None:
            yield Quad(node, _RUN, nodes[run], where)
        start, end, quote = Literal(item.start), Literal(item.end), Literal(item.quote)
        yield Quad(node, _START, start, where)
        yield Quad(node, _END, end, where)
        if item.quote:
            yield Quad(node, _QUOTE, quote, where)
        if cells and item.confidence == 1.0:
            continue
        confidence = literals.get(item.confidence)
        if confidence is None:
            confidence = literals[item.confidence] = Literal(float(item.confidence))
        yield Quad(node, _CONFIDENCE, confidence, where)
        if item.extractor:
            extractor = literals.get(item.extractor)
            if extractor is None:
                extractor = literals[item.extractor] = Literal(item.extractor)
            yield Quad(node, _EXTRACTOR, extractor, where)
        if not lean and not cells:
            target, selector = NamedNode(iris.target(item.id)), NamedNode(iris.selector(item.id))
            yield Quad(node, _HAS_TARGET, target, where)
            yield Quad(target, RDF_TYPE, _RESOURCE, where)
            yield Quad(target, _HAS_SOURCE, document, where)
            yield Quad(target, _HAS_SELECTOR, selector, where)
            yield Quad(selector, RDF_TYPE, _POSITION, where)
            yield Quad(selector, RDF_TYPE, _QUOTATION, where)
            yield Quad(selector, _OA_START, start, where)
            yield Quad(selector, _OA_END, end, where)
            if item.quote:
                yield Quad(selector, _OA_EXACT, quote, where)
