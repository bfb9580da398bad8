"""`kg mismatches`: stated computes that do not fit their model's other figures, worst first, and where tables and texts contradict."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from kg.catalogue import Catalogue, CheckRow, Row
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.consistency import all_checks, all_disagreements
from kg.commands.output import write
from kg.query import Table, comma_separated, drawn
from kg.release import filled
from kg.wording import predicate_label

COMPUTE = ("compute-of-tokens", "compute-of-chips")
"""Kinds of checks that hold a stated compute against other figures."""
COLUMNS = ("model", "formula", "stated FLOP", "computed FLOP", "ratio", "statement", "inputs", "remark")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A check of a compute with the statement it tests; `ratio` of computed to stated."""

    check: CheckRow
    target: Row
    ratio: float


def mismatches(catalogue: Catalogue, factor: float) -> tuple[Mismatch, ...]:
    """Those whose ratio is at least `factor` or at most its inverse, the worst first, each pair of figures of a model once."""
    tested = [check for kind in COMPUTE for check in all_checks(catalogue, kind, None) if check.value and check.stated]
    rows = {row.statement.id: row for row in catalogue.statements_by_id(check.target for check in tested)}
    found: dict[tuple[object, ...], Mismatch] = {}
    for check in tested:
        ratio = (check.value or 0.0) / (check.stated or 1.0)
        if not 1 / factor < ratio < factor:
            target = rows[check.target]
            key = target.statement.subject_id, check.formula, check.stated, check.value
            found.setdefault(key, Mismatch(check, target, ratio))
    return tuple(sorted(found.values(), key=lambda one: (-abs(math.log(one.ratio)), one.target.statement.subject_id, one.check.id)))


def table_of(found: Iterable[Mismatch]) -> Table:
    """Mismatches as rows."""
    rows = (
        (
            one.target.statement.subject,
            one.check.formula,
            f"{one.check.stated:.3g}",
            f"{one.check.value:.3g}",
            f"{one.ratio:.3g}",
            one.check.target,
            " ".join(id for id in one.check.inputs if id != one.check.target),
            one.check.explanation,
        )
        for one in found
    )
    return Table(COLUMNS, tuple(rows))


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
    found = mismatches(catalogue, factor)
    table = table_of(found[:limit])
    if format == "csv":
        write([comma_separated(table)])
        return
    shown = Table(COLUMNS[:6], tuple(row[:6] for row in table.rows))
    write([drawn(shown), f"{len(found)} figures do not fit by a factor of {factor:g} or more"])
    write(_against_text(catalogue))
