"""The SPARQL endpoint as a plain ASGI application: a request in, a whole result or a problem out, never half a result.

It stands outside the framework because a cheap query costs less than the framework's own work on a request. A result is complete before its
first byte leaves: a 200 is never broken off by a limit, and a slow client keeps no reader.
https://www.w3.org/TR/sparql11-protocol/
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from hashlib import sha256
from typing import Any

from kg.api.problems import MEDIA_TYPE, of_error, problem
from kg.api.protocol import asked, job
from kg.errors import KgError, QueryTooLarge
from kg.sparql.description import describe
from kg.sparql.formats import BY_NAME, negotiate, quality
from kg.sparql.jobs import Backend, Job, Outcome

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = "GET, HEAD, POST, OPTIONS"
KEPT = 64 << 20
"""Bytes of answers kept until the release changes."""

KEPT_EACH = 256 << 10
"""The largest answer that is kept."""

WATCH_AFTER = 0.05
"""Seconds after which the endpoint begins to listen for the client's going away."""

_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Kg-Truncated, Kg-Milliseconds, Retry-After, Link"),
)
_PREFLIGHT = (
    (b"access-control-allow-methods", METHODS.encode()),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match, Authorization"),
    (b"access-control-max-age", b"86400"),
    (b"allow", METHODS.encode()),
)


async def _reply(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"", head: bool = False, size: int | None = None
) -> None:
    length = len(body) if size is None else size
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, *_CORS, (b"content-length", str(length).encode())] if status != 304 else [*headers, *_CORS],
        }
    )
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


class Answers:
    """Answers by their entity tag, the one longest not asked for dropped first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, Outcome] = OrderedDict()
        self.size = 0

    def find(self, tag: str) -> Outcome | None:
        """The answer with this tag."""
        found = self.kept.get(tag)
        if found is not None:
            self.kept.move_to_end(tag)
        return found

    def keep(self, tag: str, outcome: Outcome) -> None:
        """Keep a small answer that cannot change."""
        if outcome.volatile or outcome.path is not None or outcome.size > KEPT_EACH or tag in self.kept:
            return
        self.kept[tag] = outcome
        self.size += outcome.size + 1024
        while self.size > KEPT:
            self.size -= self.kept.popitem(last=False)[1].size + 1024


class SparqlEndpoint:
    """The endpoint over a backend. `editor`: the application that answers browsers, or None."""

    def __init__(
        self,
        backend: Backend,
        base: str = "https://w3id.org/lab-facts/",
        editor: Asgi | None = None,
    ) -> None:
        self.backend = backend
        self.base = base
        self.answers = Answers()
        self.editor = editor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method: str = scope["method"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        accept = headers.get("accept", "")
        head = method == "HEAD"
        try:
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
                if int(headers.get("content-length") or 0) > limit:
                    raise QueryTooLarge(f"the request is larger than {limit} bytes; put long lists of values into several queries")
                read = await _body(receive, limit)
                if read is None:
                    return
                content = read
            elif self.editor is not None and _browser(accept):
                await self.editor(scope, receive, send)
                return
            request = asked(method, scope["query_string"], headers.get("content-type", ""), content)
            if request.query is None:
                await self._describe(scope, headers, accept, send, head)
                return
            work = job(request, accept, self.base, f"{self.base}truncated")
            tag = self._tag(work)
            if tag and method != "POST" and _matches(headers.get("if-none-match", ""), tag):
                await _reply(send, 304, [(b"etag", tag.encode()), (b"vary", b"Accept")])
                return
            outcome = self.answers.find(tag)
            if outcome is None:
                outcome = await self._watched(work, receive)
                if outcome is not None and tag:
                    self.answers.keep(tag, outcome)
            if outcome is not None:
                await self._send(send, outcome, tag if method != "POST" else "", head)
        except KgError as error:
            status, body, further = of_error(error)
            await _reply(send, status, [(b"content-type", MEDIA_TYPE.encode()), (b"vary", b"Accept"), *_encoded(further)], body, head)

    def _tag(self, work: Job) -> str:
        """The entity tag of the answer; "" where the store may change without a new release."""
        version = self.backend.version()
        if not version:
            return ""
        parts = (version, work.text, work.table, work.boolean, work.graph, work.default_graphs, work.named_graphs)
        return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'

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
            (b"vary", b"Accept"),
            (b"kg-milliseconds", str(outcome.milliseconds).encode()),
        ]
        if outcome.volatile or not tag:
            headers.append((b"cache-control", b"no-store"))
        else:
            headers += [(b"etag", tag.encode()), (b"cache-control", b"public, no-cache")]
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

    async def _describe(self, scope: Scope, headers: Mapping[str, str], accept: str, send: Send, head: bool) -> None:
        form = negotiate(accept, "graph") or BY_NAME["turtle"]
        address = f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}{scope['path']}"
        body = await describe(self.backend, address, self.base, form.name)
        await _reply(send, 200, [(b"content-type", form.content_type.encode()), (b"vary", b"Accept")], body, head)


def _browser(accept: str) -> bool:
    """Whether the client wants a page more than any result format."""
    wanted = quality(accept, ("text/html",)) if "text/html" in accept else 0.0
    named = tuple(item.media_type for item in BY_NAME.values())
    explicit = max((quality(part, named) for part in accept.split(",") if "*" not in part), default=0.0)
    return wanted > 0 and wanted > explicit


def _matches(header: str, tag: str) -> bool:
    return bool(header) and (header.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in header.split(",")})
