"""The page of disagreements: pairs of statements of one fact that do not agree, each with its explanation and both passages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import RELATION_WORDS, Chip, Claim, claim
from kg.api.pages.fact import Evidence, passages
from kg.api.pages.site import Alternate, Crumb, Site, lowered, render

PAGE = 40
KINDS = ("contradicts", "denies", "different-scope", "truncation", "rounding")
PLAIN = {
    "contradicts": "cannot both be right",
    "denies": "one denies the other",
    "different-scope": "cover different things",
    "truncation": "digits were cut off",
    "rounding": "one rounds the other",
}


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two claims that differ."""

    title: str
    href: str
    chip: Chip
    left: Claim
    right: Claim
    explanation: str
    evidence: tuple[Evidence, ...]


def router(site: Site) -> APIRouter:
    """Routes of the disagreements page."""
    routes = APIRouter()

    @routes.get("/disagreements", operation_id="page_disagreements")
    def page(request: Request, relation: str = "", subject: str = "", after: str = "") -> Response:
        catalogue = site.catalogue()
        chosen = relation if relation in KINDS else None
        found = catalogue.disagreements(relation=chosen, subject=subject or None, after=after or None, limit=PAGE)
        pairings = []
        for item in found.items:
            title = f"{item.fact.subject}: {lowered(readable.predicate_words(item.fact.predicate))}"
            chip = Chip(*RELATION_WORDS.get(item.pair.relation, (item.pair.relation, "")))
            evidence = tuple(passages(catalogue, [item.left, item.right]))
            pairings.append(
                Pairing(title, links.fact(item.fact.id), chip, claim(item.left), claim(item.right), item.pair.explanation, evidence)
            )
        query = {key: value for key, value in (("relation", chosen or ""), ("subject", subject)) if value}
        return render(
            request,
            "disagreements.html",
            title="Disagreements",
            crumbs=(Crumb("Disagreements"),),
            alternates=(Alternate("JSON", f"/api/v1/disagreements?{urlencode(query)}", "application/json"),),
            section="/disagreements",
            kinds=[(name, f"{RELATION_WORDS[name][0]}: {PLAIN[name]}") for name in KINDS],
            relation=chosen or "",
            subject=subject,
            pairings=pairings,
            total=found.total,
            next=found.next,
            more=f"/disagreements?{urlencode(query)}{'&' if query else ''}",
        )

    return routes
