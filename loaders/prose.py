"""The loader of prose: any text is read, divided into blocks, asked where it comes from, and searched for statements."""

from collections.abc import Sequence

from kg.documents import Document, Metadata, Problem
from kg.entities import Registry
from kg.loading import Loaded, LoadOptions
from kg.statements import Statement
from kg.text import Text
from loaders.blocks import Block, blocks
from loaders.citations import citations
from loaders.comparisons import ratios
from loaders.provenance import metadata
from loaders.readers import read

_TABLE_LINES = 20


class ProseLoader:
    """Implements `kg.loading.Loader` for articles, notes, cards, pages and slides."""

    name = "prose"

    def recognises(self, document: Document) -> float:
        """0.5 for any text, less for records (CSV, JSON) that a loader of structured sources may know better."""
        head = document.raw[:20_000].lstrip("\ufeff \t\r\n")
        lines = [line for line in head.split("\n")[:_TABLE_LINES] if line.strip()]
        if head[:1] in "{[" and document.media_type == "application/json":
            return 0.2
        separators = [line.count(",") for line in lines]
        if len(lines) > 2 and separators[0] > 1 and len(set(separators)) == 1:
            return 0.2
        return 0.5

    def read(self, document: Document) -> Text:
        """The document's text as statements are searched for in it."""
        return read(document)

    def load(self, document: Document, options: LoadOptions) -> Loaded:
        """Read the document and extract its statements."""
        text = read(document)
        tree = blocks(text)
        about = metadata(document, text, tree)
        said, problems = _extracted(document, text, tree, about, options)
        statements = sorted(said, key=lambda statement: (statement.start, statement.end))
        return Loaded(text, about, tuple(statement for statement in statements if statement.confidence >= options.min_confidence), problems)


def _offline(document: Document, text: Text, tree: Sequence[Block], about: Metadata) -> tuple[Statement, ...]:
    from loaders.offline import extract  # half a second that a table need not wait for

    said = extract(document, text, tree, about)
    known = {(statement.predicate, statement.object) for statement in said}
    cited = [each for each in citations(document, text, tree, about) if (each.predicate, each.object) not in known]
    return (*said, *ratios(document, said), *cited)


def _extracted(
    document: Document, text: Text, tree: Sequence[Block], about: Metadata, options: LoadOptions
) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """What the chosen extractors find; with both, each statement once and named after those that found it."""
    if options.extractor == "offline":
        return _offline(document, text, tree, about), ()
    from loaders import llm

    found, problems = llm.extract(document, text, tree, about, options)
    if options.extractor == "both" and "llm-requests" not in options.settings:
        found = llm.joined(_offline(document, text, tree, about), found, Registry.default())
    return found, problems


loader = ProseLoader()
