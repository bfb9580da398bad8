"""The catalogue: everything of a release that pages, API and commands look up by id, filter and words, in one SQLite file."""

from kg.catalogue.read import AGREEING, LIMIT, Catalogue
from kg.catalogue.rows import (
    CheckRow,
    Disagreement,
    DocumentDetail,
    DocumentRow,
    EntityRow,
    FactDetail,
    FactRow,
    Filter,
    Hit,
    OriginRow,
    Page,
    PairRow,
    Release,
    Row,
    StatementDetail,
    ViolationRow,
)

__all__ = [
    "AGREEING",
    "LIMIT",
    "Catalogue",
    "CheckRow",
    "Disagreement",
    "DocumentDetail",
    "DocumentRow",
    "EntityRow",
    "FactDetail",
    "FactRow",
    "Filter",
    "Hit",
    "OriginRow",
    "Page",
    "PairRow",
    "Release",
    "Row",
    "StatementDetail",
    "ViolationRow",
]
