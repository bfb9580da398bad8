"""Reads the catalogue of a release: ids, filters and words in, rows out."""

import base64
import binascii
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, TypeVar

from kg.catalogue.rows import (
    CheckRow,
    Disagreement,
    DocumentDetail,
    DocumentRow,
    EntityRow,
    FactDetail,
    FactRow,
    Filter,
    Hit,
    OriginRow,
    Page,
    PairRow,
    Release,
    Row,
    StatementDetail,
    ViolationRow,
)
from kg.catalogue.write import CATALOGUE, MARK, folded
from kg.dates import day_range
from kg.documents import document_from_bytes, metadata_from_json
from kg.errors import StoreError, UnknownName, UsageError
from kg.holdings import loads
from kg.home import Home, lease
from kg.statements import from_json

T = TypeVar("T")

LIMIT = 50
"""How many items a page holds when the caller does not say."""

AGREEING = ("same", "agrees", "rounding", "truncation")
"""Relations of a pair that do not make a disagreement."""

_STATEMENT = """SELECT s.record, s.id, d.name, s.document_id, s.start, s."end", s.predicate, s.subject_id,
s.fact_id, d.title, d.publisher, d.date, d.address, s.quarantined, s.object_id, s.status, s.unit, s.confidence
FROM statements s JOIN documents d ON d.id = s.document_id"""
_READING_ORDER = 's.document_id, s.start, s."end", s.id'
_FACT = """SELECT f.id, f.subject_id, f.subject, f.predicate, f.qualifiers, f.status, f.statements, f.documents, f.origins, f.relation,
f.object, f.object_id, f.representative, f.readings FROM facts f"""
_PAIR = "SELECT p.fact_id, p.left_id, p.right_id, p.relation, p.explanation, p.other_fact_id FROM pairs p"
_CHECK = """SELECT c.id, c.kind, c.formula, c.low, c.high, c.stated, c.tolerance, c.verdict, c.explanation,
c.target, c.value, c.stated_low, c.stated_high, c.unit FROM checks c"""
_ENTITY = "SELECT e.id, e.type, e.label, e.aliases, e.identifiers, e.as_subject, e.as_object, e.as_claimant FROM entities e"
_DOCUMENT = "SELECT d.id, d.name, d.metadata, d.statements, d.size, d.media_type, d.encoding FROM documents d"


def _cursor(key: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def _key(cursor: str, width: int) -> list[object]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, list) or len(key) != width or not all(isinstance(part, str | int) for part in key):
        raise UsageError(f"the cursor {cursor[:40]!r} is not one of this list; take `next` of the page before, or start without a cursor")
    return key


def _row(columns: tuple[Any, ...]) -> Row:
    record, id, name, document, start, end, predicate, subject, *beside = columns
    fact_id, title, publisher, date, address, quarantined, object, status, unit, confidence = beside
    fields = {
        "id": id, "document": name, "documentId": document, "start": start, "end": end, "predicate": predicate, "subjectId": subject,
        "objectId": object, "status": status, "unit": unit, "confidence": confidence,
    }  # fmt: skip
    return Row(from_json(loads(record) | fields), fact_id, title, publisher, date, address, bool(quarantined))


def _fact(columns: tuple[Any, ...]) -> FactRow:
    row = FactRow(*columns)
    return replace(row, qualifiers=json.loads(columns[4]))


