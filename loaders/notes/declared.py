"""A notes file: TOML in which each sentence carries the statements it makes and the source it was taken from.

    format = "lab-facts notes"
    title = "High-Flyer"
    date = "2026-01"

    [sources.forbes]
    claimant = "Forbes"
    title = "China's AI investors"
    address = "https://example.org/investors"
    date = "2025-02"

    [[notes]]
    source = "forbes"
    sentence = "Forbes says the fund began in 2015."
    statements = [{ subject = "High-Flyer", predicate = "foundingDate", object = "2015", words = "began in 2015" }]

A statement's span is where its `words` (default: the whole sentence) stand in the file. `said_by` in a note or a statement replaces the
source's claimant; "" is the notes' own voice.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kg.documents import Document, Metadata, Problem, Reference
from kg.errors import InputError
from kg.loading import Loaded, LoadOptions
from kg.statements import STATUSES, Statement, identified
from kg.text import identity

FORMAT = "lab-facts notes"
EXTRACTOR = "notes 1"
ABOUT = ("title", "publisher", "authors", "date", "address", "language")
SOURCE = ("claimant", "title", "publisher", "address", "date")
NOTE = ("source", "sentence", "said_by", "statements")
STATEMENT = (
    "subject",
    "predicate",
    "object",
    "value",
    "low",
    "high",
    "unit",
    "lexical",
    "bound",
    "qualifiers",
    "status",
    "words",
    "said_by",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One note and the half-open span of its sentence in the file."""

    start: int
    end: int
    source: str
    said_by: tuple[str, ...]
    statements: tuple[Mapping[str, Any], ...]


def _only(record: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(record.keys() - set(known))
    if unknown:
        raise InputError(f"{where}: has no field {unknown[0]!r}; the fields are {', '.join(known)}")


def _claimants(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise InputError(f"{where}: `said_by` is a name or a list of names, nearest first")


def _sentences(table: Mapping[str, Any], document: Document) -> Iterator[Sentence]:
    sources = table.get("sources", {})
    position = 0
    for number, note in enumerate(table.get("notes", []), 1):
        where = f"{document.name} note {number}"
        _only(note, NOTE, where)
        source = sources.get(note.get("source"))
        if source is None:
            raise InputError(f"{where}: its source {note.get('source')!r} is none of {', '.join(sources)}")
        sentence = note.get("sentence", "")
        start = document.raw.find(sentence, position) if sentence else -1
        if start < 0:
            raise InputError(f"{where}: its sentence must stand in the file as it is meant, on one line and without escapes")
        position = start + len(sentence)
        said_by = _claimants(note.get("said_by", source["claimant"]), where)
        yield Sentence(start, position, note["source"], said_by, tuple(note.get("statements", ())))


def _statement(record: Mapping[str, Any], sentence: Sentence, document: Document, where: str) -> Statement:
    _only(record, STATEMENT, where)
    words = record.get("words", document.raw[sentence.start : sentence.end])
    start = document.raw.find(words, sentence.start, sentence.end)
    if start < 0:
        raise InputError(f"{where}: the words {words!r} are not in the note's sentence")
    lexical = record.get("lexical", "")
    if lexical not in words:
        raise InputError(f"{where}: the figure {lexical!r} is not in its words {words!r}")
    if ("object" in record) == any(name in record for name in ("value", "low", "high")):
        raise InputError(f"{where}: give either an object or a value")
    if record.get("status", "asserted") not in STATUSES:
        raise InputError(f"{where}: the status {record['status']!r} is none of {', '.join(STATUSES)}")
    numbers = {name: float(record[name]) for name in ("value", "low", "high") if name in record}
    return identified(
        Statement(
            document=document.name,
            document_id=document.id,
            subject=record["subject"],
            predicate=record["predicate"],
            start=start,
            end=start + len(words),
            quote=words,
            object=record.get("object"),
            value=numbers.get("value"),
            low=numbers.get("low"),
            high=numbers.get("high"),
            unit=record.get("unit", ""),
            lexical=lexical,
            bound=record.get("bound", ""),
            qualifiers={name: str(value) for name, value in record.get("qualifiers", {}).items()},
            attributed_to=_claimants(record["said_by"], where) if "said_by" in record else sentence.said_by,
            status=record.get("status", "asserted"),
            extractor=EXTRACTOR,
        )
    )


def _metadata(table: Mapping[str, Any], sentences: list[Sentence]) -> Metadata:
    sources = table.get("sources", {})
    references = tuple(
        Reference(
            "primary-source", sources[item.source]["title"], sources[item.source].get("address"), sources[item.source].get("date"),
            item.start, item.end,
        )
        for item in sentences
    )  # fmt: skip
    known = {item.name for item in fields(Metadata)}
    about = {name: table[name] for name in ABOUT if name in table and name in known}
    return Metadata(**{**about, "authors": tuple(about.get("authors", ())), "kind": "notes", "references": references})


class NotesLoader:
    """Implements `kg.loading.Loader` for notes files."""

    name = "notes"

    def recognises(self, document: Document) -> float:
        """1 when the file declares itself as notes, else 0."""
        return float(document.raw.lstrip("\ufeff \t\r\n").startswith(f'format = "{FORMAT}"'))

    def load(self, document: Document, options: LoadOptions) -> Loaded:
        """Read the sentences and the statements each declares.

        Raises: InputError when the file is not TOML, or naming the note that is not in order.
        """
        try:
            table = tomllib.loads(document.raw)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{document.name}: is not TOML ({error})") from None
        _only(table, ("format", *ABOUT, "sources", "notes"), document.name)
        for name, source in table.get("sources", {}).items():
            _only(source, SOURCE, f"{document.name} source {name}")
            if not {"claimant", "title"} <= source.keys():
                raise InputError(f"{document.name} source {name}: needs a claimant and a title")
        sentences = list(_sentences(table, document))
        statements = [
            _statement(record, sentence, document, f"{document.name} note {number} statement {place}")
            for number, sentence in enumerate(sentences, 1)
            for place, record in enumerate(sentence.statements, 1)
        ]
        idle = sorted(table.get("sources", {}).keys() - {sentence.source for sentence in sentences})
        problems = tuple(Problem(document.name, f"source {name}", "no note uses it; remove it or use it") for name in idle)
        statements.sort(key=lambda item: (item.start, item.end))
        return Loaded(identity(document.raw, ("notes",)), _metadata(table, sentences), tuple(statements), problems)


loader = NotesLoader()
