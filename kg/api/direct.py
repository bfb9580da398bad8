"""An HTTP protocol for uvicorn that answers plain GET queries itself: a request in, head and body out in one piece.

Between the protocol and an ASGI application a request costs two messages, a task and two packets, several times what a lookup costs the
engine. Whatever is not a plain query (another method or path, a body, a browser, an error in the request) goes the usual way, and so does
everything under a version of uvicorn that starts its tasks otherwise.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from kg.api.sparql import Reply, SparqlEndpoint, by_name
from kg.sparql.jobs import Job

_UNPLAIN = frozenset({b"content-length", b"transfer-encoding", b"expect", b"content-type"})


class DirectProtocol(HttpToolsProtocol):
    """One connection. The state of the application's lifespan has the `endpoint` that answers queries."""

    query: asyncio.Task[None] | None = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if not self._answered(cycle):
            super()._start_asgi_task(cycle, app)

    def _answered(self, cycle: RequestResponseCycle) -> bool:
        """Whether the request is answered here, now or by a task that was started."""
        scope = cycle.scope
        if scope["path"] != "/sparql" or scope["method"] != "GET" or self.pipeline or self.flow.write_paused or self.config.access_log:
            return False
        endpoint: SparqlEndpoint | None = self.app_state.get("endpoint")
        headers = by_name(list(scope["headers"]))
        if endpoint is None or not _UNPLAIN.isdisjoint(headers) or b"text/html" in headers.get(b"accept", b""):
            return False
        try:
            work = endpoint.job("GET", scope["query_string"], headers)
            reply = endpoint.at_once(work, headers) if work is not None else None
        except Exception:  # of the request or of the program: the usual way says so
            return False
        if work is None:
            return False
        if reply is not None:
            self._write(cycle, reply)
            return True
        self.query = self.loop.create_task(self._later(cycle, endpoint, work))
        self.tasks.add(self.query)
        self.query.add_done_callback(self.tasks.discard)
        return True

    async def _later(self, cycle: RequestResponseCycle, endpoint: SparqlEndpoint, work: Job) -> None:
        reply = await endpoint.run(work)
        if reply.chunks is None:
            self._write(cycle, reply)
        else:
            await reply.send(cycle.send)  # type: ignore[arg-type]

    def _write(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        parts = [STATUS_LINE[reply.status]]
        for name, value in (*self.server_state.default_headers, *reply.headers):
            parts += (name, b": ", value, b"\r\n")
        parts.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        parts.append(reply.body)
        self.transport.write(b"".join(parts))
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the query of a client that went away."""
        super().connection_lost(exc)
        if self.query is not None:
            self.query.cancel()
