"""Tables read by their headers: a cell under "Parameters" beside a model's name is a statement, whatever the sentence-readers make of it."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kg.documents import Document
from kg.statements import Statement, identified
from loaders.blocks import Table
from loaders.offline.analysis import Analysis
from loaders.offline.dates import dates
from loaders.offline.mentions import Mention
from loaders.offline.quantities import Figure, figures

EXTRACTOR = "tables@1"
GRAMMAR = Path(__file__).parent / "grammar" / "columns.toml"
_NAMED = 0.9
_TOPICAL = 0.8
_MOST_ROWS, _MOST_COLUMNS = 400, 40
_SIZE = re.compile(r"\d+(?:\.\d+)?\s?[BMT](?:-[A-Z]\w+)?$")
_SPLIT = re.compile(r"\s*(?:,|、|\+|→|;|，)\s*")
_LETTER = re.compile(r"[^\W\d_]")
_SCALE = re.compile(r"[(\[（](?:in |单位[:：])?\s*([A-Za-z亿億万]+)\s*[)\]）]")
_MONEY = re.compile(r"usd|\$|dollar|eur|€|cny|rmb|人民币|元", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Column:
    """One entry of columns.toml."""

    predicate: str
    subjects: tuple[str, ...]
    labels: re.Pattern[str]
    read: str
    without: re.Pattern[str] | None = None
    kinds: tuple[str, ...] = ()
    least: float = 0.0
    most: float = float("inf")
    unit: str = ""
    type: str = ""
    currency: bool = False


@dataclass(frozen=True, slots=True)
class _Flags:
    yes: re.Pattern[str]
    none: re.Pattern[str]
    sum: re.Pattern[str]
    scales: dict[str, float]


@cache
def _columns() -> tuple[tuple[_Column, ...], _Flags]:
    tables: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    columns = tuple(
        _Column(
            entry["predicate"],
            tuple(entry["subjects"]),
            re.compile(entry["labels"]),
            entry["read"],
            re.compile(entry["not"]) if "not" in entry else None,
            tuple(entry.get("kinds", ())),
            entry.get("least", 0.0),
            entry.get("most", float("inf")),
            entry.get("unit", ""),
            entry.get("type", ""),
            entry.get("currency", False),
        )
        for entry in tables["column"]
    )
    flags = tables["flags"]
    return columns, _Flags(re.compile(flags["yes"], re.I), re.compile(flags["none"], re.I), re.compile(flags["sum"], re.I), flags["scales"])


@dataclass(frozen=True, slots=True)
class _Subject:
    label: str
    span: Span | None
    confidence: float


def tabulated(document: Document, analysis: Analysis, known: Sequence[Statement] = ()) -> tuple[Statement, ...]:
    """Statements of the document's tables beyond those known: a cell that has a statement of the same predicate already is left alone."""
    taken: dict[str, list[Span]] = {}
    for statement in known:
        taken.setdefault(statement.predicate, []).append((statement.start, statement.end))
    found: list[Statement] = []
    for table in analysis.tables:
        for statement, cell in _table(document, analysis, table):
            if not any(start < cell[1] and cell[0] < end for start, end in taken.get(statement.predicate, ())):
                found.append(identified(statement))
    return tuple(found)


def _table(document: Document, analysis: Analysis, table: Table) -> Iterator[tuple[Statement, Span]]:
    """The table's statements, each with the raw range of its cell."""
    rows = table.rows[:_MOST_ROWS]
    if not rows or max(map(len, rows)) > _MOST_COLUMNS or max(map(len, rows)) < 2:
        return
    header = rows[table.header_rows - 1] if table.header_rows else ()
    body = rows[table.header_rows :]
    across = [_column(analysis, cell) for cell in header]
    down = [_column(analysis, row[0]) if row else None for row in body]
    if sum(column is not None for column in across[1:]) and sum(column is not None for column in across) >= sum(
        column is not None for column in down
    ):
        for row in body:
            for place, column in enumerate(across[: len(row)]):
                if place and column:
                    yield from _cell(document, analysis, row[place], header[place], column, _row_subject(analysis, row[0], column))
        return
    for row, column in zip(body, down, strict=True):
        if not row:
            continue
        for place, cell in enumerate(row[1:], 1):
            above = header[place] if place < len(header) else (0, 0)
            if column:
                yield from _cell(document, analysis, cell, row[0], column, _column_subject(analysis, above, len(row), column, table))
            elif len(row) == 2:
                yield from _flag(document, analysis, row[0], cell, table)


