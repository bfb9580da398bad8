"""The formats by name, and writing one of them to a file or to standard output."""

import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from kg.errors import UnknownName, UsageError
from kg.export import network, rdf, tables, wikidata
from kg.export.croissant import croissant
from kg.export.nanopublications import nanopub
from kg.export.source import Source

FILES: Mapping[str, Callable[[Source, BinaryIO], None]] = MappingProxyType(
    {
        "nquads": rdf.nquads,
        "trig": rdf.trig,
        "jsonld": rdf.jsonld,
        "csv": tables.csv,
        "parquet": tables.parquet,
        "graphml": network.graphml,
        "quickstatements": wikidata.quickstatements,
        "nanopub": nanopub,
    }
)
FORMATS = (*FILES, "croissant")


def write(source: Source, name: str, out: Path | None) -> None:
    """Export in the format `name` to a file, or to standard output; croissant is a folder.

    Raises: UnknownName for an unknown format; UsageError when the place cannot be written or a folder is needed.
    """
    if name not in FORMATS:
        raise UnknownName("format", name, FORMATS)
    try:
        if name == "croissant":
            if out is None:
                raise UsageError("croissant is a folder with two files; name one with --out FOLDER")
            croissant(source, out)
            return
        content = io.BytesIO()
        FILES[name](source, content)
        if out is None:
            sys.stdout.buffer.write(content.getvalue())
        else:
            out.write_bytes(content.getvalue())
    except OSError as error:
        raise UsageError(
            f"{out or 'standard output'} cannot be written ({error.strerror or error}); name another place with --out"
        ) from None
