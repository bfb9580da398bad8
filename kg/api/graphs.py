"""The SPARQL 1.1 Graph Store Protocol, read side: GET and HEAD of a named graph or of the default graph; writing is refused.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from fastapi import APIRouter, Request, Response

from kg import iris
from kg.api.failures import answer
from kg.api.problems import problem
from kg.api.protocol import absolute
from kg.errors import NotAcceptable, UnknownName, UsageError
from kg.sparql.formats import negotiate
from kg.sparql.jobs import Backend, Job

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_EXISTS = "ASK { ?s ?p ?o }"
WRITING = ["PUT", "POST", "DELETE", "PATCH"]


def router(queries: Backend) -> APIRouter:
    """Routes of the graph store: `/graph-store?graph=IRI`, `/graph-store?default`, and the graphs' own addresses `/graph/...`."""
    routes = APIRouter(tags=["graphs"])

    async def graph(request: Request, iri: str | None) -> Response:
        form = negotiate(request.headers.get("accept", ""), "graph")
        if form is None:
            raise NotAcceptable(f"{request.headers.get('accept')} is not a format of RDF graphs")
        if iri is None:
            outcome = await queries.run(Job(_ALL, graph=form.name, base=iris.BASE))
        else:
            found = await queries.run(Job(_EXISTS, default_graphs=(iri,), base=iris.BASE))
            if b"true" not in found.read():
                raise UnknownName("graph", iri)
            outcome = await queries.run(Job(_ALL, graph=form.name, default_graphs=(iri,), base=iris.BASE))
        headers = {"Vary": "Accept"}
        if outcome.truncated:
            headers["Kg-Truncated"] = f"rows={queries.limits.rows}"
        return Response(outcome.read(), headers={**headers, "Content-Type": form.content_type})

    @routes.get("/graph-store", operation_id="get_graph", response_class=Response)
    async def indirect(request: Request) -> Response:
        """The graph named by `graph=`, or with `default` the union of all."""
        names = request.query_params.getlist("graph")
        default = "default" in request.query_params
        if len(names) + default != 1:
            raise UsageError("name one graph: `?graph=IRI` or `?default`")
        return await graph(request, absolute(names[0]) if names else None)

    @routes.get("/graph/{name:path}", operation_id="get_graph_by_address", response_class=Response)
    async def direct(request: Request, name: str) -> Response:
        """The named graph at this address."""
        return await graph(request, absolute(f"{iris.BASE}graph/{name}"))

    @routes.api_route("/graph-store", methods=WRITING, include_in_schema=False)
    @routes.api_route("/graph/{name:path}", methods=WRITING, include_in_schema=False)
    async def refused(request: Request) -> Response:
        """Writing is refused: statements come from documents."""
        body = problem(405, f"{request.method} is refused: graphs are made from documents; load one with `kg load PATH`")
        return answer(405, body, {"Allow": "GET, HEAD, OPTIONS"})

    return routes
