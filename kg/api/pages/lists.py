"""Lists: entities of one type with their leading facts as columns, and documents by date."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import Linked, extent_of, leading, reading
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.catalogue import Catalogue, EntityRow, Page, Row

PAGE = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A column's value for an entity; `sort` is what the table orders by."""

    values: tuple[Linked, ...] = ()
    sort: float | str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entity in a list."""

    entity: EntityRow
    href: str
    cells: tuple[Cell, ...]


def router(site: Site) -> APIRouter:
    """Routes of the lists."""
    routes = APIRouter()

    def listing(request: Request, kind: str, q: str, after: str | None) -> Response:
        catalogue = site.catalogue()
        page = catalogue.entities(type=kind, q=q or None, after=after or None, limit=PAGE)
        columns = tuple(readable.tables()["lists"].get(kind, ()))
        href, title = links.section_of(kind)
        return render(
            request,
            "list.html",
            title=title,
            crumbs=(Crumb(title),),
            alternates=(
                Alternate("JSON", f"/api/v1/entities?type={kind}", "application/json"),
                Alternate("CSV", f"/api/v1/entities.csv?type={kind}", "text/csv"),
            ),
            section=href,
            kind=kind,
            href=href,
            q=q,
            columns=[readable.predicate_words(name) for name in columns],
            rows=rows(catalogue, _ranked(page), columns),
            total=page.total,
            next=page.next,
            first=not after,
        )

    def section(kind: str) -> Callable[[Request, str, str], Response]:
        def page(request: Request, q: str = "", after: str = "") -> Response:
            return listing(request, kind, q, after)

        return page

    for kind, (address, _) in links.SECTIONS.items():
        routes.add_api_route(address, section(kind), methods=["GET"], operation_id=f"page_list_{kind}", response_model=None)

    @routes.get("/things/{kind}", operation_id="page_list")
    def things(request: Request, kind: str, q: str = "", after: str = "") -> Response:
        return listing(request, kind, q, after)

    @routes.get("/documents", operation_id="page_documents")
    def documents(request: Request) -> Response:
        found = sorted(site.catalogue().documents(), key=lambda row: (row.metadata.date or "", row.name), reverse=True)
        return render(
            request,
            "documents.html",
            title="Documents",
            crumbs=(Crumb("Documents"),),
            alternates=(Alternate("JSON", "/api/v1/documents", "application/json"),),
            section="/documents",
            documents=found,
        )

    return routes


def _ranked(page: Page[EntityRow]) -> tuple[EntityRow, ...]:
    """A list that fits one page begins with what most is said about; a longer one stays in the order of names."""
    if page.next is not None or len(page.items) < page.total:
        return page.items
    return tuple(sorted(page.items, key=lambda row: -(row.as_subject + row.as_object)))


def rows(catalogue: Catalogue, entities: tuple[EntityRow, ...], columns: tuple[str, ...]) -> list[Listed]:
    """The entities with what is said for each column."""
    said: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in catalogue.statements_about([entity.id for entity in entities], columns):
        said[row.statement.subject_id, row.statement.predicate].append(row)
    return [
        Listed(entity, links.entity(entity.id), tuple(_cell(said.get((entity.id, name), [])) for name in columns)) for entity in entities
    ]


def _cell(rows: list[Row]) -> Cell:
    if not rows:
        return Cell()
    whole = [row for row in rows if row.statement.qualifiers.get("stage", "full-training") == "full-training"]
    lead = leading(whole or rows)
    extent = extent_of(lead.statement)
    if extent is not None:
        return Cell((Linked(readable.value_text(lead.statement), links.fact(lead.fact_id)),), extent[0])
    seen: dict[object, Row] = {}
    for row in [lead, *rows]:
        if row.statement.status != "denied":
            seen.setdefault(reading(row.statement), row)
    shown = list(seen.values())[: 1 if lead.statement.predicate.endswith("Date") else 3]
    values = tuple(Linked(readable.value_text(row.statement), links.fact(row.fact_id)) for row in shown)
    return Cell(values, lead.statement.object or "")
