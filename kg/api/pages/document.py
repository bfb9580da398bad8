"""A document's page: its text with every span marked, the statements beside it, what it says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import claim
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.api.pages.texts import shown
from kg.catalogue import Filter, Row
from kg.passages import Segment, content_span, segments
from kg.text import Text

MOST = 5000
PARAGRAPH_ENDS = frozenset('.!?:”"…。！？')
REPAIRED, UNCERTAIN = "~repaired", "~uncertain"


@dataclass(frozen=True, slots=True)
class Source:
    """A primary source and how many statements of this document go back to it."""

    label: str
    date: str | None
    here: int


def router(site: Site) -> APIRouter:
    """Routes of the document pages."""
    routes = APIRouter()

    @routes.get("/document/{sha}", operation_id="page_document")
    def page(request: Request, sha: str, view: str = "") -> Response:
        catalogue = site.catalogue()
        document, texts = shown(catalogue, sha)
        rows = catalogue.statements(Filter(document=document.id), limit=MOST).items
        as_read = texts.text if texts is not None and view != "raw" else None
        title = document.metadata.title or document.name
        here = {row.statement.id for row in rows}
        sources = [
            Source(origin.label, origin.date, len(here.intersection(origin.statement_ids)))
            for origin in catalogue.origins()
            if document.id in origin.document_ids and origin.label != title
        ]
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
            segments=None if texts is None else marked(texts.raw, as_read, rows),
            as_read=as_read,
            has_reading=texts is not None and texts.text is not None,
            statements=[(claim(row), readable.sentence(row.statement)) for row in rows],
            origins=sources,
            facts=len({row.fact_id for row in rows}),
            links=links,
        )

    return routes


def marked(raw: str, text: Text | None, rows: Sequence[Row]) -> tuple[Segment, ...]:
    """The text cut at all spans; repaired and uncertain characters are spans named REPAIRED and UNCERTAIN."""
    if text is None:
        return segments(raw, [(row.statement.id, row.statement.start, row.statement.end) for row in rows])
    spans = []
    for row in rows:
        inside = content_span(text, row.statement.start, row.statement.end)
        if inside is not None:
            spans.append((row.statement.id, *inside))
    spans += [(REPAIRED, start, end) for start, end in text.repaired]
    spans += [(UNCERTAIN, item.start, item.end) for item in text.uncertain]
    return spaced(segments(text.content, spans))


def spaced(cut: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments of a text as read with its paragraphs apart: one empty line after each, none at the beginning."""
    made: list[Segment] = []
    before = "\n\n"
    for item in cut:
        letters = []
        for letter in item.text:
            if letter == "\n":
                if before.endswith("\n\n"):
                    continue
                if before[-1:] in PARAGRAPH_ENDS:
                    letters.append("\n")
                    before += "\n"
            letters.append(letter)
            before = before[-1:] + letter
        made.append(Segment("".join(letters), item.ids, item.begins))
    return tuple(item for item in made if item.text or item.begins)
