"""Everything a release shows that no document says by itself: entities, facts, pairs, checks, origins, violations, RDF."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Quad

from kg import __version__
from kg.catalogue.rows import DocumentRow, EntityRow, FactRow, PairRow, Release
from kg.catalogue.write import Contents
from kg.facts import Survey, survey
from kg.graph import document_quads, entity_quads, ontology_quads, relation_quads
from kg.holdings import Holdings
from kg.statements import Statement


@dataclass(frozen=True, slots=True)
class Derived:
    """The rows of the catalogue and the quads of the store."""

    contents: Contents
    quads: Iterable[Quad]


def _document_rows(holdings: Holdings, statements: Mapping[str, int]) -> Iterator[DocumentRow]:
    for record in holdings.documents.values():
        yield DocumentRow(
            record.id, record.name, record.metadata, statements.get(record.id, 0), record.size, record.media_type, record.encoding, False
        )


# Until kg.resolve and kg.facts land: ids from labels, facts from equal subject, predicate and qualifiers.
_SUBJECT_TYPES = {
    "organisation": """founder foundingDate parentOrganization fundedBy fundingAmount valuation revenue chiefExecutive employeeCount
        headquarters country annualOperatingCost annualComputeCost annualStaffCost annualElectricityCost usesChip ownsChip accessToChip""",
    "person": "affiliation jobTitle",
    "chip": "manufacturer variantOf chipPrice rentalPricePerGpuHour interconnectBandwidth power exportRestriction",
    "cluster": "clusterOwner clusterChip clusterChipCount capitalExpenditure location operationalDate",
    "publication": "publicationDate author authorCount identifier",
}
_OBJECT_TYPES = {
    "organisation": "developer parentOrganization fundedBy clusterOwner manufacturer affiliation",
    "person": "founder chiefExecutive author",
    "model": "baseModel distilledFrom trainedOnOutputsOf outperforms",
    "chip": "trainingHardware clusterChip variantOf usesChip ownsChip accessToChip",
    "place": "headquarters country location",
}


def _typed(table: Mapping[str, str], predicate: str) -> str | None:
    return next((kind for kind, names in table.items() if predicate in names.split()), None)


def _slug(label: str) -> str:
    return re.sub(r"[^\w]+", "-", label.casefold()).strip("-")


def _resolved(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    made = []
    for item in statements:
        kind = _typed(_OBJECT_TYPES, item.predicate)
        subject_id = f"{_typed(_SUBJECT_TYPES, item.predicate) or 'model'}/{_slug(item.subject)}"
        object_id = f"{kind}/{_slug(item.object)}" if kind and item.object else None
        claimants = tuple(f"organisation/{_slug(label)}" for label in item.attributed_to)
        made.append(replace(item, subject_id=subject_id, object_id=object_id, attributed_to_ids=claimants))
    return tuple(made)


WORST_FIRST = ("contradicts", "denies", "different-scope", "truncation", "rounding", "agrees", "same")


def _fact_rows(found: Survey, statements: Mapping[str, Statement]) -> Iterator[FactRow]:
    relations: dict[str, set[str]] = defaultdict(set)
    for pair in found.pairs:
        relations[pair.fact_id].add(pair.relation)
        relations[pair.other_fact_id or pair.fact_id].add(pair.relation)
    for fact in found.facts:
        documents = {statements[id].document_id for id in fact.statement_ids}
        worst = next((relation for relation in WORST_FIRST if relation in relations[fact.id]), "")
        yield FactRow(
            fact.id, fact.subject_id, fact.subject, fact.predicate, fact.qualifiers, fact.status, len(fact.statement_ids), len(documents),
            len(documents), worst, fact.object, fact.object_id, fact.representative, fact.readings,
        )  # fmt: skip


def _identify(label: str, kind: str) -> str:
    return f"{kind}/{_slug(label)}"


def _quads(holdings: Holdings, statements: Sequence[Statement], entities: Sequence[EntityRow], labels: Mapping[str, str]) -> Iterator[Quad]:
    by_document: dict[str, list[Statement]] = defaultdict(list)
    for item in statements:
        by_document[item.document_id].append(item)
    yield from ontology_quads()
    yield from entity_quads(entities)
    for record in holdings.documents.values():
        yield from document_quads(record, by_document[record.id], _identify, label=labels.get)
    yield from relation_quads(statements, _identify, labels)


def derive(holdings: Holdings) -> Derived:
    """Derive all that follows from what the documents say."""
    statements = _resolved(holdings.all_statements())
    labels: dict[str, str] = {}
    for item in statements:
        labels.setdefault(item.subject_id, item.subject)
        if item.object_id and item.object:
            labels.setdefault(item.object_id, item.object)
        for id, label in zip(item.attributed_to_ids, item.attributed_to, strict=True):
            labels.setdefault(id, label)
    entities = [EntityRow(id, id.partition("/")[0], label) for id, label in sorted(labels.items())]
    dates = {record.id: record.metadata.date for record in holdings.documents.values() if record.metadata.date}
    found = survey(statements, dates)
    counts = {identifier: len(said) for identifier, said in holdings.statements.items()}
    release = Release(holdings.hash(__version__), __version__, {
        "documents": len(holdings.documents), "statements": len(statements), "entities": len(entities), "facts": len(found.facts),
        "pairs": len(found.pairs), "checks": 0, "origins": 0, "quarantined": 0,
    })  # fmt: skip
    by_id = {item.id: item for item in statements}
    names = {entity.id: entity.label for entity in entities}
    return Derived(
        Contents(
            release, tuple(_document_rows(holdings, counts)), statements, entities, tuple(_fact_rows(found, by_id)),
            {id: fact.id for fact in found.facts for id in fact.statement_ids},
            [PairRow(pair.fact_id, pair.left, pair.right, pair.relation, pair.explanation, pair.other_fact_id) for pair in found.pairs],
        ),
        _quads(holdings, statements, entities, names),
    )  # fmt: skip
