"""Statements and what is derived from them as RDF: quads in a fixed order, no blank nodes, one named graph a document."""

from kg.graph.costs import cost_quads
from kg.graph.documents import document_digest, document_lines, document_quads, held_primary_sources, primary_source_quads
from kg.graph.entities import entity_quads, identity_quads, ontology_quads
from kg.graph.findings import check_quads, fact_quads
from kg.graph.origins import origin_quads
from kg.graph.relations import relation_quads
from kg.graph.serialise import stored_lines, to_nquads, to_turtle
from kg.graph.statements import statement_quads

__all__ = [
    "check_quads",
    "cost_quads",
    "document_digest",
    "document_lines",
    "document_quads",
    "entity_quads",
    "fact_quads",
    "held_primary_sources",
    "identity_quads",
    "ontology_quads",
    "origin_quads",
    "primary_source_quads",
    "relation_quads",
    "statement_quads",
    "stored_lines",
    "to_nquads",
    "to_turtle",
]
