"""`kg mismatches`: figures that do not fit each other, worst first, and where tables and other documents contradict."""

from collections.abc import Iterator
from typing import Annotated

import typer

from kg.catalogue import Catalogue, Filter
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.consistency import all_disagreements
from kg.commands.output import write
from kg.mismatches import PREDICATES, mismatches
from kg.query import Table, comma_separated, drawn
from kg.release import filled
from kg.statements import Statement
from kg.wording import predicate_label

PAGE = 5000
COLUMNS = ("model", "formula", "stated FLOP", "computed FLOP", "ratio", "statement", "inputs", "remark")


def _figures(catalogue: Catalogue) -> Iterator[Statement]:
    for predicate in PREDICATES:
        after: str | None = None
        while True:
            page = catalogue.statements(Filter(predicate=predicate), after, PAGE)
            yield from (row.statement for row in page.items)
            after = page.next
            if after is None:
                break


def _against_text(catalogue: Catalogue) -> Iterator[str]:
    for item in all_disagreements(catalogue, "contradicts", None):
        sides = [row.statement for row in (item.left, item.right)]
        if sum(said.extractor.startswith("table:") for said in sides) == 1:
            yield f"{item.fact.subject}: {predicate_label(item.fact.predicate)}: {item.pair.explanation}"
            yield f"    {sides[0].id} ({sides[0].document}) against {sides[1].id} ({sides[1].document})"


def report(
    home: HomeOption = DEFAULT_HOME,
    factor: Annotated[float, typer.Option(min=1.01, help="Report what is this many times too much or too little.")] = 2.0,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    format: Annotated[str, typer.Option(help="table or csv.")] = "table",
) -> None:
    """Report the worst mismatches: compute against parameters and tokens or chips and hours; tables against other documents."""
    filled(home)
    catalogue = Catalogue.open(home)
    found = mismatches(_figures(catalogue), factor)
    rows = tuple(
        (
            one.model,
            one.formula,
            f"{one.stated:.3g}",
            f"{one.computed:.3g}",
            f"{one.ratio:.3g}",
            one.statement,
            " ".join(one.inputs),
            one.remark,
        )
        for one in found[:limit]
    )
    table = Table(COLUMNS, rows)
    if format == "csv":
        write([comma_separated(table)])
        return
    write([drawn(Table(COLUMNS[:6], tuple(row[:6] for row in rows))), f"{len(found)} figures do not fit by a factor of {factor:g} or more"])
    write(_against_text(catalogue))
