"""Errors as problem details (RFC 9457): one table from error class to status, one shape for every error the service gives.

https://www.rfc-editor.org/rfc/rfc9457
"""

from collections.abc import Mapping
from typing import Any

import orjson

from kg.api.protocol import UnsupportedMediaType
from kg.errors import (
    InputError,
    KgError,
    NotAcceptable,
    QueryBusy,
    QueryError,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    ServiceError,
    StoreError,
    UnknownName,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"

# From the particular to the general: the first class that fits decides. (class, status, name, title)
_TABLE: tuple[tuple[type[KgError], int, str, str], ...] = (
    (QueryRefused, 403, "query-refused", "The query is refused"),
    (QueryTimeout, 504, "query-timeout", "The query took too long"),
    (QueryTooLarge, 413, "query-too-large", "The query or its result is too large"),
    (QueryBusy, 503, "busy", "Too many queries at once"),
    (QueryError, 400, "query-error", "The query is not valid"),
    (UnsupportedMediaType, 415, "unsupported-media-type", "Unsupported media type"),
    (NotAcceptable, 406, "not-acceptable", "No acceptable format"),
    (UnknownName, 404, "not-found", "Not found"),
    (UsageError, 400, "bad-request", "The request is not valid"),
    (InputError, 422, "bad-input", "The input cannot be used"),
    (StoreError, 503, "no-store", "The store is not available"),
    (ServiceError, 502, "other-server", "Another server failed"),
    (KgError, 500, "error", "Error"),
)
TITLES = {
    400: "The request is not valid",
    404: "Not found",
    405: "Method not allowed",
    406: "No acceptable format",
    410: "Gone",
    413: "The request is too large",
    415: "Unsupported media type",
    422: "The request is not valid",
    500: "Error",
}
NAMES = {404: "not-found", 405: "method-not-allowed", 410: "gone", 415: "unsupported-media-type", 422: "invalid-request"}


def problem(status: int, detail: str, name: str | None = None, title: str | None = None, **members: Any) -> bytes:
    """A problem document; members that are None are left out."""
    body: dict[str, Any] = {
        "type": f"https://w3id.org/lab-facts/problem/{name or NAMES.get(status, 'error')}",
        "title": title or TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    body.update((key, value) for key, value in members.items() if value is not None)
    return orjson.dumps(body)


def of_error(error: KgError) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, body and further headers that tell a client of this error."""
    status, name, title = next((status, name, title) for kind, status, name, title in _TABLE if isinstance(error, kind))
    members: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, QueryError):
        members = {"line": error.line, "column": error.column}
    if isinstance(error, QueryBusy):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, StoreError):
        headers["Retry-After"] = "30"
    return status, problem(status, str(error), name, title, **members), headers
