"""Checks, disagreements, primary sources and violations over the JSON API: what holds together and what does not."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from kg.api import records
from kg.api.answers import DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.documents import offset
from kg.api.models import CheckItem, CheckList, DisagreementList, OriginList, ViolationList
from kg.api.statements import fields_of


def router(current: Current) -> APIRouter:
    """Routes of checks, disagreements, origins and violations."""
    routes = APIRouter(route_class=DataRoute, tags=["consistency"])

    @routes.get("/checks", operation_id="list_checks", response_model=CheckList)
    def checks(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        kind: Annotated[str | None, Query(max_length=60)] = None,
        verdict: Annotated[Literal["holds", "does-not-hold", "not-comparable"] | None, Query()] = None,
    ) -> Any:
        """Checks by verdict and kind, each with the statements that went in."""
        catalogue = current.catalogue()
        found = catalogue.checks(kind, verdict, page.cursor, page.limit)
        items = (records.check(row, catalogue.statements_by_id(row.inputs)) for row in found.items)
        return listed(request, page, items, found.next, found.total)

    @routes.get("/checks/{id}", operation_id="get_check", response_model=CheckItem)
    def check(request: Request, id: str, fields: Annotated[Sequence[str], Depends(fields_of)]) -> Any:
        """One check."""
        catalogue = current.catalogue()
        row = catalogue.check(id)
        return single(request, records.check(row, catalogue.statements_by_id(row.inputs)), fields)

    @routes.get("/disagreements", operation_id="list_disagreements", response_model=DisagreementList)
    def disagreements(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        relation: Annotated[Literal["different-scope", "contradicts", "denies", "rounding", "truncation"] | None, Query()] = None,
        subject: Annotated[str | None, Query(description="Entity id.", max_length=200)] = None,
    ) -> Any:
        """Pairs of statements that do not simply agree."""
        found = current.catalogue().disagreements(relation, subject, page.cursor, page.limit)
        return listed(request, page, map(records.disagreement, found.items), found.next, found.total)

    @routes.get("/origins", operation_id="list_origins", response_model=OriginList)
    def origins(request: Request, page: Annotated[Paging, Depends(paging)]) -> Any:
        """Primary sources that statements go back to, by label."""
        rows = current.catalogue().origins()
        start = offset(page.cursor, len(rows))
        end = start + page.limit
        return listed(request, page, map(records.origin, rows[start:end]), str(end) if end < len(rows) else None, len(rows))

    @routes.get("/violations", operation_id="list_violations", response_model=ViolationList)
    def violations(request: Request, page: Annotated[Paging, Depends(paging)]) -> Any:
        """What validation found."""
        rows = current.catalogue().violations()
        start = offset(page.cursor, len(rows))
        end = start + page.limit
        return listed(request, page, map(records.violation, rows[start:end]), str(end) if end < len(rows) else None, len(rows))

    return routes
