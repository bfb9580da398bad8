"""A document's page: its text with every span marked, the statements beside it, what it says of itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import claim
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.api.pages.texts import shown
from kg.catalogue import Row
from kg.passages import Segment, content_span, segments
from kg.text import Text

PARAGRAPH_ENDS = frozenset('.!?:”"…。！？')
REPAIRED, UNCERTAIN = "~repaired", "~uncertain"


@dataclass(frozen=True, slots=True)
class Part:
    """The half-open raw range shown of a document, and the beginnings of the parts before and after it, None where there is none."""

    start: int
    end: int
    before: int | None
    after: int | None


def router(site: Site) -> APIRouter:
    """Routes of the document pages."""
    routes = APIRouter()

    @routes.get("/document/{sha}", operation_id="page_document")
    def page(request: Request, sha: str, view: str = "", at: int = 0) -> Response:
        catalogue = site.catalogue()
        document, texts = shown(catalogue, sha)
        part = part_of(document.size if texts is None else len(texts.raw), at)
        rows = catalogue.statements_between(document.id, part.start, part.end)
        as_read = texts.text if texts is not None and view != "raw" else None
        title = document.metadata.title or document.name
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
            segments=None if texts is None else marked(texts.raw, as_read, rows, part),
            as_read=as_read,
            has_reading=texts is not None and texts.text is not None,
            statements=[(claim(row), readable.sentence(row.statement)) for row in rows],
            sources=[source for source in catalogue.sources_of(document.id) if source[0] != title],
            facts=len({row.fact_id for row in rows}),
            part=part,
            links=links,
        )

    return routes


def part_of(length: int, at: int) -> Part:
    """The part of a document of that length in which the character `at` lies."""
    last = max(length - 1, 0) // links.PART * links.PART
    start = min(max(at, 0) // links.PART * links.PART, last)
    return Part(
        start, min(start + links.PART, max(length, 1)), start - links.PART if start else None, start + links.PART if start < last else None
    )


def marked(raw: str, text: Text | None, rows: Sequence[Row], part: Part) -> tuple[Segment, ...]:
    """The part's text cut at all spans; repaired and uncertain characters are spans named REPAIRED and UNCERTAIN."""
    spans = [(row.statement.id, row.statement.start, row.statement.end) for row in rows]
    if text is None:
        return segments(raw[part.start : part.end], _inside(spans, part.start, part.end))
    whole = content_span(text, part.start, part.end) or (0, 0)
    placed = [(name, *inside) for name, start, end in spans if (inside := content_span(text, start, end)) is not None]
    placed += [(REPAIRED, start, end) for start, end in text.repaired]
    placed += [(UNCERTAIN, item.start, item.end) for item in text.uncertain]
    return spaced(segments(text.content[whole[0] : whole[1]], _inside(placed, *whole)))


def _inside(spans: Iterable[tuple[str, int, int]], start: int, end: int) -> list[tuple[str, int, int]]:
    """The spans as far as they lie in [start, end), counted from its start."""
    return [(name, max(left, start) - start, min(right, end) - start) for name, left, right in spans if left < end and right > start]


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
