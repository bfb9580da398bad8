"""The page of validation: what the shapes found, with the passages, and the statements kept back."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import claim
from kg.api.pages.fact import passages
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.catalogue import Filter

MOST = 300
SEVERITY = {"violation": "bad", "warning": "warn", "info": ""}


def router(site: Site) -> APIRouter:
    """Routes of the validation page."""
    routes = APIRouter()

    @routes.get("/validation", operation_id="page_validation")
    def page(request: Request, severity: str = "") -> Response:
        catalogue = site.catalogue()
        every = catalogue.violations()
        chosen = [item for item in every if not severity or item.severity == severity][:MOST]
        rows = {row.statement.id: row for row in catalogue.statements_by_id({item.statement_id for item in chosen})}
        found = []
        others: Counter[tuple[str, str, str]] = Counter()
        for item in chosen:
            if not item.statement_id:
                others[item.severity, _name(item.shape), item.message] += 1
            row = rows.get(item.statement_id)
            if row is not None:
                found.append((item, SEVERITY.get(item.severity, ""), readable.sentence(row.statement), passages(catalogue, [row])[0]))
        quarantined = catalogue.statements(Filter(quarantined=True), limit=MOST)
        return render(
            request,
            "validation.html",
            title="Validation",
            crumbs=(Crumb("Validation"),),
            alternates=(Alternate("JSON", "/api/v1/violations", "application/json"),),
            section="/validation",
            found=found,
            others=[
                (severity, SEVERITY.get(severity, ""), shape, message, number, _where(shape))
                for (severity, shape, message), number in sorted(others.items())
            ],
            total=len(every),
            counts=sorted(Counter(item.severity for item in every).items()),
            severity=severity,
            quarantined=[(claim(row), readable.sentence(row.statement)) for row in quarantined.items],
            counts_of=catalogue.release().counts,
            statement_link=links.statement,
        )

    return routes


def _name(shape: str) -> str:
    """The last part of a shape's IRI."""
    return shape.rpartition("/")[2].rpartition("#")[2]


def _where(shape: str) -> tuple[str, str]:
    """Where the things are that a shape is about: address and words; the shape's name begins with its class."""
    kind = shape.partition("-")[0]
    return {"fact": ("/disagreements", "Disagreements"), "check": ("/checks?verdict=does-not-hold", "Checks that do not hold"),
            "document": ("/documents", "Documents")}.get(kind, ("/api/v1/violations", "All findings as data"))  # fmt: skip
