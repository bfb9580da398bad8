"""The description of a table: which columns it has and what each of them states; read from a TOML file a domain person can edit.

    name = "chips"                     # goes into every statement's extractor: table:chips@1
    version = "1"
    title = "Chips of the hall"        # title, publisher, address, licence: what the document says of itself
    subject = { column = "Chip", type = "chip" }

    [[column]]
    header = ["TDP (W)", "Power"]      # first the current name, then older ones
    predicate = "power"
    parser = "number"                  # number, date, text, list, flag, identifier
    unit = "W"
    multiplier = "1"
    qualifiers = { measure = "TDP", certainty = { column = "Certainty" } }

    [[ignored]]
    headers = ["Edited by"]
    reason = "bookkeeping of the table"

Every column is described, used by another (notes, qualifiers, links), or ignored with a reason; loading reports any other.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.statements import STATUSES
from loaders.tables.cells import IDENTIFIERS

PARSERS = ("number", "date", "text", "list", "flag", "identifier")
PACKAGED = Path(__file__).parent / "described"


@dataclass(frozen=True, slots=True)
class FromColumn:
    """A value taken from another column of the row.

    `values` translates it, and drops what it does not list when it is given; `single` drops a list of several items.
    """

    column: str
    values: Mapping[str, str] | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for a row whose `column`, as a list, has one of `items` (any item when empty: the cell is filled)."""

    column: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusBy:
    """The status of a statement by the value of another column."""

    column: str
    values: Mapping[str, str]
    otherwise: str = "asserted"


@dataclass(frozen=True, slots=True)
class SubjectFrom:
    """The subject is not the row's own but the cell of `column`, of `type`; `zipped`: both lists, item by item, `widths` items for some."""

    column: str
    type: str = ""
    zipped: bool = False
    widths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column states.

    `schemes` of an identifier: arxiv, doi, huggingface; `like_subject` keeps only a name that means the subject ("zai-org/GLM-4.6").
    """

    headers: tuple[str, ...]
    predicate: str
    parser: str = "text"
    unit: str = ""
    multiplier: Decimal | None = None
    separator: str = ","
    object: str | None = None
    empty: frozenset[str] = frozenset()
    notes: str | None = None
    qualifiers: Mapping[str, str | FromColumn] = field(default_factory=dict)
    subject: SubjectFrom | None = None
    inverse: bool = False
    status: str = "asserted"
    status_by: StatusBy | None = None
    bound: str = ""
    unknown_day: str | None = None
    when: Condition | None = None
    unless: Condition | None = None
    schemes: tuple[str, ...] = ()
    like_subject: bool = False


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A column of addresses, each a reference of the document; `label` and `date` are other columns of the row."""

    headers: tuple[str, ...]
    relation: str = "link"
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Count assertions: fewer than this and the file is not what the description was written for."""

    rows: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """A table of one kind."""

    name: str
    version: str
    title: str
    subject: str
    subject_type: str
    columns: tuple[Column, ...]
    subject_headers: tuple[str, ...] = ()
    publisher: str | None = None
    address: str | None = None
    licence: str | None = None
    within: str = ""
    floats: bool = False
    header: tuple[str, ...] = ()
    links: tuple[LinkColumn, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    never_read: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    anonymous: str | None = None
    dated_by: tuple[str, ...] = ()
    origin: str | None = None
    expect: Expectation = Expectation()

    @property
    def extractor(self) -> str:
        """The extractor's name in every statement of this table."""
        return f"table:{self.name}@{self.version}"


