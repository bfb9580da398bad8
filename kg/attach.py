"""Attaches texts to documents known only by their statements: quotes become the whole passages, ids stay as they are."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.home import Home
from kg.pipeline import held, publish
from kg.reading import files, read_document
from kg.statements import check_span


def attach(paths: Sequence[Path], home: Path) -> tuple[tuple[str, ...], tuple[tuple[Path, str], ...]]:
    """Keep the bytes of known documents and fill in their statements' quotes; returns their ids, and the files left out with the reason.

    Raises: StoreError when the home cannot be written.
    """
    place = Home(home)
    attached: list[str] = []
    left: list[tuple[Path, str]] = []
    with place.writing():
        holdings = held(place)
        for path in files(paths):
            try:
                document, content = read_document(path)
            except InputError as error:
                left.append((path, str(error).removeprefix(f"{path}: ")))
                continue
            record = holdings.documents.get(document.id)
            if record is None:
                left.append((path, "nothing is known from a document with this content; `kg load` reads it"))
                continue
            quoted = tuple(replace(item, quote=document.raw[item.start : item.end]) for item in holdings.statements[document.id])
            try:
                for item in quoted:
                    check_span(item, document.raw)
            except InputError as error:
                left.append((path, f"its statements do not fit its text ({error})"))
                continue
            place.keep(content)
            record = replace(record, encoding=document.encoding, media_type=document.media_type, size=document.size)
            holdings = holdings.replaced([(record, quoted)])
            attached.append(document.id)
        if attached:
            publish(holdings, place)
    return tuple(attached), tuple(left)
