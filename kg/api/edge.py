"""What holds for every answer: any origin may read it, without credentials; HEAD is GET without the body; preflights are answered.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import MutableMapping
from typing import Any

from kg.api.sparql import Asgi, Receive, Scope, Send

_OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Kg-Truncated, Retry-After, Mcp-Session-Id"),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Accept, Content-Type, If-None-Match, Authorization, Mcp-Session-Id, Mcp-Protocol-Version, Last-Event-ID",
    ),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class Edge:
    """The outermost layer of the service."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer preflights, open everything else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name for name, _ in scope["headers"]}
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await send({"type": "http.response.start", "status": 204, "headers": [*_OPEN, *_PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
            return
        head = scope["method"] == "HEAD"

        async def opened(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if not pair[0].startswith(b"access-control-")]
                message = {**message, "headers": [*kept, *_OPEN]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"} if head else scope, receive, opened)
