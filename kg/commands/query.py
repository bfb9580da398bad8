"""`kg query`: a question of the library, a file or standard input, asked of the home."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg import iris
from kg.catalogue import Catalogue
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.errors import InputError, UsageError
from kg.naming import entity_named
from kg.query import FORMATS, bound, solve, written
from kg.questions import Question, library, parse, question
from kg.release import filled
from kg.store import open_store


def _asked(name: str) -> Question:
    if name == "-":
        return parse(sys.stdin.read(), "standard input")
    if name.endswith(".rq"):
        try:
            return parse(Path(name).read_text("utf-8"), name, Path(name))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{name}: cannot be read ({error}); give a UTF-8 file with one SPARQL query") from None
    return question(name)


def _given(params: list[str]) -> dict[str, str]:
    pairs = [param.partition("=") for param in params]
    for name, sign, _ in pairs:
        if not name or not sign:
            raise UsageError(f"--param {name!r} is not NAME=VALUE, such as --param model=DeepSeek-V3")
    return {name: value for name, _, value in pairs}


def _listed() -> list[str]:
    known = library()
    size = max(map(len, known), default=0)
    return [f"{name:{size}}  {asked.summary}" for name, asked in known.items()]


def query(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME|FILE.rq|-]", help="Which question; without one the library is listed.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Bind a parameter of the question; may be repeated.")
    ] = None,
    format: Annotated[str, typer.Option(help="table, csv, json (SPARQL results) or ttl (CONSTRUCT).")] = "table",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Ask a question: SPARQL over everything loaded."""
    if format not in FORMATS:
        raise UsageError(f"--format is {format!r}; expected one of {', '.join(FORMATS)}")
    if name is None:
        write(_listed())
        return
    asked = _asked(name)
    filled(home)
    catalogue = Catalogue.open(home)
    bindings = bound(asked, _given(param or []), lambda value: iris.entity(entity_named(catalogue, value).id))
    answer = solve(open_store(home), asked, bindings)
    write([written(answer, format, asked, iris.BASE)])
