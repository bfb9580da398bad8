"""Error pages in HTML for browsers; whoever asks for data gets the app's own answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from kg.api.pages.site import render, wants_html
from kg.errors import KgError, ServiceError, StoreError, UnknownName, UsageError

TITLES = {
    400: "The request cannot be understood",
    404: "Nothing is here",
    410: "This is no longer part of what is loaded",
    405: "That is not possible here",
    422: "The request cannot be understood",
    503: "The graph cannot be read",
}
Handler = Callable[[Request, Any], Response | Awaitable[Response]]


def status_of(error: Exception) -> int:
    """The HTTP status of an error."""
    if isinstance(error, HTTPException):
        return error.status_code
    for kind, status in ((UnknownName, 404), (UsageError, 400), (StoreError, 503), (ServiceError, 502), (RequestValidationError, 422)):
        if isinstance(error, kind):
            return status
    return 400 if isinstance(error, KgError) else 500


def error_page(request: Request, status: int, detail: str) -> Response:
    """An error as a page with a way on."""
    return render(request, "error.html", title=TITLES.get(status, "Something went wrong"), status=status, detail=detail, code=status)


def register(app: FastAPI) -> None:
    """Answer browsers with pages, everyone else as before."""
    for kind in (HTTPException, KgError, RequestValidationError):
        app.add_exception_handler(kind, _handler(app.exception_handlers.get(kind)))


def _handler(before: Handler | None) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        answer = await _answered(before, request, error)
        if not wants_html(request) or request.url.path.startswith("/api/"):
            return answer
        return error_page(request, answer.status_code, _detail(answer, error))

    return handler


async def _answered(before: Handler | None, request: Request, error: Exception) -> Response:
    """What the app answers to whoever asks for data."""
    if before is None:
        status = status_of(error)
        return JSONResponse({"title": TITLES.get(status, "Error"), "status": status, "detail": str(error)}, status_code=status)
    made = before(request, error)
    return made if isinstance(made, Response) else await made


def _detail(answer: Response, error: Exception) -> str:
    """The sentence a person can act on; empty where the framework has nothing of its own to say."""
    if isinstance(error, HTTPException):
        return "" if error.status_code in (404, 405) else str(error.detail)
    try:
        return str(orjson.loads(bytes(answer.body))["detail"])
    except (ValueError, KeyError, TypeError):
        return str(error)
