"""A statement as RDF: a kg:Statement node with its value, evidence, claimants and document, and the Web Annotation of its span."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import Quad, RdfFormat, parse

from kg import iris, ontology
from kg.graph.terms import named, written, written_date, written_double, written_entities, written_integer
from kg.scopes import stated_stage
from kg.statements import Statement

Identify = Callable[[str, str], str]
"""Gives the id of the entity a label and a type mean, such as ("NVIDIA", "organisation") -> "organisation/nvidia"."""

CLAIMANT_SEPARATOR = " < "
"""Between the claimants of kg:claimantChain, nearest first."""


def _property(name: str) -> str:
    """A property of the prefix table in N-Quads, with the space after it."""
    return f"{named(name)} "


_TYPE = _property("rdf:type")
_STATEMENT = f"{_TYPE}{named('kg:Statement')}"
_SUBJECT, _PREDICATE, _OBJECT = _property("kg:subject"), _property("kg:predicate"), _property("kg:object")
_TEXT, _DATE = _property("kg:text"), _property("kg:date")
_VALUE, _LOW, _HIGH = _property("kg:value"), _property("kg:low"), _property("kg:high")
_UNIT, _LEXICAL, _BOUND, _STATUS = _property("kg:unit"), _property("kg:lexical"), _property("kg:bound"), _property("kg:status")
_START, _END, _QUOTE = _property("kg:start"), _property("kg:end"), _property("kg:quote")
_CONFIDENCE, _EXTRACTOR = _property("kg:confidence"), _property("kg:extractor")
_SUBJECT_LABEL, _OBJECT_LABEL = _property("kg:subjectLabel"), _property("kg:objectLabel")
_CLAIMANT, _CHAIN, _ATTRIBUTED = _property("kg:claimant"), _property("kg:claimantChain"), _property("prov:wasAttributedTo")
_QUOTED_FROM = _property("prov:wasQuotedFrom")
_RUN = _property("kg:trainingRun")
_HAS_TARGET, _HAS_SOURCE, _HAS_SELECTOR = _property("oa:hasTarget"), _property("oa:hasSource"), _property("oa:hasSelector")
_RESOURCE = f"{_TYPE}{named('oa:SpecificResource')}"
_POSITION, _QUOTATION = f"{_TYPE}{named('oa:TextPositionSelector')}", f"{_TYPE}{named('oa:TextQuoteSelector')}"
_OA_START, _OA_END, _OA_EXACT = _property("oa:start"), _property("oa:end"), _property("oa:exact")


@cache
def _said(property: str, scheme: str, name: str) -> str:
    """A property and the concept of a scheme it has, the status of a statement or the bound of a figure."""
    return f"{property}<{iris.concept(scheme, name)}>"


@cache
def _bound(sign: str) -> str:
    return _said(_BOUND, "bound", ontology.bounds().get(sign, sign))


@cache
def _unit(code: str) -> str:
    unit = ontology.units().get(code)
    return f"{_UNIT}<{unit.iri if unit else iris.concept('unit', code)}>"


@cache
def _predicate(name: str) -> tuple[str, bool]:
    """What a statement says of its predicate, and whether that is a date."""
    known = ontology.predicates().get(name)
    return f"{_PREDICATE}<{known.iri if known else iris.term(name)}>", known is not None and known.kind == "date"


@cache
def _qualifier(name: str) -> str:
    return f"<{iris.qualifier(name)}> "


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
    """The quads of `statement_lines`."""
    lines = "".join(statement_lines(statements, graph, lean=lean, cells=cells, label=label))
    return iter(parse(lines.encode(), RdfFormat.N_QUADS))


def statement_lines(
    statements: Iterable[Statement],
    graph: str | None = None,
    *,
    lean: bool = False,
    cells: bool = False,
    label: Callable[[str], str | None] = _no_labels,
) -> Iterator[str]:
    """The N-Quads of statements whose entities are resolved, in their order, all lines of a statement together.

    `graph` is the IRI of the named graph (by default that of each statement's document); `lean` leaves out the nine quads of the Web
    Annotation, which repeat kg:start, kg:end and kg:quote in its vocabulary; `cells` does so too, and leaves out what the document of a
    table says for all its cells: extractor and full confidence; `label` gives an entity's label by id, so that the label as written is
    kept only where it differs.
    """
    documents: dict[str, tuple[str, str]] = {}
    for item in statements:
        sha = item.document_id
        if sha not in documents:
            documents[sha] = f"<{iris.document(sha)}>", f" <{graph or iris.document_graph(sha)}> .\n"
        document, end = documents[sha]
        said = list(_said_of(item, document, cells, label))
        node = f"<{iris.statement(item.id)}> "
        yield f"{node}{f'{end}{node}'.join(said)}{end}"
        if not lean and not cells:
            yield from (f"{line}{end}" for line in _annotation(item, node, document))


def _said_of(item: Statement, document: str, cells: bool, label: Callable[[str], str | None]) -> Iterator[str]:
    """Properties of a statement's node with their values."""
    predicate, of_date = _predicate(item.predicate)
    yield _STATEMENT
    if item.subject_id:
        yield _SUBJECT + written_entities[item.subject_id]
    if not item.subject_id or label(item.subject_id) != item.subject:
        yield _SUBJECT_LABEL + written(item.subject)
    yield predicate
    if item.object_id:
        yield _OBJECT + written_entities[item.object_id]
        if item.object is not None and label(item.object_id) != item.object:
            yield _OBJECT_LABEL + written(item.object)
    elif item.object is not None:
        yield _DATE + written_date(item.object) if of_date else _TEXT + written(item.object)
    for property, number in ((_VALUE, item.value), (_LOW, item.low), (_HIGH, item.high)):
        if number is not None:
            yield property + written_double(number)
    if item.unit:
        yield _unit(item.unit)
    if item.lexical:
        yield _LEXICAL + written(item.lexical)
    if item.bound:
        yield _bound(item.bound)
    yield _said(_STATUS, "status", item.status)
    yield _QUOTED_FROM + document
    if item.attributed_to_ids:
        yield _CLAIMANT + written_entities[item.attributed_to_ids[0]]
        for claimant in dict.fromkeys(item.attributed_to_ids):
            yield _ATTRIBUTED + written_entities[claimant]
    if len(item.attributed_to) > 1 or len(item.attributed_to) > len(item.attributed_to_ids):
        yield _CHAIN + written(CLAIMANT_SEPARATOR.join(item.attributed_to))
    for name, value in sorted(item.qualifiers.items()) if item.qualifiers else ():
        yield _qualifier(name) + written(str(value))
    run = run_of(item)
    if run is not None:
        yield f"{_RUN}<{run}>"
    yield _START + written_integer(item.start)
    yield _END + written_integer(item.end)
    if item.quote:
        yield _QUOTE + written(item.quote)
    if cells and item.confidence == 1.0:
        return
    yield _CONFIDENCE + written_double(item.confidence)
    if item.extractor:
        yield _EXTRACTOR + written(item.extractor)


def _annotation(item: Statement, node: str, document: str) -> Iterator[str]:
    """The Web Annotation of a statement's span."""
    target, selector = f"<{iris.target(item.id)}>", f"<{iris.selector(item.id)}>"
    yield f"{node}{_HAS_TARGET}{target}"
    yield f"{target} {_RESOURCE}"
    yield f"{target} {_HAS_SOURCE}{document}"
    yield f"{target} {_HAS_SELECTOR}{selector}"
    yield f"{selector} {_POSITION}"
    yield f"{selector} {_QUOTATION}"
    yield f"{selector} {_OA_START}{written_integer(item.start)}"
    yield f"{selector} {_OA_END}{written_integer(item.end)}"
    if item.quote:
        yield f"{selector} {_OA_EXACT}{written(item.quote)}"
