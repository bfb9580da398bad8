"""The packaged release: what ships with the program, and how an empty home is filled from it."""

from importlib.metadata import entry_points
from pathlib import Path

from kg.holdings import Holdings, from_jsonl
from kg.home import Home
from kg.pipeline import Report, load

PACKAGED = Path(__file__).parent / "packaged_release" / "holdings.jsonl"


def packaged_holdings() -> Holdings:
    """The shipped statements: figures, spans and metadata of documents that are not shipped themselves."""
    with PACKAGED.open(encoding="utf-8", newline="\n") as lines:
        return from_jsonl(lines, PACKAGED.name)


def packaged_documents() -> tuple[Path, ...]:
    """The shipped documents, the project's own notes, found through the entry points of the group `kg.packaged_documents`."""
    found = sorted(entry_points(group="kg.packaged_documents"), key=lambda entry: entry.name)
    return tuple(path for entry in found for path in entry.load()())


def filled(home: Path) -> Report | None:
    """Fill a home that holds nothing from the packaged release; None when it holds something already."""
    if Home(home).release_path() is not None:
        return None
    return load(packaged_documents(), home, given=packaged_holdings())
