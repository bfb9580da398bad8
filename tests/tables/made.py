"""Documents and descriptions made on the spot for the tests of the table loader."""

from pathlib import Path

from kg.documents import Document, document_id
from kg.loading import Loaded, LoadOptions
from loaders.tables.loader import loader

CHIPS = """
name = "hall-chips"
version = "2"
title = "Chips of the hall"
publisher = "Hall Museum"
subject = { column = ["Chip", "Chip name"], type = "chip" }
empty = ["n/a"]

[status_by.certainty]
column = "Sure"
values = { yes = "asserted", no = "estimated" }

[[column]]
header = ["Power (W)", "TDP"]
predicate = "power"
parser = "number"
unit = "W"
notes = "Remarks"
status_by = "certainty"
qualifiers = { kind = "TDP", certainty = { column = "Sure" } }

[[column]]
header = "Memory (bytes)"
predicate = "memory"
parser = "number"
unit = "GB"
multiplier = "1e-9"

[[column]]
header = "Maker"
predicate = "manufacturer"
parser = "list"

[[column]]
header = "Out"
predicate = "releaseDate"
parser = "date"
unknown_day = "15"

[[link]]
header = "Page"

[[ignored]]
headers = ["Shelf"]
reason = "where it stands in the hall"
"""


def document(raw: str, name: str = "table.csv") -> Document:
    """A document of this text."""
    content = raw.encode()
    return Document(document_id(content), name, raw, size=len(content))


def described(folder: Path, toml: str = CHIPS) -> Path:
    """The description written to a file."""
    path = folder / "described.toml"
    path.write_text(toml, encoding="utf-8")
    return path


def loaded(raw: str, folder: Path, toml: str = CHIPS, name: str = "table.csv") -> Loaded:
    """The table loaded by that description."""
    return loader.load(document(raw, name), LoadOptions(settings={"table": str(described(folder, toml))}))
