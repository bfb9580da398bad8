"""A document's page: its text with every span marked, the statements beside it, what it says of itself."""

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import claim
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.catalogue import Filter
from kg.passages import segments

MOST = 5000


def router(site: Site) -> APIRouter:
    """Routes of the document pages."""
    routes = APIRouter()

    @routes.get("/document/{sha}", operation_id="page_document")
    def page(request: Request, sha: str) -> Response:
        catalogue = site.catalogue()
        detail = catalogue.document(sha)
        document = detail.row
        rows = catalogue.statements(Filter(document=document.id), limit=MOST).items
        spans = [(row.statement.id, row.statement.start, row.statement.end) for row in rows]
        title = document.metadata.title or document.name
        sources = [origin for origin in catalogue.origins() if document.id in origin.document_ids and origin.id != document.id]
        return render(
            request,
            "document.html",
            title=title,
            crumbs=(Crumb("Documents", "/documents"), Crumb(title)),
            alternates=(
                Alternate("JSON", f"/document/{document.id}.json", "application/json"),
                Alternate("JSON-LD", f"/document/{document.id}.jsonld", "application/ld+json"),
                Alternate("Turtle", f"/document/{document.id}.ttl", "text/turtle"),
                Alternate("CSV", f"/document/{document.id}.csv", "text/csv"),
            ),
            section="/documents",
            document=document,
            segments=None if detail.raw is None else segments(detail.raw, spans),
            statements=[(claim(row), readable.sentence(row.statement)) for row in rows],
            origins=sources,
            facts=len({row.fact_id for row in rows}),
            links=links,
        )

    return routes
