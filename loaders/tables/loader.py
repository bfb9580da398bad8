"""The table loader: recognises a CSV or JSON table by its header among the descriptions it knows, and loads it."""

from collections.abc import Callable, Iterable
from pathlib import Path

from kg.documents import Document
from kg.errors import InputError
from kg.loading import Loaded, LoadOptions
from kg.text import identity
from loaders.tables.delimited import DELIMITERS, delimited_table, header_of
from loaders.tables.description import Description, description, packaged
from loaders.tables.layout import likeness, share_known
from loaders.tables.mapping import mapped
from loaders.tables.objects import first_keys, looks_like_objects, object_table
from loaders.tables.records import Table

LEAST = 0.3  # below this likeness (0..1) a file is not taken for a table of that kind
Fit = Callable[[Description, Iterable[str]], float]
HEAD = 200_000  # characters looked at to recognise a file


class TableLoader:
    """Loads what a description in TOML describes: the packaged ones, or the one named by the setting `table`."""

    name = "tables"

    def recognises(self, document: Document) -> float:
        """How well the header fits the best packaged description, 0..1."""
        found = best(document.raw, packaged())
        return found[0] if found else 0.0

    def load(self, document: Document, options: LoadOptions) -> Loaded:
        """Read the table.

        Raises: InputError when its header fits no description.
        """
        chosen = options.settings.get("table")
        known = (description(Path(chosen)),) if chosen else packaged()
        found = best(document.raw, known, share_known if chosen else likeness)
        if found is None:
            names = ", ".join(item.name for item in known)
            raise InputError(
                f"{document.name}: the header fits no known table ({names}); describe its columns in a TOML file and pass it with --table"
            )
        _, described, delimiter = found
        table: Table = object_table(document.raw, described.within) if delimiter is None else delimited_table(document.raw, delimiter)
        result = mapped(document, described, table)
        return Loaded(identity(document.raw, ("table",)), result.metadata, result.statements, result.problems)


def best(raw: str, known: tuple[Description, ...], fit: Fit = likeness) -> tuple[float, Description, str | None] | None:
    """The description that fits best, how well (0..1), and the delimiter (None: JSON); None when none fits."""
    fits: list[tuple[float, Description, str | None]] = []
    head = raw[:HEAD]
    if looks_like_objects(raw):
        keys = {within: first_keys(head, within) for within in {item.within for item in known}}
        fits = [(fit(item, keys[item.within]), item, None) for item in known]
    else:
        for delimiter in DELIMITERS:
            header, _ = header_of(head, delimiter)
            if len(header) > 1:
                fits += [(fit(item, header), item, delimiter) for item in known]
    fits = [item for item in fits if item[0] >= LEAST]
    return max(fits, key=lambda item: item[0]) if fits else None


loader = TableLoader()
