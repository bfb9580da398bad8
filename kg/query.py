"""Asks a store a question: parameters bound, answers as rows, or written as a table, CSV, JSON or Turtle."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from kg.dates import day_range
from kg.errors import QueryError, UnknownName, UsageError
from kg.ontology import prefixes
from kg.questions import Parameter, Question
from kg.sparql.syntax import read

Term = NamedNode | Literal
Answer = QuerySolutions | QueryBoolean | QueryTriples
XSD = "http://www.w3.org/2001/XMLSchema#"
FORMATS = ("table", "csv", "json", "ttl")

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a SELECT, cells in the order of `columns`; None is an unbound cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def bound(question: Question, given: Mapping[str, str], entity: Callable[[str], str]) -> dict[Variable, Term]:
    """The given values, and defaults for others, as terms for the question's variables; `entity` turns an entity's name or id into its IRI.

    Raises: UnknownName for a parameter the question does not have; UsageError for a value that is not of its type.
    """
    known = {parameter.name: parameter for parameter in question.params}
    for name in given:
        if name not in known:
            raise UnknownName(f"parameter of {question.name}", name, known)
    defaults = {name: parameter.default for name, parameter in known.items() if parameter.default is not None}
    return {Variable(name): _term(known[name], value, entity) for name, value in {**defaults, **given}.items()}


def _term(parameter: Parameter, value: str, entity: Callable[[str], str]) -> Term:
    match parameter.type:
        case "entity":
            return NamedNode(entity(value))
        case "iri":
            try:
                return NamedNode(value)
            except ValueError:
                raise UsageError(f"the parameter {parameter.name} is {value!r}; expected an IRI such as {parameter.example}") from None
        case "date":
            days = day_range(value)
            if days is None:
                raise UsageError(f"the parameter {parameter.name} is {value!r}; expected a date such as {parameter.example}")
            return Literal(days[1], datatype=NamedNode(XSD + "date"))
        case "number":
            try:
                return Literal(float(value))
            except ValueError:
                raise UsageError(f"the parameter {parameter.name} is {value!r}; expected a number such as {parameter.example}") from None
        case _:
            return Literal(value)


def _place(line: int | None, column: int | None) -> str:
    return "" if line is None else f" line {line}, column {column}"


def solve(store: Store, question: Question, bindings: Mapping[Variable, Term] | None = None) -> Answer:
    """Run the question over all the store's graphs taken together; the prefixes of ontology/prefixes.ttl need no PREFIX.

    Raises: QueryRefused for SERVICE and updates; QueryError with line and column when the SPARQL is wrong, or when a given parameter is
    not in its SELECT clause.
    """
    try:
        read(question.sparql, declared=prefixes())
    except QueryError as error:
        raise type(error)(f"{question.name}{_place(error.line, error.column)}: {error}", error.line, error.column) from None
    try:
        return store.query(
            question.sparql, prefixes=dict(prefixes()), use_default_graph_as_union=True, substitutions=dict(bindings) if bindings else None
        )
    except SyntaxError as error:
        found = _PLACE.match(str(error.msg))
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        reason = found[3] if found else str(error.msg)
        if "Prefix not found" in reason:
            reason = f"a prefix is not declared; without PREFIX these are known: {', '.join(prefixes())}"
        raise QueryError(f"{question.name}{_place(line, column)}: {reason}", line, column) from None
    except RuntimeError as error:
        raise QueryError(f"{question.name}: {error}; a parameter must be in the SELECT clause") from None
    except OSError as error:
        raise QueryError(f"{question.name}: the store could not answer ({error}); SERVICE and LOAD are not for this command") from None


def cell(term: object, base: str = "") -> str | None:
    """A term as people read it: IRIs under `base` without it, numbers without a needless ".0", other literals as they are."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return term.value.removeprefix(base) if base else term.value
    if isinstance(term, Literal):
        if term.datatype.value == XSD + "double":
            number = float(term.value)
            return f"{number:.0f}" if number.is_integer() and abs(number) < 1e16 else repr(number)
        return term.value
    return str(term)


def tabulated(solutions: QuerySolutions, columns: Sequence[str] = (), base: str = "") -> Table:
    """Solutions as rows of text; `columns` picks and orders the variables, none picks all as they are selected."""
    variables = [variable.value for variable in solutions.variables]
    chosen = tuple(name for name in columns if name in variables) or tuple(variables)
    return Table(chosen, tuple(tuple(cell(solution[name], base) for name in chosen) for solution in solutions))


def width(text: str) -> int:
    """Columns a text takes on a terminal: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def drawn(table: Table) -> str:
    """The table as lines of text with aligned columns.

    >>> print(drawn(Table(("model", "cost"), (("V3", "5576000"), ("R1", None)))))
    model  cost
    -----  -------
    V3     5576000
    R1
    """
    rows = [table.columns, *[tuple(" ".join((value or "").split()) for value in row) for row in table.rows]]
    widths = [max(width(row[index]) for row in rows) for index in range(len(table.columns))]
    rows.insert(1, tuple("-" * size for size in widths))
    return "\n".join(
        "  ".join(value + " " * (size - width(value)) for value, size in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def comma_separated(table: Table) -> str:
    """The table as CSV (RFC 4180 quoting, line ends "\\n"), without the last line end."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([value or "" for value in row] for row in table.rows)
    return text.getvalue().rstrip("\n")


def written(answer: Answer, format: str, question: Question, base: str = "") -> str:
    """An answer as text: `table` and `csv` (the columns the question names), `json` (SPARQL 1.1 results), `ttl` for CONSTRUCT.

    Raises: UsageError for a format the kind of answer does not have.
    """
    match answer, format:
        case QuerySolutions(), "table":
            return drawn(tabulated(answer, tuple(question.columns), base))
        case QuerySolutions(), "csv":
            return comma_separated(tabulated(answer, tuple(question.columns)))
        case ((QuerySolutions() | QueryBoolean()), "json"):
            return (answer.serialize(format=QueryResultsFormat.JSON) or b"").decode()
        case QueryBoolean(), "table":
            return "true" if answer else "false"
        case QueryTriples(), ("table" | "ttl"):
            return (serialize(sorted(answer, key=str), format=RdfFormat.TURTLE) or b"").decode().rstrip("\n")
    kind = {QuerySolutions: "SELECT", QueryBoolean: "ASK"}.get(type(answer), "CONSTRUCT")
    raise UsageError(f"the answer of a {kind} query cannot be written as {format}; choose another --format")