def _words(analysis: Analysis, span: Span) -> str:
    return analysis.content[span[0] : span[1]].strip()


def _column(analysis: Analysis, span: Span) -> _Column | None:
    label = re.sub(r"\[\^[^\]]*\]|[*_`]", "", _words(analysis, span)).lower()
    if not label or len(label) > 60:
        return None
    for column in _columns()[0]:
        if column.labels.search(label) and not (column.without and column.without.search(label)):
            return column
    return None


def _mention(analysis: Analysis, span: Span, types: Sequence[str]) -> Mention | None:
    inside = [mention for mention in analysis.mentions_in(*span) if mention.end <= span[1] and mention.type in types]
    return max(inside, key=lambda mention: (mention.end - mention.start, -mention.start)) if inside else None


def _topic(analysis: Analysis, types: Sequence[str]) -> Mention | None:
    ranked = [mentions[0] for kind in types if (mentions := analysis.topics.get(kind))]
    return ranked[0] if ranked else None


def _row_subject(analysis: Analysis, span: Span, column: _Column) -> _Subject | None:
    """The subject a row's first cell names: a name of the right type, a size of the document's model, or a name of an unknown kind."""
    words = re.sub(r"\s*\[\^[^\]]*\]", "", _words(analysis, span))
    if _columns()[1].sum.match(words):
        return None
    mention = _mention(analysis, span, column.subjects)
    if mention and len(mention.label) * 2 >= len(words.split("(")[0]) - 2:
        return _Subject(mention.label, span, _NAMED)
    if _SIZE.match(words) and "model" in column.subjects:
        topic = _topic(analysis, ("model",))
        return _Subject(f"{topic.label} {words}", span, _TOPICAL) if topic else None
    if mention:
        return _Subject(mention.label, span, _TOPICAL)
    other = _mention(analysis, span, ("organisation", "person", "benchmark", "technique", "place"))
    if other or not _LETTER.search(words) or len(words) > 40 or not any(character.isdigit() or character.isupper() for character in words):
        return None
    return _Subject(words, span, _TOPICAL - 0.1)


def _column_subject(analysis: Analysis, span: Span, width: int, column: _Column, table: Table) -> _Subject | None:
    """The subject of a fact sheet's cell: the name over its column, else, in a table of keys and values, what the document is about."""
    if span[0] < span[1]:
        mention = _mention(analysis, span, column.subjects)
        if mention:
            return _Subject(mention.label, span, _NAMED)
    if width != 2 or column.read == "chips":
        return None
    if table.heading is not None:
        heading = analysis.blocks[table.heading]
        mention = _mention(analysis, (heading.start, heading.end), column.subjects)
        if mention:
            return _Subject(mention.label, None, _NAMED)
    topic = _topic(analysis, column.subjects)
    return _Subject(topic.label, None, _TOPICAL) if topic else None


def _cell(
    document: Document, analysis: Analysis, cell: Span, header: Span, column: _Column, subject: _Subject | None
) -> Iterator[tuple[Statement, Span]]:
    words = _words(analysis, cell)
    if subject is None or not words or _columns()[1].none.match(words):
        return
    if column.read == "figure":
        yield from _figure(document, analysis, cell, header, column, subject)
    elif column.read == "licence":
        text = re.split(r"[;；(（,]", words)[0].strip()
        mention = _mention(analysis, cell, ("licence",))
        label = mention.label if mention and mention.start - cell[0] <= 2 else text
        if 2 < len(label) <= 60 and _LETTER.search(label):
            yield _said(document, analysis, cell, column.predicate, subject, label)
    elif column.read == "maker":
        mention = _mention(analysis, cell, (column.type,))
        if mention or (len(words) <= 50 and words[0].isupper()):
            yield _said(document, analysis, cell, column.predicate, subject, mention.label if mention else words)
    elif column.read == "date":
        date = next(iter(dates(words)), None)
        if date and len(date.value) >= 7:
            yield _said(document, analysis, cell, column.predicate, subject, date.value)
    elif column.read == "names":
        at = cell[0]
        for part in _SPLIT.split(words):
            start = analysis.content.index(part, at) if part else at
            at = start + len(part)
            if 2 <= len(part) <= 40 and len(part.split()) <= 4 and _LETTER.search(part):
                yield _said(document, analysis, (start, at), column.predicate, subject, part)
    elif column.read == "chips":
        chip = _mention(analysis, cell, ("chip",))
        figure = _accepted(words, analysis.language, ("gpu", "bare", "other"), 2, 1e8)
        if figure and figure.number_start <= 12:
            yield _counted(document, analysis, cell, figure, column.predicate, subject, column.unit)
            if chip:
                yield _said(document, analysis, cell, "clusterChip", subject, chip.label)


