"""Embeds: the card as a frame, as JSON for the web component, as a badge, and oEmbed that leads to it.

https://oembed.com/
"""

from dataclasses import asdict
from html import escape
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape as xml_escape

import orjson
from fastapi import APIRouter, Query, Request, Response

from kg import iris
from kg.api import badges
from kg.api.answers import JSON, DataRoute
from kg.api.cards import Card, card, found
from kg.api.current import Current
from kg.api.failures import answer
from kg.api.pages.site import STATIC, environment
from kg.api.problems import problem
from kg.errors import UnknownName, UsageError

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
WIDTH, HEIGHT = 480, 230
HOUR = "public, max-age=3600"
Pin = Annotated[str | None, Query(description="Id of the statement to show, whatever leads later.", max_length=64)]


def base_of(request: Request) -> str:
    """The address of the service as the client knows it."""
    return str(request.base_url).rstrip("/")


def frame(address: str, title: str, width: int, height: int) -> str:
    """The element that shows a card in another page."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" height="{height}" '
        f'style="border:0;max-width:100%" loading="lazy" sandbox="allow-popups"></iframe>'
    )


def _xml(members: dict[str, Any]) -> bytes:
    inner = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in members.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{inner}</oembed>'.encode()


def router(current: Current) -> APIRouter:
    """Routes of the embeds."""
    routes = APIRouter(route_class=DataRoute, tags=["embeds"])

    def shown(id: str, pin: str | None, request: Request) -> Card:
        detail, statement = found(current.catalogue(), id)
        return card(detail, pin or statement, base_of(request))

    @routes.get("/embed/fact-card.js", operation_id="get_web_component", response_class=Response)
    def component() -> Response:
        """The web component `<lab-fact>`, without dependencies."""
        headers = {"Cache-Control": HOUR, "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response((STATIC / "fact-card.js").read_bytes(), media_type="text/javascript", headers=headers)

    @routes.get("/embed/fact/{id}", operation_id="get_card", response_class=Response)
    def embed(request: Request, id: str, pin: Pin = None) -> Response:
        """A card to frame, or as JSON for the web component; `pin` keeps it on one statement."""
        made = shown(id, pin, request)
        if request.scope.get("kg.suffix") == "json" or "json" in request.headers.get("accept", ""):
            return Response(orjson.dumps(asdict(made)), media_type=JSON)
        body = environment().get_template("embed.html").render(card=made)
        headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(body, media_type="text/html", headers=headers)

    @routes.get("/badge/{id}.svg", operation_id="get_badge", response_class=Response)
    def badge(request: Request, id: str) -> Response:
        """A fact or statement as a badge."""
        headers = {"Cache-Control": HOUR, "Content-Security-Policy": "default-src 'none'", "Cross-Origin-Resource-Policy": "cross-origin"}
        try:
            image = badges.badge(shown(id, None, request))
        except UnknownName:
            image = badges.svg("Lab Facts", "not found", badges.COLOURS["bad"])
            return Response(image, status_code=404, media_type="image/svg+xml", headers={**headers, "Cache-Control": "no-store"})
        return Response(image, media_type="image/svg+xml", headers=headers)

    @routes.get("/badge/{id}.json", operation_id="get_badge_endpoint")
    def badge_endpoint(request: Request, id: str) -> Response:
        """A fact or statement for shields.io."""
        return Response(orjson.dumps(badges.endpoint(shown(id, None, request))), media_type=JSON, headers={"Cache-Control": HOUR})

    @routes.get("/oembed", operation_id="oembed")
    def oembed(
        request: Request,
        url: Annotated[str, Query(description="Address of a fact or statement here, or its IRI.", max_length=2000)],
        format: Annotated[str, Query(max_length=20)] = "json",
        maxwidth: Annotated[int | None, Query(ge=1, le=10_000)] = None,
        maxheight: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    ) -> Response:
        """oEmbed 1.0: how to embed a fact or statement."""
        if format not in ("json", "xml"):
            return answer(501, problem(501, f"oEmbed is given as json or xml, not as {format!r}", "not-implemented", "Not implemented"))
        base = base_of(request)
        try:
            parts = urlsplit(url)
        except ValueError:
            raise UsageError(f"{url[:100]!r} is not an address") from None
        path = url.removeprefix(iris.BASE.rstrip("/")) if url.startswith(iris.BASE) else parts.path
        if not url.startswith((f"{base}/", iris.BASE)):
            raise UnknownName("page of this service", url[:200])
        kind, _, id = path.strip("/").partition("/")
        if kind not in ("fact", "statement") or not id:
            raise UnknownName("fact or statement", url[:200])
        made = shown(id.partition(".")[0], None, request)
        pinned = f"?pin={made.statement}" if kind == "statement" else ""
        width, height = min(maxwidth or WIDTH, WIDTH), min(maxheight or HEIGHT, HEIGHT)
        members: dict[str, Any] = {
            "version": "1.0",
            "type": "rich",
            "provider_name": "Lab Facts",
            "provider_url": base,
            "title": made.title,
            "author_name": made.claimants,
            "cache_age": 3600,
            "width": width,
            "height": height,
            "html": frame(f"{base}/embed/fact/{quote(made.fact)}{pinned}", made.title, width, height),
        }
        if format == "xml":
            return Response(_xml(members), media_type="text/xml")
        return Response(orjson.dumps(members), media_type=JSON)

    return routes
