"""Claims as they are shown: a statement with its value in words, who says it, where, and how it stands to the others."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg import readable
from kg.api.pages import links
from kg.catalogue import FactRow, PairRow, Row
from kg.drawing.scale import Scale
from kg.drawing.strip import Mark, shared_scale, strip
from kg.statements import Statement

STATUS_WORDS = {"asserted": "Asserted", "estimated": "Estimated", "alleged": "Alleged", "denied": "Denied"}
STATUS_KINDS = {"asserted": "", "estimated": "warn", "alleged": "warn", "denied": "bad"}
RELATION_WORDS = {
    "same": ("Same value", "good"),
    "agrees": ("Agrees", "good"),
    "rounding": ("Rounded", "good"),
    "truncation": ("Cut short", "warn"),
    "different-scope": ("Different scope", "warn"),
    "contradicts": ("Contradicts", "bad"),
    "denies": ("Denies", "bad"),
}
WORST = ("denies", "contradicts", "different-scope", "truncation", "rounding", "agrees", "same", "")
STRIP_WIDTH = 240.0
ROW_STRIP_WIDTH = 150.0


@dataclass(frozen=True, slots=True)
class Linked:
    """Words with the page they lead to, if any."""

    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A word on a coloured ground: kind "good", "warn", "bad" or ""."""

    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement ready to be shown."""

    row: Row
    value: str
    scope: str
    claimants: tuple[Linked, ...]
    published: str
    title: str
    status: Chip
    href: str
    span_href: str
    relation: Chip | None = None
    strip: str = ""
    lead: bool = False

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.row.statement

    @property
    def sort_value(self) -> float | str:
        """What a table sorts by."""
        extent = extent_of(self.row.statement)
        return extent[0] if extent else self.value


def extent_of(statement: Statement) -> tuple[float, float] | None:
    """The low and high end of what a statement gives, equal for a point; None when it gives no number."""
    low = statement.low if statement.low is not None else statement.value
    high = statement.high if statement.high is not None else statement.value
    if low is None and high is None:
        return None
    return (low if low is not None else high, high if high is not None else low)  # type: ignore[return-value]


def claimants(row: Row) -> tuple[Linked, ...]:
    """Who says it, nearest first; the document's publisher or title where it speaks in its own voice."""
    statement = row.statement
    ids = (*statement.attributed_to_ids, *("" for _ in statement.attributed_to))
    if statement.attributed_to:
        return tuple(Linked(label, links.entity(name) if name else None) for label, name in zip(statement.attributed_to, ids, strict=False))
    return (Linked(row.publisher or document_title(row), links.document(statement.document_id)),)


def document_title(row: Row) -> str:
    """The title of the statement's document, else its file name."""
    return row.title or row.statement.document


def claim(row: Row, relation: str = "", drawn: str = "", lead: bool = False) -> Claim:
    """A statement's row as a claim."""
    statement = row.statement
    words = RELATION_WORDS.get(relation)
    return Claim(
        row=row,
        value=readable.value_text(statement) or statement.quote,
        scope=readable.qualifier_words(statement.qualifiers),
        claimants=claimants(row),
        published=readable.date(row.date) if row.date else "",
        title=document_title(row),
        status=Chip(STATUS_WORDS.get(statement.status, statement.status), STATUS_KINDS.get(statement.status, "")),
        href=links.statement(statement.id),
        span_href=links.span(statement.document_id, statement.id, statement.start),
        relation=Chip(*words) if words else None,
        strip=drawn,
        lead=lead,
    )


def leading(rows: Sequence[Row], representative: str = "") -> Row:
    """The statement whose value stands for the rows: the fact's representative, else the value said most often, exact, fine, early."""
    named = next((row for row in rows if row.statement.id == representative), None)
    if named is not None:
        return named
    votes = Counter(_figure(row.statement) for row in rows if row.statement.status != "denied")
    return min(
        rows,
        key=lambda row: (
            row.statement.status == "denied",
            -votes[_figure(row.statement)],
            row.statement.bound != "",
            not any(name.startswith("publication/") for name in row.statement.attributed_to_ids),
            -_digits(row.statement),
            ("asserted", "estimated", "alleged", "denied").index(row.statement.status),
            row.date or "9",
            row.statement.document_id,
            row.statement.start,
            row.statement.id,
        ),
    )


def _figure(statement: Statement) -> Hashable:
    """The figure or object whatever its bound: "about $5 million" speaks for $5 million."""
    return extent_of(statement) or reading(statement)


def reading(statement: Statement) -> Hashable:
    """What the statement gives, equal for statements that give the same."""
    extent = extent_of(statement)
    if extent is None:
        return (statement.object_id or (statement.object or "").casefold(), statement.status == "denied")
    return (extent, statement.unit, statement.bound, statement.status == "denied")


