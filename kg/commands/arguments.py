"""Arguments that several commands share: the home folder, and how statements are extracted."""

from pathlib import Path
from typing import Annotated

import typer

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


def load_options(
    extractor: str, min_confidence: float, base_url: str | None, model: str | None, requests: Path | None, answers: Path | None
) -> LoadOptions:
    """The chosen options as loaders take them; `settings` holds only what was given: base-url, model, llm-requests, llm-answers.

    Raises: UsageError when no extractor has that name.
    """
    if extractor not in EXTRACTORS:
        raise UsageError(f"--extractor is {extractor!r}; expected one of {', '.join(EXTRACTORS)}")
    given = {"base-url": base_url, "model": model, "llm-requests": requests, "llm-answers": answers}
    return LoadOptions(extractor, min_confidence, {name: str(value) for name, value in given.items() if value is not None})
