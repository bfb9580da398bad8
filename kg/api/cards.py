"""A fact as a small card for other people's pages: its sentence, value, standing and source, and whether a pinned statement still leads."""

from dataclasses import dataclass

from kg import iris, readable
from kg.api.pages.claims import claimants, document_title, fact_chip, fact_title
from kg.api.records import leading
from kg.catalogue import Catalogue, FactDetail, Row
from kg.errors import UnknownName
from kg.statements import Statement

DISPUTED = ("contradicted", "disputed", "denied")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. `state`: "current", "disputed" (sources contradict each other) or "superseded" (pinned, and no longer leading).

    `chip`: the fact's standing in words, `kind` its colour: good, warn, bad or "". `now`: what leads instead of a superseded statement.
    """

    fact: str
    statement: str
    iri: str
    title: str
    subject: str
    predicate: str
    value: str
    status: str
    state: str
    chip: str
    kind: str
    claimants: str
    document: str
    date: str
    quote: str
    statements: int
    documents: int
    now: str
    page: str
    statementPage: str


def same_reading(left: Statement, right: Statement) -> bool:
    """Whether two statements say the same value."""
    one, other = ((item.value, item.low, item.high, item.unit, item.object_id or item.object) for item in (left, right))
    return one == other


def card(detail: FactDetail, pin: str | None, base: str) -> Card:
    """The card of a fact, showing the pinned statement if one is given; `base` is the address of the service.

    Raises: UnknownName for a pinned statement that is not of this fact.
    """
    lead = leading(detail)
    if lead is None:
        raise UnknownName("statement of the fact", detail.fact.id)
    shown: Row = lead
    if pin is not None:
        found = next((row for row in detail.statements if row.statement.id == pin), None)
        if found is None:
            raise UnknownName("statement", pin, (row.statement.id for row in detail.statements))
        shown = found
    said = shown.statement
    superseded = pin is not None and not same_reading(said, lead.statement)
    state = "superseded" if superseded else "disputed" if detail.fact.status in DISPUTED else "current"
    chip = fact_chip(detail.fact)
    return Card(
        fact=detail.fact.id,
        statement=said.id,
        iri=iris.statement(said.id) if pin else iris.fact(detail.fact.id),
        title=readable.plain(fact_title(detail.statements, detail.fact.representative) if pin is None else readable.sentence(said)),
        subject=said.subject,
        predicate=readable.predicate_words(said.predicate),
        value=readable.value_text(said) or said.quote,
        status=said.status,
        state=state,
        chip=chip.label,
        kind=chip.kind,
        claimants=", ".join(item.label for item in claimants(shown)),
        document=document_title(shown),
        date=shown.date or "",
        quote=said.quote,
        statements=detail.fact.statements,
        documents=detail.fact.documents,
        now=readable.value_text(lead.statement) if superseded else "",
        page=f"{base}/fact/{detail.fact.id}",
        statementPage=f"{base}/statement/{said.id}",
    )


def found(catalogue: Catalogue, id: str) -> tuple[FactDetail, str | None]:
    """The fact behind a fact's or a statement's id, and the statement's id when it was one.

    Raises: UnknownName.
    """
    try:
        return catalogue.fact(id), None
    except UnknownName as error:
        try:
            row = catalogue.statement(id).row
        except UnknownName:
            raise error from None
        return catalogue.fact(row.fact_id), id
