"""Small homes for tests: statements in a line each, published as a release without any file."""

from collections.abc import Iterable
from pathlib import Path

from kg.catalogue import Catalogue
from kg.documents import Metadata
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.pipeline import publish
from kg.statements import Statement, identified

DOCUMENT = "d" * 64


def relation(subject: str, predicate: str, target: str, status: str = "asserted", start: int = 0) -> Statement:
    """A statement between two entities, in the one test document."""
    return identified(
        Statement("test.txt", DOCUMENT, subject, predicate, start, start + 1, "x", object=target, status=status, extractor="test")
    )


def home_of(path: Path, statements: Iterable[Statement], metadata: Metadata | None = None) -> Catalogue:
    """The catalogue of a new home that holds these statements of the one test document."""
    record = DocumentRecord(DOCUMENT, "test.txt", metadata=metadata or Metadata(title="Test"), loader="test")
    publish(Holdings().replaced([(record, tuple(statements))]), Home(path))
    return Catalogue.open(path)
