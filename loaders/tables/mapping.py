"""Turns the rows of a table into statements: each cell that states something becomes one, its span the cell, its problems reported."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from kg.documents import Document, Metadata, Problem, Reference
from kg.signatures import signature
from kg.statements import Statement, identified
from loaders.tables.cells import Number, Unreadable, date, identifiers, number
from loaders.tables.description import Column, Condition, Description
from loaders.tables.layout import Layout, Located, layout, renamed
from loaders.tables.records import Broken, Cell, Record, Table

LISTED = 200  # problems of one column told one by one; the rest are counted, with their rows
ADDRESS = re.compile(r"https?://[^\s,\"<>]+(?:,[^\s,\"<>]+)*")
NOT_SLUG = re.compile(r"[^0-9a-z]+")
TRUE, FALSE = frozenset({"true", "yes", "1", "checked"}), frozenset({"false", "no", "0"})


@dataclass(slots=True)
class Problems:
    """Collects what could not be used, by column; a file of nonsense gives a short report."""

    document: str
    listed: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    rest: dict[str, list[int]] = field(default_factory=dict)

    def add(self, row: int | None, column: str | None, message: str, severity: str = "warning") -> None:
        """Report one; `row` is the spreadsheet row, None for the whole column or file."""
        key = column or ""
        self.counts[key] = self.counts.get(key, 0) + 1
        if row is not None and self.counts[key] > LISTED:
            self.rest.setdefault(key, []).append(row)
            return
        where = ", ".join(part for part in (f"row {row}" if row else "", f"column {column!r}" if column else "") if part)
        details = {name: value for name, value in (("row", str(row or "")), ("column", column or "")) if value}
        self.listed.append(Problem(self.document, where or "file", message, severity, details))

    def all(self) -> tuple[Problem, ...]:
        """Every problem; those past the limit of their column as one, with the first rows."""
        more = [
            Problem(
                self.document,
                f"column {key!r}" if key else "rows",
                f"{len(rows)} more cells or rows could not be read: rows {', '.join(map(str, rows[:20]))}{' …' if len(rows) > 20 else ''}",
                "warning",
                {"column": key, "count": str(len(rows))},
            )
            for key, rows in self.rest.items()
        ]
        return (*self.listed, *more)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a table gave."""

    statements: tuple[Statement, ...]
    metadata: Metadata
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Row:
    """A row being read: its number, cells, and its subject with a fixed id when it must not be named (else "")."""

    number: int
    cells: tuple[Cell, ...]
    label: str
    subject_id: str


