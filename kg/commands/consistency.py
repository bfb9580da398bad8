"""`kg checks` and `kg disagreements`: what the arithmetic says, and which sources do not simply agree."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from kg.catalogue import Catalogue, CheckRow, Disagreement
from kg.checks import KINDS, VERDICTS
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.errors import UsageError
from kg.facts import RELATIONS
from kg.naming import entity_named
from kg.query import Table, drawn
from kg.release import filled
from kg.wording import predicate_label, source

CHECK_COLUMNS = ("check", "kind", "verdict", "says")
PAGE = 200


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


def checks(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help=f"One of {', '.join(KINDS)}.")] = None,
    verdict: Annotated[str | None, typer.Option(metavar="VERDICT", help=f"One of {', '.join(VERDICTS)}.")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show the arithmetic over statements: what was computed, what is stated, and whether it holds."""
    _known("--kind", kind, KINDS)
    _known("--verdict", verdict, VERDICTS)
    filled(home)
    write([drawn(check_table(all_checks(Catalogue.open(home), kind, verdict)))])


def disagreements(
    subject: Annotated[str | None, typer.Argument(metavar="[ENTITY]", help="An entity's name or id; all without one.")] = None,
    relation: Annotated[str | None, typer.Option(metavar="RELATION", help=f"One of {', '.join(RELATIONS)}.")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show statements that do not simply agree: contradictions, denials, and figures of different things."""
    _known("--relation", relation, RELATIONS)
    filled(home)
    catalogue = Catalogue.open(home)
    about = entity_named(catalogue, subject).id if subject else None
    write(disagreement_lines(all_disagreements(catalogue, relation, about)))