def _accepted(words: str, language: str, kinds: Sequence[str], least: float, most: float) -> Figure | None:
    for figure in figures(words, language):
        if figure.kind in kinds and least <= float(figure.size) <= most:
            return figure
    return None


def _figure(
    document: Document, analysis: Analysis, cell: Span, header: Span, column: _Column, subject: _Subject
) -> Iterator[tuple[Statement, Span]]:
    words, above = analysis.content[cell[0] : cell[1]], _words(analysis, header)
    scale = 1.0
    given = _SCALE.search(above)
    if given:
        scale = _columns()[1].scales.get(given[1].lower(), 1.0)
    for figure in figures(words, analysis.language):
        plain = figure.kind in ("bare", "other") and not figure.magnitude
        size = float(figure.size) * (scale if plain else 1.0)
        if figure.kind not in column.kinds or not column.least <= size <= column.most:
            continue
        if column.currency and figure.kind != "money" and not _MONEY.search(above):
            continue
        unit = figure.unit if figure.kind in ("money", "power") and figure.unit else column.unit
        if column.currency and figure.kind != "money" and re.search(r"eur|€", above, re.IGNORECASE):
            unit = "EUR"
        yield _counted(document, analysis, cell, figure, column.predicate, subject, unit, scale if plain else 1.0)
        return


def _counted(
    document: Document, analysis: Analysis, cell: Span, figure: Figure, predicate: str, subject: _Subject, unit: str, scale: float = 1.0
) -> tuple[Statement, Span]:
    def scaled(value: Decimal | None) -> float | None:
        return None if value is None else float(value) * scale if scale != 1.0 else float(value)

    start, end = analysis.text.raw_span(*_widened(cell, subject))
    statement = Statement(
        document=document.name,
        document_id=document.id,
        subject=subject.label,
        predicate=predicate,
        start=start,
        end=end,
        quote=document.raw[start:end],
        value=scaled(figure.value),
        low=scaled(figure.low),
        high=scaled(figure.high),
        unit=unit,
        lexical=analysis.content[cell[0] + figure.start : cell[0] + figure.end],
        bound=figure.bound,
        extractor=EXTRACTOR,
        confidence=subject.confidence,
    )
    return statement, analysis.text.raw_span(*cell)


def _said(document: Document, analysis: Analysis, cell: Span, predicate: str, subject: _Subject, said: str) -> tuple[Statement, Span]:
    start, end = analysis.text.raw_span(*_widened(cell, subject))
    statement = Statement(
        document=document.name,
        document_id=document.id,
        subject=subject.label,
        predicate=predicate,
        start=start,
        end=end,
        quote=document.raw[start:end],
        object=" ".join(said.split()),
        extractor=EXTRACTOR,
        confidence=subject.confidence,
    )
    return statement, analysis.text.raw_span(*cell)


def _widened(cell: Span, subject: _Subject) -> Span:
    """The cell, and the row's name when it stands before it in the same row."""
    if subject.span and subject.span[1] <= cell[0] and cell[0] - subject.span[1] < 2000:
        return subject.span[0], cell[1]
    return cell


def _flag(document: Document, analysis: Analysis, label: Span, cell: Span, table: Table) -> Iterator[tuple[Statement, Span]]:
    """`FlashAttention | yes`: a technique the model has."""
    technique = _mention(analysis, label, ("technique",))
    if not technique or not _columns()[1].yes.match(_words(analysis, cell)):
        return
    topic = _topic(analysis, ("model",))
    if topic:
        yield _said(document, analysis, (label[0], cell[1]), "technique", _Subject(topic.label, None, _TOPICAL), technique.label)
