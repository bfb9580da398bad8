"""`kg documents`: the documents of the home; adding a file shows its passages in full where only figures were shipped."""

from typing import Annotated

import typer

from kg.attach import attach
from kg.catalogue import Catalogue, Filter
from kg.commands.arguments import DEFAULT_HOME, HomeOption, PathsArgument
from kg.commands.output import remark, write
from kg.query import Table, drawn
from kg.release import filled
from kg.wording import sentence

app = typer.Typer(help="List, add and show documents.", no_args_is_help=True)
EVERYTHING = 100_000


@app.command("list")
def listed(home: HomeOption = DEFAULT_HOME) -> None:
    """List the documents: their name, title, publisher, date, statements, and whether their text is here."""
    filled(home)
    rows = [
        (row.id[:12], row.name, row.metadata.title or "", row.metadata.publisher or "", row.metadata.date or "", str(row.statements),
         "yes" if row.has_text else "no")
        for row in Catalogue.open(home).documents()
    ]  # fmt: skip
    write([drawn(Table(("sha256", "name", "title", "publisher", "date", "statements", "text"), tuple(rows)))])


@app.command("add")
def added(paths: PathsArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Attach the text of documents that are known by their sha256, so that passages are shown in full."""
    filled(home)
    attached, unknown = attach(paths, home)
    for path, reason in unknown:
        remark(f"{path}: {reason}")
    write([f"attached the text of {len(attached)} documents"])
    if not attached:
        raise typer.Exit(1)


@app.command("show")
def shown(
    name: Annotated[str, typer.Argument(metavar="NAME|SHA256", help="File name, sha256 or the beginning of it.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show what a document says of itself, and its statements in reading order."""
    filled(home)
    catalogue = Catalogue.open(home)
    row = catalogue.document(name).row
    about = row.metadata
    lines = [f"{about.title or row.name}", f"  file       {row.name}", f"  sha256     {row.id}"]
    for label, value in (
        ("publisher", about.publisher),
        ("authors", ", ".join(about.authors)),
        ("date", about.date),
        ("address", about.address),
    ):
        lines += [f"  {label:9}  {value}"] if value else []
    lines.append(f"  text       {'here' if row.has_text else 'not here; `kg documents add FILE` attaches it'}")
    for found in catalogue.statements(Filter(document=row.id), limit=EVERYTHING).items:
        said = found.statement
        lines.append(f"  {said.start:>6}-{said.end:<6} {said.id}  {sentence(said)}")
    write(lines)
