"""Every error of the service as a problem document: the program's own, the framework's, and those of mistakes in the program."""

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from kg import iris
from kg.api.current import Current
from kg.api.problems import MEDIA_TYPE, of_error, problem
from kg.errors import KgError, UnknownName

_LOG = logging.getLogger(__name__)


def answer(status: int, body: bytes, headers: Any = None) -> Response:
    """A problem as a response."""
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers={**(headers or {}), "Cache-Control": "no-store"})


def gone(current: Current, error: UnknownName) -> bytes | None:
    """The problem of an id that was once known; None for one that never was."""
    found = current.gone(error.kind, error.name)
    if found is None:
        return None
    where = f"; what is said now is at {iris.fact(found.fact)}" if found.fact and found.kind == "statement" else ""
    return problem(
        410,
        f"the {found.kind} {found.id} was in release {found.release} and is no longer part of what is loaded{where}",
        release=found.release,
        fact=found.fact or None,
        document=found.document or None,
    )


def register(app: FastAPI, current: Current) -> None:
    """Answer every error of this application with a problem document."""

    def of_program(request: Request, error: Exception) -> Response:
        assert isinstance(error, KgError)
        if isinstance(error, UnknownName):
            body = gone(current, error)
            if body is not None:
                return answer(410, body)
        return answer(*of_error(error))

    def of_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = str(error.detail)
        if error.status_code == 404:
            detail = f"nothing is at {request.url.path}; the API is described at /api/docs"
        elif error.status_code == 405:
            detail = f"{request.method} is not for {request.url.path}"
        return answer(error.status_code, problem(error.status_code, detail), error.headers)

    def of_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = [
            {"in": str(item["loc"][0]), "name": ".".join(map(str, item["loc"][1:])), "message": item["msg"]} for item in error.errors()
        ]
        detail = "; ".join(f"{item['name'] or item['in']}: {item['message']}" for item in found)
        return answer(422, problem(422, detail, errors=found))

    def of_mistake(request: Request, error: Exception) -> Response:
        _LOG.exception("a mistake in the program at %s", request.url.path, exc_info=error)
        return answer(500, problem(500, "the program made a mistake; the log of the server has it"))

    app.add_exception_handler(KgError, of_program)
    app.add_exception_handler(HTTPException, of_framework)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, of_mistake)
