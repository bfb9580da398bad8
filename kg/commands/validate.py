"""`kg validate`: everything the home holds against the shapes, as a grouped report."""

from typing import Annotated

import typer

from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.home import Home
from kg.inspection import inspect
from kg.judgements import all_judgements
from kg.pipeline import held
from kg.release import filled
from kg.violations import conforms, render


def validate(
    home: HomeOption = DEFAULT_HOME,
    format: Annotated[str, typer.Option("--format", help="text, json, html or ttl.")] = "text",
    every: Annotated[
        bool, typer.Option("--every", help="Send everything through pyshacl, also what the fast screen finds in order; much slower.")
    ] = False,
) -> None:
    """Hold everything in the home against the shapes and print what they say; status 1 when there is a violation.

    A violation keeps a statement in quarantine; a warning is served and shown: sources that contradict each other, sums that do not hold.
    """
    filled(home)
    place = Home(home)
    found = inspect(held(place), all_judgements(place.path), screen=not every)
    write([render(found.violations, format, found.describe).rstrip("\n")])
    if not conforms(found.violations):
        raise typer.Exit(1)
