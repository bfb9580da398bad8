"""Entities over the JSON API: by type or name, by id."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from kg.api import records
from kg.api.answers import DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.models import EntityItem, EntityList
from kg.api.statements import fields_of

Type = Literal["organisation", "model", "chip", "cluster", "person", "place", "benchmark", "publication", "concept", "document"]


def router(current: Current) -> APIRouter:
    """Routes of entities."""
    routes = APIRouter(route_class=DataRoute, tags=["entities"])

    @routes.get("/entities", operation_id="list_entities", response_model=EntityList)
    def entities(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        type: Annotated[Type | None, Query()] = None,
        q: Annotated[str | None, Query(description="Part of a name, in any script.", max_length=200)] = None,
    ) -> Any:
        """Entities by label."""
        found = current.catalogue().entities(type, q, page.cursor, page.limit)
        return listed(request, page, map(records.entity, found.items), found.next, found.total)

    @routes.get("/entities/{type}/{slug}", operation_id="get_entity", response_model=EntityItem)
    def entity(request: Request, type: str, slug: str, fields: Annotated[Sequence[str], Depends(fields_of)]) -> Any:
        """One entity; its facts are at /api/v1/facts?entity=."""
        return single(request, records.entity(current.catalogue().entity(f"{type}/{slug}")), fields)

    return routes
