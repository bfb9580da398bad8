"""Lays a description over the header of one file: which column is where, which is unknown, missing, repeated or renamed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.ontology import predicates
from loaders.tables.description import Column, Description, FromColumn, LinkColumn

RENAMED = 70.0  # at or above this token similarity (0..100) an unknown header is offered as the new name of a missing one


@dataclass(frozen=True, slots=True)
class Located:
    """A column of the description at its place in the file; indices are 0-based, None where the file lacks the column."""

    index: int
    name: str
    column: Column
    fixed: Mapping[str, str]
    subject_type: str
    taken: tuple[tuple[str, int, Mapping[str, str] | None, bool], ...]
    notes: int | None
    status: int | None
    subject: int | None
    when: int | None
    unless: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A description laid over a header. `unknown` and `repeated` are (0-based index, header); `missing` are described headers."""

    header: tuple[str, ...]
    subject: int | None
    columns: tuple[Located, ...]
    links: tuple[tuple[int, LinkColumn, int | None], ...]
    dated_by: tuple[int, ...]
    never_read: frozenset[int]
    unknown: tuple[tuple[int, str], ...]
    repeated: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]


def _groups(description: Description) -> dict[str, tuple[str, ...]]:
    """Each header name to all names its column has had."""
    groups: dict[str, tuple[str, ...]] = {}
    for headers in (description.subject_headers, *(c.headers for c in description.columns), *(link.headers for link in description.links)):
        for header in headers:
            groups[header] = headers
    return groups


def _referred(column: Column) -> Iterable[str]:
    """The other columns a column takes something from."""
    yield from (value.column for value in column.qualifiers.values() if isinstance(value, FromColumn))
    for part in (column.status_by, column.subject, column.when, column.unless):
        if part is not None:
            yield part.column
    if column.notes:
        yield column.notes


def known_headers(description: Description) -> frozenset[str]:
    """Every header the description knows, used or ignored."""
    names = set(description.header) | set(description.ignored) | set(description.never_read) | set(description.dated_by)
    for headers in _groups(description).values():
        names.update(headers)
    for column in description.columns:
        names.update(_referred(column))
    names.update(link.label for link in description.links if link.label)
    return frozenset(names)


def share_known(description: Description, header: Iterable[str]) -> float:
    """The share of a file's columns that the description knows, 0..1: enough where the user names the description."""
    found = {name for name in header if name}
    return len(found & known_headers(description)) / len(found) if found else 0.0


def likeness(description: Description, header: Iterable[str]) -> float:
    """How well a file's header fits, 0..1: 0 when under half of its columns are known, or most of the described header is absent.

    Two exports of one family (three model tables) are told apart by the columns they do *not* have.
    """
    found = {name for name in header if name}
    known = known_headers(description)
    if not found or len(found & known) * 2 < len(found):
        return 0.0
    groups = _groups(description)
    described = {groups.get(name, (name,))[0] for name in description.header or known}
    present = {groups.get(name, (name,))[0] for name in found}
    shared = len(present & described)
    union = len(present | described)
    has_subject = any(name in found for name in description.subject_headers)
    score = shared / union
    if has_subject and len(found & known) == len(found) and shared * 3 >= len(described):
        score = max(score, 0.5 + score / 2)
    return min(0.99, score) if has_subject or score >= 0.5 else 0.0


def _subject_type(description: Description, column: Column) -> str:
    """The entity type of a column's subjects: the row's own, or the first its predicate allows where they come from another column."""
    if column.subject is None and not column.inverse:
        return description.subject_type
    known = predicates().get(column.predicate)
    if column.subject is not None and column.subject.type:
        return column.subject.type
    return known.subjects[0] if known else ""


def layout(description: Description, header: tuple[str, ...]) -> Layout:
    """Find every described column in the header; the first of two columns of one name counts, the second is `repeated`."""
    places: dict[str, int] = {}
    repeated = []
    for index, name in enumerate(header):
        if name in places:
            repeated.append((index, name))
        else:
            places[name] = index
    groups = _groups(description)

    def find(name: str | None) -> int | None:
        if name is None:
            return None
        return next((places[item] for item in groups.get(name, (name,)) if item in places), None)

    used: set[int | None] = set()
    missing = [name for name in description.header if find(name) is None]
    columns = []
    for column in description.columns:
        own = find(column.headers[0])
        for name in _referred(column):
            used.add(find(name))
        if own is None:
            if not description.header:
                missing.append(column.headers[0])
            continue
        used.add(own)
        taken = tuple(
            (key, place, value.values, value.single)
            for key, value in column.qualifiers.items()
            if isinstance(value, FromColumn) and (place := find(value.column)) is not None
        )
        columns.append(
            Located(
                index=own,
                name=header[own],
                column=column,
                fixed={key: value for key, value in column.qualifiers.items() if isinstance(value, str)},
                subject_type=_subject_type(description, column),
                taken=taken,
                notes=find(column.notes),
                status=find(column.status_by.column if column.status_by else None),
                subject=find(column.subject.column) if column.subject else None,
                when=find(column.when.column) if column.when else None,
                unless=find(column.unless.column) if column.unless else None,
            )
        )
    links: list[tuple[int, LinkColumn, int | None]] = []
    for link in description.links:
        at = find(link.headers[0])
        used.update((at, find(link.label)))
        if at is not None:
            links.append((at, link, find(link.label)))
    subject = find(description.subject)
    dated_by = tuple(at for name in description.dated_by if (at := find(name)) is not None)
    used.update((subject, *dated_by))
    accounted = set(description.ignored) | set(description.never_read)
    doubled = {index for index, _ in repeated}
    unknown = [(i, n) for i, n in enumerate(header) if i not in used and n not in accounted and i not in doubled]
    columns.sort(key=lambda item: item.index)
    return Layout(
        header=header,
        subject=subject,
        columns=tuple(columns),
        links=tuple(links),
        dated_by=dated_by,
        never_read=frozenset(i for i, name in enumerate(header) if name in description.never_read),
        unknown=tuple(unknown),
        repeated=tuple(repeated),
        missing=tuple(dict.fromkeys(missing)),
    )


def renamed(name: str, missing: Iterable[str]) -> str | None:
    """The missing header an unknown one looks like, if any."""
    found = process.extractOne(name, list(missing), scorer=fuzz.token_set_ratio, score_cutoff=RENAMED)
    return found[0] if found else None
