"""What the catalogue gives: rows of statements, facts, pairs, checks, entities and documents, and pages of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kg.documents import Metadata
from kg.statements import Statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the items in their order; `next` is the cursor to go on from, None at the end; `total` counts all that fit."""

    items: tuple[T, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which statements are wanted; None asks for anything. All given conditions hold together.

    `entity`: subject, object or claimant. Entities are given by id ("model/deepseek-v3"). `date_from, date_to`: the statement's own
    date (its date object, else its qualifier `time`) lies inside, ISO 8601 dates, both ends included. `minimum, maximum`: base units,
    ranges overlap. `as_of`: said by a document published on that day or before. `quarantined`: None leaves quarantined statements out
    like False; True lists only them.
    """

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    entity: str | None = None
    claimant: str | None = None
    document: str | None = None
    status: str | None = None
    unit: str | None = None
    fact: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    as_of: str | None = None
    min_confidence: float | None = None
    quarantined: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with where it stands: its fact and its document's title, publisher, date and address (None where unknown)."""

    statement: Statement
    fact_id: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    address: str | None = None
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity and how often it is the subject, the object and the claimant of statements."""

    id: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    as_subject: int = 0
    as_object: int = 0
    as_claimant: int = 0


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact in one line: how many statements, documents and origins it has.

    `status`: single, agreed, contradicted, disputed, denied, alleged or estimated. `relation`: the worst among its pairs, "" without any.
    `object`: part of what the fact is where a predicate has many values, else "". `representative`: the statement to show first.
    `readings`: how many different values are stated.
    """

    id: str
    subject_id: str
    subject: str
    predicate: str
    qualifiers: Mapping[str, str]
    status: str
    statements: int
    documents: int
    origins: int
    relation: str = ""
    object: str = ""
    object_id: str = ""
    representative: str = ""
    readings: int = 1


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two statements and how they stand to each other: `left` (of the fact `fact_id`) and `right` (of `other_fact_id`, mostly the same)."""

    fact_id: str
    left: str
    right: str
    relation: str
    explanation: str
    other_fact_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One arithmetic or consistency test, numbers in `unit`.

    `inputs`: ids of the statements that go in, the one that states the result (`target`, "" when nobody states it) last. `low, high`:
    what the inputs come to (`value` in the middle), `stated` with its bounds what the target says; None where open or not stated.
    """

    id: str
    kind: str
    formula: str
    inputs: tuple[str, ...]
    low: float | None
    high: float | None
    stated: float | None
    tolerance: float | None
    verdict: str
    explanation: str
    target: str = ""
    value: float | None = None
    stated_low: float | None = None
    stated_high: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A primary source and the statements and documents that go back to it."""

    id: str
    label: str
    address: str | None
    date: str | None
    statement_ids: tuple[str, ...]
    document_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """What a shape found wrong; `severity` is violation, warning or info.

    `focus`: IRI of what it is about; `statement_id` when that is a statement, else "". `constraint`: the rule of the shape, "minCount".
    """

    statement_id: str
    shape: str
    path: str
    severity: str
    message: str
    value: str
    focus: str = ""
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class StatementDetail:
    """A statement with everything about it."""

    row: Row
    pairs: tuple[PairRow, ...]
    checks: tuple[CheckRow, ...]
    violations: tuple[ViolationRow, ...]


@dataclass(frozen=True, slots=True)
class FactDetail:
    """A fact with its statements in reading order, their pairs, the checks any of them enters, its origins with its own statements."""

    fact: FactRow
    statements: tuple[Row, ...]
    pairs: tuple[PairRow, ...]
    checks: tuple[CheckRow, ...]
    origins: tuple[OriginRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair that does not simply agree, with its fact and both statements."""

    pair: PairRow
    fact: FactRow
    left: Row
    right: Row


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document: what it says of itself and how many statements came from it; `has_text`: its bytes are in this home."""

    id: str
    name: str
    metadata: Metadata
    statements: int
    size: int
    media_type: str
    encoding: str
    has_text: bool


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """A document with its raw text, the one statement spans count in; None when its bytes are not in this home."""

    row: DocumentRow
    raw: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: `kind` is entity, statement or document; `detail` a short passage that holds the words."""

    kind: str
    id: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Release:
    """What is loaded: `hash` names the content (same content, same hash); counts by kind."""

    hash: str
    version: str
    counts: Mapping[str, int]
