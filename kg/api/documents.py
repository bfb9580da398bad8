"""Documents over the JSON API: what each says of itself, and its text where this machine has it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from kg.api import records
from kg.api.answers import FOREVER, DataRoute, Paging, listed, paging, single
from kg.api.current import Current
from kg.api.models import DocumentItem, DocumentList
from kg.api.statements import fields_of
from kg.errors import UnknownName, UsageError


def offset(cursor: str | None, size: int) -> int:
    """The place a cursor of a list held in memory means.

    Raises: UsageError when it is not one.
    """
    if cursor is None:
        return 0
    if not cursor.isdecimal() or not 0 < int(cursor[:9]) <= size:
        raise UsageError(f"the cursor {cursor[:40]!r} is not one of this list; take `cursor` of the page before, or start without one")
    return int(cursor)


def router(current: Current) -> APIRouter:
    """Routes of documents."""
    routes = APIRouter(route_class=DataRoute, tags=["documents"])

    @routes.get("/documents", operation_id="list_documents", response_model=DocumentList)
    def documents(request: Request, page: Annotated[Paging, Depends(paging)]) -> Any:
        """Documents by name."""
        rows = current.catalogue().documents()
        start = offset(page.cursor, len(rows))
        end = start + page.limit
        return listed(request, page, map(records.document, rows[start:end]), str(end) if end < len(rows) else None, len(rows))

    @routes.get("/documents/{sha}", operation_id="get_document", response_model=DocumentItem)
    def document(request: Request, sha: str, fields: Annotated[Sequence[str], Depends(fields_of)]) -> Any:
        """One document; its statements are at /api/v1/statements?document=."""
        return single(request, records.document(current.catalogue().document(sha).row), fields)

    @routes.get("/documents/{sha}/text", operation_id="get_document_text")
    def text(sha: str) -> Response:
        """The raw text statement spans count in, as Unicode code points; 404 where this machine does not have the document."""
        detail = current.catalogue().document(sha)
        if detail.raw is None:
            raise UnknownName("text of the document", f"{sha} on this machine; add it with `kg documents add FILE`")
        return Response(
            detail.raw.encode(), media_type="text/plain", headers={"Cache-Control": FOREVER if sha == detail.row.id else "no-cache"}
        )

    return routes