class _Reader:
    """One TOML table read key by key; `finish` complains about keys nobody asked for."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.values, self.where = dict(values), where

    def pop(self, key: str, kind: type | tuple[type, ...], default: Any = None, required: bool = False) -> Any:
        if key not in self.values:
            if required:
                raise InputError(f"{self.where}: {key!r} is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind):
            wanted = " or ".join(item.__name__ for item in (kind if isinstance(kind, tuple) else (kind,)))
            raise InputError(f"{self.where}: {key!r} is {type(value).__name__}, expected {wanted}")
        return value

    def names(self, key: str, required: bool = False) -> tuple[str, ...]:
        value = self.pop(key, (str, list), [], required)
        return (value,) if isinstance(value, str) else tuple(str(item) for item in value)

    def finish(self) -> None:
        if self.values:
            raise InputError(
                f"{self.where}: unknown keys {', '.join(sorted(self.values))}; see loaders/tables/description.py for the known ones"
            )


def _from_column(value: Any, where: str) -> str | FromColumn:
    if isinstance(value, str):
        return value
    reader = _Reader(value, where)
    values = reader.pop("values", dict)
    result = FromColumn(reader.pop("column", str, required=True), values, reader.pop("single", bool, False))
    reader.finish()
    return result


def _condition(value: Mapping[str, Any] | None, where: str) -> Condition | None:
    if value is None:
        return None
    reader = _Reader(value, where)
    result = Condition(reader.pop("column", str, required=True), reader.names("items"))
    reader.finish()
    return result


def _multiplier(value: Any, where: str) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise InputError(f'{where}: multiplier {value!r} is not a number; write it as "1e-9"') from None


def _column(values: Mapping[str, Any], where: str, statuses: Mapping[str, StatusBy]) -> Column:
    reader = _Reader(values, where)
    headers = reader.names("header", required=True)
    where = f"{where} ({headers[0]})"
    reader.where = where
    parser = reader.pop("parser", str, "text")
    if parser not in PARSERS:
        raise InputError(f"{where}: parser {parser!r} is unknown; known: {', '.join(PARSERS)}")
    subject = reader.pop("subject", dict)
    subject_from = None
    if subject is not None:
        inner = _Reader(subject, f"{where} subject")
        subject_from = SubjectFrom(
            inner.pop("column", str, required=True),
            inner.pop("type", str, ""),
            inner.pop("zipped", bool, False),
            inner.pop("widths", dict, {}),
        )
        inner.finish()
    status_by = reader.pop("status_by", str)
    if status_by is not None and status_by not in statuses:
        raise InputError(f"{where}: status_by names {status_by!r}; known: {', '.join(statuses) or 'none'}")
    status = reader.pop("status", str, "asserted")
    if status not in STATUSES:
        raise InputError(f"{where}: status {status!r} is unknown; known: {', '.join(STATUSES)}")
    column = Column(
        headers=headers,
        predicate=reader.pop("predicate", str, required=True),
        parser=parser,
        unit=reader.pop("unit", str, ""),
        multiplier=_multiplier(reader.pop("multiplier", (str, int, float)), where),
        separator=reader.pop("separator", str, ","),
        object=reader.pop("object", str),
        empty=frozenset(reader.names("empty")),
        notes=reader.pop("notes", str),
        qualifiers={key: _from_column(value, f"{where} {key}") for key, value in reader.pop("qualifiers", dict, {}).items()},
        subject=subject_from,
        inverse=reader.pop("inverse", bool, False),
        status=status,
        status_by=statuses[status_by] if status_by else None,
        bound=reader.pop("bound", str, ""),
        unknown_day=reader.pop("unknown_day", str),
        when=_condition(reader.pop("when", dict), f"{where} when"),
        unless=_condition(reader.pop("unless", dict), f"{where} unless"),
        schemes=reader.names("schemes"),
        like_subject=reader.pop("like_subject", bool, False),
    )
    reader.finish()
    if parser == "number" and not column.unit:
        raise InputError(f"{where}: a number needs a unit")
    unknown = set(column.schemes) - set(IDENTIFIERS)
    if unknown or (parser == "identifier" and not column.schemes):
        raise InputError(f"{where}: schemes {sorted(unknown)}; expected some of {', '.join(IDENTIFIERS)}")
    if parser == "flag" and not column.object:
        raise InputError(f"{where}: a flag needs the object it states")
    return column


def _reasons(entries: list[Mapping[str, Any]], where: str) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for entry in entries:
        reader = _Reader(entry, where)
        headers, reason = reader.names("headers", required=True), reader.pop("reason", str, required=True)
        reader.finish()
        reasons.update(dict.fromkeys(headers, reason))
    return reasons


LISTS = ("column", "link", "ignored", "never_read")
MERGED = ("status_by",)


def parsed(path: Path) -> dict[str, Any]:
    """The TOML file with the files it includes put in front of its own lists.

    Raises: InputError when a file is missing or not TOML.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from None
    for name in values.pop("include", []):
        shared = parsed(path.parent / name)
        for key, value in shared.items():
            if key in LISTS:
                values[key] = value + values.get(key, [])
            elif key in MERGED:
                values[key] = value | values.get(key, {})
            else:
                values.setdefault(key, value)
    return values


def description(path: Path) -> Description:
    """Read a description.

    Raises: InputError naming the file, the table and the key that is wrong.
    """
    where = path.name
    reader = _Reader(parsed(path), where)
    subject = _Reader(reader.pop("subject", dict, required=True), f"{where} subject")
    subject_headers = subject.names("column", required=True)
    subject_type = subject.pop("type", str, required=True)
    subject.finish()
    statuses = {}
    for name, values in reader.pop("status_by", dict, {}).items():
        inner = _Reader(values, f"{where} status_by.{name}")
        statuses[name] = StatusBy(
            inner.pop("column", str, required=True), inner.pop("values", dict, {}), inner.pop("otherwise", str, "asserted")
        )
        inner.finish()
    links = []
    for number, values in enumerate(reader.pop("link", list, []), 1):
        inner = _Reader(values, f"{where} link {number}")
        links.append(LinkColumn(inner.names("header", required=True), inner.pop("relation", str, "link"), inner.pop("label", str)))
        inner.finish()
    counts = _Reader(reader.pop("expect", dict, {}), f"{where} expect")
    expect = Expectation(counts.pop("rows", int, 0), counts.pop("filled", dict, {}))
    counts.finish()
    columns = [_column(v, f"{where} column {n}", statuses) for n, v in enumerate(reader.pop("column", list, required=True), 1)]
    result = Description(
        name=reader.pop("name", str, required=True),
        version=reader.pop("version", str, "1"),
        title=reader.pop("title", str, required=True),
        subject=subject_headers[0],
        subject_headers=subject_headers,
        subject_type=subject_type,
        columns=tuple(columns),
        publisher=reader.pop("publisher", str),
        address=reader.pop("address", str),
        licence=reader.pop("licence", str),
        within=reader.pop("within", str, ""),
        floats=reader.pop("floats", bool, False),
        header=reader.names("header"),
        links=tuple(links),
        ignored=_reasons(reader.pop("ignored", list, []), f"{where} ignored"),
        never_read=_reasons(reader.pop("never_read", list, []), f"{where} never_read"),
        empty=frozenset(reader.names("empty")),
        anonymous=reader.pop("anonymous", str),
        dated_by=reader.names("dated_by"),
        origin=reader.pop("origin", str),
        expect=expect,
    )
    reader.finish()
    return result


@cache
def packaged() -> tuple[Description, ...]:
    """The descriptions that come with the package, sorted by name; files that begin with "_" are only included by others."""
    found = [description(path) for path in sorted(PACKAGED.glob("*.toml")) if not path.name.startswith("_")]
    return tuple(sorted(found, key=lambda item: item.name))
