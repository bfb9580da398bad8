"""Statements as JSON-LD that search engines and provenance tools both read: schema.org Claims that are PROV entities.

https://schema.org/Claim and https://www.w3.org/TR/prov-o/
"""

from collections.abc import Iterable
from typing import Any

from kg import iris, readable
from kg.catalogue import FactDetail, Row

CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "kg": iris.KG,
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasQuotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "status": {"@id": "kg:status", "@type": "@id"},
}

_AGENTS = {"person": "Person"}


def claim(row: Row) -> dict[str, Any]:
    """One statement as a Claim node, without a context."""
    said = row.statement
    node: dict[str, Any] = {
        "@id": iris.statement(said.id),
        "@type": ["Claim", "prov:Entity", "kg:Statement"],
        "text": readable.plain(readable.sentence(said)),
        "about": {"@id": iris.entity(said.subject_id), "name": said.subject},
        "status": iris.concept("status", said.status),
        "wasQuotedFrom": iris.document(said.document_id),
        "appearance": {
            "@id": iris.document(said.document_id),
            "@type": "CreativeWork",
            "name": row.title or said.document,
            **({"url": row.address} if row.address else {}),
            **({"datePublished": row.date} if row.date else {}),
            **({"publisher": row.publisher} if row.publisher else {}),
        },
    }
    if said.quote:
        node["citation"] = {"@type": "Quotation", "@id": iris.target(said.id), "text": said.quote}
    if said.attributed_to:
        ids = said.attributed_to_ids or ("",) * len(said.attributed_to)
        node["author"] = [
            {"@id": iris.entity(id), "@type": _AGENTS.get(id.partition("/")[0], "Organization"), "name": name} if id else name
            for name, id in zip(said.attributed_to, ids, strict=False)
        ]
        node["wasAttributedTo"] = [iris.entity(id) for id in ids if id]
    return node


def claims(rows: Iterable[Row]) -> dict[str, Any]:
    """Statements as one JSON-LD document."""
    return {"@context": CONTEXT, "@graph": [claim(row) for row in rows]}


def fact_claim(detail: FactDetail, title: str) -> dict[str, Any]:
    """A fact as a Claim whose parts are the statements about it."""
    return {
        "@context": CONTEXT,
        "@id": iris.fact(detail.fact.id),
        "@type": ["Claim", "prov:Collection", "kg:Fact"],
        "text": title,
        "about": {"@id": iris.entity(detail.fact.subject_id), "name": detail.fact.subject},
        "hasPart": [claim(row) for row in detail.statements],
    }
