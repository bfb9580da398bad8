"""Search: the page of results, and the suggestions under every search box."""

from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.catalogue import Hit

MOST = 60
LONGEST = 200


def router(site: Site) -> APIRouter:
    """Routes of search."""
    routes = APIRouter()

    @routes.get("/search", operation_id="page_search")
    def page(request: Request, q: str = "") -> Response:
        catalogue = site.catalogue()
        asked = q.strip()[:LONGEST]
        hits = catalogue.search(asked, MOST) if asked else ()
        rows = {row.statement.id: row for row in catalogue.statements_by_id(hit.id for hit in hits if hit.kind == "statement")}
        said = []
        for hit in hits:
            if hit.kind == "statement" and hit.id in rows:
                row = rows[hit.id]
                said.append((readable.sentence(row.statement), links.statement(hit.id), row.title or row.statement.document))
        return render(
            request,
            "search.html",
            title=f"Search: {asked}" if asked else "Search",
            crumbs=(Crumb("Search"),),
            alternates=(Alternate("JSON", f"/api/v1/search?{urlencode({'q': asked})}", "application/json"),) if asked else (),
            q=asked,
            entities=[(hit, links.entity(hit.id), links.type_of(hit.id)) for hit in hits if hit.kind == "entity"],
            documents=[(hit, links.document(hit.id)) for hit in hits if hit.kind == "document"],
            statements=said,
            full=len(hits) >= MOST,
        )

    @routes.get("/suggest", operation_id="page_suggest")
    def suggest(q: str = "") -> Response:
        asked = q.strip()[:LONGEST]
        catalogue = site.catalogue()
        found = [
            {"id": row.id, "label": row.label, "kind": links.type_words(row.type), "href": links.entity(row.id)}
            for row in (catalogue.suggest(asked, 8) if asked else ())
        ]
        if len(found) < 4 and len(asked) > 2:
            documents: list[Hit] = [hit for hit in catalogue.search(asked, 40) if hit.kind == "document"]
            found += [{"id": hit.id, "label": hit.label, "kind": "Document", "href": links.document(hit.id)} for hit in documents[:4]]
        return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "max-age=60"})

    return routes
