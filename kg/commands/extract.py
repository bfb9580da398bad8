"""`kg extract`: the statements of files, nothing stored."""

import html
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from kg.commands.arguments import (
    AnswersOption,
    BaseUrlOption,
    CacheOption,
    ConfidenceOption,
    ExtractorOption,
    ModelOption,
    PathsArgument,
    PricesOption,
    RequestsOption,
    load_options,
)
from kg.commands.output import remark_problems, write
from kg.errors import UsageError
from kg.pipeline import extract_all
from kg.query import Table, drawn
from kg.statements import Statement, to_jsonl
from kg.wording import figure, scope

FORMATS = ("jsonl", "table", "html")
COLUMNS = ("document", "span", "subject", "predicate", "says", "claimant", "status", "confidence")


def _cells(said: Statement) -> tuple[str, ...]:
    span = f"{said.start}-{said.end}"
    says = figure(said) + scope(said.qualifiers)
    return said.document, span, said.subject, said.predicate, says, " < ".join(said.attributed_to), said.status, f"{said.confidence:.2f}"


def as_html(statements: Iterable[Statement]) -> Iterator[str]:
    """One page with a table of the statements and the passage of each."""
    yield '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Statements</title>'
    yield "<style>body{font:15px/1.5 sans-serif;margin:2rem}table{border-collapse:collapse}"
    yield "td,th{padding:4px 8px;border-bottom:1px solid #ccc"
    yield ";text-align:left;vertical-align:top}q{font-family:serif}</style><table><thead><tr>"
    yield "".join(f"<th>{name}</th>" for name in (*COLUMNS, "passage")) + "</tr></thead><tbody>"
    for said in statements:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(said))
        yield f'<tr id="{said.id}">{cells}<td><q>{html.escape(said.quote)}</q></td></tr>'
    yield "</tbody></table></html>"


def extract(
    paths: PathsArgument,
    format: Annotated[str, typer.Option(help="jsonl (the statement record), table or html.")] = "jsonl",
    extractor: ExtractorOption = "offline",
    min_confidence: ConfidenceOption = 0.0,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    llm_requests: RequestsOption = None,
    llm_answers: AnswersOption = None,
    llm_cache: CacheOption = None,
    llm_prices: PricesOption = None,
) -> None:
    """Extract statements and print them; nothing is stored."""
    if format not in FORMATS:
        raise UsageError(f"--format is {format!r}; expected one of {', '.join(FORMATS)}")
    options = load_options(extractor, min_confidence, base_url, model, llm_requests, llm_answers, llm_cache, llm_prices)
    usable = 0

    def statements() -> Iterator[Statement]:
        nonlocal usable
        for result in extract_all(paths, options):
            usable += bool(result.documents)
            remark_problems(result.problems)
            for _, said in result.documents:
                yield from said

    if format == "jsonl":
        write(to_jsonl(statements()))
    elif format == "table":
        write([drawn(Table(COLUMNS, tuple(map(_cells, statements()))))])
    else:
        write(as_html(statements()))
    if not usable:
        raise typer.Exit(1)
