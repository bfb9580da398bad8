"""Reviewed documents as labelled ones: the corrections of a review and the documents they are of in, gold rows out."""

from collections.abc import Iterable, Iterator

from kg.corrections import Correction, corrected, unreviewed
from kg.documents import Document
from kg.statements import Statement
from loaders.blocks import blocks
from loaders.offline import extract
from loaders.offline.gold import Row
from loaders.provenance import metadata
from loaders.readers import read


def reviewed_rows(corrections: Iterable[Correction], documents: Iterable[Document]) -> Iterator[Row]:
    """The rows of every document that a correction is of, in the order of the documents.

    A document with corrections has been looked at as a whole: what the extractor finds and nobody corrected stands, as an optional
    row; what was accepted, edited or added is a row, and what was rejected is none, so that learning takes it for wrong.
    """
    given = tuple(corrections)
    for document in documents:
        text = read(document)
        tree = blocks(text)
        found = extract(document, text, tree, metadata(document, text, tree))
        after, _ = corrected(found, given, document.id, document.name, document.raw)
        if tuple(after) != tuple(sorted(found, key=lambda said: (said.start, said.end))) or _confirms(after):
            for statement in after:
                yield row_of(statement)


def _confirms(statements: Iterable[Statement]) -> bool:
    return not all(map(unreviewed, statements))


def row_of(statement: Statement) -> Row:
    """The statement as a labelled one; a row that no person has confirmed is optional."""
    return Row(
        statement.document, (statement.subject,), (statement.predicate,), (statement.object,) if statement.object is not None else (),
        statement.value, statement.low, statement.high, statement.unit, statement.start, statement.end, unreviewed(statement),
        statement.status, statement.attributed_to, dict(statement.qualifiers), statement.bound,
    )  # fmt: skip
