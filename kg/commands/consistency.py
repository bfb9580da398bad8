"""`kg checks` and `kg disagreements`: what the arithmetic says, and which sources do not simply agree."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from kg.catalogue import Catalogue, CheckRow, Disagreement, Row
from kg.checks import KINDS, VERDICTS
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.dates import day_range
from kg.errors import UsageError
from kg.facts import RELATIONS
from kg.naming import entity_named
from kg.query import Table, drawn
from kg.release import filled
from kg.wording import predicate_label, source

CHECK_COLUMNS = ("check", "kind", "verdict", "says")
PAGE = 200

AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Only what documents published by then say.")]


def check_table(checks: Iterable[CheckRow]) -> Table:
    """Checks as rows: id, kind, verdict, and the arithmetic in a sentence."""
    return Table(CHECK_COLUMNS, tuple((check.id, check.kind, check.verdict, check.explanation) for check in checks))


def disagreement_lines(disagreements: Iterable[Disagreement]) -> Iterator[str]:
    """Disagreements in words: what is disagreed on, why, and who says either side."""
    for item in disagreements:
        yield f"{item.pair.relation}: {item.fact.subject}: {predicate_label(item.fact.predicate)}: {item.pair.explanation}"
        for row in (item.left, item.right):
            yield f"    {row.statement.id}  {source(row)}"


def _known(option: str, value: str | None, among: tuple[str, ...]) -> None:
    if value is not None and value not in among:
        raise UsageError(f"{option} is {value!r}; expected one of {', '.join(among)}")


def all_checks(catalogue: Catalogue, kind: str | None, verdict: str | None) -> Iterator[CheckRow]:
    """Every check of a kind and verdict, page after page."""
    after: str | None = None
    while True:
        page = catalogue.checks(kind, verdict, after, PAGE)
        yield from page.items
        after = page.next
        if after is None:
            return


def all_disagreements(catalogue: Catalogue, relation: str | None, subject: str | None) -> Iterator[Disagreement]:
    """Every disagreement of a relation and subject, page after page."""
    after: str | None = None
    while True:
        page = catalogue.disagreements(relation, subject, after, PAGE)
        yield from page.items
        after = page.next
        if after is None:
            return


def known_by(row: Row, as_of: str | None) -> bool:
    """Whether a statement's document was published on a day or before; an undated document is not known to be."""
    if as_of is None:
        return True
    limit, published = day_range(as_of), day_range(row.date)
    return limit is not None and published is not None and published[1] <= limit[1]


def _dated(as_of: str | None) -> None:
    if as_of is not None and day_range(as_of) is None:
        raise UsageError(f"--as-of is {as_of!r}; expected an ISO 8601 date such as 2025-01-31")


def checks(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help=f"One of {', '.join(KINDS)}.")] = None,
    verdict: Annotated[str | None, typer.Option(metavar="VERDICT", help=f"One of {', '.join(VERDICTS)}.")] = None,
    as_of: AsOfOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show the arithmetic over statements: what was computed, what is stated, and whether it holds."""
    _known("--kind", kind, KINDS)
    _known("--verdict", verdict, VERDICTS)
    _dated(as_of)
    filled(home)
    catalogue = Catalogue.open(home)
    found = (
        check
        for check in all_checks(catalogue, kind, verdict)
        if as_of is None or all(known_by(row, as_of) for row in catalogue.statements_by_id(check.inputs))
    )
    write([drawn(check_table(found))])


def disagreements(
    subject: Annotated[str | None, typer.Argument(metavar="[ENTITY]", help="An entity's name or id; all without one.")] = None,
    relation: Annotated[str | None, typer.Option(metavar="RELATION", help=f"One of {', '.join(RELATIONS)}.")] = None,
    as_of: AsOfOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show statements that do not simply agree: contradictions, denials, and figures of different things."""
    _known("--relation", relation, RELATIONS)
    _dated(as_of)
    filled(home)
    catalogue = Catalogue.open(home)
    about = entity_named(catalogue, subject).id if subject else None
    found = (item for item in all_disagreements(catalogue, relation, about) if known_by(item.left, as_of) and known_by(item.right, as_of))
    write(disagreement_lines(found))
