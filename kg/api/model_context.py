"""The MCP server at `/mcp` over streamable HTTP, run by the service's own lifespan.

https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from mcp.server.transport_security import TransportSecuritySettings

from kg.api.current import Current
from kg.api.problems import MEDIA_TYPE, problem
from kg.api.sparql import Receive, Scope, Send
from kg.mcp import create_server
from kg.sparql.jobs import Backend

# What is behind /mcp is public and read-only, as is everything else here for any origin; a list of host names would only break
# deployments behind a name of their own.
_ANY_HOST = TransportSecuritySettings(enable_dns_rebinding_protection=False)


class ModelContext:
    """The ASGI application at `/mcp`. Stateless: no session outlives its request, so nothing piles up."""

    def __init__(self, current: Current, queries: Backend) -> None:
        self.current = current
        self.queries = queries
        self.manager: Any = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as this is entered; may be entered again."""
        server = create_server(self.current, self.queries)
        server.streamable_http_app(stateless_http=True, json_response=True, transport_security=_ANY_HOST)
        async with server.session_manager.run():
            self.manager = server.session_manager
            try:
                yield
            finally:
                self.manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; GET would open a stream on which a stateless server has nothing to say, and is refused."""
        if scope["method"] != "POST":
            body = problem(405, f"{scope['method']} is not for /mcp; send JSON-RPC messages with POST")
            headers = [(b"content-type", MEDIA_TYPE.encode()), (b"allow", b"POST"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 405, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await self.manager.handle_request(scope, receive, send)
