"""Put the service together: a home folder in, an ASGI application out."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI

from kg import __version__
from kg.api.pages import Site, register
from kg.api.sparql import Asgi, Receive, Scope, Send, SparqlEndpoint
from kg.catalogue import Catalogue
from kg.errors import StoreError
from kg.home import Home
from kg.sparql.jobs import Backend, Limits
from kg.sparql.pool import WorkerPool
from kg.store import STORE


class SparqlFirst:
    """Hands the SPARQL endpoint its requests before the framework sees them."""

    def __init__(self, app: Asgi, endpoint: SparqlEndpoint) -> None:
        self.app = app
        self.endpoint = endpoint
        endpoint.editor = app  # a browser at /sparql gets the page of that address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on."""
        if scope["type"] == "http" and scope["path"] in ("/sparql", "/sparql/"):
            await self.endpoint(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def create_app(home: Path, limits: Limits | None = None, backend: Backend | None = None) -> FastAPI:
    """The service over a home folder; `backend` answers the queries in place of the home's own store."""
    place = Home(home)

    def store() -> Path:
        release = place.release_path()
        if release is None:
            raise StoreError(f"{home} holds nothing yet; load documents with `kg load PATH --home {home}`")
        return release / STORE

    def release() -> str:
        path = place.release_path()
        return path.name if path else ""

    held: dict[Path, Catalogue] = {}

    def catalogue() -> Catalogue:
        path = place.release_path()
        if path is None:
            raise StoreError(f"{home} holds nothing yet; load documents with `kg load PATH --home {home}`")
        if path not in held:
            fresh = Catalogue.open(home)
            held.clear()
            held[path] = fresh
        return held[path]

    queries: Backend = backend or WorkerPool(store, limits)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await queries.start()
        try:
            yield
        finally:
            await queries.close()

    app = FastAPI(title="Lab Facts", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.home = home
    app.state.queries = queries
    endpoint = SparqlEndpoint(queries, release)
    app.add_middleware(SparqlFirst, endpoint=endpoint)
    register(app, Site(catalogue))
    return app
