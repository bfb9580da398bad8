"""A fact's page: its sentence and value, every claim side by side, the arithmetic, the passage, where it comes from."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import orjson
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from kg import readable
from kg.api.pages import links
from kg.api.pages.arithmetic import Sum, sums, told_apart
from kg.api.pages.claims import (
    ROW_STRIP_WIDTH,
    WORST,
    Claim,
    Linked,
    claim,
    claimants,
    distinct_objects,
    document_title,
    extent_of,
    fact_chip,
    fact_title,
    leading,
    mark_kind,
    reading,
    relations_to,
    scale_of,
    summary_strip,
)
from kg.api.pages.site import Alternate, Crumb, Site, lowered, render
from kg.api.pages.texts import Shown, is_repaired, shown_passage, texts_of
from kg.catalogue import Catalogue, FactDetail, Filter, OriginRow, Row, ViolationRow
from kg.claims import fact_claim
from kg.drawing.spread import Dot, spread
from kg.drawing.strip import axis
from kg.passages import Passage

SIBLINGS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way from the primary source to this page."""

    label: str
    lines: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with its passage, None where the text is not on this machine; `repaired` where damaged characters were restored."""

    claim: Claim
    passage: Passage | None
    repaired: bool


def router(site: Site) -> APIRouter:
    """Routes of the fact pages."""
    routes = APIRouter()

    @routes.get("/fact/{identifier}", operation_id="page_fact")
    def page(request: Request, identifier: str) -> Response:
        return fact_page(request, site.catalogue(), identifier)

    return routes


def fact_page(request: Request, catalogue: Catalogue, identifier: str) -> Response:
    """Render the page of a fact. Raises: UnknownName."""
    detail = catalogue.fact(identifier)
    lead = leading(detail.statements, detail.fact.representative)
    title = readable.plain(fact_title(detail.statements, detail.fact.representative))
    siblings = _siblings(catalogue, detail)
    scale = scale_of(detail.statements, ROW_STRIP_WIDTH)
    numeric = extent_of(lead.statement) is not None
    relations = relations_to(lead, detail.statements, detail.pairs)
    first = claim(lead, lead=True)
    shown_sums, more_sums = told_apart(sums(catalogue, detail.checks))
    entity = links.entity(detail.fact.subject_id)
    section = links.section_of(links.type_of(detail.fact.subject_id))
    predicate = readable.predicate_words(detail.fact.predicate)
    about = f"Every claim about the {lowered(predicate)} of {detail.fact.subject}"
    return render(
        request,
        "fact.html",
        title=title,
        crumbs=(Crumb(section[1], section[0]), Crumb(detail.fact.subject, entity), Crumb(predicate)),
        alternates=alternates(f"/fact/{identifier}"),
        section=section[0],
        fact=detail.fact,
        predicate=predicate,
        lead=first,
        several=() if numeric else distinct_objects(detail.statements),
        chip=fact_chip(detail.fact, relations.values()),
        claims=[
            claim(
                row,
                relations.get(row.statement.id, ""),
                summary_strip([row], relations, scale, lead.statement.id, ROW_STRIP_WIDTH),
                lead=row.statement.id == lead.statement.id,
            )
            for row in sorted(detail.statements, key=lambda row: (row.statement.id != lead.statement.id, row.date or "9", row.statement.id))
        ],
        siblings=[claim(row) for row in siblings],
        pairs=explained(detail, lead),
        spread=spread(dots(detail, relations, lead), about),
        spread_narrow=spread(dots(detail, relations, lead), about, narrow=True),
        axis=axis(scale, ROW_STRIP_WIDTH) if numeric else "",
        sums=shown_sums,
        more_sums=more_sums,
        passages=passages(catalogue, [lead, *(row for row in detail.statements if row is not lead)]),
        steps=provenance(catalogue, lead, detail.origins, catalogue.violations(lead.statement.id)),
        origins=detail.origins,
        address=str(request.url.replace(query="", fragment="")),
        cite=citation(title, lead, str(request.url.replace(query="", fragment=""))),
        jsonld=json_ld(title, detail, str(request.url.replace(query="", fragment=""))),
        oembed=True,
    )


def alternates(address: str) -> tuple[Alternate, ...]:
    """The same page as data."""
    return (
        Alternate("JSON", f"{address}.json", "application/json"),
        Alternate("JSON-LD", f"{address}.jsonld", "application/ld+json"),
        Alternate("Turtle", f"{address}.ttl", "text/turtle"),
        Alternate("CSV", f"{address}.csv", "text/csv"),
    )


def _siblings(catalogue: Catalogue, detail: FactDetail) -> list[Row]:
    """Claims about the same subject and predicate in another scope."""
    found = catalogue.statements(Filter(subject=detail.fact.subject_id, predicate=detail.fact.predicate), limit=SIBLINGS).items
    units = {row.statement.unit for row in detail.statements}
    return [row for row in found if row.fact_id != detail.fact.id and row.statement.unit in units]


@dataclass(frozen=True, slots=True)
class Explained:
    """A reading that is not the leading one, in words: how it stands to it, why, and who says it."""

    left: Claim
    right: Claim
    explanation: str
    others: int


def explained(detail: FactDetail, lead: Row) -> list[Explained]:
    """Why the statements of a fact differ: one explanation for each reading beside the leading one, and every contradiction."""
    rows = {row.statement.id: row for row in detail.statements}
    best = reading(lead.statement)
    made: dict[Hashable, Explained] = {}
    for pair in sorted(detail.pairs, key=lambda pair: WORST.index(pair.relation)):
        if pair.relation in ("same", "agrees") or pair.left not in rows or pair.right not in rows:
            continue
        left, right = rows[pair.left], rows[pair.right]
        if reading(right.statement) == best:
            left, right = right, left
        against_lead = reading(left.statement) == best
        if not against_lead and pair.relation not in ("contradicts", "denies"):
            continue
        key = reading(right.statement) if against_lead else (pair.left, pair.right)
        if key not in made:
            others = sum(reading(row.statement) == reading(right.statement) for row in detail.statements) - 1
            made[key] = Explained(claim(left), claim(right, pair.relation), pair.explanation, others)
    return list(made.values())


def dots(detail: FactDetail, relations: Mapping[str, str], lead: Row) -> list[Dot]:
    """The claims of a fact as dots of its spread."""
    made = []
    for row in detail.statements:
        extent = extent_of(row.statement)
        if extent is not None:
            kind = mark_kind(row.statement, relations.get(row.statement.id, ""), lead.statement.id)
            said_by = claimants(row)[0].label
            made.append(Dot(*extent, kind, readable.value_text(row.statement), said_by, links.statement(row.statement.id)))
    return made


def passages(catalogue: Catalogue, rows: list[Row]) -> list[Evidence]:
    """Each statement's passage, one a place in a document."""
    texts: dict[str, Shown | None] = {}
    made, seen = [], set()
    for row in rows:
        said = row.statement
        if (said.document_id, said.start, said.end) in seen:
            continue
        seen.add((said.document_id, said.start, said.end))
        if said.document_id not in texts:
            texts[said.document_id] = texts_of(catalogue, said.document_id)
        text = texts[said.document_id]
        if text is None:
            made.append(Evidence(claim(row), None, False))
        else:
            made.append(Evidence(claim(row), shown_passage(text, said.start, said.end), is_repaired(text, said.start, said.end)))
    return made


