"""The SPARQL endpoint as a plain ASGI application: a request in, a whole result or a problem out, never half a result.

It stands outside the framework because a cheap query costs less than the framework's own work on a request. A result is complete before its
first byte leaves: a 200 is never broken off by a limit, and a slow client keeps no reader.
https://www.w3.org/TR/sparql11-protocol/
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from kg.api.problems import MEDIA_TYPE, of_error, problem
from kg.api.protocol import asked, job
from kg.errors import KgError, QueryTooLarge
from kg.sparql.description import describe
from kg.sparql.formats import BY_NAME, negotiate, quality
from kg.sparql.jobs import Job, Outcome
from kg.sparql.kept import KeptAnswers, entity_tag, lasting

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = logging.getLogger(__name__)

METHODS = "GET, HEAD, POST, OPTIONS"
WATCH_AFTER = 0.05
"""Seconds after which the endpoint begins to listen for the client's going away."""

_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Kg-Truncated, Kg-Milliseconds, Retry-After, Link"),
)
_UNKEPT = ((b"cache-control", b"no-store"), (b"vary", b"Accept"))
_PREFLIGHT = (
    (b"access-control-allow-methods", METHODS.encode()),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match, Authorization"),
    (b"access-control-max-age", b"86400"),
    (b"allow", METHODS.encode()),
)


async def _reply(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"", head: bool = False) -> None:
    headers += _CORS
    if status != 304:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The request's body; None when the client went away.

    Raises: QueryTooLarge past `limit` bytes.
    """
    parts = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise QueryTooLarge(f"the request is larger than {limit} bytes; put long lists of values into several queries")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


class SparqlEndpoint:
    """The endpoint over a backend. `editor`: the application that answers browsers, or None."""

    def __init__(
        self,
        backend: KeptAnswers,
        base: str = "https://w3id.org/lab-facts/",
        editor: Asgi | None = None,
    ) -> None:
        self.backend = backend
        self.base = base
        self.notice = f"{base}truncated"
        self.editor = editor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = scope["method"] == "HEAD"
        try:
            await self._answer(scope, receive, send, head)
        except KgError as error:
            status, body, further = of_error(error)
            await _reply(send, status, [(b"content-type", MEDIA_TYPE.encode()), (b"vary", b"Accept"), *_encoded(further)], body, head)
        except Exception:
            _LOG.exception("a mistake in the program at %s", scope["path"])
            body = problem(500, "the program made a mistake; the log of the server has it")
            await _reply(send, 500, [(b"content-type", MEDIA_TYPE.encode())], body, head)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, head: bool) -> None:
        method: str = scope["method"]
        headers = _headers(scope["headers"])
        accept = headers.get(b"accept", b"").decode("latin-1")
        if method == "OPTIONS":
            await _reply(send, 204, list(_PREFLIGHT))
            return
        if method not in ("GET", "HEAD", "POST"):
            body = problem(405, f"{method} is not for queries; use GET or POST")
            await _reply(send, 405, [(b"content-type", MEDIA_TYPE.encode()), (b"allow", METHODS.encode())], body)
            return
        content = b""
        if method == "POST":
            limit = self.backend.limits.length * 3 + 4096  # percent-encoding makes three bytes of one
            if int(headers.get(b"content-length") or 0) > limit:
                raise QueryTooLarge(f"the request is larger than {limit} bytes; put long lists of values into several queries")
            read = await _body(receive, limit)
            if read is None:
                return
            content = read
        elif self.editor is not None and b"text/html" in headers.get(b"accept", b"") and _browser(accept):
            await self.editor(scope, receive, send)
            return
        request = asked(method, scope["query_string"], headers.get(b"content-type", b"").decode("latin-1"), content)
        if request.query is None:
            await self._describe(scope, headers, accept, send, head)
            return
        work = job(request, accept, self.base, self.notice)
        known = headers.get(b"if-none-match", b"").decode("latin-1") if method != "POST" else ""
        if known:
            version = self.backend.version()
            tag = entity_tag(work, version)
            if version and _matches(known, tag):
                # Who has the tag of this answer has had it from this store: it need not be found again to know that it is the same.
                await _reply(send, 304, _validators(tag))
                return
        outcome = self.backend.at_once(work) or await self._watched(work, receive)
        if outcome is not None:
            tag = entity_tag(work, outcome.version) if method != "POST" and lasting(outcome) else ""
            await self._send(send, outcome, tag, head)

    async def _watched(self, work: Job, receive: Receive) -> Outcome | None:
        """The outcome; None when the client went away meanwhile, and its query with it."""
        task = asyncio.current_task()
        gone = False
        watcher: asyncio.Task[None] | None = None

        async def watch() -> None:
            nonlocal gone
            while (await receive())["type"] != "http.disconnect":
                pass
            gone = True
            if task is not None:
                task.cancel()

        def begin() -> None:
            nonlocal watcher
            watcher = asyncio.ensure_future(watch())

        timer = asyncio.get_running_loop().call_later(WATCH_AFTER, begin)
        try:
            return await self.backend.run(work)
        except asyncio.CancelledError:
            if not gone:
                raise
            if task is not None:
                task.uncancel()
            return None
        finally:
            timer.cancel()
            if watcher is not None and not watcher.done():
                watcher.cancel()

    async def _send(self, send: Send, outcome: Outcome, tag: str, head: bool) -> None:
        headers = [
            (b"content-type", BY_NAME[outcome.format].content_type.encode()),
            (b"kg-milliseconds", str(outcome.milliseconds).encode()),
            *(_validators(tag) if tag else _UNKEPT),
        ]
        if outcome.truncated:
            headers.append((b"kg-truncated", f"rows={self.backend.limits.rows}".encode()))
        if outcome.path is None:
            await _reply(send, 200, headers, outcome.body, head)
            return
        chunks = outcome.chunks()
        try:
            size = str(outcome.size).encode()
            await send({"type": "http.response.start", "status": 200, "headers": [*headers, *_CORS, (b"content-length", size)]})
            if not head:
                for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            chunks.close()

    async def _describe(self, scope: Scope, headers: Mapping[bytes, bytes], accept: str, send: Send, head: bool) -> None:
        form = negotiate(accept, "graph") or BY_NAME["turtle"]
        host = headers.get(b"host", b"localhost").decode("latin-1")
        address = f"{scope.get('scheme', 'http')}://{host}{scope['path']}"
        body = await describe(self.backend, address, self.base, form.name)
        await _reply(send, 200, [(b"content-type", form.content_type.encode()), (b"vary", b"Accept")], body, head)


def _headers(given: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers by name; what is given several times is one list: https://www.rfc-editor.org/rfc/rfc9110#section-5.3"""
    headers = dict(given)
    if len(headers) < len(given):
        headers = {}
        for name, value in given:
            headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def _validators(tag: str) -> list[tuple[bytes, bytes]]:
    return [(b"etag", f'"{tag}"'.encode()), (b"cache-control", b"public, no-cache"), (b"vary", b"Accept")]


@lru_cache(maxsize=512)
def _browser(accept: str) -> bool:
    """Whether the client wants a page more than any result format."""
    wanted = quality(accept, ("text/html",)) if "text/html" in accept else 0.0
    named = tuple(item.media_type for item in BY_NAME.values())
    explicit = max((quality(part, named) for part in accept.split(",") if "*" not in part), default=0.0)
    return wanted > 0 and wanted > explicit


def _matches(header: str, tag: str) -> bool:
    return f'"{tag}"' in {part.strip().removeprefix("W/") for part in header.split(",")}
