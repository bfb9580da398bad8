"""The statement record: what one source says, the characters that support it, who says it."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Any

import orjson

from kg.errors import InputError, SpanError

STATUSES = ("asserted", "estimated", "alleged", "denied")
BOUNDS = ("", "~", "<", ">", "<=", ">=")
ID_DIGITS = 24
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_CAMEL = {
    "document_id": "documentId",
    "subject_id": "subjectId",
    "object_id": "objectId",
    "attributed_to": "attributedTo",
    "attributed_to_ids": "attributedToIds",
}
_SNAKE = {camel: snake for snake, camel in _CAMEL.items()}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one document.

    Exactly one of `object` (entity label, ISO 8601 date, or text) and `value`/`low`/`high` (base units) is given. `start, end` is the
    half-open code-point span in the raw document and `quote` its text. `lexical` is the figure as written. `attributed_to` lists
    claimants, nearest first; empty means the document's own voice. `confidence` is 0..1. `id` is empty until `identified` fills it.
    """

    document: str
    document_id: str
    subject: str
    predicate: str
    start: int
    end: int
    quote: str
    object: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    lexical: str = ""
    bound: str = ""
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    attributed_to: tuple[str, ...] = ()
    status: str = "asserted"
    subject_id: str = ""
    object_id: str | None = None
    attributed_to_ids: tuple[str, ...] = ()
    extractor: str = ""
    confidence: float = 1.0
    id: str = ""

    def to_json(self) -> dict[str, Any]:
        """The record of DESIGN 4 with its camelCase names; qualifiers sorted by name."""
        return {
            "document": self.document,
            "documentId": self.document_id,
            "subject": self.subject,
            "predicate": self.predicate,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "object": self.object,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "lexical": self.lexical,
            "bound": self.bound,
            "qualifiers": dict(sorted(self.qualifiers.items())) if len(self.qualifiers) > 1 else dict(self.qualifiers),
            "attributedTo": list(self.attributed_to),
            "status": self.status,
            "subjectId": self.subject_id,
            "objectId": self.object_id,
            "attributedToIds": list(self.attributed_to_ids),
            "extractor": self.extractor,
            "confidence": self.confidence,
            "id": self.id,
        }

    def compact(self, without: Container[str] = ()) -> dict[str, Any]:
        """The record but for what is empty or has its usual value, and for the names `without`; `from_json` reads it all the same."""
        usual = _USUAL.get
        return {name: value for name, value in self.to_json().items() if name not in without and value not in usual(name, _NOTHING)}


_NOTHING: tuple[Any, ...] = (None, "", [], {})
_USUAL: dict[str, tuple[Any, ...]] = {
    "value": (None,),
    "low": (None,),
    "high": (None,),
    "start": (),
    "end": (),
    "status": ("asserted",),
    "confidence": (1.0,),
}


_FIELDS = frozenset(item.name for item in fields(Statement))
_RECORD = tuple(_CAMEL.get(item.name, item.name) for item in fields(Statement))
_TUPLES = _RECORD.index("attributedTo"), _RECORD.index("attributedToIds")


def statement_id(statement: Statement) -> str:
    """Content hash of document sha256, span, subject, predicate, object or value, unit, qualifiers, claimants and status.

    Labels are hashed, not entity ids: a later judgement on who is who does not change what the document says.
    """
    parts: list[Any] = [
        statement.document_id,
        statement.start,
        statement.end,
        statement.subject,
        statement.predicate,
        statement.object,
        statement.value,
        statement.low,
        statement.high,
        statement.unit,
        sorted(statement.qualifiers.items()),
        list(statement.attributed_to),
        statement.status,
        statement.bound,
    ]
    exact = statement.value is None and statement.low is None and statement.high is None
    return sha256(encoded(parts) if exact else _ENCODER.encode(parts).encode()).hexdigest()[:ID_DIGITS]


def encoded(parts: list[Any]) -> bytes:
    """JSON without spaces, as content hashes are made of; of strings and whole numbers only, as the two encoders write others otherwise."""
    try:
        return orjson.dumps(parts)
    except TypeError:  # a lone surrogate or a number of more than 64 bits
        return _ENCODER.encode(parts).encode()


def identified(statement: Statement) -> Statement:
    """The same statement with its id filled in."""
    return _with_ids(statement, statement.subject_id, statement.object_id, statement.attributed_to_ids, statement_id(statement))


def with_entities(statement: Statement, subject_id: str, object_id: str | None, attributed_to_ids: tuple[str, ...]) -> Statement:
    """The same statement with these entity ids."""
    return _with_ids(statement, subject_id, object_id, attributed_to_ids, statement.id)


def _with_ids(same: Statement, subject_id: str, object_id: str | None, attributed_to_ids: tuple[str, ...], id: str) -> Statement:
    """Several times as fast as `dataclasses.replace`."""
    return Statement(
        same.document, same.document_id, same.subject, same.predicate, same.start, same.end, same.quote, same.object, same.value, same.low,
        same.high, same.unit, same.lexical, same.bound, same.qualifiers, same.attributed_to, same.status, subject_id, object_id,
        attributed_to_ids, same.extractor, same.confidence, id,
    )  # fmt: skip


def from_json(record: Mapping[str, Any]) -> Statement:
    """A statement from its JSON record.

    Raises: InputError when a field is unknown, missing or of the wrong type.
    """
    if tuple(record) == _RECORD:  # as `to_json` writes it
        written = list(record.values())
        for place in _TUPLES:
            written[place] = tuple(written[place])
        return Statement(*written)
    values: dict[str, Any] = {}
    for key, value in record.items():
        name = _SNAKE.get(key, key)
        if name not in _FIELDS:
            raise InputError(f"a statement record has no field {key!r}; the fields are those of `kg extract --format jsonl`")
        values[name] = tuple(value) if name in ("attributed_to", "attributed_to_ids") else value
    try:
        return Statement(**values)
    except TypeError as error:
        raise InputError(f"a statement record is not complete: {error}") from None


def check_span(statement: Statement, raw: str) -> None:
    """Raise SpanError unless the quote is the raw text at the statement's offsets and not empty."""
    if not statement.quote or raw[statement.start : statement.end] != statement.quote:
        raise SpanError(
            f"{statement.document}: the quote of {statement.subject} {statement.predicate} is not the text at "
            f"{statement.start}-{statement.end}; expected {raw[statement.start : statement.end][:60]!r}, got {statement.quote[:60]!r}"
        )


def to_jsonl(statements: Iterable[Statement]) -> Iterator[str]:
    """One JSON object a line, without the newline."""
    for statement in statements:
        yield json.dumps(statement.to_json(), ensure_ascii=False)