def _entity(columns: tuple[Any, ...]) -> EntityRow:
    row = EntityRow(*columns)
    return replace(row, aliases=tuple(json.loads(columns[3])), identifiers=json.loads(columns[4]))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The read model of one release; safe to share between threads. It stays on its release while newer ones are loaded,
    and keeps it from being removed."""

    home: Path
    path: Path
    local: threading.local
    lease: IO[str]

    @classmethod
    def open(cls, home: Path) -> "Catalogue":
        """The catalogue of the home's current release.

        Raises: StoreError when the home is empty, or its catalogue is not there or of another version.
        """
        release = Home(home).release_path()
        if release is None:
            raise StoreError(f"{home} holds nothing yet; load documents with `kg load PATH --home {home}`")
        if not (release / CATALOGUE).is_file():
            raise StoreError(f"{release} has no {CATALOGUE}; load again")
        catalogue = cls(home, release / CATALOGUE, threading.local(), lease(release))
        if catalogue._rows("PRAGMA user_version") != [(MARK,)]:
            raise StoreError(f"{release} was written by another version of kg; any `kg load`, `kg query` or `kg serve` writes it again")
        return catalogue

    def _rows(self, sql: str, arguments: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        connection: sqlite3.Connection | None = getattr(self.local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            self.local.connection = connection
        return connection.execute(sql, arguments).fetchall()

    def _page(
        self,
        select: str,
        where: str,
        arguments: Sequence[object],
        order: str,
        cursor: str | None,
        limit: int,
        read: Callable[[tuple[Any, ...]], T],
    ) -> Page[T]:
        """A page of `select` in the order of the columns `order`, going on after the cursor's values of these columns."""
        if limit < 1:
            raise UsageError(f"a page of {limit} items cannot be made; ask for 1 or more")
        columns = order.split(", ")
        source = select[select.index("FROM ") :]
        total = self._rows(f"SELECT count(*) {source} WHERE {where}", arguments)[0][0]
        used = list(arguments)
        if cursor is not None:
            where = f"({where}) AND ({order}) > ({', '.join('?' * len(columns))})"
            used += _key(cursor, len(columns))
        head = select[: select.index("FROM ")].rstrip()
        rows = self._rows(f"{head}, {order} {source} WHERE {where} ORDER BY {order} LIMIT ?", [*used, limit + 1])
        width = len(columns)
        following = _cursor(rows[limit - 1][-width:]) if len(rows) > limit else None
        return Page(tuple(read(row[:-width]) for row in rows[:limit]), following, total)

    def release(self) -> Release:
        """The name of what is loaded and its counts: documents, statements, entities, facts, pairs, checks, origins, quarantined."""
        known = dict(self._rows("SELECT key, value FROM release"))
        return Release(known["hash"], known["version"], json.loads(known["counts"]))

    def statements(self, filter: Filter | None = None, after: str | None = None, limit: int = LIMIT) -> Page[Row]:
        """Statements that fit, by document and place in it. Raises: UsageError for a cursor of another list or a malformed date."""
        where, arguments = _conditions(filter or Filter())
        return self._page(_STATEMENT, where, arguments, _READING_ORDER, after, limit, _row)

    def statement(self, id: str) -> StatementDetail:
        """A statement with its pairs, checks and violations. Raises: UnknownName."""
        rows = self._rows(f"{_STATEMENT} WHERE s.id = ?", [id])
        if not rows:
            raise UnknownName("statement", id)
        pairs = self._pairs("p.left_id = ? OR p.right_id = ?", [id, id])
        checks = self._checks("c.id IN (SELECT check_id FROM check_inputs WHERE statement_id = ?)", [id])
        return StatementDetail(_row(rows[0]), pairs, checks, self.violations(id))

    def _statements_by_id(self, ids: Iterable[str]) -> dict[str, Row]:
        wanted = json.dumps(sorted(set(ids)))
        rows = map(_row, self._rows(f"{_STATEMENT} WHERE s.id IN (SELECT value FROM json_each(?))", [wanted]))
        return {row.statement.id: row for row in rows}

    def statements_by_id(self, ids: Iterable[str]) -> tuple[Row, ...]:
        """The known ones of these statements, in the order asked."""
        asked = list(ids)
        rows = self._statements_by_id(asked)
        return tuple(rows[id] for id in asked if id in rows)

    def statements_about(self, subjects: Iterable[str], predicates: Iterable[str]) -> tuple[Row, ...]:
        """All statements of these predicates on these subjects (ids), in reading order."""
        where = "s.quarantined = 0 AND s.subject_id IN (SELECT value FROM json_each(?)) AND s.predicate IN (SELECT value FROM json_each(?))"
        used = json.dumps(sorted(set(subjects))), json.dumps(sorted(set(predicates)))
        return tuple(map(_row, self._rows(f"{_STATEMENT} WHERE {where} ORDER BY {_READING_ORDER}", used)))

    def entity(self, id: str) -> EntityRow:
        """An entity by its id, "model/deepseek-v3", or by an id given up for it. Raises: UnknownName, with the nearest names."""
        rows = self._rows(f"{_ENTITY} WHERE e.id = ?", [id])
        rows = rows or self._rows(f"{_ENTITY} JOIN redirects r ON r.id = e.id WHERE r.old = ?", [id])
        if not rows:
            raise UnknownName("entity", id, (hit.id for hit in self.suggest(id.rpartition("/")[2].replace("-", " "), 6)))
        return _entity(rows[0])

    def entities(self, type: str | None = None, q: str | None = None, after: str | None = None, limit: int = LIMIT) -> Page[EntityRow]:
        """Entities by label; `q`: part of the label or of an alias, case and width folded."""
        conditions, arguments = ["1"], []
        if type is not None:
            conditions.append("e.type = ?")
            arguments.append(type)
        if q:
            conditions.append("e.id IN (SELECT entity_id FROM names WHERE instr(folded, ?))")
            arguments.append(folded(q))
        return self._page(_ENTITY, " AND ".join(conditions), arguments, "e.folded, e.id", after, limit, _entity)

    def named(self, name: str) -> tuple[EntityRow, ...]:
        """Entities with exactly that id, label or alias (folded), the most mentioned first."""
        sql = f"{_ENTITY} WHERE e.id = ? OR e.id IN (SELECT entity_id FROM names WHERE folded = ?) ORDER BY e.weight DESC, e.id"
        return tuple(map(_entity, self._rows(sql, [name, folded(name)])))

    def facts(
        self, subject: str | None = None, predicate: str | None = None, relation: str | None = None, entity: str | None = None,
        after: str | None = None, limit: int = LIMIT,
    ) -> Page[FactRow]:  # fmt: skip
        """Facts by subject and predicate; `relation`: the worst among the fact's pairs; `entity`: subject or object of a statement."""
        conditions, arguments = ["1"], []
        for column, value in (("f.subject_id", subject), ("f.predicate", predicate), ("f.relation", relation)):
            if value is not None:
                conditions.append(f"{column} = ?")
                arguments.append(value)
        if entity is not None:
            conditions.append("(f.subject_id = ? OR f.id IN (SELECT fact_id FROM statements WHERE object_id = ?))")
            arguments += [entity, entity]
        return self._page(_FACT, " AND ".join(conditions), arguments, "f.subject_id, f.predicate, f.id", after, limit, _fact)

    def fact(self, id: str) -> FactDetail:
        """A fact with its statements, pairs, checks and origins. Raises: UnknownName."""
        rows = self._rows(f"{_FACT} WHERE f.id = ?", [id])
        if not rows:
            raise UnknownName("fact", id)
        statements = tuple(map(_row, self._rows(f"{_STATEMENT} WHERE s.fact_id = ? ORDER BY {_READING_ORDER}", [id])))
        inside = "SELECT id FROM statements WHERE fact_id = ?"
        checks = self._checks(f"c.id IN (SELECT check_id FROM check_inputs WHERE statement_id IN ({inside}))", [id])
        origins = self._origins("o.id IN (SELECT origin_id FROM statements WHERE fact_id = ?)", [id], "s.fact_id = ?", [id])
        return FactDetail(_fact(rows[0]), statements, self._pairs("p.fact_id = ? OR p.other_fact_id = ?", [id, id]), checks, origins)

    def pairs_of(self, facts: Iterable[str]) -> tuple[PairRow, ...]:
        """The pairs of these facts, by fact."""
        return self._pairs("p.fact_id IN (SELECT value FROM json_each(?))", [json.dumps(sorted(set(facts)))])

    def _pairs(self, where: str, arguments: Sequence[object]) -> tuple[PairRow, ...]:
        sql = f"{_PAIR} WHERE {where} ORDER BY 1, 2, 3"
        return tuple(PairRow(*row) for row in self._rows(sql, arguments))

    def _check(self, columns: tuple[Any, ...]) -> CheckRow:
        inputs = self._rows("SELECT statement_id FROM check_inputs WHERE check_id = ? ORDER BY position", [columns[0]])
        id, kind, formula, *rest = columns
        return CheckRow(id, kind, formula, tuple(row[0] for row in inputs), *rest)

    def _checks(self, where: str, arguments: Sequence[object]) -> tuple[CheckRow, ...]:
        return tuple(map(self._check, self._rows(f"{_CHECK} WHERE {where} ORDER BY c.id", arguments)))

    def check(self, id: str) -> CheckRow:
        """One check. Raises: UnknownName."""
        found = self._checks("c.id = ?", [id])
        if not found:
            raise UnknownName("check", id)
        return found[0]

    def checks(self, kind: str | None = None, verdict: str | None = None, after: str | None = None, limit: int = LIMIT) -> Page[CheckRow]:
        """Checks by verdict and kind."""
        conditions, arguments = ["1"], []
        for column, value in (("c.kind", kind), ("c.verdict", verdict)):
            if value is not None:
                conditions.append(f"{column} = ?")
                arguments.append(value)
        return self._page(_CHECK, " AND ".join(conditions), arguments, "c.verdict, c.kind, c.id", after, limit, self._check)

    def _origins(
        self, where: str, arguments: Sequence[object], within: str = "1", used_arguments: Sequence[object] = ()
    ) -> tuple[OriginRow, ...]:
        """Origins with those of their statements that are `within`."""
        made = []
        for id, label, address, date in self._rows(
            f"SELECT o.id, o.label, o.address, o.date FROM origins o WHERE {where} ORDER BY o.label, o.id", arguments
        ):
            used = self._rows(
                f"SELECT s.id, s.document_id FROM statements s WHERE s.origin_id = ? AND {within} ORDER BY {_READING_ORDER}",
                [id, *used_arguments],
            )
            made.append(OriginRow(id, label, address, date, tuple(row[0] for row in used), tuple(dict.fromkeys(row[1] for row in used))))
        return tuple(made)

    def sources_of(self, document: str) -> tuple[tuple[str, str | None, int], ...]:
        """The primary sources of a document (by its full sha256): label, date, and how many of its statements go back to it, by label."""
        sql = """SELECT o.label, o.date, count(*) FROM statements s
        JOIN origins o ON o.id = s.origin_id WHERE s.document_id = ? GROUP BY o.id ORDER BY o.label, o.id"""
        return tuple((label, date, number) for label, date, number in self._rows(sql, [document]))

    def statements_between(self, document: str, start: int, end: int) -> tuple[Row, ...]:
        """The statements of a document whose spans touch the raw range [start, end), in reading order."""
        where = 's.quarantined = 0 AND s.document_id = ? AND s.start < ? AND s."end" > ?'
        return tuple(map(_row, self._rows(f"{_STATEMENT} WHERE {where} ORDER BY {_READING_ORDER}", [document, end, start])))

    def origins(self) -> tuple[OriginRow, ...]:
        """All primary sources that statements go back to, by label."""
        return self._origins("1", [])

    def disagreements(
        self, relation: str | None = None, subject: str | None = None, after: str | None = None, limit: int = LIMIT
    ) -> Page[Disagreement]:
        """Pairs of statements of one fact that do not simply agree, contradictions and denials included; `relation` picks one kind."""
        conditions: list[str] = []
        arguments: list[object] = []
        if relation is None:
            conditions.append(f"p.relation NOT IN ({','.join('?' * len(AGREEING))})")
            arguments += AGREEING
        else:
            conditions.append("p.relation = ?")
            arguments.append(relation)
        if subject is not None:
            conditions.append("f.subject_id = ?")
            arguments.append(subject)
        page = self._page(
            f"{_PAIR} JOIN facts f ON f.id = p.fact_id",
            " AND ".join(conditions), arguments, "p.relation, p.fact_id, p.left_id, p.right_id", after, limit, lambda row: PairRow(*row),
        )  # fmt: skip
        rows = self._statements_by_id(id for pair in page.items for id in (pair.left, pair.right))
        wanted = json.dumps(sorted({pair.fact_id for pair in page.items}))
        facts = {fact.id: fact for fact in map(_fact, self._rows(f"{_FACT} WHERE f.id IN (SELECT value FROM json_each(?))", [wanted]))}
        items = tuple(Disagreement(pair, facts[pair.fact_id], rows[pair.left], rows[pair.right]) for pair in page.items)
        return Page(items, page.next, page.total)

    def relations(self) -> list[tuple[str, str, str, str, str, str, bool]]:
        """Every served statement between two entities, in reading order: subject id, predicate, object id, statement id, document id,
        status, and whether another statement contradicts or denies it."""
        sql = f"""SELECT s.subject_id, s.predicate, s.object_id, s.id, s.document_id, s.status, EXISTS (SELECT 1 FROM pairs p
          WHERE (p.left_id = s.id OR p.right_id = s.id) AND p.relation IN ('contradicts', 'denies'))
        FROM statements s WHERE s.object_id IS NOT NULL AND s.quarantined = 0 ORDER BY {_READING_ORDER}"""
        return [(*row[:6], bool(row[6])) for row in self._rows(sql)]

    def violations(self, statement: str | None = None) -> tuple[ViolationRow, ...]:
        """What validation found, of one statement or of all."""
        where, arguments = ("statement_id = ?", [statement]) if statement is not None else ("1", [])
        columns = "statement_id, shape, path, severity, message, value, focus, rule"
        sql = f"SELECT {columns} FROM violations WHERE {where} ORDER BY 1, 7, 2, 3, 5, 6"
        return tuple(ViolationRow(*row) for row in self._rows(sql, arguments))

    def _document_row(self, columns: tuple[Any, ...]) -> DocumentRow:
        id, name, metadata, statements, size, media_type, encoding = columns
        has_text = (self.home / "documents" / id).is_file()
        return DocumentRow(id, name, metadata_from_json(json.loads(metadata)), statements, size, media_type, encoding, has_text)

    def documents(self) -> tuple[DocumentRow, ...]:
        """All documents by name."""
        return tuple(map(self._document_row, self._rows(f"{_DOCUMENT} ORDER BY d.name, d.id")))

    def document_row(self, sha: str) -> DocumentRow:
        """A document by its sha256, an unambiguous beginning of it (8 digits or more) or its file name, without its text.

        Raises: UnknownName.
        """
        rows = self._rows(f"{_DOCUMENT} WHERE d.id = ? OR d.name = ?", [sha, sha])
        if not rows and len(sha) >= 8 and sha.isalnum():
            rows = self._rows(f"{_DOCUMENT} WHERE substr(d.id, 1, ?) = ?", [len(sha), sha])
        if len(rows) != 1:
            raise UnknownName("document", sha, (row.name for row in self.documents()))
        return self._document_row(rows[0])

    def document(self, sha: str) -> DocumentDetail:
        """A document as `document_row` finds it, with its raw text if kept. Raises: UnknownName."""
        row = self.document_row(sha)
        content = Home(self.home).content(row.id)
        return DocumentDetail(row, None if content is None else document_from_bytes(row.name, content).raw)

    def search(self, q: str, limit: int = LIMIT) -> tuple[Hit, ...]:
        """Entities, then documents, then statements that hold every word of `q`, in any script; parts of words count."""
        words = q.replace("\0", " ").split()  # to FTS5 a query ends at a NUL
        if not words:
            return ()
        long = [word for word in words if len(word) >= 3]
        short = [word for word in words if len(word) < 3]
        conditions = ["search MATCH ?"] if long else []
        arguments: list[object] = [" ".join('"' + word.replace('"', '""') + '"' for word in long)] if long else []
        for word in short:
            conditions.append("(instr(lower(label), lower(?)) OR instr(lower(detail), lower(?)))")
            arguments += [word, word]
        rank = "CASE kind WHEN 'entity' THEN 0 WHEN 'document' THEN 1 ELSE 2 END"
        order = f"{rank}, lower(label) <> lower(?), {'bm25(search, 0, 0, 4, 1),' if long else ''} length(label), label, id"
        sql = f"SELECT kind, id, label, detail FROM search WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?"
        return tuple(Hit(*row) for row in self._rows(sql, [*arguments, q.strip(), limit]))

    def suggest(self, prefix: str, limit: int = 8) -> tuple[EntityRow, ...]:
        """Entities one of whose names begins with `prefix` or holds it, names that begin with it first, then the most mentioned."""
        wanted = folded(prefix)
        if not wanted:
            return ()
        sql = f"""{_ENTITY} JOIN
        (SELECT entity_id, min(instr(folded, ?) > 1) AS later FROM names WHERE instr(folded, ?) GROUP BY entity_id) n
        ON n.entity_id = e.id ORDER BY n.later, e.weight DESC, length(e.label), e.id LIMIT ?"""
        return tuple(map(_entity, self._rows(sql, [wanted, wanted, limit])))


