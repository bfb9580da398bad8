"""Writes the catalogue of a release: rows in, one SQLite file out, the same rows giving the same tables."""

import json
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

import orjson

from kg.catalogue.rows import CheckRow, DocumentRow, EntityRow, FactRow, OriginRow, PairRow, Release, ViolationRow
from kg.dates import day_range
from kg.documents import is_table
from kg.statements import Statement

CATALOGUE = "catalogue.sqlite"
BESIDE = frozenset({"id", "document", "documentId", "start", "end", "predicate", "subjectId", "objectId", "status", "unit", "confidence"})
"""Fields of the record that the row of a statement has in columns of their own, or the row of its document."""

REPEATING = frozenset({"violations"})
"""Tables in which a row may stand more than once."""

SCHEMA = Path(__file__).with_name("schema.sql")
MARK = int.from_bytes(sha256(SCHEMA.read_bytes()).digest()[:3])
"""Names the schema; a catalogue with another mark was written by another version of the program."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a catalogue holds. `fact_of` and `quarantined` speak of statement ids; entity counts are computed on writing.

    `digests`: what tells, by document id, whether its statements are the same as in another catalogue; "" never the same.
    """

    release: Release
    documents: Sequence[DocumentRow]
    statements: Sequence[Statement]
    entities: Sequence[EntityRow]
    facts: Sequence[FactRow] = ()
    fact_of: Mapping[str, str] = field(default_factory=dict)
    pairs: Sequence[PairRow] = ()
    checks: Sequence[CheckRow] = ()
    origins: Sequence[OriginRow] = ()
    violations: Sequence[ViolationRow] = ()
    quarantined: frozenset[str] = frozenset()
    redirects: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def folded(text: str) -> str:
    """A name as it is looked up: width- and case-folded, spaces and hyphens as one space.

    >>> folded("ＤeepSeek-V3 ")
    'deepseek v3'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("-", " ").split())


def compact(value: object) -> str:
    """JSON in one line with its keys as they come."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a lone surrogate
        return json.dumps(value, separators=(",", ":"))


def _bounds(statement: Statement) -> tuple[float | None, float | None]:
    low = statement.low if statement.low is not None else statement.value
    high = statement.high if statement.high is not None else statement.value
    if statement.bound in ("<", "<="):
        return None, high
    if statement.bound in (">", ">="):
        return low, None
    return low, high


def _record(statement: Statement) -> str:
    """The statement's record without what stands in other columns and without usual values."""
    return compact(statement.compact(without=BESIDE))


def _statement_row(statement: Statement, contents: Contents, origin_of: Mapping[str, str]) -> tuple[object, ...]:
    low, high = _bounds(statement)
    days = day_range(statement.object if statement.object_id is None else None) or day_range(statement.qualifiers.get("time"))
    return (
        statement.id, statement.document_id, statement.start, statement.end, statement.subject_id, statement.predicate,
        statement.object_id, statement.status, statement.unit, low, high, *(days or (None, None)), statement.confidence,
        *_derived(statement.id, contents, origin_of), _record(statement),
    )  # fmt: skip


def _derived(id: str, contents: Contents, origin_of: Mapping[str, str]) -> tuple[str, str, bool]:
    """The columns of a statement that come from comparing it with others."""
    return contents.fact_of.get(id, ""), origin_of.get(id, ""), id in contents.quarantined


def _document_row(document: DocumentRow, digest: str) -> tuple[object, ...]:
    known = document.metadata
    days = day_range(known.date)
    return (
        document.id, document.name, known.title, known.publisher, known.date, days and days[1], known.address, document.media_type,
        document.encoding, document.size, document.statements, compact(asdict(known)), digest,
    )  # fmt: skip


def _entity_rows(contents: Contents) -> Iterable[tuple[object, ...]]:
    served = [item for item in contents.statements if item.id not in contents.quarantined]
    subjects = Counter(item.subject_id for item in served)
    objects = Counter(item.object_id for item in served if item.object_id)
    claimants = Counter(claimant for item in served for claimant in item.attributed_to_ids)
    for entity in sorted(contents.entities, key=lambda entity: entity.id):
        counts = subjects[entity.id], objects[entity.id], claimants[entity.id]
        names = compact(list(entity.aliases)), compact(dict(sorted(entity.identifiers.items())))
        yield entity.id, entity.type, entity.label, folded(entity.label), *names, *counts, sum(counts)


