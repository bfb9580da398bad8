"""A document as RDF: what it is, what it says of itself, what it rests on, and its statements, all in its own named graph."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg import iris
from kg.documents import Document, Reference, is_table
from kg.graph.statements import Identify, statement_lines, statement_quads
from kg.graph.terms import LABEL, RDF_TYPE, XSD, date_literal, entity_nodes, named, nodes
from kg.holdings import DocumentRecord
from kg.statements import Statement

RELATIONS = {
    "primary-source": "prov:hadPrimarySource",
    "quoted": "prov:wasQuotedFrom",
    "mirror": "kg:mirrorOf",
    "link": "dcterms:references",
}

LEAN_ABOVE = 2000
"""Statements; nine quads of each repeat its span in another vocabulary, a third of the store."""

_DOCUMENT, _PUBLICATION = named("kg:Document"), named("kg:Publication")
_EXTRACTOR, _PRIMARY_SOURCE = named("kg:extractor"), named("prov:hadPrimarySource")
_SHA256, _FILE_NAME, _ADDRESS = named("kg:sha256"), named("kg:fileName"), named("kg:address")
_TITLE, _ISSUED, _LANGUAGE = named("dcterms:title"), named("dcterms:issued"), named("dcterms:language")
_PUBLISHER, _CREATOR, _FORMAT, _KIND = named("dcterms:publisher"), named("dcterms:creator"), named("dcterms:format"), named("dcterms:type")
_SIZE, _RETRIEVED = named("dcat:byteSize"), named("schema:dateAccessed")
_ANY_URI, _NON_NEGATIVE = nodes[XSD + "anyURI"], nodes[XSD + "nonNegativeInteger"]


def document_quads(
    document: DocumentRecord | Document,
    statements: Iterable[Statement],
    identify: Identify,
    *,
    lean: bool | None = None,
    label: Callable[[str], str | None] = lambda _: None,
) -> Iterator[Quad]:
    """The quads of one document and its statements, in their order; a Document without metadata gives its file only.

    `identify` gives the ids of publishers, authors and referenced publications; the other parameters are those of `statement_lines`;
    by default the Web Annotations of a document with more than LEAN_ABOVE statements, a large table, are left out.
    """
    said = tuple(statements)
    lean = len(said) > LEAN_ABOVE if lean is None else lean
    yield from _own_quads(document, said, identify, label)
    yield from statement_quads(said, lean=lean, cells=_holds_cells(document), label=label)


def document_lines(
    document: DocumentRecord, statements: Sequence[Statement], identify: Identify, *, label: Callable[[str], str | None] = lambda _: None
) -> Iterator[str]:
    """The N-Quads of `document_quads`, several times as fast."""
    yield (serialize(_own_quads(document, statements, identify, label), format=RdfFormat.N_QUADS) or b"").decode()
    yield from statement_lines(statements, lean=len(statements) > LEAN_ABOVE, cells=_holds_cells(document), label=label)


def _holds_cells(document: DocumentRecord | Document) -> bool:
    return isinstance(document, DocumentRecord) and is_table(document.metadata)


def _own_quads(
    document: DocumentRecord | Document, statements: Iterable[Statement], identify: Identify, label: Callable[[str], str | None]
) -> Iterator[Quad]:
    """What a document is and says of itself, and what it says for all its cells where it is a table."""
    graph = NamedNode(iris.document_graph(document.id))
    node = nodes[iris.document(document.id)]
    yield Quad(node, RDF_TYPE, _DOCUMENT, graph)
    yield Quad(node, _SHA256, Literal(document.id), graph)
    yield Quad(node, _FILE_NAME, Literal(document.name), graph)
    yield Quad(node, _FORMAT, Literal(document.media_type), graph)
    if document.size:
        yield Quad(node, _SIZE, Literal(str(document.size), datatype=_NON_NEGATIVE), graph)
    if isinstance(document, DocumentRecord):
        yield from _metadata_quads(document, node, graph, identify, label)
    if _holds_cells(document):
        for extractor in sorted({item.extractor for item in statements}):
            yield Quad(node, _EXTRACTOR, Literal(extractor), graph)


def document_digest(
    document: DocumentRecord,
    statements: Iterable[Statement],
    identify: Identify,
    served: Container[str],
    *,
    label: Callable[[str], str | None] = lambda _: None,
) -> str:
    """Names what a document and its statements are, those that are not `served` (by id) too: the same digest, the same quads and rows."""
    digest = sha256()
    for quad in document_quads(document, (), identify, label=label):
        digest.update(str(quad).encode("utf-8", "surrogatepass"))
    for item in statements:
        # The id stands for what is said, where, by whom; these are what it does not hold.
        names = item.subject_id, item.object_id, item.attributed_to_ids
        written = label(item.subject_id) == item.subject, label(item.object_id or "") == item.object
        beside = item.lexical, item.quote, item.extractor, item.confidence
        digest.update(repr((item.id, names, written, beside, item.id in served)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def held_primary_sources(store: Store) -> Iterator[Quad]:
    """The quads of `primary_source_quads` that a store holds."""
    for quad in store.quads_for_pattern(None, _PRIMARY_SOURCE, None, None):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(iris.origin("")):
            yield quad


def primary_source_quads(
    document: DocumentRecord | Document, statements: Iterable[Statement], origins: Mapping[str, str]
) -> Iterator[Quad]:
    """Where the statements of a document come from, in its graph: `origins` maps their ids to the IRIs of their primary sources.

    Said of a table, not of each of its cells.
    """
    graph = NamedNode(iris.document_graph(document.id))
    said = [item for item in statements if item.id in origins]
    if isinstance(document, DocumentRecord) and is_table(document.metadata):
        node = nodes[iris.document(document.id)]
        for origin in sorted({origins[item.id] for item in said}):
            yield Quad(node, _PRIMARY_SOURCE, nodes[origin], graph)
        return
    for item in said:
        yield Quad(NamedNode(iris.statement(item.id)), _PRIMARY_SOURCE, nodes[origins[item.id]], graph)


def _metadata_quads(
    document: DocumentRecord, node: NamedNode, graph: NamedNode, identify: Identify, label: Callable[[str], str | None]
) -> Iterator[Quad]:
    metadata = document.metadata
    yield Quad(node, LABEL, Literal(metadata.title or document.name), graph)
    if metadata.title:
        yield Quad(node, _TITLE, Literal(metadata.title), graph)
    if metadata.publisher:
        yield Quad(node, _PUBLISHER, entity_nodes[identify(metadata.publisher, "organisation")], graph)
    for author in dict.fromkeys(metadata.authors):
        yield Quad(node, _CREATOR, entity_nodes[identify(author, "person")], graph)
    if metadata.date:
        yield Quad(node, _ISSUED, date_literal(metadata.date), graph)
    if metadata.retrieved:
        yield Quad(node, _RETRIEVED, date_literal(metadata.retrieved[:10]), graph)
    if metadata.address:
        yield Quad(node, _ADDRESS, Literal(metadata.address, datatype=_ANY_URI), graph)
    if metadata.language:
        yield Quad(node, _LANGUAGE, Literal(metadata.language), graph)
    if metadata.kind:
        yield Quad(node, _KIND, Literal(metadata.kind), graph)
    for reference in dict.fromkeys(metadata.references):
        yield from _reference_quads(reference, node, graph, identify, label)


def _reference_quads(
    reference: Reference, node: NamedNode, graph: NamedNode, identify: Identify, label: Callable[[str], str | None]
) -> Iterator[Quad]:
    name = reference.label or reference.address
    if not name:
        return
    id = identify(name, "publication")
    publication = entity_nodes[id]
    yield Quad(node, named(RELATIONS.get(reference.relation, RELATIONS["link"])), publication, graph)
    yield Quad(publication, RDF_TYPE, _PUBLICATION, graph)
    if not label(id):
        yield Quad(publication, LABEL, Literal(name), graph)
    if reference.address:
        yield Quad(publication, _ADDRESS, Literal(reference.address, datatype=_ANY_URI), graph)
    if reference.date:
        yield Quad(publication, _ISSUED, date_literal(reference.date), graph)
