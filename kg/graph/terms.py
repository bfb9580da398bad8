"""RDF terms made once, as nodes and as N-Quads: IRIs and literals that come again and again, and dates as exact as they were written."""

import re
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg import iris, ontology

XSD = "http://www.w3.org/2001/XMLSchema#"


class _Nodes(dict[str, NamedNode]):
    """IRI to its node, made at first use and kept: there are few properties, units, entities and documents, and many statements."""

    def __missing__(self, iri: str) -> NamedNode:
        node = self[iri] = NamedNode(iri)
        return node


nodes: Final = _Nodes()


def named(name: str) -> NamedNode:
    """The node of a prefixed name, such as "kg:gpuHours" or "prov:wasQuotedFrom"."""
    prefix, _, local = name.partition(":")
    return nodes[ontology.prefixes()[prefix] + local]


RDF_TYPE: Final = named("rdf:type")
LABEL: Final = named("rdfs:label")

_DATES: Final = (
    (re.compile(r"\d{4}"), nodes[XSD + "gYear"]),
    (re.compile(r"\d{4}-\d{2}"), nodes[XSD + "gYearMonth"]),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), nodes[XSD + "date"]),
)


def date_literal(text: str) -> Literal:
    """A partial ISO 8601 date as xsd:gYear, xsd:gYearMonth or xsd:date; what is none of these stays a plain string.

    >>> date_literal("2024-05").datatype.value
    'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    for pattern, datatype in _DATES:
        if pattern.fullmatch(text):
            return Literal(text, datatype=datatype)
    return Literal(text)


class _Entities(dict[str, NamedNode]):
    """Entity id to the node of the entity."""

    def __missing__(self, entity_id: str) -> NamedNode:
        node = self[entity_id] = nodes[iris.entity(entity_id)]
        return node


entity_nodes: Final = _Entities()


class _Written(dict[str, str]):
    """Entity id to the IRI of the entity in N-Quads."""

    def __missing__(self, entity_id: str) -> str:
        text = self[entity_id] = f"<{iris.entity(entity_id)}>"
        return text


written_entities: Final = _Written()

_SPECIAL: Final = re.compile(r'["\\\n\r]')
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"})


def written(text: str) -> str:
    """A plain string in N-Quads.

    >>> print(written('say "a"'))
    "say \\"a\\""
    """
    return f'"{text.translate(_ESCAPES) if _SPECIAL.search(text) else text}"'


_INTEGER: Final = f'"^^<{XSD}integer>'


def written_integer(number: int) -> str:
    """An xsd:integer in N-Quads."""
    return f'"{number}{_INTEGER}'


@lru_cache(maxsize=65536)
def written_double(number: float) -> str:
    """An xsd:double in N-Quads, written as `Literal` does."""
    return str(Literal(float(number)))


@lru_cache(maxsize=65536)
def written_date(text: str) -> str:
    """`date_literal` in N-Quads."""
    return str(date_literal(text))
