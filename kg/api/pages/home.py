"""The first page: what this is, search, the most contested facts, the newest documents, a path drawn, the release in numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import (
    STRIP_WIDTH,
    Chip,
    distinct_objects,
    extent_of,
    fact_chip,
    fact_title,
    leading,
    relations_to,
    scale_of,
    summary_strip,
)
from kg.api.pages.path import Drawn, drawn
from kg.api.pages.site import Alternate, Site, render
from kg.catalogue import Catalogue, DocumentRow, FactDetail
from kg.network import Connections, connections

CONTESTED = 5
NEWEST = 5
EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Contested:
    """A fact on which sources differ."""

    title: tuple[readable.Part, ...]
    href: str
    chip: Chip
    strip: str
    spread: str
    statements: int
    origins: int


@dataclass(frozen=True, slots=True)
class Start:
    """What the first page shows of a release."""

    contested: tuple[Contested, ...]
    newest: tuple[DocumentRow, ...]
    examples: tuple[tuple[str, str], ...]
    path: Drawn | None
    path_ends: tuple[str, str] | None
    path_href: str


def router(site: Site) -> APIRouter:
    """Route of the first page. What it shows is gathered once a release."""
    routes = APIRouter()
    kept: dict[str, Start] = {}

    @routes.get("/", operation_id="page_home")
    def page(request: Request) -> Response:
        catalogue = site.catalogue()
        key = str(catalogue.path)
        if key not in kept:
            fresh = start(catalogue)
            kept.clear()
            kept[key] = fresh
        release = catalogue.release()
        return render(
            request,
            "home.html",
            title="Lab Facts: what is said about AI labs, by whom, and where",
            alternates=(Alternate("Release as JSON", "/api/v1/release", "application/json"),),
            start=kept[key],
            counts=release.counts,
            release=release,
        )

    return routes


def start(catalogue: Catalogue) -> Start:
    """Gather what the first page shows."""
    ends = [next(iter(catalogue.named(name)), None) for name in readable.tables()["start"]["path"]]
    path, names, href = None, None, "/path"
    if ends[0] is not None and ends[1] is not None:
        found = _telling(connections(catalogue, ends[0].id, ends[1].id, int(readable.tables()["start"]["steps"]), 40))
        names = (ends[0].label, ends[1].label)
        href = f"/path?start={ends[0].id}&end={ends[1].id}"
        path = drawn(catalogue, found, ends[0].id) if found.items else None
    documents = sorted(catalogue.documents(), key=lambda row: (row.metadata.date or "", row.id), reverse=True)
    return Start(contested(catalogue), tuple(documents[:NEWEST]), examples(catalogue), path, names, href)


def _telling(found: Connections) -> Connections:
    """The first ways that do not lead over a place: that two labs are in one country connects them to everyone."""
    items = [way for way in found.items if not any(links.type_of(step.end) == "place" for step in way.steps)]
    return replace(found, items=tuple((items or list(found.items))[:6]))


def contested(catalogue: Catalogue) -> tuple[Contested, ...]:
    """The facts on which sources differ most: contradicted and denied ones first, then those with the most statements."""
    found: dict[str, FactDetail] = {}
    for relation in ("contradicts", "denies", "truncation", "rounding"):
        for item in catalogue.disagreements(relation=relation, limit=60).items:
            if item.fact.id not in found:
                found[item.fact.id] = catalogue.fact(item.fact.id)
    ranked = sorted(found.values(), key=_weight, reverse=True)
    return tuple(_shown(detail) for detail in _varied(ranked))


def _weight(detail: FactDetail) -> tuple[int, int, int, str]:
    """Many readings in many documents are more of a contest than one source against another."""
    fact = detail.fact
    sharp = 3 if fact.status in ("contradicted", "disputed") else 0
    figures = 3 if extent_of(detail.statements[0].statement) else 0
    return (sharp + figures + 2 * min(fact.readings, 6) + 2 * min(fact.documents, 6), fact.origins, fact.documents, fact.id)


def _varied(ranked: Iterable[FactDetail]) -> list[FactDetail]:
    """At most two facts of one subject, so that one model does not fill the page."""
    seen: dict[str, int] = {}
    chosen: list[FactDetail] = []
    for detail in ranked:
        subject = detail.fact.subject_id
        if seen.get(subject, 0) < 2 and len(chosen) < CONTESTED:
            seen[subject] = seen.get(subject, 0) + 1
            chosen.append(detail)
    return chosen


def _shown(detail: FactDetail) -> Contested:
    lead = leading(detail.statements, detail.fact.representative)
    relations = relations_to(lead, detail.statements, detail.pairs)
    strip = summary_strip(detail.statements, relations, scale_of(detail.statements), lead.statement.id, STRIP_WIDTH)
    extents = [(extent, row.statement.unit) for row in detail.statements if (extent := extent_of(row.statement))]
    low, high = min((extent[0] for extent, _ in extents), default=0.0), max((extent[1] for extent, _ in extents), default=0.0)
    spread = readable.quantity(None, extents[0][1], low, high) if extents and low != high else ""
    if not extents:
        said = [readable.value_text(row.statement) for row in distinct_objects(detail.statements)]
        spread = " or ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "") if len(said) > 1 else ""
    chip = Chip("Sources differ", "warn") if detail.fact.status == "agreed" else fact_chip(detail.fact)
    title = fact_title(detail.statements, detail.fact.representative)
    fact = detail.fact
    return Contested(title, links.fact(fact.id), chip, strip, spread, fact.statements, fact.origins)


def examples(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """The entities most is said about."""
    kinds = ("model", "organisation", "chip", "cluster", "person")
    rows = [row for kind in kinds for row in catalogue.entities(type=kind, limit=400).items]
    ranked = sorted(rows, key=lambda row: (-(row.as_subject + row.as_object), row.id))
    return tuple((row.label, links.entity(row.id)) for row in ranked[:EXAMPLES])
