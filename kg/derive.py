"""Everything a release shows that no document says by itself: entities, facts, pairs, checks, origins, violations, RDF."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Quad, Store

from kg import __version__, iris
from kg.catalogue.rows import CheckRow, DocumentRow, EntityRow, FactRow, OriginRow, PairRow, Release, ViolationRow
from kg.catalogue.write import Contents
from kg.checks import Check, checks
from kg.copies import copies
from kg.costs import cost_scopes
from kg.documents import is_table
from kg.entities import Entity, Registry
from kg.facts import Fact, Pair, Survey, survey
from kg.graph import (
    check_quads,
    cost_quads,
    document_digest,
    document_lines,
    entity_quads,
    fact_quads,
    held_primary_sources,
    identity_quads,
    ontology_quads,
    origin_quads,
    primary_source_quads,
    relation_quads,
    stored_lines,
    to_nquads,
)
from kg.holdings import DocumentRecord, Holdings
from kg.judgements import Judgements, all_judgements
from kg.origins import Origins, origins
from kg.resolve import Resolution, resolve
from kg.resources import resource
from kg.statements import Statement
from kg.store import Graph, Part
from kg.validate import Partition, partition, validate_findings
from kg.violations import Violation, report_quads
from kg.wording import sentence

REGISTERS = frozenset({"arxiv", "doi", "huggingface", "wikidata"})
"""Registers whose names, once said of an entity, are kept with it."""
WORST_FIRST = ("contradicts", "denies", "different-scope", "truncation", "rounding", "agrees", "same")


@dataclass(frozen=True, slots=True)
class Derived:
    """The rows of the catalogue, and the quads of the store that come from comparing."""

    contents: Contents
    quads: Callable[[], Iterable[Quad]]


def _document_rows(holdings: Holdings) -> Iterator[DocumentRow]:
    for record in holdings.documents.values():
        number = len(holdings.statements[record.id])
        yield DocumentRow(record.id, record.name, record.metadata, number, record.size, record.media_type, record.encoding, False)


def named_beside(records: Iterable[DocumentRecord], statements: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """Names outside the subjects, objects and claimants of statements, with types: publishers, authors, references, chips in qualifiers."""
    for record in records:
        about = record.metadata
        if about.publisher:
            yield about.publisher, "organisation"
        for author in about.authors:
            yield author, "person"
        for reference in about.references:
            if reference.label or reference.address:
                yield reference.label or reference.address or "", "publication"
    for statement in statements:
        if "chip" in statement.qualifiers:
            yield statement.qualifiers["chip"], "chip"


def _entity_rows(entities: Iterable[Entity], statements: Iterable[Statement]) -> list[EntityRow]:
    """Entities with what registers call them: as the gazetteer has it, else as asserted statements say, where they say one name."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in statements:
        if item.predicate == "identifier" and item.status == "asserted" and item.object and not item.subject_id.startswith("document/"):
            register, colon, name = item.object.partition(":")
            if colon and register.casefold() in REGISTERS:
                said[item.subject_id, register.casefold()].add(name)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (id, register), names in said.items():
        if len(names) == 1:
            found[id][register] = next(iter(names))
    return [
        EntityRow(entity.id, entity.type, entity.label, entity.aliases, {**found.get(entity.id, {}), **entity.identifiers})
        for entity in entities
    ]


def _fact_rows(found: Survey, statements: Mapping[str, Statement], sources: Origins) -> Iterator[FactRow]:
    relations: dict[str, set[str]] = defaultdict(set)
    for pair in found.pairs:
        relations[pair.fact_id].add(pair.relation)
        relations[pair.other_fact_id or pair.fact_id].add(pair.relation)
    for fact in found.facts:
        said = [statements[id] for id in fact.statement_ids]
        found_of = relations.get(fact.id, ())
        worst = next((relation for relation in WORST_FIRST if relation in found_of), "")
        documents = len({item.document_id for item in said})
        yield FactRow(
            fact.id, fact.subject_id, fact.subject, fact.predicate, fact.qualifiers, fact.status, len(said), documents,
            sources.count(said), worst, fact.object, fact.object_id, fact.representative, fact.readings,
        )  # fmt: skip


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _check_row(check: Check) -> CheckRow:
    return CheckRow(
        check.id, check.kind, check.formula, check.inputs, _number(check.low), _number(check.high), _number(check.stated),
        _number(check.tolerance), check.verdict, check.explanation, check.target, _number(check.value), _number(check.stated_low),
        _number(check.stated_high), check.unit,
    )  # fmt: skip


