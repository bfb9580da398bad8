"""What an export reads: the catalogue and the store of one release."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Store

from kg.catalogue import Catalogue, EntityRow, FactRow, Row

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """One release; the iterators give everything in the catalogue's own order, statements held back by validation left out."""

    catalogue: Catalogue
    store: Store

    def statements(self) -> Iterator[Row]:
        """All statements, by document and place in it."""
        cursor = None
        while True:
            page = self.catalogue.statements(None, cursor, PAGE)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def entities(self) -> Iterator[EntityRow]:
        """All entities by label."""
        cursor = None
        while True:
            page = self.catalogue.entities(None, None, cursor, PAGE)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def facts(self) -> Iterator[FactRow]:
        """All facts by subject and predicate."""
        cursor = None
        while True:
            page = self.catalogue.facts(after=cursor, limit=PAGE)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next
