"""The packaged release: what ships with the program, how it is built from documents, and how an empty home is filled from it.

Other people's documents do not ship. Of each the release keeps what it says of itself and its statements with their spans, but in place
of the passage only the figure as written or the short name of the object; whole sentences, `claim` statements among them, stay out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path

from kg.catalogue.write import MARK, schema_mark
from kg.documents import Problem
from kg.holdings import Holdings, from_jsonl
from kg.home import Home
from kg.loading import LoadOptions
from kg.pipeline import Report, extract_all, held, load, publish
from kg.statements import Statement

PACKAGED = Path(__file__).parent / "packaged_release" / "holdings.jsonl"
LONGEST_NAME = 6
"""Words: a longer text object or qualifier is a passage, not a name."""
SURE = 0.55
"""The least confidence of what is shipped: it meets readers who never saw the documents."""


def packaged_holdings() -> Holdings:
    """The shipped statements: figures, spans and metadata of documents that are not shipped themselves."""
    with PACKAGED.open(encoding="utf-8", newline="\n") as lines:
        return from_jsonl(lines, PACKAGED.name)


def packaged_documents() -> tuple[Path, ...]:
    """The shipped documents, the project's own notes, found through the entry points of the group `kg.packaged_documents`."""
    found = sorted(entry_points(group="kg.packaged_documents"), key=lambda entry: entry.name)
    return tuple(path for entry in found for path in entry.load()())


def filled(home: Path, *, beside: bool = False) -> Report | None:
    """Fill a home that holds nothing from the packaged release; None when it holds something already.

    A release that another version of the program wrote is derived again from what it holds.
    """
    place = Home(home)
    release = place.release_path()
    if release is not None:
        if schema_mark(release) != MARK:
            with place.writing():
                publish(held(place), place, beside=beside)
        return None
    return load(packaged_documents(), home, given=packaged_holdings(), beside=beside)


def _short(text: str) -> bool:
    return len(text.split()) <= LONGEST_NAME and len(text) <= 60


def figures_only(statements: Sequence[Statement]) -> Iterator[Statement]:
    """The statements that can ship, their passages replaced by the figure or the object's name; ids and spans stay as they are."""
    for statement in statements:
        if statement.predicate == "claim" or not _short(statement.object or ""):
            continue
        if not all(map(_short, (statement.subject, statement.lexical, *statement.qualifiers.values()))):
            continue
        yield replace(statement, quote=statement.lexical or statement.object or statement.subject)


@dataclass(frozen=True, slots=True)
class Built:
    """A release built from documents, what could not be read, and how many statements it gains and loses against another, by document."""

    holdings: Holdings
    problems: tuple[Problem, ...]
    gained: Counter[str]
    lost: Counter[str]


def build(paths: Sequence[Path], against: Holdings) -> Built:
    """Build the release of these documents with the offline extractor; same documents, same release."""
    read = list(extract_all(paths, LoadOptions(min_confidence=SURE)))
    documents = [(record, tuple(figures_only(said))) for result in read for record, said in result.documents]
    made = Holdings().replaced(documents)
    now, before = ({said.id: said.document for said in held.all_statements()} for held in (made, against))
    gained = Counter(now[id] for id in now.keys() - before.keys())
    lost = Counter(before[id] for id in before.keys() - now.keys())
    return Built(made, tuple(problem for result in read for problem in result.problems), gained, lost)


def write(holdings: Holdings, path: Path = PACKAGED) -> None:
    """Write a release file."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(holdings.to_jsonl())
