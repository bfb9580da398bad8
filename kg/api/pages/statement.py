"""A statement's permanent page: what one source says, in which words, and how it stands to the others."""

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.arithmetic import sums
from kg.api.pages.claims import claim, fact_chip
from kg.api.pages.fact import alternates, passages, provenance
from kg.api.pages.site import Crumb, Site, render


def router(site: Site) -> APIRouter:
    """Routes of the statement pages."""
    routes = APIRouter()

    @routes.get("/statement/{identifier}", operation_id="page_statement")
    def page(request: Request, identifier: str) -> Response:
        catalogue = site.catalogue()
        detail = catalogue.statement(identifier)
        said = detail.row.statement
        fact = catalogue.fact(detail.row.fact_id) if detail.row.fact_id and not detail.row.quarantined else None
        others = {row.statement.id: row for row in fact.statements} if fact else {}
        related = []
        for pair in detail.pairs:
            other = others.get(pair.right if pair.left == said.id else pair.left)
            if other is not None:
                related.append((claim(other, pair.relation), pair.explanation))
        section = links.section_of(links.type_of(said.subject_id))
        return render(
            request,
            "statement.html",
            title=readable.plain(readable.sentence(said)),
            crumbs=(Crumb(section[1], section[0]), Crumb(said.subject, links.entity(said.subject_id)), Crumb("Statement")),
            alternates=alternates(f"/statement/{identifier}")[:3],
            section=section[0],
            claim=claim(detail.row),
            shown=passages(catalogue, [detail.row])[0],
            fact=fact.fact if fact else None,
            chip=fact_chip(fact.fact) if fact else None,
            related=related,
            sums=sums(catalogue, detail.checks),
            violations=detail.violations,
            steps=provenance(catalogue, detail.row, fact.origins if fact else (), detail.violations),
            record=said.to_json() if catalogue.document_row(said.document_id).has_text else {**said.to_json(), "quote": None},
        )

    return routes