def _day(name: str, date: str, last: bool) -> str:
    days = day_range(date)
    if days is None:
        raise UsageError(f"{name} is {date!r}; expected an ISO 8601 date such as 2025-01-31, 2025-01 or 2025")
    return days[last]


def _conditions(filter: Filter) -> tuple[str, list[object]]:
    conditions = ["s.quarantined = ?"]
    arguments: list[object] = [int(bool(filter.quarantined))]

    def add(condition: str, *values: object) -> None:
        conditions.append(condition)
        arguments.extend(values)

    for column, value in (
        ("s.subject_id", filter.subject), ("s.predicate", filter.predicate), ("s.object_id", filter.object), ("s.status", filter.status),
        ("s.unit", filter.unit), ("s.fact_id", filter.fact), ("s.document_id", filter.document),
    ):  # fmt: skip
        if value is not None:
            add(f"{column} = ?", value)
    by_claimant = "s.id IN (SELECT statement_id FROM claimants WHERE entity_id = ?)"
    if filter.claimant is not None:
        add(by_claimant, filter.claimant)
    if filter.entity is not None:
        add(f"(s.subject_id = ? OR s.object_id = ? OR {by_claimant})", *[filter.entity] * 3)
    if filter.date_from is not None:
        add("s.earliest >= ?", _day("date_from", filter.date_from, last=False))
    if filter.date_to is not None:
        add("s.latest <= ?", _day("date_to", filter.date_to, last=True))
    if filter.minimum is not None:
        add("(s.minimum IS NOT NULL OR s.maximum IS NOT NULL) AND ifnull(s.maximum, 9e999) >= ?", filter.minimum)
    if filter.maximum is not None:
        add("(s.minimum IS NOT NULL OR s.maximum IS NOT NULL) AND ifnull(s.minimum, -9e999) <= ?", filter.maximum)
    if filter.as_of is not None:
        add("d.latest <= ?", _day("as_of", filter.as_of, last=True))
    if filter.min_confidence is not None:
        add("s.confidence >= ?", filter.min_confidence)
    return " AND ".join(conditions), arguments
