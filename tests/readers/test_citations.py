"""Publications a document cites become statements with the evidence in the quote."""

from kg.loading import LoadOptions
from kg.statements import Statement, check_span
from loaders.blocks import blocks
from loaders.citations import citations, identifier
from loaders.prose import loader
from loaders.provenance import metadata
from loaders.readers import read
from tests.readers.examples import document


def cited(raw: str) -> list[Statement]:
    given = document(raw)
    text = read(given)
    found = blocks(text)
    statements = citations(given, text, found, metadata(given, text, found))
    for statement in statements:
        check_span(statement, raw)
    return list(statements)


def said(raw: str) -> list[tuple[str, str, str | None]]:
    return [(statement.subject, statement.predicate, statement.object) for statement in cited(raw)]


def test_a_linked_report_has_its_number_and_the_address_in_the_quote() -> None:
    (statement,) = cited(
        "They released Alpha-V3 with a [technical report](https://arxiv.org/abs/2412.19437), and [SwiGLU](https://arxiv.org/abs/2002.05202)."
    )
    assert (statement.subject, statement.predicate, statement.object) == ("Alpha-V3 technical report", "identifier", "arXiv:2412.19437")
    assert statement.quote == "technical report](https://arxiv.org/abs/2412.19437"


def test_a_pointing_word_names_no_report() -> None:
    assert said("Alpha-V3 is large. According to [this paper](https://arxiv.org/abs/2412.19437) it is not.") == []


def test_a_number_in_running_text_belongs_to_the_report_before_it() -> None:
    assert said("Alpha-V3 Technical Report, doi 10.1038/s41586-025-09422-z, was read.") == [
        ("Alpha-V3 Technical Report", "identifier", "10.1038/s41586-025-09422-z")
    ]


def test_a_bibliography_entry() -> None:
    raw = (
        "Some words.\n\n@article{a,\n  title   = {Alpha at {Scale}},\n  author  = {Example, Ann and Bob Example and others},\n"
        "  month = {June},\n  year = {2022},\n}\n"
    )
    assert sorted(said(raw)) == [
        ("Alpha at Scale", "author", "Ann Example"),
        ("Alpha at Scale", "author", "Bob Example"),
        ("Alpha at Scale", "publicationDate", "2022-06"),
    ]


def test_the_documents_own_date_and_that_of_a_quoted_one() -> None:
    raw = "---\ndate: 2025-01-09\n---\n# Notes\n\n## [A story](https://a.example/s)\n\nPosted on [[202405]]\n\n> Quoted words.\n"
    assert said(raw) == [("document", "publicationDate", "2025-01-09"), ("A story", "publicationDate", "2024-05")]


def test_identifiers() -> None:
    assert identifier("see arXiv.2412.19437 there") == "arXiv:2412.19437"
    assert identifier("https://a.example/2412.19437") is None


def test_the_loader_gives_statements_in_reading_order_with_their_spans() -> None:
    raw = "---\ndate: 2025-01-09\n---\nThe training of DeepSeek-V3 cost $5.576M. See the [DeepSeek-V3 technical report](https://arxiv.org/abs/2412.19437).\n"
    loaded = loader.load(document(raw), LoadOptions())
    assert loaded.statements
    for statement in loaded.statements:
        check_span(statement, raw)
        assert statement.id
    starts = [statement.start for statement in loaded.statements]
    assert starts == sorted(starts)
    assert all(statement.confidence >= 0.9 for statement in loader.load(document(raw), LoadOptions(min_confidence=0.9)).statements)


def test_prose_is_prose_and_records_are_less() -> None:
    assert loader.recognises(document("Just words.")) == 0.5
    assert loader.recognises(document("a,b,c\n1,2,3\n4,5,6\n7,8,9\n")) < 0.5
