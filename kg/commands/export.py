"""`kg export`: everything loaded, in other people's formats."""

from pathlib import Path
from typing import Annotated

import typer

from kg.catalogue import Catalogue
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.errors import UnknownName
from kg.export import FORMATS, write
from kg.export.source import Source
from kg.release import filled
from kg.store import open_store


def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="File to write; croissant writes a folder. Default: standard output.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write everything loaded as RDF, a table, a network, QuickStatements, nanopublications or a Croissant data set."""
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    filled(home)
    write(Source(Catalogue.open(home), open_store(home)), format, out)