def _superseded_row(statement: Statement, holdings: Holdings) -> ViolationRow:
    """Why a statement of an older export is kept and not served."""
    newer = holdings.documents.get(holdings.documents[statement.document_id].superseded_by)
    by = f"{newer.name}{f' of {newer.metadata.date}' if newer.metadata.date else ''}" if newer else "a newer export"
    message = f"Superseded: the table was loaded again as {by}; this is what the older export said."
    return ViolationRow(statement.id, iris.shape("superseded"), "", "info", message, "", iris.statement(statement.id))


def _violation_row(violation: Violation) -> ViolationRow:
    statement = iris.statement_id(violation.focus) or ""
    return ViolationRow(
        statement, violation.shape, violation.path, violation.severity, violation.message, violation.value or "", violation.focus,
        violation.constraint,
    )  # fmt: skip


def _worth_telling(found: Survey, of_table: Mapping[str, bool]) -> tuple[Iterator[Fact], Iterator[Pair]]:
    """Facts and pairs for the store: a fact of one cell is that cell, and two equal cells say nothing of each other."""
    facts = (fact for fact in found.facts if len(fact.statement_ids) > 1 or not of_table[fact.statement_ids[0]])
    pairs = (pair for pair in found.pairs if pair.relation not in ("same", "agrees") or not (of_table[pair.left] and of_table[pair.right]))
    return facts, pairs


@dataclass(frozen=True, slots=True)
class Identified:
    """What documents say with every name resolved and what is wrong set apart: most of the store, before anything is compared."""

    holdings: Holdings
    resolution: Resolution
    entities: tuple[EntityRow, ...]
    parted: Partition
    digests: Mapping[str, str]

    @property
    def past(self) -> frozenset[str]:
        """Documents that a newer export of the same table has superseded."""
        return frozenset(id for id, record in self.holdings.documents.items() if record.superseded_by)

    def by_document(self) -> Mapping[str, Sequence[Statement]]:
        """The statements served of each document."""
        found: dict[str, list[Statement]] = defaultdict(list)
        for item in self.parted.accepted:
            found[item.document_id].append(item)
        return found

    def part(self) -> Part:
        """Of the store: a graph a document, and the ontology, entities and relations."""
        labels = {entity.id: entity.label for entity in self.entities}
        said, identify = self.by_document(), self.resolution.identify
        graphs = tuple(
            Graph(
                iris.document_graph(id),
                self.digests[id],
                len(said.get(id, ())),
                partial(document_lines, record, said.get(id, ()), identify, label=labels.get),
            )
            for id, record in self.holdings.documents.items()
        )
        return Part(graphs, self._names, partial(_of_graphs, (iris.GRAPH_ONTOLOGY, iris.GRAPH_ENTITIES, iris.GRAPH_RELATIONS)))

    def _names(self) -> Iterator[Quad]:
        newer = {f"document/{id}": f"document/{self.holdings.documents[id].superseded_by}" for id in self.past}
        yield from ontology_quads()
        yield from entity_quads(self.entities)
        yield from identity_quads(self.resolution.redirects, self.resolution.form_of)
        yield from identity_quads(newer, {})
        labels = {entity.id: entity.label for entity in self.entities}
        yield from relation_quads(self.parted.accepted, self.resolution.identify, labels)

    def report(self) -> Iterator[Quad]:
        """What validation found: about statements in quarantine, which are not in the store, and warnings about those that are."""
        said = {iris.statement(item.id): sentence(item) for item, _ in self.parted.quarantined}
        found = [one for _, reasons in self.parted.quarantined for one in reasons] + list(self.parted.warnings)
        return report_quads(dict.fromkeys(found), lambda iri: said.get(iri, iri))


def identify(holdings: Holdings, judgements: Judgements | None = None) -> Identified:
    """Resolve every name of what the documents say, and part what may be served from what may not."""
    said = holdings.all_statements()
    resolution = resolve(said, Registry.default(), judgements or all_judgements(), named_beside(holdings.documents.values(), said))
    entities = tuple(_entity_rows(resolution.entities.values(), resolution.statements))
    current = [item for item in resolution.statements if not holdings.documents[item.document_id].superseded_by]
    parted = partition(current, holdings.documents, {entity.id: entity.label for entity in entities})
    return Identified(holdings, resolution, entities, parted, _digests(holdings, resolution, entities, parted))


