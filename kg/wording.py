"""Statements and facts in words, for terminals and reports: one line each, the figure as written beside the number."""

from collections.abc import Mapping

from kg.catalogue import Row
from kg.ontology import predicates
from kg.statements import Statement


def amount(number: float) -> str:
    """A number with thousands separators and no needless decimals; very large ones with a power of ten.

    >>> amount(5576000.0), amount(0.25), amount(3.4078e24)
    ('5,576,000', '0.25', '3.4078e+24')
    """
    if abs(number) >= 1e15:
        return f"{number:g}" if float(f"{number:g}") == number else repr(number)
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,}"


def figure(statement: Statement) -> str:
    """What the statement says of its subject: the object, or bound, number, unit and the figure as written.

    >>> figure(Statement("a.txt", "0", "V3", "trainingCost", 0, 1, "x", value=5576000.0, unit="USD", lexical="$5.576M"))
    '5,576,000 USD ("$5.576M")'
    """
    if statement.object is not None:
        return statement.object
    if statement.low is not None and statement.high is not None:
        number = f"{amount(statement.low)} to {amount(statement.high)}"
    else:
        known = next((value for value in (statement.value, statement.low, statement.high) if value is not None), None)
        number = f"{statement.bound}{'' if known is None else amount(known)}"
    written = f' ("{" ".join(statement.lexical.split())}")' if statement.lexical else ""
    return f"{number} {statement.unit}".strip() + written


def scope(qualifiers: Mapping[str, str]) -> str:
    """Qualifiers in brackets, sorted by name; empty without any."""
    return f" [{', '.join(f'{name}: {value}' for name, value in sorted(qualifiers.items()))}]" if qualifiers else ""


def predicate_label(name: str) -> str:
    """The predicate's label in English; its name when the ontology does not know it."""
    known = predicates().get(name)
    return known.label if known else name


def sentence(statement: Statement) -> str:
    """The statement as `subject: predicate: figure [qualifiers]`."""
    return f"{statement.subject}: {predicate_label(statement.predicate)}: {figure(statement)}{scope(statement.qualifiers)}"


def source(row: Row) -> str:
    """Who says it and where: claimants nearest first, status unless plainly asserted, document and span."""
    said = row.statement
    voice = " < ".join(said.attributed_to) or row.publisher or "the document itself"
    status = "" if said.status == "asserted" else f", {said.status}"
    return f"{voice}{status}; {row.title or said.document} ({row.date or 'undated'}), characters {said.start}-{said.end}"
