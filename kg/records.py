"""A file of statement records, one JSON object a line as `kg extract --format jsonl` prints them, read back as statements."""

import json
from collections.abc import Iterator

from kg.documents import Document
from kg.errors import InputError
from kg.statements import Statement, check_span, from_json, identified

MARKERS = frozenset({"document", "documentId", "subject", "predicate", "start", "end", "quote"})


def is_records(document: Document) -> bool:
    """Whether the file's first line is a statement record."""
    first = document.raw.lstrip("\ufeff").partition("\n")[0]
    if not first.startswith("{"):
        return False
    try:
        record = json.loads(first)
    except ValueError:
        return False
    return isinstance(record, dict) and record.keys() >= MARKERS


def read_records(document: Document) -> Iterator[Statement]:
    """The statements of the file, their ids computed anew.

    Raises: InputError naming the line that is not a record.
    """
    for number, line in enumerate(document.raw.lstrip("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(f"{document.name} line {number}: is not JSON ({error}); expected one statement record a line") from None
        if not isinstance(record, dict):
            raise InputError(f"{document.name} line {number}: is {type(record).__name__}; expected a statement record, a JSON object")
        try:
            yield identified(from_json(record))
        except InputError as error:
            raise InputError(f"{document.name} line {number}: {error}") from None


def check_records(statements: tuple[Statement, ...], raw: str | None) -> None:
    """Hold the records of one document against its text, when it is known. Raises: SpanError."""
    if raw is not None:
        for statement in statements:
            check_span(statement, raw)
