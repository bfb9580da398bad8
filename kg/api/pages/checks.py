"""Pages of the checks: all of them in a table, and each with its arithmetic and the passages its inputs stand in."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from kg.api.pages.arithmetic import VERDICTS, sums
from kg.api.pages.fact import passages
from kg.api.pages.site import Alternate, Crumb, Site, render

PAGE = 100


def router(site: Site) -> APIRouter:
    """Routes of the check pages."""
    routes = APIRouter()

    @routes.get("/checks", operation_id="page_checks")
    def page(request: Request, verdict: str = "", kind: str = "", after: str = "") -> Response:
        catalogue = site.catalogue()
        found = catalogue.checks(kind=kind or None, verdict=verdict or None, after=after or None, limit=PAGE)
        query = {key: value for key, value in (("verdict", verdict), ("kind", kind)) if value}
        return render(
            request,
            "checks.html",
            title="Checks",
            crumbs=(Crumb("Checks"),),
            alternates=(Alternate("JSON", f"/api/v1/checks?{urlencode(query)}", "application/json"),),
            section="/checks",
            sums=sums(catalogue, found.items),
            verdicts=[(name, chip.label) for name, chip in VERDICTS.items()],
            verdict=verdict,
            total=found.total,
            next=found.next,
            more=f"/checks?{urlencode(query)}{'&' if query else ''}",
        )

    @routes.get("/check/{identifier}", operation_id="page_check")
    def one(request: Request, identifier: str) -> Response:
        catalogue = site.catalogue()
        check = catalogue.check(identifier)
        item = sums(catalogue, [check])[0]
        return render(
            request,
            "check.html",
            title=f"{item.name}: {item.verdict.label.lower()}",
            crumbs=(Crumb("Checks", "/checks"), Crumb(item.name)),
            alternates=(Alternate("JSON", f"/api/v1/checks/{check.id}", "application/json"),),
            section="/checks",
            item=item,
            evidence=passages(catalogue, [shown.row for shown in item.inputs]),
        )

    return routes
