"""The API's own documentation: a page made from the OpenAPI description, without any outside request."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from kg.api.pages.site import render


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API."""

    id: str
    verb: str
    path: str
    description: str
    parameters: tuple[Parameter, ...]


def type_words(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words.

    >>> type_words({"anyOf": [{"type": "number"}, {"type": "null"}]})
    'number'
    """
    kinds = [type_words(item) for item in schema.get("anyOf", ()) if item.get("type") != "null"]
    if kinds:
        return " or ".join(kinds)
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    return str(schema.get("const") or schema.get("type") or schema.get("$ref", "").rpartition("/")[2])


def operations(description: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """The operations of an OpenAPI description by tag, tags sorted."""
    by_tag: dict[str, list[Operation]] = {}
    for path, verbs in description["paths"].items():
        for verb, item in verbs.items():
            parameters = tuple(
                Parameter(one["name"], type_words(one["schema"]), one.get("description", "")) for one in item.get("parameters", ())
            )
            made = Operation(item["operationId"], verb.upper(), path, item.get("description", ""), parameters)
            by_tag.setdefault(item.get("tags", ["service"])[0], []).append(made)
    return sorted(by_tag.items())


def router(app: FastAPI) -> APIRouter:
    """The route of the page."""
    routes = APIRouter()

    @routes.get("/api/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        """The documentation."""
        base = str(request.base_url).rstrip("/")
        return render(request, "reference.html", title="API", groups=operations(app.openapi()), base=base)

    return routes
