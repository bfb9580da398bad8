"""The command `kg`: each command is a module of kg/commands; a user's mistake is one line on stderr and exit 1."""

import sys

import typer

from kg.commands import extract, load, path, query, show
from kg.errors import KgError

app = typer.Typer(name="kg", help="Lab Facts: what is said about AI labs, by whom, and where.", no_args_is_help=True, add_completion=False)


@app.callback()
def root() -> None:
    """Lab Facts: what is said about AI labs, by whom, and where."""


app.command("load")(load.load_documents)
app.command("extract")(extract.extract)
app.command("query")(query.query)
app.command("show")(show.show)
app.command("path")(path.path)


def main() -> None:
    """Run the command line; errors meant for people become one line and exit 1."""
    try:
        app()
    except KgError as error:
        print(f"kg: {' '.join(str(error).split())}", file=sys.stderr)
        raise SystemExit(1) from None