def _digests(holdings: Holdings, resolution: Resolution, entities: Iterable[EntityRow], parted: Partition) -> dict[str, str]:
    """What tells whether a document says the same of the same as in another release, by its id."""
    labels, served = {entity.id: entity.label for entity in entities}, {item.id for item in parted.accepted}
    said: dict[str, list[Statement]] = defaultdict(list)
    for item in resolution.statements:
        said[item.document_id].append(item)
    return {
        id: document_digest(record, said[id], resolution.identify, served, label=labels.get) for id, record in holdings.documents.items()
    }


def _of_graphs(graphs: Sequence[str], store: Store) -> Iterator[bytes]:
    for graph in graphs:
        yield from stored_lines(store, graph)


def compared(store: Store) -> Iterator[bytes]:
    """The N-Quads lines of what a store holds of the quads of `Derived`."""
    yield from _of_graphs((iris.GRAPH_FACTS, iris.GRAPH_CHECKS), store)
    yield from to_nquads(held_primary_sources(store)).splitlines()


@cache
def program_mark() -> str:
    """Names the code and the tables that make the quads: another version of them may make others of the same statements."""
    digest = sha256(__version__.encode())
    package, words = Path(__file__).parent, resource("ontology")
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.toml"), *words.rglob("*.ttl"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _comparison_quads(
    identified: Identified, sources: Origins, same: Mapping[str, str], found: Survey, tested: Sequence[Check]
) -> Iterator[Quad]:
    """Sources, what costs cover, facts with their pairs, and checks."""
    documents, statements = identified.holdings.documents, identified.parted.accepted
    tables = {id for id, record in documents.items() if is_table(record.metadata)}
    of_table = {item.id: item.document_id in tables for item in statements}
    primary = {id: iris.origin(origin) for id, origin in sources.of_statement.items()}
    for id, said in identified.by_document().items():
        yield from primary_source_quads(documents[id], said, primary)
    told = {id: way for id, way in sources.derivations.items() if not of_table.get(id)}  # a table's cells have the way of the table
    yield from origin_quads(replace(sources, derivations=told), same)
    yield from cost_quads(cost_scopes(statements, sources.of_statement))
    yield from fact_quads(*_worth_telling(found, of_table))
    yield from check_quads(tested)


def derive(identified: Identified, name: str) -> Derived:
    """Derive all that follows from what is said; `name` is the hash the release goes by."""
    holdings, resolution, entities, parted = identified.holdings, identified.resolution, identified.entities, identified.parted
    old, statements = identified.past, parted.accepted
    dates = {record.id: record.metadata.date for record in holdings.documents.values() if record.metadata.date}
    found = survey(statements, dates)
    same = copies({record.id: record.fingerprint for record in holdings.documents.values()})
    sources = origins(statements, found, {record.id: record.metadata for record in holdings.documents.values()}, same)
    facts = tuple(_fact_rows(found, {item.id: item for item in statements}, sources))
    pairs = tuple(PairRow(pair.fact_id, pair.left, pair.right, pair.relation, pair.explanation, pair.other_fact_id) for pair in found.pairs)
    tested = checks(statements, found)
    tests = tuple(map(_check_row, tested))
    findings = validate_findings(found.facts, found.pairs, tested, dict.fromkeys(item.id for item in statements))
    reasons = [violation for _, why in parted.quarantined for violation in why]
    primary = tuple(
        OriginRow(item.id, item.label, item.address, item.date, item.statement_ids, item.document_ids) for item in sources.origins
    )
    fact_of = {id: fact.id for fact in found.facts for id in fact.statement_ids}
    counts = {
        "documents": len(holdings.documents), "statements": len(resolution.statements), "entities": len(entities), "facts": len(facts),
        "pairs": len(pairs), "checks": len(tests), "origins": len(sources.origins), "quarantined": len(parted.quarantined),
    }  # fmt: skip
    release = Release(name, __version__, counts)
    past = {item.id: item for item in resolution.statements if item.document_id in old}
    left = [_superseded_row(item, holdings) for item in past.values()]
    contents = Contents(
        release,
        tuple(_document_rows(holdings)),
        resolution.statements,
        entities,
        facts,
        fact_of,
        pairs,
        tests,
        primary,
        violations=(*map(_violation_row, (*reasons, *parted.warnings, *findings)), *left),
        quarantined=frozenset(item.id for item, _ in parted.quarantined) | past.keys(),
        redirects=resolution.redirects,
        digests=identified.digests,
    )
    return Derived(contents, partial(_comparison_quads, identified, sources, same, found, tested))
