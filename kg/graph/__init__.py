"""Statements and what is derived from them as RDF: quads in a fixed order, no blank nodes, one named graph a document."""

from kg.graph.documents import document_quads
from kg.graph.entities import entity_quads, identity_quads, ontology_quads
from kg.graph.relations import relation_quads
from kg.graph.serialise import to_nquads, to_turtle
from kg.graph.statements import statement_quads

__all__ = [
    "document_quads",
    "entity_quads",
    "identity_quads",
    "ontology_quads",
    "relation_quads",
    "statement_quads",
    "to_nquads",
    "to_turtle",
]
