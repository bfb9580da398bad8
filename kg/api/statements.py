"""Statements over the JSON API: by filter, by id, and the immutable content behind an id."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from kg.api import records
from kg.api.answers import FOREVER, JSON, DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.models import CitationItem, StatementDetails, StatementList
from kg.catalogue import Filter
from kg.citations import Citation, cited


def filtered(
    subject: Annotated[str | None, Query(description="Entity id, such as model/deepseek-v3.", max_length=200)] = None,
    predicate: Annotated[str | None, Query(description="Local name of a property, such as trainingCost.", max_length=100)] = None,
    object: Annotated[str | None, Query(description="Entity id.", max_length=200)] = None,
    entity: Annotated[str | None, Query(description="Entity id: subject, object or claimant.", max_length=200)] = None,
    claimant: Annotated[str | None, Query(description="Entity id of who is said to say it.", max_length=200)] = None,
    document: Annotated[str | None, Query(description="Sha256 of the document.", max_length=64)] = None,
    status: Annotated[Literal["asserted", "estimated", "alleged", "denied"] | None, Query()] = None,
    unit: Annotated[str | None, Query(description="Such as USD or GPU-hour.", max_length=40)] = None,
    fact: Annotated[str | None, Query(description="Fact id.", max_length=64)] = None,
    date: Annotated[str | None, Query(description="The statement's own date lies in this day, month or year.", max_length=10)] = None,
    date_from: Annotated[str | None, Query(description="The statement's own date is this or later, ISO 8601.", max_length=10)] = None,
    date_to: Annotated[str | None, Query(description="The statement's own date is this or earlier, ISO 8601.", max_length=10)] = None,
    min: Annotated[float | None, Query(description="Base units; ranges overlap.", allow_inf_nan=False)] = None,
    max: Annotated[float | None, Query(description="Base units; ranges overlap.", allow_inf_nan=False)] = None,
    as_of: Annotated[str | None, Query(description="Only what documents published by then say.", max_length=10)] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    quarantined: Annotated[bool | None, Query(description="True lists what validation holds back.")] = None,
) -> Filter:
    """The filters of a list of statements."""
    return Filter(
        subject, predicate, object, entity, claimant, document, status, unit, fact, date_from or date, date_to or date, min, max, as_of,
        min_confidence, quarantined,
    )  # fmt: skip


def cite(request: Request, citation: Citation, style: Literal["json", "text", "bibtex", "csl"]) -> Response:
    """A citation in one style, or all three as JSON."""
    match style:
        case "text":
            return Response(citation.text + "\n", media_type="text/plain")
        case "bibtex":
            return Response(citation.bibtex + "\n", media_type="application/x-bibtex")
        case "csl":
            return Response(orjson.dumps([citation.csl]), media_type="application/vnd.citationstyles.csl+json")
    return single(request, asdict(citation))


def fields_of(
    fields: Annotated[str | None, Query(description="Only these members, separated by commas.", max_length=500)] = None,
) -> Sequence[str]:
    """The `fields` parameter of a single record."""
    return tuple(name.strip() for name in (fields or "").split(",") if name.strip())


def router(current: Current) -> APIRouter:
    """Routes of statements."""
    routes = APIRouter(route_class=DataRoute, tags=["statements"])

    @routes.get("/statements", operation_id="list_statements", response_model=StatementList)
    def statements(request: Request, page: Annotated[Paging, Depends(paging)], filter: Annotated[Filter, Depends(filtered)]) -> Any:
        """Statements, by document and place in it."""
        found = current.catalogue().statements(filter, page.cursor, page.limit)
        return listed(request, page, map(records.statement, found.items), found.next, found.total)

    @routes.get("/statements/{id}", operation_id="get_statement", response_model=StatementDetails)
    def statement(request: Request, id: str, fields: Annotated[Sequence[str], Depends(fields_of)]) -> Any:
        """One statement with its pairs, checks and violations."""
        return single(request, records.statement_detail(current.catalogue().statement(id)), fields)

    @routes.get("/statements/{id}/content", operation_id="get_statement_content")
    def content(id: str) -> Response:
        """What the statement's id is the hash of; never changes."""
        said = current.catalogue().statement(id).row.statement
        return Response(orjson.dumps(records.content(said)), media_type=JSON, headers={"Cache-Control": FOREVER})

    @routes.get("/statements/{id}/citation", operation_id="cite_statement", response_model=CitationItem)
    def citation(request: Request, id: str, style: Literal["json", "text", "bibtex", "csl"] = "json") -> Any:
        """How to cite it."""
        return cite(request, cited(current.catalogue().statement(id).row), style)

    return routes
