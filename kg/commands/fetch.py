"""`kg fetch`: the current files of a source, only those that changed; then `kg load` them."""

from pathlib import Path
from typing import Annotated

import typer

from kg.commands.output import write
from kg.fetching import fetch as fetched
from kg.fetching import source


def fetch(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="Whose files, such as epoch.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the files.", show_default="./SOURCE")] = Path(),
) -> None:
    """Get the current files of a source from its address; a file that has not changed is not sent again."""
    wanted = source(name)
    folder = to if to != Path() else Path(name)
    for item in fetched(wanted, folder):
        write([f"{item.path}: {'fetched' if item.changed else 'unchanged'}, {item.size:,} bytes"])
    write([f"{wanted.title}, {wanted.licence}; load them with `kg load {folder}`"])
