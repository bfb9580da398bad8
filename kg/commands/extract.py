"""`kg extract`: the statements of files, nothing stored."""

from collections.abc import Iterator
from typing import Annotated

import typer

from kg.commands.arguments import (
    AnswersOption,
    BaseUrlOption,
    CacheOption,
    ConfidenceOption,
    CorrectionsOption,
    ExtractorOption,
    ModelOption,
    PathsArgument,
    PricesOption,
    RequestsOption,
    load_options,
)
from kg.commands.output import remark_problems, write
from kg.documents import document_from_bytes
from kg.errors import UsageError
from kg.loading import text_of
from kg.pipeline import Read, extract_all
from kg.query import Table, drawn
from kg.review import Reviewed, review_page
from kg.statements import Statement, to_jsonl
from kg.wording import figure, scope

FORMATS = ("jsonl", "table", "html")
COLUMNS = ("document", "span", "subject", "predicate", "says", "claimant", "status", "confidence")


def _cells(said: Statement) -> tuple[str, ...]:
    span = f"{said.start}-{said.end}"
    says = figure(said) + scope(said.qualifiers)
    return said.document, span, said.subject, said.predicate, says, " < ".join(said.attributed_to), said.status, f"{said.confidence:.2f}"


def _reviewed(result: Read) -> Iterator[Reviewed]:
    """A file's documents for the review page, with the text they are read as."""
    for record, said in result.documents:
        text = None if result.kept is None else text_of(document_from_bytes(record.name, result.kept))
        yield Reviewed(record.name, text, said)


def extract(
    paths: PathsArgument,
    format: Annotated[str, typer.Option(help="jsonl (the statement record), table, or html (a page to review).")] = "jsonl",
    extractor: ExtractorOption = "offline",
    min_confidence: ConfidenceOption = 0.0,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    llm_requests: RequestsOption = None,
    llm_answers: AnswersOption = None,
    llm_cache: CacheOption = None,
    llm_prices: PricesOption = None,
    corrections: CorrectionsOption = None,
) -> None:
    """Extract statements and print them; nothing is stored."""
    if format not in FORMATS:
        raise UsageError(f"--format is {format!r}; expected one of {', '.join(FORMATS)}")
    options = load_options(extractor, min_confidence, base_url, model, llm_requests, llm_answers, llm_cache, llm_prices, corrections)
    usable = 0

    def results() -> Iterator[Read]:
        nonlocal usable
        for result in extract_all(paths, options):
            usable += bool(result.documents)
            remark_problems(result.problems)
            yield result

    def statements() -> Iterator[Statement]:
        return (statement for result in results() for _, said in result.documents for statement in said)

    if format == "jsonl":
        write(to_jsonl(statements()))
    elif format == "table":
        write([drawn(Table(COLUMNS, tuple(map(_cells, statements()))))])
    else:
        write(["".join(review_page(one for result in results() for one in _reviewed(result)))])
    if not usable:
        raise typer.Exit(1)
