"""Facts over the JSON API: what all statements about one thing amount to, with every one of them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from kg.api import records
from kg.api.answers import DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.models import CitationItem, FactDetails, FactList
from kg.api.statements import cite, fields_of
from kg.citations import cited
from kg.errors import UnknownName


def router(current: Current) -> APIRouter:
    """Routes of facts."""
    routes = APIRouter(route_class=DataRoute, tags=["facts"])

    @routes.get("/facts", operation_id="list_facts", response_model=FactList)
    def facts(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        subject: Annotated[str | None, Query(description="Entity id.", max_length=200)] = None,
        predicate: Annotated[str | None, Query(max_length=100)] = None,
        relation: Annotated[str | None, Query(description="The worst among the fact's pairs, such as contradicts.", max_length=40)] = None,
        entity: Annotated[str | None, Query(description="Entity id: subject or object.", max_length=200)] = None,
    ) -> Any:
        """Facts by subject and predicate, each with the statement to show first."""
        catalogue = current.catalogue()
        found = catalogue.facts(subject, predicate, relation, entity, page.cursor, page.limit)
        shown = {row.statement.id: row for row in catalogue.statements_by_id(fact.representative for fact in found.items)}
        items = (records.fact(fact, shown.get(fact.representative)) for fact in found.items)
        return listed(request, page, items, found.next, found.total)

    @routes.get("/facts/{id}", operation_id="get_fact", response_model=FactDetails)
    def fact(request: Request, id: str, fields: Annotated[Sequence[str], Depends(fields_of)]) -> Any:
        """One fact with its statements, pairs, checks and primary sources."""
        return single(request, records.fact_detail(current.catalogue().fact(id)), fields)

    @routes.get("/facts/{id}/citation", operation_id="cite_fact", response_model=CitationItem)
    def citation(request: Request, id: str, style: Literal["json", "text", "bibtex", "csl"] = "json") -> Any:
        """How to cite its leading statement."""
        row = records.leading(current.catalogue().fact(id))
        if row is None:
            raise UnknownName("statement of the fact", id)
        return cite(request, cited(row), style)

    return routes
