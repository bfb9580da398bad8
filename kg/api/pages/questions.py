"""The library of questions as a page: each with its parameters, opening in the editor with its answer."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from kg.api.pages.site import Crumb, Site, render
from kg.questions import library

HEADINGS = {"": "Questions", "checks": "Checks", "reports": "Reports", "browse": "Looking around", "construct": "Building graphs"}


def router(site: Site) -> APIRouter:
    """Routes of the library."""
    routes = APIRouter()

    @routes.get("/queries", operation_id="page_queries")
    def page(request: Request) -> Response:
        groups: dict[str, list[tuple[str, object, str]]] = {}
        for name, question in library().items():
            folder = name.rpartition("/")[0]
            filled = {"question": name, **{parameter.name: parameter.example for parameter in question.params}}
            groups.setdefault(folder, []).append((name, question, f"/sparql?{urlencode(filled)}"))
        return render(
            request,
            "queries.html",
            title="Questions",
            crumbs=(Crumb("SPARQL", "/sparql"), Crumb("Questions")),
            section="/sparql",
            groups=[(HEADINGS.get(name, name.capitalize()), found) for name, found in groups.items()],
            total=len(library()),
        )

    return routes
