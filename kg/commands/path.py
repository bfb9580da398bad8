"""`kg path`: how two entities connect, each step with who says it and where."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from kg.catalogue import Catalogue
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.naming import entity_named
from kg.network import Connection, Connections, Relation, Step, connections
from kg.release import filled
from kg.wording import predicate_label, source


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _relation_lines(catalogue: Catalogue, step: Step, relation: Relation, labels: Mapping[str, str]) -> Iterator[str]:
    subject, target = (step.start, step.end) if relation.forward else (step.end, step.start)
    mark = "  [disputed]" if relation.disputed else ""
    yield f"    {labels[subject]}: {predicate_label(relation.predicate)}: {labels[target]}{mark}"
    for row in catalogue.statements_by_id(relation.statements):
        yield f"      {row.statement.id}  {source(row)}"


def _way_lines(catalogue: Catalogue, number: int, way: Connection, labels: Mapping[str, str]) -> Iterator[str]:
    stops = " - ".join([labels[way.steps[0].start], *(labels[step.end] for step in way.steps)])
    yield f"{number}. {stops}  ({_counted(len(way.steps), 'step')}{', disputed' if way.disputed else ''})"
    for step in way.steps:
        for relation in step.relations:
            yield from _relation_lines(catalogue, step, relation, labels)


def lines(catalogue: Catalogue, found: Connections, start: str, end: str, max_steps: int) -> Iterator[str]:
    """The connections in words, shortest first."""
    within = f"within {_counted(max_steps, 'step')}"
    if not found.items:
        yield f"nothing connects {found.labels[start]} and {found.labels[end]} {within}"
        return
    number = f"more than {len(found.items)} ways" if found.more else _counted(len(found.items), "way")
    yield f"{number} from {found.labels[start]} to {found.labels[end]} {within}"
    for place, way in enumerate(found.items, 1):
        yield ""
        yield from _way_lines(catalogue, place, way, found.labels)


def path(
    start: Annotated[str, typer.Argument(metavar="FROM", help="An entity's name or id.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Another entity's name or id.")],
    max_steps: Annotated[int, typer.Option(help="Longest way to look for.")] = 4,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show how two entities connect: every way, each step with its statements."""
    filled(home)
    catalogue = Catalogue.open(home)
    first, last = (entity_named(catalogue, name).id for name in (start, end))
    write(lines(catalogue, connections(catalogue, first, last, max_steps), first, last, max_steps))
