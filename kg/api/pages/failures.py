"""Error pages in HTML for browsers; whoever asks for data gets the app's own answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from kg.api.pages.site import render, wants_html
from kg.errors import KgError, ServiceError, StoreError, UnknownName, UsageError

TITLES = {
    400: "The request cannot be understood",
    404: "Nothing is here",
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
        status = status_of(error)
        if wants_html(request) and not request.url.path.startswith("/api/v1"):
            detail = str(error.detail) if isinstance(error, HTTPException) else str(error)
            return error_page(request, status, "" if detail in ("Not Found", "Method Not Allowed") else detail)
        if before is not None:
            answer = before(request, error)
            return answer if isinstance(answer, Response) else await answer
        return JSONResponse({"title": TITLES.get(status, "Error"), "status": status, "detail": str(error)}, status_code=status)

    return handler
