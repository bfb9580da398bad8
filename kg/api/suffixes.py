"""Suffixes in addresses: `/fact/abc.json` asks for `/fact/abc` as JSON, whatever the Accept header says."""

from collections.abc import Mapping
from types import MappingProxyType

from kg.api.sparql import Asgi, Receive, Scope, Send

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {"html": "text/html", "json": "application/json", "jsonld": "application/ld+json", "ttl": "text/turtle", "csv": "text/csv"}
)
ROOTS = ("/api/v1/", "/fact/", "/statement/", "/document/", "/check/", "/id/", "/data/", "/page/", "/embed/fact/")


class Suffixes:
    """Takes a known suffix off the path and puts what it means in place of the Accept header; `scope["kg.suffix"]` keeps it."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, without its suffix."""
        if scope["type"] == "http" and scope["path"].startswith(ROOTS):
            stem, _, suffix = scope["path"].rpartition(".")
            if suffix in SUFFIXES and stem and not stem.endswith("/"):
                headers = [(name, value) for name, value in scope["headers"] if name != b"accept"]
                headers.append((b"accept", SUFFIXES[suffix].encode()))
                scope = {**scope, "path": stem, "raw_path": stem.encode(), "headers": headers, "kg.suffix": suffix}
        await self.app(scope, receive, send)
