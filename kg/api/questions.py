"""The library of questions over the JSON API: listed, and asked by name with typed parameters, under the limits of every query."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from kg import iris
from kg.api.answers import DataRoute, Paging, listed, paging
from kg.api.current import Current
from kg.api.models import QuestionList, RowList
from kg.errors import UnknownName, UsageError
from kg.naming import entity_named
from kg.query import bound
from kg.questions import Question, library, question
from kg.sparql.jobs import Backend, Job

_OWN = ("cursor", "limit", "fields", "format")
_NUMBERS = {"integer", "decimal", "double", "float", "int", "long"}


def _record(asked: Question) -> dict[str, Any]:
    return {
        "name": asked.name,
        "summary": asked.summary,
        "description": asked.description,
        "parameters": [
            {"name": item.name, "type": item.type, "example": item.example, "description": item.description} for item in asked.params
        ],
        "columns": dict(asked.columns),
        "sparql": asked.sparql,
    }


def _value(term: dict[str, str] | None) -> str | float | bool | None:
    if term is None:
        return None
    kind = term.get("datatype", "").rpartition("#")[2]
    if kind in _NUMBERS:
        number = float(term["value"])
        return int(number) if kind == "integer" else number
    return term["value"] == "true" if kind == "boolean" else term["value"]


def encoded(current: Current, asked: Question, given: dict[str, str]) -> dict[str, str | tuple[str, str]]:
    """Parameters as a job's bindings; entities may be named by id, label or alias.

    Raises: UnknownName, UsageError.
    """
    catalogue = current.catalogue()
    defaults = {item.default for item in asked.params}

    def entity(value: str) -> str:
        try:
            return iris.entity(entity_named(catalogue, value).id)
        except UnknownName:
            if value not in defaults:
                raise
            return iris.entity(value)  # what a question asks by default need not be loaded: then it has no answer

    terms = bound(asked, given, entity)
    return {
        variable.value: term.value if isinstance(term, NamedNode) else (term.value, term.datatype.value) for variable, term in terms.items()
    }


def router(current: Current, queries: Backend) -> APIRouter:
    """Routes of the library."""
    routes = APIRouter(route_class=DataRoute, tags=["questions"])

    @routes.get("/queries", operation_id="list_queries", response_model=QuestionList)
    def questions(request: Request, page: Annotated[Paging, Depends(paging)]) -> Response:
        """The library of questions with their parameters, columns and SPARQL."""
        return listed(request, page, map(_record, library().values()))

    @routes.get("/queries/{name:path}", operation_id="run_query", response_model=RowList)
    async def ask(
        request: Request,
        page: Annotated[Paging, Depends(paging)],
        parameters: Annotated[str | None, Query(description="The question's own parameters, each under its name.", max_length=0)] = None,
    ) -> Any:
        """The rows of a question; its own parameters are given by name in the query string, as /api/v1/queries lists them."""
        asked = await run_in_threadpool(question, request.path_params["name"])
        pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in (*_OWN, "parameters")]
        if len({name for name, _ in pairs}) < len(pairs):
            raise UsageError("a parameter is given twice")
        bindings = await run_in_threadpool(encoded, current, asked, dict(pairs))
        outcome = await queries.run(Job(asked.sparql, base=iris.BASE, bindings=bindings, rows=page.limit))
        if outcome.form in ("CONSTRUCT", "DESCRIBE"):
            raise UsageError(f"{asked.name} gives a graph, not rows; ask it at /sparql")
        answer = json.loads(outcome.read())
        if "boolean" in answer:
            rows: list[dict[str, Any]] = [{"answer": answer["boolean"]}]
        else:
            names = answer["head"]["vars"]
            rows = [{name: _value(row.get(name)) for name in names} for row in answer["results"]["bindings"]]
        return listed(request, page, rows, columns=dict(asked.columns), truncated=outcome.truncated)

    return routes
