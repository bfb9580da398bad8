"""The graph for language models: six tools over the Model Context Protocol whose results carry ids, quotes, status and conflicts.

https://modelcontextprotocol.io/specification
"""

import functools
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from kg import __version__, iris
from kg.api import models, records
from kg.api.current import Current
from kg.catalogue import Catalogue, FactDetail
from kg.errors import KgError, UnknownName
from kg.naming import entity_named
from kg.network import MOST_STEPS, connections
from kg.passages import passage
from kg.sparql.jobs import Backend, Job

P = ParamSpec("P")
R = TypeVar("R")

INSTRUCTIONS = """Facts about AI labs, their models, chips, clusters, people and money, each read from a document.
Every statement has an id, the quote that supports it, who says it and a status: asserted, estimated, alleged or denied. Sources disagree:
a fact lists its statements and the pairs that contradict each other, so say who says what, and never present an alleged or denied
statement as true. Entities have ids such as model/deepseek-v3: find them with search_entities first. Cite statements by their IRI."""

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Entities(models.Strict):
    """Entities by how well their names fit, then by how often they are spoken of."""

    entities: list[models.EntityItem]


class Facts(models.Strict):
    """Facts of one entity, each with every statement and every conflict; `more`: how many further facts fit."""

    entity: models.EntityItem
    facts: list[models.FactDetails]
    more: int


class Provenance(models.Strict):
    """Where a statement comes from: the passage around its quote (None where the document's text is not on this machine), who says it, the
    primary sources it goes back to, what else is said of the same fact, how these stand to it, and the checks it enters."""

    statement: models.StatementDetails
    document: models.DocumentItem
    passage: str | None
    fact: models.FactDetails
    origins: list[models.OriginItem]


class Paths(models.Strict):
    """Ways between two entities, shortest first; every step has its statements. `more`: there are further ways."""

    start: models.EntityItem
    end: models.EntityItem
    paths: list[models.PathItem]
    more: bool


class Disagreements(models.Strict):
    """Pairs of statements that do not simply agree; `total` counts all that fit."""

    disagreements: list[models.DisagreementItem]
    total: int


class Rows(models.Strict):
    """Rows of a query, cells as text; `truncated`: there were more rows."""

    columns: list[str]
    rows: list[dict[str, str | None]]
    truncated: bool


