"""A table loaded again from a newer export: which document it supersedes, and what has changed between them.

Two documents are exports of one table when their kind ("table:<name>") is the same. The one with the later date is the newer; where a
date is missing or both are equal, the one loaded later. What the older says is kept, and no longer served as what the source says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.documents import Problem, is_table
from kg.holdings import DocumentRecord, Holdings
from kg.statements import Statement

PLACE = frozenset({"row", "notes", "column"})
"""Qualifiers that say where a cell is: a new export moves it without saying anything new."""
TOLD = 100
"""So many changes are told one by one; the rest are counted."""

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


def superseded(before: Mapping[str, DocumentRecord], loaded: Iterable[DocumentRecord]) -> dict[str, str]:
    """Ids of documents that are no longer current, to the id of the newer export, after `loaded` came to those `before`."""
    current = {record.metadata.kind: record for record in before.values() if is_table(record.metadata) and not record.superseded_by}
    found: dict[str, str] = {}
    for record in loaded:
        if not is_table(record.metadata):
            continue
        other = current.get(record.metadata.kind)
        if other is None or other.id == record.id:
            current[record.metadata.kind] = record
            continue
        mine, theirs = record.metadata.date or "", other.metadata.date or ""
        older, newer = (record, other) if mine and theirs and mine < theirs else (other, record)
        found[older.id] = newer.id
        found.pop(newer.id, None)
        current[record.metadata.kind] = newer
    return found


def marked(holdings: Holdings, older: Mapping[str, str]) -> Holdings:
    """The holdings with these documents marked as superseded."""
    documents = {
        id: replace(record, superseded_by=older[id]) if id in older and record.superseded_by != older[id] else record
        for id, record in holdings.documents.items()
    }
    return Holdings(documents, holdings.statements)


def changes(older: DocumentRecord, newer: DocumentRecord, holdings: Holdings) -> tuple[Problem, ...]:
    """What the newer export says otherwise than the older, as remarks of the load: a summary, then cell by cell."""
    was, now = _said(holdings.statements.get(older.id, ())), _said(holdings.statements.get(newer.id, ()))
    told: list[Problem] = []
    counts: dict[str, int] = defaultdict(int)
    for key in sorted({*was, *now}):
        gone, come = was.get(key, {}), now.get(key, {})
        if gone.keys() == come.keys():
            continue
        left, right = [item for said, item in gone.items() if said not in come], [item for said, item in come.items() if said not in gone]
        kind = "changed" if gone and come else "new" if come else "gone"
        counts[kind] += 1
        if len(told) < TOLD:
            told.append(_told(newer, kind, left, right))
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in ("changed", "new", "gone") if counts[kind]) or "it says the same"
    date = f" of {older.metadata.date}" if older.metadata.date else ""
    message = f"supersedes {older.name}{date} ({older.id[:12]}), whose statements are kept as superseded: {summary}"
    return (Problem(newer.name, "file", message, "info"), *told)


def _said(statements: Iterable[Statement]) -> dict[Key, dict[str, Statement]]:
    """What is said of each subject under each column's qualifiers, by how it is written."""
    found: dict[Key, dict[str, Statement]] = defaultdict(dict)
    for item in statements:
        subject = item.subject_id if item.subject_id and not item.subject_id.endswith("/") else item.subject
        scope = tuple(sorted((key, value) for key, value in item.qualifiers.items() if key not in PLACE))
        found[subject, item.predicate, item.unit, scope][f"{item.bound}{item.lexical or item.object or ''}"] = item
    return found


def _told(newer: DocumentRecord, kind: str, left: Sequence[Statement], right: Sequence[Statement]) -> Problem:
    item = (right or left)[0]
    was, now = (", ".join(_written(items)) for items in (left, right))
    message = {"changed": f"was {was or 'not there'}, is {now or 'not there'}", "new": f"is new: {now}", "gone": f"is gone: {was}"}[kind]
    where = f"row {item.qualifiers.get('row', '?')}, column {item.qualifiers.get('column', '?')!r}"
    return Problem(newer.name, where, f"{item.subject}: {message}", "info", {"row": item.qualifiers.get("row", ""), "change": kind})


def _written(items: Sequence[Statement]) -> Iterator[str]:
    yield from (f"{item.bound}{item.lexical or item.object or ''}{f' {item.unit}' if item.unit else ''}" for item in items[:5])
