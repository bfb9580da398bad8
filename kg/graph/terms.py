"""RDF terms made once: IRIs and the literals that come again and again, and a date as exact as it was written."""

import re
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
