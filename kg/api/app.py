"""Put the service together: a home folder in, an ASGI application out."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.routing import Route

from kg import __version__, iris, ontology
from kg.api import checks, documents, embeds, entities, facts, failures, finding, graphs, linked, pages, questions, reference, statements
from kg.api.current import Current
from kg.api.edge import Edge
from kg.api.model_context import ModelContext
from kg.api.models import Problem
from kg.api.sparql import Receive, Scope, Send, SparqlEndpoint
from kg.api.suffixes import Suffixes
from kg.sparql.jobs import Backend, Limits
from kg.sparql.kept import CAPACITY, KeptAnswers
from kg.sparql.pool import WorkerPool

PROBLEMS = {status: {"model": Problem, "description": text} for status, text in ((400, "Wrong request"), (404, "Not found"), (410, "Gone"))}


class Service(FastAPI):
    """The framework's application, behind a SPARQL endpoint: a cheap query costs less than the framework's own work on a request."""

    endpoint: SparqlEndpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, or pass the request on; a browser at /sparql gets the page of that address."""
        if scope["type"] == "http" and scope["path"] in ("/sparql", "/sparql/"):
            await self.endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(home: Path, limits: Limits | None = None, backend: Backend | None = None, processes: int = 1) -> Service:
    """The service over a home folder; `backend` answers the queries in place of the home's own store.

    `processes`: how many of it there are, which share the readers and the memory for answers of one.
    """
    current = Current(home)
    pool = backend or WorkerPool(current.store, (limits or Limits()).shared(processes), ontology.prefixes())
    queries = KeptAnswers(pool, CAPACITY // processes)
    models = ModelContext(current, queries)

    @contextlib.asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[dict[str, SparqlEndpoint]]:
        await queries.start()
        try:
            async with models.running():
                yield {"endpoint": app.endpoint}
        finally:
            await queries.close()
            current.close()

    app = Service(
        title="Lab Facts",
        version=__version__,
        description="What is said about AI labs, by whom, and where.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.current = current
    app.state.queries = queries
    failures.register(app, current)
    api = APIRouter(prefix="/api/v1", responses=PROBLEMS)  # type: ignore[arg-type]
    for part in (statements, facts, entities, documents, checks, finding):
        api.include_router(part.router(current))
    api.include_router(questions.router(current, queries))
    app.include_router(api)
    app.include_router(linked.router(current, queries))
    app.include_router(embeds.router(current))
    app.include_router(graphs.router(queries))
    app.include_router(reference.router(app))
    app.router.routes.append(Route("/mcp", endpoint=models))
    pages.register(app, pages.Site(current.catalogue))
    app.add_middleware(Suffixes)
    app.add_middleware(Edge)
    app.endpoint = SparqlEndpoint(queries, iris.BASE, super(Service, app).__call__)
    return app
