"""`kg release`: build the packaged release from documents, for those who work on the program."""

from typing import Annotated

import typer

from kg.commands.arguments import PathsArgument
from kg.commands.output import remark_problems, write
from kg.errors import InputError
from kg.release import PACKAGED, build, packaged_holdings
from kg.release import write as write_release

app = typer.Typer(help="Build what ships with the program.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """Build what ships with the program."""


@app.command("build")
def built(
    paths: PathsArgument,
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit 1 when the packaged release differs.")] = False,
) -> None:
    """Build the packaged release from documents: figures, spans and metadata, no sentences."""
    before = packaged_holdings()
    made = build(paths, before)
    remark_problems(made.problems)
    if not made.holdings.documents:
        raise InputError("no document could be read; the packaged release is as it was")
    number = len(made.holdings.all_statements())
    lines = [f"{number} statements of {len(made.holdings.documents)} documents"]
    lines += [f"  {name}: {made.gained[name]} gained, {made.lost[name]} lost" for name in sorted(made.gained.keys() | made.lost.keys())]
    same = list(before.to_jsonl()) == list(made.holdings.to_jsonl())
    lines.append("the packaged release is the same" if same else f"{'differs from' if check else 'written to'} {PACKAGED}")
    write(lines)
    if check and not same:
        raise typer.Exit(1)
    if not check and not same:
        write_release(made.holdings)