def _names(entity: EntityRow) -> tuple[str, ...]:
    """All an entity can be looked up by: its label, its other names, what registers call it."""
    return (entity.label, *entity.aliases, *entity.identifiers.values())


def _search_rows(contents: Contents) -> Iterable[tuple[str, str, str, str]]:
    for entity in sorted(contents.entities, key=lambda entity: entity.id):
        yield "entity", entity.id, entity.label, " · ".join(_names(entity)[1:])
    for document in sorted(contents.documents, key=lambda document: document.id):
        yield "document", document.id, document.metadata.title or document.name, document.metadata.publisher or ""
    tables = {document.id for document in contents.documents if is_table(document.metadata)}
    for statement in contents.statements:
        if statement.id not in contents.quarantined and statement.document_id not in tables:  # the cells of a table are found by entity
            yield "statement", statement.id, f"{statement.subject} {statement.predicate} {statement.object or ''}", statement.quote


def schema_mark(release: Path) -> int | None:
    """The mark of the schema a release's catalogue was written with; None when there is none to read."""
    try:
        with closing(sqlite3.connect(f"{(release / CATALOGUE).resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return None


def write_catalogue(folder: Path, contents: Contents, before: Path | None = None, mark: str = "") -> Path:
    """Write `catalogue.sqlite` into an empty release folder and return its path.

    `before`: the release before, None for none; `mark` names the program: of the catalogue the same program wrote, what stays is copied.
    """
    path = folder / CATALOGUE
    known = _digests(before, mark) if before is not None and mark else {}
    same = {id for id, digest in contents.digests.items() if digest and known.get(id) == digest}
    if before is not None and same:
        copyfile(before / CATALOGUE, path)
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;")
        if same:
            _renew(connection, contents, same, mark)
        else:
            tables, indexes = _schema()
            connection.executescript(tables)
            connection.execute(f"PRAGMA user_version = {MARK}")
            for table, rows in (_statement_tables(contents, contents.statements) | _tables(contents, mark)).items():
                _insert(connection, table, rows)
            connection.executescript(indexes)
        connection.execute("INSERT INTO search(search) VALUES ('optimize')")
        connection.execute("ANALYZE")
    connection.close()
    return path


def _schema() -> tuple[str, str]:
    """The tables, and the indexes, each a line: made of whole tables they take less time and space than kept up row by row."""
    lines = SCHEMA.read_text("utf-8").splitlines()
    indexes = [line for line in lines if line.startswith("CREATE INDEX")]
    return "\n".join(line for line in lines if line not in indexes), "\n".join(indexes)


def _digests(release: Path, mark: str) -> dict[str, str]:
    """The digests of the documents of a release; none of one that another program wrote."""
    if schema_mark(release) != MARK:
        return {}
    with closing(sqlite3.connect(f"{(release / CATALOGUE).resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        if connection.execute("SELECT value FROM release WHERE key = 'program'").fetchall() != [(mark,)]:
            return {}
        return dict(connection.execute("SELECT id, digest FROM documents"))


def _origin_of(contents: Contents) -> Mapping[str, str]:
    return {id: item.id for item in contents.origins for id in item.statement_ids}


def _statement_tables(contents: Contents, statements: Iterable[Statement]) -> dict[str, Iterable[tuple[object, ...]]]:
    """The rows of these statements."""
    ordered = sorted(statements, key=lambda item: (item.document_id, item.start, item.end, item.id))
    origin_of = _origin_of(contents)
    return {
        "statements": (_statement_row(item, contents, origin_of) for item in ordered),
        "claimants": (
            (item.id, position, (item.attributed_to_ids[position : position + 1] or ("",))[0], label)
            for item in ordered
            for position, label in enumerate(item.attributed_to)
        ),
    }


def _tables(contents: Contents, mark: str) -> dict[str, Iterable[tuple[object, ...]]]:
    """The rows of every other table."""
    release = {
        "hash": contents.release.hash, "version": contents.release.version, "counts": compact(dict(contents.release.counts)),
        "program": mark,
    }  # fmt: skip
    return {
        "release": sorted(release.items()),
        "documents": (
            _document_row(item, contents.digests.get(item.id, "")) for item in sorted(contents.documents, key=lambda item: item.id)
        ),
        "entities": _entity_rows(contents),
        "names": sorted({(folded(name), entity.id) for entity in contents.entities for name in _names(entity)}),
        "redirects": sorted(contents.redirects.items()),
        "facts": (
            (fact.id, fact.subject_id, fact.subject, fact.predicate, _qualifiers(fact), fact.status, fact.statements, fact.documents,
             fact.origins, fact.relation, fact.object, fact.object_id, fact.representative, fact.readings)
            for fact in sorted(contents.facts, key=lambda fact: fact.id)
        ),
        "pairs": sorted(
            (pair.fact_id, pair.left, pair.right, pair.relation, pair.explanation, pair.other_fact_id) for pair in contents.pairs
        ),
        "checks": (
            (check.id, check.kind, check.formula, check.low, check.high, check.stated, check.tolerance, check.verdict,
             check.explanation, check.target, check.value, check.stated_low, check.stated_high, check.unit)
            for check in sorted(contents.checks, key=lambda check: check.id)
        ),
        "check_inputs": sorted((check.id, place, used) for check in contents.checks for place, used in enumerate(check.inputs)),
        "origins": sorted((item.id, item.label, item.address, item.date) for item in contents.origins),
        "violations": sorted(
            (item.statement_id, item.shape, item.path, item.severity, item.message, item.value, item.focus, item.constraint)
            for item in contents.violations
        ),
        "search": _search_rows(contents),
    }  # fmt: skip


def _qualifiers(fact: FactRow) -> str:
    return compact(dict(sorted(fact.qualifiers.items()))) if fact.qualifiers else "{}"


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    width = len(_columns(connection, table))
    connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", rows)


def _columns(connection: sqlite3.Connection, table: str) -> Mapping[str, bool]:
    """The columns of a table, and whether each is of its key."""
    return {name: bool(key) for _, name, _, _, _, key in connection.execute(f"PRAGMA table_info({table})")}


def _renew(connection: sqlite3.Connection, contents: Contents, same: Collection[str], mark: str) -> None:
    """Bring a copy of the catalogue before to these contents; the statements of the documents `same` are in it as they are."""
    connection.execute("CREATE TEMP TABLE same (id TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO same VALUES (?)", ((id,) for id in same))
    changed = "SELECT id FROM statements WHERE document_id NOT IN (SELECT id FROM same)"
    connection.execute(f"DELETE FROM claimants WHERE statement_id IN ({changed})")
    connection.execute("DELETE FROM statements WHERE document_id NOT IN (SELECT id FROM same)")
    origin_of = _origin_of(contents)
    held = connection.execute("SELECT id, fact_id, origin_id, quarantined FROM statements").fetchall()
    now = ((id, said, _derived(id, contents, origin_of)) for id, *said in held)
    compared = [(*derived, id) for id, said, derived in now if tuple(said) != derived]
    connection.executemany("UPDATE statements SET fact_id = ?, origin_id = ?, quarantined = ? WHERE id = ?", compared)
    for table, rows in _statement_tables(contents, (item for item in contents.statements if item.document_id not in same)).items():
        _insert(connection, table, rows)
    for table, rows in _tables(contents, mark).items():
        if table in REPEATING:
            connection.execute(f"DELETE FROM {table}")
            _insert(connection, table, rows)
            continue
        key = [name for name, of_key in _columns(connection, table).items() if of_key] or ["rowid"]
        before = {row[len(key) :]: row[: len(key)] for row in connection.execute(f"SELECT {', '.join(key)}, * FROM {table}")}
        new = [row for row in rows if before.pop(row, None) is None]
        connection.executemany(f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in key)}", before.values())
        _insert(connection, table, new)
