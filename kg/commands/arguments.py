"""Arguments that several commands share: the home folder, and how statements are extracted."""

from pathlib import Path
from typing import Annotated

import typer

from kg.commands.output import remark
from kg.corrections import read_corrections
from kg.errors import UsageError
from kg.loading import LoadOptions

DEFAULT_HOME = Path.home() / ".lab-facts"
EXTRACTORS = ("offline", "llm", "both")

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="KG_HOME", metavar="DIR", help="Folder that holds what is loaded.", show_default="~/.lab-facts")
]
PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)]
ExtractorOption = Annotated[str, typer.Option("--extractor", metavar="NAME", help="offline, llm (a language model) or both.")]
ConfidenceOption = Annotated[float, typer.Option("--min-confidence", min=0.0, max=1.0, help="Leave out statements below.")]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server (llm).")]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Which language model (llm).")]
RequestsOption = Annotated[
    Path | None, typer.Option("--llm-requests", metavar="FILE", help="Write the requests instead of sending them (llm).")
]
AnswersOption = Annotated[
    Path | None, typer.Option("--llm-answers", metavar="FILE", help="Read the answers from a file instead of a server (llm).")
]


CacheOption = Annotated[
    Path | None,
    typer.Option("--llm-cache", metavar="DIR", help="Where answers are kept (llm).", show_default="~/.cache/lab-facts/llm"),
]
PricesOption = Annotated[
    str | None, typer.Option("--llm-prices", metavar="IN,OUT", help="USD a million tokens sent and received, to show the cost (llm).")
]

CorrectionsOption = Annotated[
    Path | None, typer.Option("--corrections", metavar="FILE", help="Corrections of a review, a JSON object a line, to be applied.")
]


TableOption = Annotated[Path | None, typer.Option("--table", metavar="FILE", help="Read the files as tables described in this TOML file.")]


def load_options(
    extractor: str,
    min_confidence: float,
    base_url: str | None = None,
    model: str | None = None,
    requests: Path | None = None,
    answers: Path | None = None,
    cache: Path | None = None,
    prices: str | None = None,
    corrections: Path | None = None,
    table: Path | None = None,
) -> LoadOptions:
    """The chosen options as loaders take them; `settings` holds only what was given, by the names of the options.

    A file that requests are to be written to is emptied.

    Raises: UsageError when no extractor has that name, or the options of a language model are not what it needs.
    """
    if extractor not in EXTRACTORS:
        raise UsageError(f"--extractor is {extractor!r}; expected one of {', '.join(EXTRACTORS)}")
    given = {
        "base-url": base_url, "model": model, "llm-requests": requests, "llm-answers": answers, "llm-cache": cache, "llm-prices": prices,
    }  # fmt: skip
    settings = {name: str(value) for name, value in given.items() if value is not None}
    given_corrections = read_corrections(corrections) if corrections is not None else ()
    if extractor == "offline":
        if settings:
            raise UsageError(f"--{next(iter(settings))} is an option of --extractor llm and both; add one of them")
        described = {} if table is None else {"loader": "tables", "table": str(table)}
        return LoadOptions(extractor, min_confidence, described, corrections=given_corrections)
    if requests is not None and answers is not None:
        raise UsageError("--llm-requests and --llm-answers cannot be given together: first write requests, then read their answers")
    if requests is not None and model is None:
        raise UsageError("--llm-requests needs --model, the model the requests are for")
    if requests is None and answers is None and (base_url is None or model is None):
        raise UsageError(f"--extractor {extractor} needs --base-url and --model, or --llm-requests FILE, or --llm-answers FILE")
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UsageError(f"--base-url is {base_url!r}; expected an address such as http://127.0.0.1:8080/v1")
    if requests is not None:
        try:
            requests.write_bytes(b"")
        except OSError as error:
            raise UsageError(f"--llm-requests {requests}: cannot be written ({error.strerror or error})") from None
    return LoadOptions(extractor, min_confidence, settings, remark, given_corrections)
