"""Search, suggestions, paths and the release over the JSON API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from kg.api import records
from kg.api.answers import DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.models import EntityList, HitList, PathList, ReleaseItem
from kg.naming import entity_named
from kg.network import MOST_STEPS, connections


def router(current: Current) -> APIRouter:
    """Routes that find things."""
    routes = APIRouter(route_class=DataRoute, tags=["finding"])

    @routes.get("/search", operation_id="search", response_model=HitList)
    def search(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        q: Annotated[str, Query(description="Words in any script: names, aliases, quotes, titles.", min_length=1, max_length=200)],
    ) -> Any:
        """Entities, documents and statements that hold every word."""
        return listed(request, page, map(records.hit, current.catalogue().search(q, page.limit)))

    @routes.get("/suggest", operation_id="suggest", response_model=EntityList)
    def suggest(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        q: Annotated[str, Query(description="The beginning of a name.", min_length=1, max_length=200)],
    ) -> Any:
        """Entities whose names begin so, or else hold it, the most mentioned first."""
        return listed(request, page, map(records.entity, current.catalogue().suggest(q, min(page.limit, 50))))

    @routes.get("/paths", operation_id="find_paths", response_model=PathList)
    def paths(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        start: Annotated[str, Query(alias="from", description="Entity id, name or alias.", min_length=1, max_length=200)],
        end: Annotated[str, Query(alias="to", description="Entity id, name or alias.", min_length=1, max_length=200)],
        max_steps: Annotated[int, Query(ge=1, le=MOST_STEPS)] = 4,
    ) -> Any:
        """Every way between two entities, shortest first, each step with its statements."""
        catalogue = current.catalogue()
        found = connections(catalogue, entity_named(catalogue, start).id, entity_named(catalogue, end).id, max_steps, min(page.limit, 200))
        used = {id for way in found.items for step in way.steps for relation in step.relations for id in relation.statements}
        rows = {row.statement.id: row for row in catalogue.statements_by_id(sorted(used))}
        return listed(request, page, records.connections(found, rows), more=found.more)

    @routes.get("/release", operation_id="get_release", response_model=ReleaseItem)
    def release(request: Request) -> Any:
        """What is loaded: its hash and counts."""
        found = current.catalogue().release()
        return single(request, {"hash": current.name(), "version": found.version, "counts": dict(found.counts)})

    return routes
