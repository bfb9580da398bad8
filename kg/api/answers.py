"""Answers of the JSON API: records in, a JSON or CSV response out, with the release as entity tag and the address of the next page."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import Query, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from kg.api.tables import comma_separated
from kg.errors import NotAcceptable, UsageError
from kg.sparql.formats import quality

CSV = "text/csv; charset=utf-8; header=present"
JSON = "application/json"
FOREVER = "public, max-age=31536000, immutable"
OFFERS = {"json": ("application/json",), "csv": ("text/csv",)}


def wanted(request: Request, offers: Mapping[str, tuple[str, ...]] = OFFERS) -> str:
    """The name of the offer the client wants: by `format=`, a suffix, or the Accept header; the first offer when it does not say.

    Raises: NotAcceptable when none fits.
    """
    given = request.query_params.get("format")
    if given is not None:
        if given not in offers:
            raise NotAcceptable(f"no format {given!r} here; known: {', '.join(offers)}")
        return given
    accept = request.headers.get("accept", "")
    if not accept.strip():
        return next(iter(offers))
    weighed = {name: quality(accept, media_types) for name, media_types in offers.items()}
    best = max(weighed.values())
    if best <= 0:
        raise NotAcceptable(f"{accept} cannot be given here; known: {', '.join(types[0] for types in offers.values())}")
    return next(name for name, weight in weighed.items() if weight == best)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list, and how it is written."""

    cursor: str | None
    limit: int
    fields: tuple[str, ...]


def paging(
    cursor: Annotated[str | None, Query(description="Where to go on: `cursor` of the page before.", max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items on a page.")] = 50,
    fields: Annotated[str | None, Query(description="Only these members, separated by commas.", max_length=500)] = None,
    format: Annotated[Literal["json", "csv"] | None, Query(description="Instead of the Accept header.")] = None,
) -> Paging:
    """The parameters every list has."""
    return Paging(cursor, limit, chosen(fields))


def chosen(fields: str | None) -> tuple[str, ...]:
    """The names in a `fields` parameter."""
    return tuple(name.strip() for name in (fields or "").split(",") if name.strip())


def picked(record: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The record with only these members, all when none is named.

    Raises: UsageError for a member it does not have.
    """
    if not fields:
        return record
    unknown = [name for name in fields if name not in record]
    if unknown:
        raise UsageError(f"no field {unknown[0]!r}; known: {', '.join(record)}")
    return {name: record[name] for name in fields}


def listed(
    request: Request,
    page: Paging,
    items: Iterable[dict[str, Any]],
    following: str | None = None,
    total: int | None = None,
    **members: Any,
) -> Response:
    """A page of a list."""
    kept = [picked(item, page.fields) for item in items]
    link = None
    headers = {}
    if following is not None:
        rest = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        suffix = f".{request.scope['kg.suffix']}" if "kg.suffix" in request.scope else ""
        link = f"{request.scope['path']}{suffix}?{urlencode([*rest, ('cursor', following)])}"
        headers["Link"] = f'<{link}>; rel="next"'
    if wanted(request) == "csv":
        return Response(comma_separated(kept, page.fields), media_type=CSV, headers=headers)
    body = {"items": kept, "next": link, "cursor": following, "total": len(kept) if total is None else total, **members}
    return Response(orjson.dumps(body), media_type=JSON, headers=headers)


def single(request: Request, record: dict[str, Any], fields: Sequence[str] = ()) -> Response:
    """One record."""
    kept = picked(record, fields)
    if wanted(request) == "csv":
        return Response(comma_separated([kept]), media_type=CSV)
    return Response(orjson.dumps(kept), media_type=JSON)


class DataRoute(APIRoute):
    """A route whose answers change only with the release: its hash is their entity tag, and a client that has it gets 304."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the entity tag around it."""
        handler = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            form = request.query_params.get("format") or request.headers.get("accept", "")
            release = request.app.state.current.name()
            tag = f'"{release}-{sha256(form.encode()).hexdigest()[:8]}"'
            headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "public, no-cache"}
            if release and tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            response = await handler(request)
            if response.status_code == 200:
                for name, value in headers.items():
                    response.headers.setdefault(name, value)
            return response

        return tagged


class SharedRoute(DataRoute):
    """A data route on an address that is also a page: it answers only who asks for data."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a browser."""
        match, child = super().matches(scope)
        if match is not Match.NONE:
            accept = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"), "")
            page = quality(accept, ("text/html", "application/xhtml+xml")) if accept else 1.0
            data = quality(accept, ("application/json", "application/ld+json", "text/turtle", "text/csv")) if accept else 0.0
            if page >= data:
                return Match.NONE, {}
        return match, child
