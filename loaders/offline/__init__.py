"""The offline extractor: statements from blocks, by grammars and small learned weights, without a network."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.documents import Document, Metadata
from kg.statements import Statement, identified
from kg.text import Text
from loaders.blocks import Block
from loaders.offline.analysis import Analysis
from loaders.offline.assembly import LEAST, statements_with
from loaders.offline.naming import kinds_by
from loaders.offline.readings import Proposals
from loaders.offline.tabulated import tabulated
from loaders.offline.weights import Weights, packaged

MONEY = {"USD", "CNY", "EUR", "GBP", "KRW", "JPY"}

__all__ = ["extract", "found_in", "statements_with"]


def extract(document: Document, text: Text, blocks: Sequence[Block], metadata: Metadata) -> tuple[Statement, ...]:
    """The document's statements in reading order."""
    weights = packaged()
    analysis = Analysis(text, blocks, metadata)
    analysis.typed(kinds_by(weights.models["kind"], analysis))
    return found_in(weights, document, analysis)


def found_in(
    weights: Weights, document: Document, analysis: Analysis, least: float = LEAST, proposals: Proposals | None = None
) -> tuple[Statement, ...]:
    """The document's statements with the given weights; where a table's header says what a cell is, the header is believed."""
    listed = {(each.subject, each.predicate, each.object, each.value): each for each in tabulated(document, analysis, ())}
    said = []
    for statement in statements_with(weights, document, analysis, least, proposals):
        same = listed.pop((statement.subject, statement.predicate, statement.object, statement.value), None)
        if same is not None:
            said.append(
                replace(
                    same,
                    attributed_to=statement.attributed_to,
                    status=statement.status,
                    qualifiers={**statement.qualifiers, **same.qualifiers},
                )
            )
        elif not _contradicted(statement, listed.values()):
            said.append(statement)
    every = [*said, *listed.values()]
    measured = {(each.subject, each.value) for each in every if each.value is not None and each.unit[:3] not in MONEY}
    return tuple(identified(each) for each in every if not (_bare_money(each) and (each.subject, each.value) in measured))


def _bare_money(statement: Statement) -> bool:
    """Whether money is read from a figure that shows no currency."""
    return statement.unit[:3] in MONEY and not re.search(r"[$€£¥₩]|[A-Z]{3}|[元円원]", statement.lexical)


def _contradicted(statement: Statement, listed: Iterable[Statement]) -> bool:
    """Whether a table's header gives the same figure at the same place another subject or predicate."""
    return statement.value is not None and any(
        each.value == statement.value
        and each.start < statement.end
        and statement.start < each.end
        and (each.predicate, each.subject) != (statement.predicate, statement.subject)
        for each in listed
    )