def provenance(catalogue: Catalogue, row: Row, origins: tuple[OriginRow, ...], violations: tuple[ViolationRow, ...]) -> tuple[Step, ...]:
    """The way of a statement: primary source, claimants, document, passage, extraction, validation."""
    said = row.statement
    document = catalogue.document_row(said.document_id)
    steps = []
    for origin in origins:
        if said.id in origin.statement_ids and said.document_id != origin.id:
            dated = readable.date(origin.date) if origin.date else ""
            steps.append(Step("Primary source", tuple(Linked(*item) for item in ((origin.label, None), (dated, None)) if item[0])))
    if said.attributed_to:
        steps.append(Step("Said by", claimants(row)))
    about = " · ".join(part for part in (row.publisher, readable.date(row.date) if row.date else "") if part)
    published = [Linked(document_title(row), links.document(said.document_id)), Linked(about)]
    steps.append(Step("Published in", tuple(line for line in published if line.label)))
    retrieved = f" on {readable.date(document.metadata.retrieved)}" if document.metadata.retrieved else ""
    steps.append(Step(f"Retrieved{retrieved}", (Linked(f"{document.name} · sha256 {said.document_id[:8]}…{said.document_id[-4:]}"),)))
    where = f"characters {said.start:,}–{said.end:,}"
    checked = "quote checked against the text" if document.has_text else "text not on this machine"
    steps.append(Step("Passage", (Linked(where, links.span(said.document_id, said.id, said.start)), Linked(checked))))
    read = f"“{said.lexical}” read as {readable.value_text(said)}" if said.lexical and extent_of(said) else ""
    how = f"{said.extractor or 'unnamed extractor'} · confidence {said.confidence:.2f}"
    steps.append(Step("Extracted", tuple(Linked(line) for line in (read, how) if line)))
    found = tuple(Linked(item.message) for item in violations) or (Linked("no violations of the shapes"),)
    steps.append(Step("Validated", found))
    return tuple(steps)


def citation(title: str, row: Row, address: str) -> str:
    """How to cite the fact: the claimant, the claim, the document, the permanent address."""
    who = ", ".join(item.label for item in claimants(row))
    document = document_title(row)
    where = f" in {document}" if document != who else ""
    dated = f" ({row.date})" if row.date else ""
    return f"{title}. Said by {who}{where}{dated}. Lab Facts, {address.rsplit('/fact/', 1)[0]}{links.statement(row.statement.id)}"


def json_ld(title: str, detail: FactDetail, address: str) -> Markup:
    """The fact as schema.org Claims that are PROV entities; `<` is escaped so that no text can end the script element."""
    record = {**fact_claim(detail, title), "url": address}
    return Markup(orjson.dumps(record).decode().replace("<", "\\u003c").replace(">", "\\u003e"))


__all__ = ["Evidence", "Step", "Sum", "alternates", "fact_page", "passages", "provenance", "router"]
