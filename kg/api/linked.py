"""Linked data: an IRI leads to a page or to data by what the client accepts, and data comes as Turtle, JSON-LD, JSON or CSV."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from pyoxigraph import RdfFormat, parse, serialize
from starlette.concurrency import run_in_threadpool

from kg import claims, iris, ontology, readable
from kg.api import records
from kg.api.answers import CSV, JSON, DataRoute, SharedRoute, wanted
from kg.api.current import Current
from kg.api.tables import comma_separated
from kg.catalogue import Filter, Row
from kg.questions import question
from kg.sparql.formats import BY_NAME, quality
from kg.sparql.jobs import Backend, Job

OFFERS = {
    "json": ("application/json",),
    "jsonld": ("application/ld+json",),
    "ttl": ("text/turtle",),
    "csv": ("text/csv",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
}
_GRAPHS = {"ttl": "turtle", "nt": "nt", "rdf": "rdfxml", "jsonld": "jsonld"}
MOST = 1000
"""Statements that come with an entity or a document as CSV."""


def _graph_of(document: dict[str, Any], form: str) -> bytes:
    """A JSON-LD document in another RDF format."""
    triples = sorted({quad.triple for quad in parse(orjson.dumps(document), format=RdfFormat.JSON_LD)}, key=str)
    formats = {"turtle": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
    return serialize(triples, format=formats[form], prefixes=dict(ontology.prefixes())) or b""


def _table(rows: Sequence[Row]) -> Response:
    return Response(comma_separated(records.statement(row) for row in rows), media_type=CSV)


def router(current: Current, queries: Backend) -> APIRouter:
    """Routes of identifiers and data; those shared with pages answer only who asks for data."""
    routes = APIRouter(route_class=DataRoute, tags=["linked data"])
    shared = APIRouter(route_class=SharedRoute, tags=["linked data"])

    async def described(name: str, iri: str, form: str) -> Response:
        """The resource from the store."""
        job = Job(question(name).sparql, graph=_GRAPHS[form], base=iris.BASE, bindings={"iri": iri}, rows=5000)
        outcome = await queries.run(job)
        headers = {"Kg-Truncated": "rows=5000"} if outcome.truncated else {}
        return Response(outcome.read(), media_type=BY_NAME[_GRAPHS[form]].media_type, headers=headers)

    @routes.get("/id/{type}/{slug}", operation_id="follow_iri", status_code=303, response_class=Response)
    def follow(request: Request, type: str, slug: str) -> Response:
        """303 to the page for browsers, to the data for everyone else."""
        current.catalogue().entity(f"{type}/{slug}")
        accept = request.headers.get("accept", "")
        suffix = request.scope.get("kg.suffix")
        page = quality(accept, ("text/html", "application/xhtml+xml")) if "html" in accept else 0.0
        data = max((quality(accept, types) for types in OFFERS.values()), default=0.0) if accept else 0.0
        to_page = suffix == "html" or (suffix is None and page > 0 and page >= data)
        ending = f".{suffix}" if suffix and suffix != "html" else ""
        root = "/page" if to_page else "/data"
        return Response(status_code=303, headers={"Location": f"{root}/{quote(type)}/{quote(slug)}{ending}", "Vary": "Accept"})

    @routes.get("/data/{type}/{slug}", operation_id="get_entity_data")
    async def data(request: Request, type: str, slug: str) -> Response:
        """An entity: as JSON its record, as RDF all triples it is in, as CSV the statements about it."""
        id = f"{type}/{slug}"
        catalogue = current.catalogue()
        entity = await run_in_threadpool(catalogue.entity, id)
        form = wanted(request, OFFERS)
        if form == "json":
            return Response(orjson.dumps(records.entity(entity)), media_type=JSON)
        if form == "csv":
            page = await run_in_threadpool(catalogue.statements, Filter(entity=id), None, MOST)
            return _table(page.items)
        return await described("construct/resource", iris.entity(id), form)

    @shared.get("/statement/{id}", operation_id="get_statement_data")
    async def statement(request: Request, id: str) -> Response:
        """A statement for who asks for data: JSON with all about it, JSON-LD as a schema.org Claim, Turtle from the store, CSV."""
        detail = await run_in_threadpool(current.catalogue().statement, id)
        form = wanted(request, OFFERS)
        if form == "json":
            return Response(orjson.dumps(records.statement_detail(detail)), media_type=JSON)
        if form == "jsonld":
            return Response(orjson.dumps(claims.claims([detail.row])), media_type="application/ld+json")
        if form == "csv":
            return _table([detail.row])
        return await described("construct/statement", iris.statement(id), form)

    @shared.get("/fact/{id}", operation_id="get_fact_data")
    async def fact(request: Request, id: str) -> Response:
        """A fact for who asks for data: JSON with every statement, JSON-LD and Turtle as a Claim with its parts, CSV."""
        detail = await run_in_threadpool(current.catalogue().fact, id)
        form = wanted(request, OFFERS)
        if form == "json":
            return Response(orjson.dumps(records.fact_detail(detail)), media_type=JSON)
        if form == "csv":
            return _table(detail.statements)
        lead = records.leading(detail)
        title = readable.plain(readable.sentence(lead.statement)) if lead else detail.fact.subject
        document = claims.fact_claim(detail, title)
        if form == "jsonld":
            return Response(orjson.dumps(document), media_type="application/ld+json")
        return Response(_graph_of(document, _GRAPHS[form]), media_type=BY_NAME[_GRAPHS[form]].media_type)

    @shared.get("/document/{sha}", operation_id="get_document_data")
    async def document(request: Request, sha: str) -> Response:
        """A document for who asks for data: its record, its statements as Claims, its triples, its statements as CSV."""
        catalogue = current.catalogue()
        row = (await run_in_threadpool(catalogue.document, sha)).row
        form = wanted(request, OFFERS)
        if form == "json":
            return Response(orjson.dumps(records.document(row)), media_type=JSON)
        if form in ("csv", "jsonld"):
            page = await run_in_threadpool(catalogue.statements, Filter(document=row.id), None, MOST)
            if form == "csv":
                return _table(page.items)
            return Response(orjson.dumps(claims.claims(page.items)), media_type="application/ld+json")
        return await described("construct/resource", iris.document(row.id), form)

    routes.include_router(shared)
    return routes