def _told(work: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """The tool with the program's errors told to the model in their own words."""

    @functools.wraps(work)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await work(*args, **kwargs)
        except KgError as error:
            raise ToolError(" ".join(str(error).split())) from None

    return wrapped


def _threaded(work: Callable[[], R]) -> Awaitable[R]:
    return anyio.to_thread.run_sync(work)


def _fact_with_checks(catalogue: Catalogue, detail: FactDetail) -> models.FactDetails:
    record = records.fact_detail(detail)
    record["checks"] = [records.check(row, catalogue.statements_by_id(row.inputs)) for row in detail.checks]
    return models.FactDetails.model_validate(record)


def _entities(current: Current, query: str, type: str | None, limit: int) -> Entities:
    catalogue = current.catalogue()
    found = {row.id: row for row in (*catalogue.named(query), *catalogue.suggest(query, 50))}
    if not found:
        hits = [hit.id for hit in catalogue.search(query, 50) if hit.kind == "entity"]
        found = {id: catalogue.entity(id) for id in hits}
    kept = [row for row in found.values() if type is None or row.type == type][:limit]
    return Entities(entities=[models.EntityItem.model_validate(records.entity(row)) for row in kept])


def _facts(current: Current, entity: str, predicate: str | None, limit: int) -> Facts:
    catalogue = current.catalogue()
    row = entity_named(catalogue, entity)
    page = catalogue.facts(predicate=predicate, entity=row.id, limit=limit)
    made = [_fact_with_checks(catalogue, catalogue.fact(fact.id)) for fact in page.items]
    return Facts(entity=models.EntityItem.model_validate(records.entity(row)), facts=made, more=page.total - len(made))


def _provenance(current: Current, id: str) -> Provenance:
    catalogue = current.catalogue()
    id = id.rpartition("/")[2]
    try:
        statement = catalogue.statement(id)
    except UnknownName:
        lead = records.leading(catalogue.fact(id))
        if lead is None:
            raise
        statement = catalogue.statement(lead.statement.id)
    said = statement.row.statement
    document = catalogue.document(said.document_id)
    around = None
    if document.raw is not None:
        shown = passage(document.raw, said.start, said.end)
        around = f"{shown.before}{shown.quote}{shown.after}"
    detail = catalogue.fact(statement.row.fact_id)
    return Provenance(
        statement=models.StatementDetails.model_validate(records.statement_detail(statement)),
        document=models.DocumentItem.model_validate(records.document(document.row)),
        passage=around,
        fact=_fact_with_checks(catalogue, detail),
        origins=[models.OriginItem.model_validate(records.origin(row)) for row in detail.origins],
    )


def _paths(current: Current, start: str, end: str, max_steps: int, limit: int) -> Paths:
    catalogue = current.catalogue()
    one, other = entity_named(catalogue, start), entity_named(catalogue, end)
    found = connections(catalogue, one.id, other.id, max_steps, limit)
    used = {id for way in found.items for step in way.steps for relation in step.relations for id in relation.statements}
    rows = {row.statement.id: row for row in catalogue.statements_by_id(sorted(used))}
    return Paths(
        start=models.EntityItem.model_validate(records.entity(one)),
        end=models.EntityItem.model_validate(records.entity(other)),
        paths=[models.PathItem.model_validate(record) for record in records.connections(found, rows)],
        more=found.more,
    )


def _disagreements(current: Current, entity: str | None, relation: str | None, limit: int) -> Disagreements:
    catalogue = current.catalogue()
    subject = None if entity is None else entity_named(catalogue, entity).id
    page = catalogue.disagreements(relation, subject, None, limit)
    items = [models.DisagreementItem.model_validate(records.disagreement(row)) for row in page.items]
    return Disagreements(disagreements=items, total=page.total)


def create_server(current: Current, queries: Backend) -> MCPServer[Any]:
    """An MCP server over what a home holds now; `queries` runs the SPARQL under its limits."""
    server: MCPServer[Any] = MCPServer("lab-facts", title="Lab Facts", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    limits = Annotated[int, Field(ge=1, le=50)]

    @server.tool(title="Find entities", annotations=READ_ONLY)
    @_told
    async def search_entities(
        query: Annotated[str, Field(description="A name, an alias or part of one, in any script.", min_length=1, max_length=200)],
        type: Annotated[
            Literal["organisation", "model", "chip", "cluster", "person", "place", "benchmark", "publication", "concept"] | None, Field()
        ] = None,
        limit: limits = 10,
    ) -> Entities:
        """Find labs, models, chips, clusters, people and places by name; gives the ids the other tools take."""
        return await _threaded(lambda: _entities(current, query, type, limit))

    @server.tool(title="Facts of an entity", annotations=READ_ONLY)
    @_told
    async def get_facts(
        entity: Annotated[str, Field(description="Entity id (model/deepseek-v3), name or alias.", min_length=1, max_length=200)],
        predicate: Annotated[
            str | None, Field(description="Such as trainingCost, gpuHours, developer, releaseDate.", max_length=100)
        ] = None,
        limit: limits = 20,
    ) -> Facts:
        """What is said of an entity, fact by fact: every statement with its quote, claimant, status and source, and the conflicts."""
        return await _threaded(lambda: _facts(current, entity, predicate, limit))

    @server.tool(title="Where a statement comes from", annotations=READ_ONLY)
    @_told
    async def get_provenance(
        id: Annotated[
            str, Field(description="Id or IRI of a statement, or of a fact for its leading statement.", min_length=1, max_length=200)
        ],
    ) -> Provenance:
        """The passage, the document, the claimants, the primary sources, the checks, and what else is said of the same fact."""
        return await _threaded(lambda: _provenance(current, id))

    @server.tool(title="How two entities connect", annotations=READ_ONLY)
    @_told
    async def find_paths(
        start: Annotated[str, Field(description="Entity id, name or alias.", min_length=1, max_length=200)],
        end: Annotated[str, Field(description="Entity id, name or alias.", min_length=1, max_length=200)],
        max_steps: Annotated[int, Field(ge=1, le=MOST_STEPS)] = 4,
        limit: limits = 10,
    ) -> Paths:
        """Every way between two entities over statements, shortest first, each step with its statements and whether it is disputed."""
        return await _threaded(lambda: _paths(current, start, end, max_steps, limit))

    @server.tool(title="Where sources disagree", annotations=READ_ONLY)
    @_told
    async def get_disagreements(
        entity: Annotated[str | None, Field(description="Only on this entity: id, name or alias.", max_length=200)] = None,
        relation: Annotated[Literal["contradicts", "denies", "different-scope", "rounding", "truncation"] | None, Field()] = None,
        limit: limits = 20,
    ) -> Disagreements:
        """Pairs of statements that do not simply agree, with both quotes and why."""
        return await _threaded(lambda: _disagreements(current, entity, relation, limit))

    @server.tool(title="Ask SPARQL", annotations=READ_ONLY)
    @_told
    async def run_sparql(
        query: Annotated[str, Field(description="A SPARQL 1.1 SELECT or ASK query; SERVICE and updates are refused.", max_length=100_000)],
        limit: Annotated[int, Field(ge=1, le=1000, description="Most rows.")] = 100,
    ) -> Rows:
        """Query the RDF graph. Select ?statement as well, so that every row can be traced with get_provenance."""
        outcome = await queries.run(Job(query, base=iris.BASE, rows=limit))
        if outcome.form in ("CONSTRUCT", "DESCRIBE"):
            raise ToolError(f"a {outcome.form} query gives a graph; ask a SELECT or ASK query here")
        answer = json.loads(outcome.read())
        if "boolean" in answer:
            return Rows(columns=["answer"], rows=[{"answer": str(answer["boolean"]).lower()}], truncated=False)
        columns: list[str] = answer["head"]["vars"]
        rows = [{name: row[name]["value"] if name in row else None for name in columns} for row in answer["results"]["bindings"]]
        return Rows(columns=columns, rows=rows, truncated=outcome.truncated)

    return server
