"""A file of statement records, one JSON object a line as `kg extract --format jsonl` prints them, read back as statements."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from kg.documents import Document
from kg.errors import InputError
from kg.statements import Statement, check_span, from_json, identified

_TEXTS = (
    "document", "document_id", "subject", "predicate", "quote", "object", "unit", "lexical", "bound", "status", "subject_id", "object_id",
    "extractor",
)  # fmt: skip
_CAMEL = {"document_id": "documentId", "subject_id": "subjectId", "object_id": "objectId", "attributed_to": "attributedTo"}
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


def _sound(statement: Statement) -> Statement:
    """The statement when every field is of its type; numbers become floats. Raises: InputError naming the field."""

    def wrong(field: str, expected: str) -> InputError:
        return InputError(f"the field {_CAMEL.get(field, field)} is {getattr(statement, field)!r}; expected {expected}")

    for field in _TEXTS:
        value = getattr(statement, field)
        if not isinstance(value, str) and not (value is None and field in ("object", "object_id")):
            raise wrong(field, "a text")
    if len(statement.document_id) != 64 or not set(statement.document_id) <= set("0123456789abcdef"):
        raise wrong("document_id", "the document's sha256, 64 hexadecimal digits")
    if not (type(statement.start) is type(statement.end) is int and 0 <= statement.start < statement.end):
        raise InputError(f"the span {statement.start!r}-{statement.end!r} is not a range of characters")
    for field in ("value", "low", "high", "confidence"):
        value = getattr(statement, field)
        if (value is not None or field == "confidence") and not (type(value) in (int, float) and isfinite(value)):
            raise wrong(field, "a finite number")
    for field in ("attributed_to", "attributed_to_ids"):
        if not all(isinstance(item, str) for item in getattr(statement, field)):
            raise wrong(field, "a list of texts")
    if not isinstance(statement.qualifiers, dict) or not all(isinstance(item, str) for item in statement.qualifiers.values()):
        raise wrong("qualifiers", "texts by name")
    if (statement.object is None) == (statement.value is statement.low is statement.high is None):
        raise InputError("a statement has either an object or a value (or low and high)")
    numbers = {name: None if (number := getattr(statement, name)) is None else float(number) for name in ("value", "low", "high")}
    return replace(statement, **numbers, confidence=float(statement.confidence))  # type: ignore[arg-type]


def checked_record(record: Mapping[str, Any]) -> Statement:
    """The statement of one record, its id computed anew. Raises: InputError when it is not complete or a field is of a wrong type."""
    return identified(_sound(from_json(record)))


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
            yield checked_record(record)
        except (InputError, UnicodeEncodeError) as error:
            raise InputError(f"{document.name} line {number}: {error}") from None


def check_records(statements: tuple[Statement, ...], raw: str | None) -> None:
    """Hold the records of one document against its text, when it is known. Raises: SpanError."""
    if raw is not None:
        for statement in statements:
            check_span(statement, raw)
