"""What every page shares: the catalogue in use, one cached Jinja environment, the security headers, the rendered response."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from kg import __version__, readable
from kg.api.pages import links
from kg.catalogue import Catalogue

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
NAVIGATION = (
    ("/labs", "Labs"),
    ("/models", "Models"),
    ("/chips", "Chips"),
    ("/clusters", "Clusters"),
    ("/people", "People"),
    ("/documents", "Documents"),
    ("/path", "Paths"),
    ("/disagreements", "Disagreements"),
    ("/charts", "Charts"),
    ("/sparql", "SPARQL"),
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the routers are given: `catalogue` returns the read model of the release in use."""

    catalogue: Callable[[], Catalogue]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumbs; the last one has no address."""

    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content as data."""

    label: str
    href: str
    media_type: str


@cache
def environment() -> Environment:
    """The Jinja environment: everything escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        date=readable.date,
        predicate=readable.predicate_words,
        lowered=lowered,
        count=count,
        dict_json=lambda table: json.dumps(dict(table)),
        svg=Markup,
    )
    made.globals.update(links=links, static=static, navigation=NAVIGATION, version=__version__)
    return made


@cache
def static(name: str) -> str:
    """The address of a static file, changing with its content so that it may be cached for long."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "statement"), count(1200, "statement")
    ('1 statement', '1,200 statements')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def dict_json(table: Mapping[str, str]) -> str:
    """A table for a script to read from an attribute."""
    return json.dumps(dict(table), ensure_ascii=False)


def lowered(words: str) -> str:
    """The words as they stand inside a sentence: the first letter small, unless the first word is an acronym or a name with digits.

    >>> lowered("Training cost"), lowered("GPU hours"), lowered("Pre-training, on H800")
    ('training cost', 'GPU hours', 'pre-training, on H800')
    """
    first = words.split(" ", 1)[0]
    return words if first[1:] != first[1:].lower() or any(letter.isdigit() for letter in first) else words[:1].lower() + words[1:]


def wants_html(request: Request) -> bool:
    """Whether the client would rather have a page than data: a browser, or nothing said on a page's own address."""
    accept = request.headers.get("accept", "*/*")
    return "text/html" in accept or "application/xhtml+xml" in accept


def render(
    request: Request,
    template: str,
    *,
    title: str,
    crumbs: tuple[Crumb, ...] = (),
    alternates: tuple[Alternate, ...] = (),
    status: int = 200,
    section: str = "",
    **values: Any,
) -> Response:
    """The template as a page. `section` is the address of the navigation's current entry."""
    body = (
        environment()
        .get_template(template)
        .render(
            title=title,
            crumbs=crumbs,
            alternates=alternates,
            section=section,
            path=request.url.path,
            **values,
        )
    )
    etag = f'W/"{sha256(body.encode()).hexdigest()[:20]}"'
    headers = {**HEADERS, "ETag": etag, "Cache-Control": "no-cache"}
    if status == 200 and etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, status_code=status, headers=headers)
