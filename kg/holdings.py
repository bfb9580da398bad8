"""What a home was given: documents with what they say of themselves, and the statements read from each, before anything is derived."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, cast

import orjson

from kg.documents import Metadata, metadata_from_json
from kg.errors import InputError
from kg.statements import Statement, from_json


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document without its text: id (sha256), file name, encoding, media type, size in bytes, what it says of itself, its loader.

    `fingerprint` is the sketch of its text by which copies of it are known (kg/copies.py); `superseded_by` the id of the newer export of
    the same table, "" while it is current (kg/superseding.py).
    """

    id: str
    name: str
    encoding: str = "utf-8"
    media_type: str = "text/plain"
    size: int = 0
    metadata: Metadata = field(default_factory=Metadata)
    loader: str = ""
    fingerprint: tuple[int, ...] = ()
    superseded_by: str = ""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Documents by id and the statements of each in reading order."""

    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)

    def replaced(self, documents: Iterable[tuple[DocumentRecord, tuple[Statement, ...]]]) -> "Holdings":
        """The same with these documents added, each in place of what was held of it."""
        records, statements = dict(self.documents), dict(self.statements)
        for record, said in documents:
            records[record.id] = record
            statements[record.id] = tuple(
                sorted({item.id: item for item in said}.values(), key=lambda item: (item.start, item.end, item.id))
            )
        return Holdings(dict(sorted(records.items())), dict(sorted(statements.items())))

    def all_statements(self) -> tuple[Statement, ...]:
        """Every statement, by document id and place."""
        return tuple(item for said in self.statements.values() for item in said)

    def to_jsonl(self) -> Iterator[str]:
        """One line a document, each followed by one line a statement of it; every line ends with a newline."""
        for identifier, record in self.documents.items():
            yield _line({"record": "document", **asdict(record)})
            for statement in self.statements.get(identifier, ()):
                yield _line({"record": "statement", **statement.to_json()})


def content_hash(lines: bytes, version: str) -> str:
    """Sixteen hexadecimal digits naming holdings, written as `to_jsonl` does, as that version of the program derives them."""
    return sha256(version.encode() + lines).hexdigest()[:16]


def loads(line: str | bytes) -> dict[str, Any]:
    """One JSON object; orjson where it can, the standard library for the lone surrogates it refuses."""
    try:
        found = orjson.loads(line)
    except ValueError:
        found = json.loads(line)
    return cast(dict[str, Any], found)


def _line(record: dict[str, object]) -> str:
    try:
        return orjson.dumps(record).decode() + "\n"
    except TypeError:  # a lone surrogate, which some files hold and only the standard library writes
        return json.dumps(record) + "\n"


def from_jsonl(lines: Iterable[str | bytes], name: str) -> Holdings:
    """Holdings from the lines of `to_jsonl`; `name` is the file they are from, for messages.

    Raises: InputError naming the line that cannot be used.
    """
    records: dict[str, DocumentRecord] = {}
    said: dict[str, list[Statement]] = {}
    for number, line in enumerate(lines, 1):
        try:
            fields = loads(line)
            kind = fields.pop("record")
            if kind == "document":
                record = DocumentRecord(
                    **{
                        **fields,
                        "metadata": metadata_from_json(fields["metadata"]),
                        "fingerprint": tuple(fields.get("fingerprint", ())),
                    }
                )
                records[record.id], said[record.id] = record, []
            else:
                statement = from_json(fields)
                said[statement.document_id].append(statement)
        except (ValueError, TypeError, KeyError, AttributeError, InputError) as error:
            raise InputError(f"{name} line {number}: is not a line of a release ({error}); build or load the release again") from None
    return Holdings(records, {identifier: tuple(items) for identifier, items in said.items()})