def _digits(statement: Statement) -> int:
    extent = extent_of(statement)
    return len(f"{extent[0]:.12g}".replace(".", "").strip("0")) if extent else 0


def distinct_objects(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first row of each object or value, in the rows' order."""
    seen: dict[object, Row] = {}
    for row in rows:
        seen.setdefault(reading(row.statement), row)
    return tuple(seen.values())


def marks(rows: Sequence[Row], relations: Mapping[str, str], lead: str = "") -> list[Mark]:
    """A mark for each row that gives a number."""
    made = []
    for row in rows:
        extent = extent_of(row.statement)
        if extent is not None:
            made.append(Mark(*extent, mark_kind(row.statement, relations.get(row.statement.id, ""), lead), _open(row.statement)))
    return made


def _open(statement: Statement) -> str:
    return statement.bound if statement.bound[:1] in ("<", ">") else ""


def mark_kind(statement: Statement, relation: str, lead: str) -> str:
    """How a claim's mark is drawn."""
    if statement.status == "denied":
        return "denied"
    if relation in ("contradicts", "denies"):
        return "disputed"
    if statement.id == lead:
        return "current"
    return "plain" if statement.status == "asserted" else "soft"


def relations_to(lead: Row, rows: Sequence[Row], pairs: Iterable[PairRow]) -> dict[str, str]:
    """How each other statement stands to the leading one, by statement id.

    Pairs are kept for one statement of each reading, so a relation holds for all statements with the same readings.
    """
    readings = {row.statement.id: reading(row.statement) for row in rows}
    between: dict[frozenset[object], str] = {}
    for pair in pairs:
        if pair.left in readings and pair.right in readings:
            between[frozenset((readings[pair.left], readings[pair.right]))] = pair.relation
    best = readings[lead.statement.id]
    related: dict[str, str] = {}
    for name, given in readings.items():
        if name != lead.statement.id:
            relation = between.get(frozenset((given, best)), "same" if given == best else "")
            if relation:
                related[name] = relation
    return related


def summary_strip(rows: Sequence[Row], relations: Mapping[str, str], scale: Scale, lead: str = "", width: float = STRIP_WIDTH) -> str:
    """All claims of a fact on one axis; empty where none gives a number."""
    drawn = marks(rows, relations, lead)
    if not drawn:
        return ""
    return strip(drawn, scale, width, _strip_label(rows))


def _strip_label(rows: Sequence[Row]) -> str:
    extents = [(extent, row.statement.unit) for row in rows if (extent := extent_of(row.statement))]
    low = min(extents, key=lambda item: item[0][0])
    high = max(extents, key=lambda item: item[0][1])
    shown = readable.quantity(None, low[1], low[0][0], high[0][1])
    return f"{len(extents)} claims from {shown}" if len(extents) > 1 else f"1 claim, {shown}"


def scale_of(rows: Sequence[Row], width: float = STRIP_WIDTH) -> Scale:
    """The axis shared by all these rows."""
    return shared_scale(marks(rows, {}), width)


FACT_CHIPS = {
    "contradicted": Chip("Contradicted", "bad"),
    "disputed": Chip("Denied by some", "bad"),
    "denied": Chip("Denied", "bad"),
    "alleged": Chip("Alleged", "warn"),
    "estimated": Chip("Estimated", "warn"),
    "agreed": Chip("Agreed", "good"),
    "single": Chip("One statement"),
}
DISPUTED = ("contradicted", "disputed", "denied", "alleged")


def fact_chip(fact: FactRow, relations: Iterable[str] = ()) -> Chip:
    """The standing of a fact in a word or two; `relations` of its own statements to the leading one."""
    if fact.status == "agreed" and {*relations, fact.relation} & {"rounding", "truncation"}:
        return Chip("Agreed up to rounding", "good")
    return FACT_CHIPS.get(fact.status, Chip(fact.status))


def fact_title(rows: Sequence[Row], representative: str = "") -> tuple[readable.Part, ...]:
    """A sentence for the fact: the leading value, or up to three objects where several are said."""
    said = leading(rows, representative).statement
    if extent_of(said) is not None:
        return readable.sentence(said)
    objects = [readable.value_text(row.statement) for row in distinct_objects(rows)]
    if len(objects) <= 1 or said.predicate.endswith("Date"):
        return readable.sentence(said)
    shown = objects if len(objects) <= 3 else [*objects[:2], f"{len(objects) - 2} more"]
    return readable.sentence(said, value=", ".join(shown[:-1]) + f" and {shown[-1]}")
