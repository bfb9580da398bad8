"""The catalogue: pages, filters, search in any script, and ids that are not there."""

from pathlib import Path

import pytest

from kg.catalogue import Catalogue, Filter
from kg.documents import Metadata
from kg.errors import StoreError, UnknownName, UsageError
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.pipeline import publish
from kg.statements import Statement, identified

FIRST, SECOND = "a" * 64, "b" * 64


def said(document: str, start: int, predicate: str, **rest: object) -> Statement:
    known = {"subject": "Model One", "quote": "x", "document": document[:3] + ".txt"} | rest
    return identified(Statement(document_id=document, start=start, end=start + 1, predicate=predicate, **known))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    home = tmp_path_factory.mktemp("home")
    first = DocumentRecord(FIRST, "aaa.txt", metadata=Metadata(title="First page", publisher="P", date="2025-01"))
    second = DocumentRecord(SECOND, "bbb.txt", metadata=Metadata(title="幻方量化", date="2025-02-10"))
    holdings = Holdings().replaced(
        [
            (first, tuple(said(FIRST, n, "trainingTokens", value=float(n), unit="token", lexical=str(n)) for n in range(1, 8))),
            (
                second,
                (
                    said(SECOND, 1, "trainingCost", value=5e6, unit="USD", bound=">", attributed_to=("Someone",), status="alleged"),
                    said(SECOND, 2, "releaseDate", object="2024-05", quote="五月 released"),
                    said(SECOND, 3, "founder", subject="幻方", object="梁文锋", quote="幻方创始人梁文锋"),
                ),
            ),
        ]
    )
    publish(holdings, Home(home))
    return Catalogue.open(home)


def test_pages_cover_every_statement_once_in_reading_order(catalogue: Catalogue) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = catalogue.statements(after=cursor, limit=3)
        assert page.total == 10
        seen += [row.statement.id for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    whole = catalogue.statements(limit=100)
    assert seen == [row.statement.id for row in whole.items]
    assert [(row.statement.document_id, row.statement.start) for row in whole.items] == sorted(
        (row.statement.document_id, row.statement.start) for row in whole.items
    )


@pytest.mark.parametrize(
    ("filter", "starts"),
    [
        (Filter(predicate="trainingTokens", minimum=6), [6, 7]),
        (Filter(predicate="trainingCost", minimum=9e9), [1]),  # "more than 5 million" reaches any figure above
        (Filter(predicate="trainingCost", maximum=4e6), []),
        (Filter(status="alleged"), [1]),
        (Filter(as_of="2025-01-31", minimum=7), [7]),
        (Filter(as_of="2025-01-30"), []),  # "January 2025" may be the 31st
        (Filter(date_from="2024", date_to="2024-06"), [2]),
        (Filter(date_from="2024-05-02"), []),
    ],
)
def test_filters(catalogue: Catalogue, filter: Filter, starts: list[int]) -> None:
    assert [row.statement.start for row in catalogue.statements(filter).items] == starts


@pytest.mark.parametrize("words", ["幻方", "梁文锋", "创始人 幻方", "rele", "五月"])
def test_search_finds_parts_of_words_in_any_script(catalogue: Catalogue, words: str) -> None:
    assert catalogue.search(words)


def test_search_of_operators_is_a_search_for_these_characters(catalogue: Catalogue) -> None:
    assert catalogue.search('"NEAR(" OR *') == ()


def test_what_is_not_there_is_named(catalogue: Catalogue) -> None:
    for ask in (catalogue.statement, catalogue.fact, catalogue.entity, catalogue.document, catalogue.check):
        with pytest.raises(UnknownName, match="nothing-such"):
            ask("nothing-such")


def test_a_cursor_of_another_list_is_refused(catalogue: Catalogue) -> None:
    cursor = catalogue.entities(limit=1).next
    assert cursor
    with pytest.raises(UsageError, match="cursor"):
        catalogue.statements(after=cursor)
    with pytest.raises(UsageError, match="cursor"):
        catalogue.statements(after="!!")


def test_a_date_that_is_none_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="ISO 8601"):
        catalogue.statements(Filter(as_of="yesterday"))


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg load"):
        Catalogue.open(tmp_path)
