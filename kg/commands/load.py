"""`kg load`: documents into the home, with a progress bar and a report."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kg.commands.arguments import (
    DEFAULT_HOME,
    AnswersOption,
    BaseUrlOption,
    CacheOption,
    ConfidenceOption,
    CorrectionsOption,
    ExtractorOption,
    HomeOption,
    ModelOption,
    PricesOption,
    TableOption,
    load_options,
)
from kg.commands.output import remark_problems
from kg.pipeline import Report, load
from kg.release import filled


def _print_report(report: Report) -> None:
    remark_problems(report.problems)
    print(f"loaded {report.statements} statements of {report.documents} documents")
    held = ", ".join(
        f"{report.counts[name]} {name}" for name in ("documents", "statements", "facts", "checks", "quarantined") if name in report.counts
    )
    if not report.release:
        return
    print(f"the home now holds {held}; release {report.release}{'' if report.changed else ' (unchanged)'}")


def load_documents(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files and folders; also statement records (.jsonl) of `kg extract`.")
    ],
    home: HomeOption = DEFAULT_HOME,
    bare: Annotated[bool, typer.Option("--bare", help="Do not fill an empty home from the packaged release first.")] = False,
    extractor: ExtractorOption = "offline",
    min_confidence: ConfidenceOption = 0.0,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    llm_answers: AnswersOption = None,
    llm_cache: CacheOption = None,
    llm_prices: PricesOption = None,
    corrections: CorrectionsOption = None,
    table: TableOption = None,
) -> None:
    """Load documents: extract their statements, validate them, store them with their evidence."""
    if not bare:
        filled(home, beside=True)
    options = load_options(extractor, min_confidence, base_url, model, None, llm_answers, llm_cache, llm_prices, corrections, table)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("loading", total=None)
        report = load(
            paths,
            home,
            options,
            progress=lambda done, total, name: bar.update(task, completed=done, total=total, description=name),
            beside=True,
        )
    _print_report(report)
    if report.failed:
        raise typer.Exit(1)
