"""The SPARQL endpoint as a plain ASGI application: a request in, a whole result or a problem out, never half a result.

It stands outside the framework because a cheap query costs less than the framework's own work on a request. A result is complete before its
first byte leaves: a 200 is never broken off by a limit, and a slow client keeps no reader.
https://www.w3.org/TR/sparql11-protocol/
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kg.api.problems import MEDIA_TYPE, of_error, problem
from kg.api.protocol import asked, job
from kg.errors import KgError, QueryTooLarge
from kg.sparql.description import describe
from kg.sparql.formats import BY_NAME, negotiate, quality
from kg.sparql.jobs import Chunks, Job, Outcome
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


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: status, headers, and a body, in memory or as `chunks` of a file."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""
    chunks: Chunks | None = None

    async def send(self, send: Send, head: bool = False) -> None:
        """Send it as messages of ASGI, without the body where only the `head` is wanted."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if self.chunks is not None:
            try:
                if not head:
                    for chunk in self.chunks:
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
            finally:
                self.chunks.close()
        await send({"type": "http.response.body", "body": b"" if head else self.body})


def _whole(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes = b"") -> Reply:
    """The reply of a body in memory; 304 says nothing of the body it stands for."""
    size = () if status == 304 else ((b"content-length", str(len(body)).encode()),)
    return Reply(status, (*headers, *_CORS, *size), body)


def _refusal(error: KgError) -> Reply:
    status, body, further = of_error(error)
    return _whole(status, [(b"content-type", MEDIA_TYPE.encode()), (b"vary", b"Accept"), *_encoded(further)], body)


def _mistake(path: str) -> Reply:
    """The reply while an exception is handled that only a mistake in the program raises."""
    _LOG.exception("a mistake in the program at %s", path)
    return _whole(500, [(b"content-type", MEDIA_TYPE.encode())], problem(500, "the program made a mistake; the log of the server has it"))


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
        headers = by_name(scope["headers"])
        if self.editor is not None and scope["method"] in ("GET", "HEAD") and _browser(headers.get(b"accept", b"")):
            await self.editor(scope, receive, send)
            return
        try:
            reply = await self._reply(scope, headers, receive)
        except KgError as error:
            reply = _refusal(error)
        except Exception:
            reply = _mistake(scope["path"])
        if reply is not None:
            await reply.send(send, scope["method"] == "HEAD")

    async def _reply(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> Reply | None:
        """The reply; None when the client went away.

        Raises: KgError.
        """
        method: str = scope["method"]
        if method == "OPTIONS":
            return _whole(204, _PREFLIGHT)
        if method not in ("GET", "HEAD", "POST"):
            body = problem(405, f"{method} is not for queries; use GET or POST")
            return _whole(405, [(b"content-type", MEDIA_TYPE.encode()), (b"allow", METHODS.encode())], body)
        content = b""
        if method == "POST":
            limit = self.backend.limits.length * 3 + 4096  # percent-encoding makes three bytes of one
            if int(headers.get(b"content-length") or 0) > limit:
                raise QueryTooLarge(f"the request is larger than {limit} bytes; put long lists of values into several queries")
            read = await _body(receive, limit)
            if read is None:
                return None
            content = read
        work = self.job(method, scope["query_string"], headers, content)
        if work is None:
            return await self._description(scope, headers)
        found = self.at_once(work, headers) if method != "POST" else None
        return found or await _watched(self._asked(work, method != "POST"), receive)

    def job(self, method: str, query_string: bytes, headers: Mapping[bytes, bytes], content: bytes = b"") -> Job | None:
        """What a request asks; None for one without a query.

        Raises: KgError for a request that is not of the protocol.
        """
        request = asked(method, query_string, headers.get(b"content-type", b"").decode("latin-1"), content)
        return None if request.query is None else job(request, headers.get(b"accept", b"").decode("latin-1"), self.base, self.notice)

    def at_once(self, work: Job, headers: Mapping[bytes, bytes]) -> Reply | None:
        """The reply to a GET or HEAD request that needs no reader; None where it does."""
        known = headers.get(b"if-none-match")
        if known:
            version = self.backend.version()
            tag = entity_tag(work, version)
            if version and _matches(known.decode("latin-1"), tag):
                # Who has the tag of this answer has had it from this store: it need not be found again to know that it is the same.
                return _whole(304, _validators(tag))
        outcome = self.backend.at_once(work)
        return None if outcome is None else self._of(work, outcome, tagged=True)

    async def run(self, work: Job) -> Reply:
        """The reply to a GET request, whatever happens; cancelling the call stops the query."""
        try:
            return await self._asked(work, tagged=True)
        except KgError as error:
            return _refusal(error)
        except Exception:
            return _mistake("/sparql")

    async def _asked(self, work: Job, tagged: bool) -> Reply:
        return self._of(work, await self.backend.run(work), tagged)

    def _of(self, work: Job, outcome: Outcome, tagged: bool) -> Reply:
        """The reply of an outcome, `tagged` with what names it if it lasts."""
        headers = [
            (b"content-type", BY_NAME[outcome.format].content_type.encode()),
            (b"kg-milliseconds", str(outcome.milliseconds).encode()),
            *(_validators(entity_tag(work, outcome.version)) if tagged and lasting(outcome) else _UNKEPT),
            *_CORS,
            (b"content-length", str(outcome.size).encode()),
        ]
        if outcome.truncated:
            headers.append((b"kg-truncated", f"rows={self.backend.limits.rows}".encode()))
        return Reply(200, headers, outcome.body, None if outcome.path is None else outcome.chunks())

    async def _description(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Reply:
        form = negotiate(headers.get(b"accept", b"").decode("latin-1"), "graph") or BY_NAME["turtle"]
        host = headers.get(b"host", b"localhost").decode("latin-1")
        address = f"{scope.get('scheme', 'http')}://{host}{scope['path']}"
        body = await describe(self.backend, address, self.base, form.name)
        return _whole(200, [(b"content-type", form.content_type.encode()), (b"vary", b"Accept")], body)


async def _watched(answer: Coroutine[Any, Any, Reply], receive: Receive) -> Reply | None:
    """The reply; None when the client went away meanwhile, and its query with it."""
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
        return await answer
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


def by_name(given: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
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
def _browser(header: bytes) -> bool:
    """Whether an Accept header wants a page more than any result format."""
    accept = header.decode("latin-1")
    wanted = quality(accept, ("text/html",)) if "text/html" in accept else 0.0
    named = tuple(item.media_type for item in BY_NAME.values())
    explicit = max((quality(part, named) for part in accept.split(",") if "*" not in part), default=0.0)
    return wanted > 0 and wanted > explicit


def _matches(header: str, tag: str) -> bool:
    return f'"{tag}"' in {part.strip().removeprefix("W/") for part in header.split(",")}
