"""The shapes of the JSON API's answers, for the OpenAPI description; tests hold every answer against them."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A record with exactly these members."""

    model_config = ConfigDict(extra="forbid")


class Source(Strict):
    """The document a statement is from."""

    documentId: str
    iri: str
    title: str | None
    publisher: str | None
    date: str | None
    address: str | None


class StatementItem(Strict):
    """What one source says, with the characters that support it."""

    id: str
    iri: str
    document: str
    documentId: str
    subject: str
    subjectId: str
    predicate: str
    object: str | None
    objectId: str | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    lexical: str
    bound: str
    qualifiers: dict[str, str]
    attributedTo: list[str]
    attributedToIds: list[str]
    status: str
    start: int
    end: int
    quote: str
    extractor: str
    confidence: float
    factId: str
    quarantined: bool
    source: Source


class PairItem(Strict):
    """Two statements and how they stand to each other: same, agrees, rounding, truncation, different-scope, contradicts or denies."""

    fact: str
    otherFact: str
    left: str
    right: str
    relation: str
    explanation: str


class CheckItem(Strict):
    """An arithmetic or consistency test over statements; bounds and stated value in base units."""

    id: str
    iri: str
    kind: str
    formula: str
    verdict: str
    explanation: str
    low: float | None
    high: float | None
    stated: float | None
    tolerance: float | None
    inputs: list[str]
    statements: list[StatementItem]


class ViolationItem(Strict):
    """What a shape found wrong with a statement."""

    statement: str
    shape: str
    path: str
    severity: str
    message: str
    value: str


class OriginItem(Strict):
    """A primary source and the statements and documents that go back to it."""

    id: str
    iri: str
    label: str
    address: str | None
    date: str | None
    statements: list[str]
    documents: list[str]


class StatementDetails(StatementItem):
    """A statement with its pairs, checks and violations."""

    pairs: list[PairItem]
    checks: list[CheckItem]
    violations: list[ViolationItem]


class FactItem(Strict):
    """All statements with the same subject, predicate and comparable qualifiers, in one record."""

    id: str
    iri: str
    subject: str
    subjectId: str
    predicate: str
    object: str | None
    objectId: str | None
    qualifiers: dict[str, str]
    status: str
    relation: str
    statements: int
    documents: int
    origins: int
    readings: int
    representative: StatementItem | None


class FactDetails(FactItem):
    """A fact with its statements in reading order, their pairs, the checks any enters and the primary sources."""

    said: list[StatementItem]
    pairs: list[PairItem]
    checks: list[CheckItem]
    sources: list[OriginItem]


class EntityItem(Strict):
    """An entity: a lab, model, chip, cluster, person, place, benchmark, publication or concept."""

    id: str
    iri: str
    type: str
    label: str
    aliases: list[str]
    identifiers: dict[str, str]
    sameAs: list[str]
    asSubject: int
    asObject: int
    asClaimant: int


class ReferenceItem(Strict):
    """Another publication a document names as where something comes from."""

    relation: str
    label: str
    address: str | None
    date: str | None
    start: int | None
    end: int | None


class DocumentItem(Strict):
    """A document and what it says of itself."""

    id: str
    iri: str
    name: str
    title: str | None
    publisher: str | None
    authors: list[str]
    date: str | None
    retrieved: str | None
    address: str | None
    language: str | None
    kind: str | None
    references: list[ReferenceItem]
    statements: int
    size: int
    mediaType: str
    encoding: str
    hasText: bool


class DisagreementItem(Strict):
    """A pair of statements that does not simply agree."""

    relation: str
    explanation: str
    fact: FactItem
    left: StatementItem
    right: StatementItem


class HitItem(Strict):
    """A search result."""

    kind: str
    id: str
    iri: str
    label: str
    detail: str


class RelationItem(Strict):
    """One predicate between the ends of a step; `forward`: its subject is the step's start."""

    predicate: str
    forward: bool
    disputed: bool
    statuses: list[str]
    documents: list[str]
    statements: list[StatementItem]


class StepItem(Strict):
    """From one entity to the next."""

    start: str
    startLabel: str
    end: str
    endLabel: str
    disputed: bool
    relations: list[RelationItem]


class PathItem(Strict):
    """One way between two entities."""

    disputed: bool
    length: int
    steps: list[StepItem]


class ParameterItem(Strict):
    """A parameter of a question."""

    name: str
    type: str
    example: str
    description: str


class QuestionItem(Strict):
    """A question of the library."""

    name: str
    summary: str
    description: str
    parameters: list[ParameterItem]
    columns: dict[str, str]
    sparql: str


class ReleaseItem(Strict):
    """What is loaded."""

    hash: str
    version: str
    counts: dict[str, int]


class CitationItem(Strict):
    """How to cite a fact or statement."""

    text: str
    bibtex: str
    csl: dict[str, object]


class ListOf(Strict):
    """What every list has beside its items: the address and the cursor of the next page, and how many there are in all."""

    next: str | None
    cursor: str | None
    total: int


class StatementList(ListOf):
    """A page of statements."""

    items: list[StatementItem]


class FactList(ListOf):
    """A page of facts."""

    items: list[FactItem]


class EntityList(ListOf):
    """A page of entities."""

    items: list[EntityItem]


class DocumentList(ListOf):
    """A page of documents."""

    items: list[DocumentItem]


class CheckList(ListOf):
    """A page of checks."""

    items: list[CheckItem]


class DisagreementList(ListOf):
    """A page of disagreements."""

    items: list[DisagreementItem]


class OriginList(ListOf):
    """A page of primary sources."""

    items: list[OriginItem]


class ViolationList(ListOf):
    """A page of violations."""

    items: list[ViolationItem]


class HitList(ListOf):
    """Search results."""

    items: list[HitItem]


class PathList(ListOf):
    """Ways between two entities; `more`: there are further ones."""

    items: list[PathItem]
    more: bool


class QuestionList(ListOf):
    """The library of questions."""

    items: list[QuestionItem]


class RowList(ListOf):
    """The rows a question gives; `truncated`: there were more."""

    items: list[dict[str, str | float | bool | None]]
    columns: dict[str, str]
    truncated: bool


class Problem(BaseModel):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
