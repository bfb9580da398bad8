"""The command `kg`: each command is a module of kg/commands; a user's mistake is one line on stderr and exit 1."""

import sys
from typing import Any

import typer

from kg.commands import (
    consistency,
    documents,
    export,
    extract,
    fetch,
    load,
    mcp,
    mismatches,
    path,
    query,
    release,
    remote,
    resolve,
    serve,
    show,
    validate,
)
from kg.commands.output import write
from kg.errors import KgError

# Typer's own class for wrong arguments; it exports only this subclass of it, and since 0.20 the class is no longer click's.
WrongArguments: Any = typer.BadParameter.__base__

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root() -> None:
    """Lab Facts: what is said about AI labs, by whom, and where."""


app.command("serve")(serve.serve)
app.command("load")(load.load_documents)
app.command("fetch")(fetch.fetch)
app.command("extract")(extract.extract)
app.command("query")(query.query)
app.command("export")(export.export)
app.command("mcp")(mcp.mcp)
app.command("push")(remote.push)
app.command("path")(path.path)
app.command("show")(show.show)
app.command("checks")(consistency.checks)
app.command("disagreements")(consistency.disagreements)
app.command("mismatches")(mismatches.report)
app.command("validate")(validate.validate)
app.command("resolve")(resolve.resolve)
app.add_typer(documents.app, name="documents")
app.add_typer(release.app, name="release")


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status; errors meant for people become one line on standard error and status 1."""
    try:
        status = app(arguments, standalone_mode=False)
    except WrongArguments as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            write([str(error)])
            return 0
        where = error.ctx.command_path if error.ctx else "kg"
        return _failed(f"{error.format_message().rstrip('.')}; see `{where} --help`")
    except KgError as error:
        return _failed(str(error))
    except (KeyboardInterrupt, typer.Abort):
        return _failed("stopped; nothing was changed")
    except PermissionError as error:
        return _failed(f"{error.filename}: permission denied")
    return status if isinstance(status, int) else 0


def _failed(message: str) -> int:
    print(f"kg: {' '.join(message.split())}", file=sys.stderr)
    return 1


def main() -> None:
    """Run the command line and exit with its status."""
    raise SystemExit(run())