class _Mapper:
    """Reads one table by one layout."""

    def __init__(self, document: Document, described: Description, table: Table, laid: Layout) -> None:
        self.document, self.described, self.table, self.laid = document, described, table, laid
        self.problems = Problems(document.name)
        self.references: list[Reference] = []
        self.latest = ""
        self.filled = [0] * len(laid.header)
        self.rows = 0
        self.names: dict[str, int] = {}
        self.anonymous = re.compile(described.anonymous, re.IGNORECASE) if described.anonymous else None
        self.anonymous_seen: dict[str, int] = {}

    def statements(self) -> Iterator[Statement]:
        """The statements row by row, in file order."""
        columns = self.laid.columns
        for record in self.table.records():
            row = self._row(record)
            if row is None:
                continue
            for located in columns:
                if located.index >= len(row.cells):
                    continue
                cell = row.cells[located.index]
                if cell.raw:
                    yield from self._cell(row, located, cell)

    def _row(self, record: Record | Broken) -> _Row | None:
        if isinstance(record, Broken):
            headers = self.laid.header
            name = headers[record.column - 1] if record.column <= len(headers) else None
            self.problems.add(record.row, name, f"the row {record.message}; mend it in the file and load it again")
            return None
        self.rows += 1
        cells = record.cells
        if record.cut:
            name = self.laid.header[len(cells)] if len(cells) < len(self.laid.header) else None
            self.problems.add(
                record.row,
                name,
                f"the file is cut off in this row: the {len(cells)} whole cells before it are read; get the file again",
                "error",
            )
        for index, cell in enumerate(cells):
            if cell.raw:
                self.filled[index] += 1
        place = self.laid.subject
        if place is None or place >= len(cells):
            self.problems.add(record.row, self.described.subject, "no name of the thing the row is about; the row is not read")
            return None
        label = self._label(cells[place])
        if not label:
            self.problems.add(record.row, self.described.subject, "the name is empty; the row is not read")
            return None
        subject_id = ""
        if self.anonymous and self.anonymous.search(label):
            subject_id = self._anonymous_id(label, cells)
        elif label in self.names:
            self.problems.add(
                record.row, self.described.subject, f"{label!r} is already named in row {self.names[label]}; both rows are read", "info"
            )
        else:
            self.names[label] = record.row
        self._links(record.row, cells, label)
        return _Row(record.row, cells, label, subject_id)

    def _label(self, cell: Cell) -> str:
        """The name in a cell, without the quotation marks that a table program puts around a name with a comma."""
        label = self.table.decode(cell.raw).strip()
        if len(label) > 2 and label[0] == label[-1] == '"':
            label = label[1:-1].strip()
        return label

    def _anonymous_id(self, label: str, cells: tuple[Cell, ...]) -> str:
        """An entity of its own for each anonymised row, named by what the row says, so that it keeps its name in another export."""
        said = "\x1f".join(cell.raw for index, cell in enumerate(cells) if index not in self.laid.never_read)
        digest = sha256(said.encode()).hexdigest()[:12]
        seen = self.anonymous_seen[digest] = self.anonymous_seen.get(digest, 0) + 1
        suffix = digest if seen == 1 else f"{digest}-{seen}"
        return f"{self.described.subject_type}/{NOT_SLUG.sub('-', label.lower()).strip('-')}-{suffix}"

    def _links(self, row: int, cells: tuple[Cell, ...], label: str) -> None:
        for place in self.laid.dated_by:
            if place < len(cells) and cells[place].raw:
                try:
                    self.latest = max(self.latest, date(cells[place].raw))
                except Unreadable:
                    continue  # reported where the column is read; bookkeeping columns state nothing
        for place, link, label_place in self.laid.links:
            if place >= len(cells) or not cells[place].raw:
                continue
            cell = cells[place]
            title = self.table.decode(cells[label_place].raw) if label_place is not None and label_place < len(cells) else ""
            found = False
            for match in ADDRESS.finditer(cell.raw):
                found = True
                begin, end = match.span()
                self.references.append(
                    Reference(link.relation, title or label, match.group(), start=cell.start + begin, end=cell.start + end)
                )
            if not found:
                self.problems.add(row, self.laid.header[place], f"{cell.raw[:60]!r} holds no address (http:// or https://)", "info")

    def _holds(self, condition: Condition | None, place: int | None, row: _Row) -> bool:
        if condition is None:
            return True
        if place is None or place >= len(row.cells) or not row.cells[place].raw:
            return False
        if not condition.items:
            return True
        return any(self.table.decode(item.raw) in condition.items for item in self.table.items(row.cells[place], ","))

    def _cell(self, row: _Row, located: Located, cell: Cell) -> Iterator[Statement]:
        column = located.column
        raw = cell.raw.strip()
        if raw in column.empty or raw.lower() in self.described.empty or not raw:
            return
        if (column.when and not self._holds(column.when, located.when, row)) or (
            column.unless and self._holds(column.unless, located.unless, row)
        ):
            return
        start = cell.start + cell.raw.index(raw)
        cell = Cell(raw, start, start + len(raw))
        try:
            yield from self._stated(row, located, column, cell)
        except Unreadable as error:
            self.problems.add(row.number, located.name, f"the cell is {error}; not loaded")

    def _stated(self, row: _Row, located: Located, column: Column, cell: Cell) -> Iterator[Statement]:
        if column.parser == "number":
            figure = number(cell.raw, column.multiplier, self.described.floats)
            for subject in self._subjects(row, located):
                yield self._statement(row, located, cell, subject, figure=figure)
        elif column.parser == "date":
            day = date(self.table.decode(cell.raw))
            bound = "~" if column.unknown_day and len(day) == 10 and day[8:] == column.unknown_day else ""
            for subject in self._subjects(row, located):
                yield self._statement(row, located, cell, subject, object=day, bound=bound)
        elif column.parser == "flag":
            said = cell.raw.lower()
            if said not in FALSE:
                if said not in TRUE:
                    raise Unreadable(f"{cell.raw[:40]!r}, not true or false")
                for subject in self._subjects(row, located):
                    yield self._statement(row, located, cell, subject, object=column.object)
        elif column.parser == "identifier":
            yield from self._identified(row, located, cell)
        elif column.parser == "text":
            for subject in self._subjects(row, located):
                yield self._statement(row, located, cell, subject, object=self._label(cell))
        elif column.subject is not None and column.subject.zipped:
            yield from self._zipped(row, located, cell)
        else:
            for item in self.table.items(cell, column.separator):
                label = self._label(item)
                if not label or label in column.empty:
                    continue
                if column.inverse:
                    yield self._statement(row, located, item, label, object=row.label)
                else:
                    for subject in self._subjects(row, located):
                        yield self._statement(row, located, item, subject, object=label)

    def _identified(self, row: _Row, located: Located, cell: Cell) -> Iterator[Statement]:
        """Names in registers, each once a cell; with `like_subject` those whose last part is the subject's own name."""
        column, seen = located.column, set[str]()
        for begin, end, name in identifiers(cell.raw, column.schemes):
            part = Cell(cell.raw[begin:end], cell.start + begin, cell.start + end)
            if name in seen:
                continue
            seen.add(name)
            for subject in self._subjects(row, located):
                own = name.rpartition("/")[2]
                if not column.like_subject or signature(own, "model").key == signature(subject, "model").key:
                    yield self._statement(row, located, part, subject, object=name)

    def _subjects(self, row: _Row, located: Located) -> tuple[str, ...]:
        """The row's own subject, or the names in the column that `subject` points to."""
        if located.column.subject is None:
            return (row.label,)
        if located.subject is None or located.subject >= len(row.cells):
            return ()
        label = self._label(row.cells[located.subject])
        return (label,) if label else ()

    def _zipped(self, row: _Row, located: Located, cell: Cell) -> Iterator[Statement]:
        """Pair the items with those of the subject's column; where the counts differ nothing is guessed unless all items are the same."""
        rule = located.column.subject
        if rule is None or located.subject is None or located.subject >= len(row.cells):
            return
        subjects = [self._label(item) for item in self.table.items(row.cells[located.subject], located.column.separator)]
        items = self.table.items(cell, located.column.separator)
        widened = [name for name in subjects for _ in range(rule.widths.get(name, 1))]
        if len(widened) == len(items):
            subjects = widened
        elif len(subjects) == 1:
            subjects = subjects * len(items)
        elif len({item.raw for item in items}) == 1:
            items = items[:1] * len(subjects)
        elif len(subjects) != len(items):
            message = f"{len(items)} items for {len(subjects)} in {rule.column!r}: which belongs to which is not said; not loaded"
            self.problems.add(row.number, located.name, message)
            return
        for name, item in zip(subjects, items, strict=True):
            label = self._label(item)
            if name and label not in located.column.empty:
                yield self._statement(row, located, item, name, object=label)

    def _statement(
        self,
        row: _Row,
        located: Located,
        cell: Cell,
        subject: str,
        object: str | None = None,
        figure: Number | None = None,
        bound: str = "",
    ) -> Statement:
        column = located.column
        own = subject == row.label
        return identified(
            Statement(
                document=self.document.name,
                document_id=self.document.id,
                subject=subject,
                predicate=column.predicate,
                start=cell.start,
                end=cell.end,
                quote=cell.raw,
                object=object,
                value=figure.value if figure else None,
                low=figure.low if figure else None,
                high=figure.high if figure else None,
                unit=column.unit,
                lexical=figure.lexical if figure else "",
                bound=(figure.bound if figure else "") or bound or column.bound,
                qualifiers=self._qualifiers(row, located),
                status=self._status(row, located),
                subject_id=(row.subject_id if own else "") or f"{located.subject_type}/",
                object_id=row.subject_id or None if column.inverse else None,
                extractor=self.described.extractor,
            )
        )

    def _qualifiers(self, row: _Row, located: Located) -> Mapping[str, str]:
        """Where the cell is, where its notes are ("from-to" offsets), and what the description adds."""
        found = {"row": str(row.number), "column": located.name, **located.fixed}
        cells = row.cells
        for key, place, values, single in located.taken:
            if place < len(cells) and cells[place].raw and not (single and len(self.table.items(cells[place], ",")) > 1):
                text: str | None = self.table.decode(cells[place].raw).strip()
                if values is not None and text is not None:
                    text = values.get(text)
                if text and text.lower() not in self.described.empty:
                    found[key] = text
        if located.notes is not None and located.notes < len(cells) and cells[located.notes].raw:
            notes = cells[located.notes]
            found["notes"] = f"{notes.start}-{notes.end}"
        return found

    def _status(self, row: _Row, located: Located) -> str:
        rule = located.column.status_by
        if rule is None or located.status is None or located.status >= len(row.cells):
            return located.column.status
        return rule.values.get(self.table.decode(row.cells[located.status].raw).strip(), rule.otherwise)

    def report(self) -> None:
        """Say what the whole file lacks: unknown, repeated, renamed and missing columns, counts under the expected."""
        described, laid = self.described, self.laid
        for _, name in laid.repeated:
            self.problems.add(None, name, "the header is repeated; the first column of that name is read, this one is not")
        for _, name in laid.unknown:
            old = renamed(name, laid.missing)
            hint = f"it looks like {old!r}, which is missing: add it to that column's header list" if old else "describe or ignore it"
            self.problems.add(
                None, name or "(no name)", f"the table {described.name!r} does not know this column, so it is not loaded; {hint}"
            )
        if laid.subject is None:
            names = " or ".join(repr(name) for name in described.subject_headers)
            self.problems.add(
                None, described.subject, f"the column with the names is missing, so no row is read; expected {names}", "error"
            )
        if self.rows < described.expect.rows:
            self.problems.add(None, None, f"{self.rows} rows, expected at least {described.expect.rows}; is the file whole?")
        places = {name: index for index, name in reversed(list(enumerate(laid.header)))}
        columns = {located.column.headers[0]: located.index for located in laid.columns}
        for name, least in described.expect.filled.items():
            place = columns.get(name, places.get(name))
            if place is None:
                self.problems.add(None, name, "the column is missing; expected in every export of this table")
            elif self.filled[place] < least:
                self.problems.add(None, name, f"{self.filled[place]} cells are filled, expected at least {least}; is the file whole?")


def mapped(document: Document, described: Description, table: Table) -> Mapped:
    """Read the whole table."""
    laid = layout(described, table.header)
    mapper = _Mapper(document, described, table, laid)
    statements = tuple(sorted(mapper.statements(), key=lambda statement: statement.start))
    mapper.report()
    own = (Reference("primary-source", described.origin, described.address),) if described.origin else ()
    metadata = Metadata(
        title=described.title,
        publisher=described.publisher,
        date=mapper.latest or None,
        address=described.address,
        language="en",
        kind=f"table:{described.name}",
        references=(*own, *mapper.references),
    )
    return Mapped(statements, metadata, mapper.problems.all())
