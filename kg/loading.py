"""What a loader is, and how the installed ones are found: the entry points of the group `kg.loaders`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from kg.corrections import Correction
from kg.documents import Document, Metadata, Problem
from kg.errors import InputError, UnknownName
from kg.statements import Statement
from kg.text import Text, identity


def silent(remark: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the user chose. `extractor`: "offline", "llm" or "both"; `settings`: the extractor's own options by name.

    `corrections` are applied to what the loader found, before `min_confidence`.
    `remark` is told, in a line each, what is about to happen and what happened where that costs money; it must be picklable.
    """

    extractor: str = "offline"
    min_confidence: float = 0.0
    settings: Mapping[str, str] = field(default_factory=dict)
    remark: Callable[[str], None] = silent
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader made of one document; statements in reading order, their ids filled in."""

    text: Text
    metadata: Metadata
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...] = ()


class Loader(Protocol):
    """Turns documents of one kind into statements. Loaders read by content, never by file name."""

    name: str

    def recognises(self, document: Document) -> float:
        """How sure the loader is that the document is of its kind, 0..1."""
        ...

    def load(self, document: Document, options: LoadOptions) -> Loaded:
        """Read the document and extract its statements."""
        ...


@runtime_checkable
class Reader(Protocol):
    """A loader that can also read a document without extracting anything."""

    def read(self, document: Document) -> Text:
        """The document's text, every character mapped back to the raw document."""
        ...


@cache
def loaders() -> tuple[Loader, ...]:
    """The installed loaders, sorted by name."""
    return tuple(entry.load() for entry in sorted(entry_points(group="kg.loaders"), key=lambda entry: entry.name))


def loader_for(document: Document, options: LoadOptions | None = None) -> Loader:
    """The loader that recognises the document best.

    Raises: InputError when none is installed.
    """
    installed = loaders()
    wanted = options.settings.get("loader") if options else None
    if wanted:
        named = [loader for loader in installed if loader.name == wanted]
        if not named:
            raise UnknownName("loader", wanted, [loader.name for loader in installed])
        return named[0]
    if not installed:
        raise InputError("no loader is installed; install the package again so that its entry points are registered")
    return max(installed, key=lambda loader: loader.recognises(document))


def text_of(document: Document) -> Text:
    """The text of a document as its loader reads it; its raw text where the loader has no reading of its own.

    Raises: InputError when no loader is installed.
    """
    loader = loader_for(document)
    return loader.read(document) if isinstance(loader, Reader) else identity(document.raw)
