"""Where each thing's page is: ids in, addresses inside the site out."""

from urllib.parse import quote

SECTIONS = {
    "organisation": ("/labs", "Labs"),
    "model": ("/models", "Models"),
    "chip": ("/chips", "Chips"),
    "cluster": ("/clusters", "Clusters"),
    "person": ("/people", "People"),
}
PART = 24_000
"""Characters of a document on one page."""

TYPE_WORDS = {
    "organisation": "Organisation",
    "model": "Model",
    "chip": "Chip",
    "cluster": "Cluster",
    "person": "Person",
    "place": "Place",
    "benchmark": "Benchmark",
    "publication": "Publication",
    "document": "Document",
    "concept": "Concept",
}


def entity(identifier: str) -> str:
    """The page of an entity, "model/deepseek-v3"; a document's own page for "document/<sha256>".

    >>> entity("model/deepseek-v3")
    '/page/model/deepseek-v3'
    """
    if identifier.startswith("document/") and len(identifier) == len("document/") + 64:
        return f"/{identifier}"
    return f"/page/{quote(identifier)}"


def fact(identifier: str) -> str:
    """The page of a fact."""
    return f"/fact/{quote(identifier)}"


def statement(identifier: str) -> str:
    """The page of a statement."""
    return f"/statement/{quote(identifier)}"


def document(identifier: str) -> str:
    """The page of a document."""
    return f"/document/{quote(identifier)}"


def span(document_id: str, statement_id: str, start: int) -> str:
    """The place of a statement in its document; `start` tells which part of a long one.

    >>> span("ab", "cd", 12), span("ab", "cd", 150_000)
    ('/document/ab#span-cd', '/document/ab?at=144000#span-cd')
    """
    part = start // PART * PART
    return f"{document(document_id)}{f'?at={part}' if part else ''}#span-{quote(statement_id)}"


def check(identifier: str) -> str:
    """The page of a check."""
    return f"/check/{quote(identifier)}"


def type_of(identifier: str) -> str:
    """The type an entity's id begins with."""
    return identifier.partition("/")[0]


def type_words(kind: str) -> str:
    """A type as people read it."""
    return TYPE_WORDS.get(kind, kind.capitalize())


def section_of(kind: str) -> tuple[str, str]:
    """Address and name of the list that entities of this type stand in."""
    return SECTIONS.get(kind, (f"/things/{quote(kind)}", f"{type_words(kind)}s"))
