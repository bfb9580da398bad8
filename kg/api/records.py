"""Rows of the catalogue as JSON records: every record carries ids, IRIs, status and where it comes from."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kg import iris, ontology
from kg.catalogue import (
    CheckRow,
    Disagreement,
    DocumentRow,
    EntityRow,
    FactDetail,
    FactRow,
    Hit,
    OriginRow,
    PairRow,
    Row,
    StatementDetail,
    ViolationRow,
)
from kg.network import Connections
from kg.statements import Statement

Record = dict[str, Any]


def content(statement: Statement) -> Record:
    """What the statement's id is the hash of, and nothing that a later release may see otherwise."""
    record = statement.to_json()
    for name in ("subjectId", "objectId", "attributedToIds", "extractor", "confidence"):
        record.pop(name)
    return {"id": statement.id, "iri": iris.statement(statement.id), **record}


def statement(row: Row) -> Record:
    """A statement with its fact, its document's title, publisher, date and address, and how to read it there."""
    said = row.statement
    return {
        "id": said.id,
        "iri": iris.statement(said.id),
        **{name: value for name, value in said.to_json().items() if name != "id"},
        "factId": row.fact_id,
        "quarantined": row.quarantined,
        "source": {
            "documentId": said.document_id,
            "iri": iris.document(said.document_id),
            "title": row.title,
            "publisher": row.publisher,
            "date": row.date,
            "address": row.address,
        },
    }


def pair(row: PairRow) -> Record:
    """Two statements and how they stand to each other."""
    return {
        "fact": row.fact_id,
        "otherFact": row.other_fact_id or row.fact_id,
        "left": row.left,
        "right": row.right,
        "relation": row.relation,
        "explanation": row.explanation,
    }


def check(row: CheckRow, inputs: tuple[Row, ...] = ()) -> Record:
    """A check with the statements that went in."""
    return {
        "id": row.id,
        "iri": iris.check(row.id),
        "kind": row.kind,
        "formula": row.formula,
        "verdict": row.verdict,
        "explanation": row.explanation,
        "low": row.low,
        "high": row.high,
        "stated": row.stated,
        "tolerance": row.tolerance,
        "inputs": list(row.inputs),
        "statements": [statement(item) for item in inputs],
    }


def violation(row: ViolationRow) -> Record:
    """What a shape found wrong with a statement."""
    return {
        "statement": row.statement_id,
        "shape": row.shape,
        "path": row.path,
        "severity": row.severity,
        "message": row.message,
        "value": row.value,
    }


def origin(row: OriginRow) -> Record:
    """A primary source and what goes back to it."""
    return {
        "id": row.id,
        "iri": iris.origin(row.id),
        "label": row.label,
        "address": row.address,
        "date": row.date,
        "statements": list(row.statement_ids),
        "documents": list(row.document_ids),
    }


def fact(row: FactRow, representative: Row | None = None) -> Record:
    """A fact in one record, with the statement to show first."""
    return {
        "id": row.id,
        "iri": iris.fact(row.id),
        "subject": row.subject,
        "subjectId": row.subject_id,
        "predicate": row.predicate,
        "object": row.object or None,
        "objectId": row.object_id or None,
        "qualifiers": dict(row.qualifiers),
        "status": row.status,
        "relation": row.relation,
        "statements": row.statements,
        "documents": row.documents,
        "origins": row.origins,
        "readings": row.readings,
        "representative": statement(representative) if representative is not None else None,
    }


def leading(detail: FactDetail) -> Row | None:
    """The statement of a fact to show first."""
    named = next((row for row in detail.statements if row.statement.id == detail.fact.representative), None)
    return named or (detail.statements[0] if detail.statements else None)


def fact_detail(detail: FactDetail) -> Record:
    """A fact with all that is known about it."""
    return {
        **fact(detail.fact, leading(detail)),
        "said": [statement(row) for row in detail.statements],
        "pairs": [pair(row) for row in detail.pairs],
        "checks": [check(row) for row in detail.checks],
        "sources": [origin(row) for row in detail.origins],
    }


def statement_detail(detail: StatementDetail) -> Record:
    """A statement with the pairs and checks it is in, and what validation found."""
    return {
        **statement(detail.row),
        "pairs": [pair(row) for row in detail.pairs],
        "checks": [check(row) for row in detail.checks],
        "violations": [violation(row) for row in detail.violations],
    }


def entity(row: EntityRow) -> Record:
    """An entity with its names, its identifiers elsewhere and how often it is spoken of."""
    registers = ontology.registers()
    same = [iris.elsewhere(template, name) for register, name in row.identifiers.items() if (template := registers.get(register))]
    return {
        "id": row.id,
        "iri": iris.entity(row.id),
        "type": row.type,
        "label": row.label,
        "aliases": list(row.aliases),
        "identifiers": dict(row.identifiers),
        "sameAs": same,
        "asSubject": row.as_subject,
        "asObject": row.as_object,
        "asClaimant": row.as_claimant,
    }


def document(row: DocumentRow) -> Record:
    """A document and what it says of itself."""
    known = row.metadata
    return {
        "id": row.id,
        "iri": iris.document(row.id),
        "name": row.name,
        "title": known.title,
        "publisher": known.publisher,
        "authors": list(known.authors),
        "date": known.date,
        "retrieved": known.retrieved,
        "address": known.address,
        "language": known.language,
        "kind": known.kind,
        "references": [asdict(reference) for reference in known.references],
        "statements": row.statements,
        "size": row.size,
        "mediaType": row.media_type,
        "encoding": row.encoding,
        "hasText": row.has_text,
    }


def disagreement(row: Disagreement) -> Record:
    """A pair that does not simply agree, with its fact and both statements."""
    return {
        "relation": row.pair.relation,
        "explanation": row.pair.explanation,
        "fact": fact(row.fact),
        "left": statement(row.left),
        "right": statement(row.right),
    }


def hit(row: Hit) -> Record:
    """A search result."""
    mint = {"entity": iris.entity, "statement": iris.statement, "document": iris.document}[row.kind]
    return {"kind": row.kind, "id": row.id, "iri": mint(row.id), "label": row.label, "detail": row.detail}


def connections(found: Connections, rows: Mapping[str, Row]) -> list[Record]:
    """Ways between two entities; `rows` are the statements on them by id, given with each step."""
    return [
        {
            "disputed": way.disputed,
            "length": len(way.steps),
            "steps": [
                {
                    "start": step.start,
                    "startLabel": found.labels[step.start],
                    "end": step.end,
                    "endLabel": found.labels[step.end],
                    "disputed": step.disputed,
                    "relations": [
                        {
                            "predicate": relation.predicate,
                            "forward": relation.forward,
                            "disputed": relation.disputed,
                            "statuses": list(relation.statuses),
                            "documents": list(relation.documents),
                            "statements": [statement(rows[id]) for id in relation.statements if id in rows],
                        }
                        for relation in step.relations
                    ],
                }
                for step in way.steps
            ],
        }
        for way in found.items
    ]
