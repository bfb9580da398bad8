"""Entities and the relations between them as GraphML: nodes are entities, an edge is one statement.

http://graphml.graphdrawing.org/specification.html
"""

from typing import BinaryIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from kg.export.source import Source

NODE_KEYS = ("label", "type", "aliases")
EDGE_KEYS = ("predicate", "statement", "status", "claimants", "document", "quote")


def graphml(source: Source, out: BinaryIO) -> None:
    """A directed multigraph; alleged and denied relations are in it, with their status."""
    root = Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for holder, names in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name in names:
            SubElement(root, "key", {"id": f"{holder}-{name}", "for": holder, "attr.name": name, "attr.type": "string"})
    graph = SubElement(root, "graph", id="lab-facts", edgedefault="directed")
    edges = [row for row in source.statements() if row.statement.object_id]
    used = {id for row in edges for id in (row.statement.subject_id, row.statement.object_id)}
    for entity in source.entities():
        if entity.id in used:
            node = SubElement(graph, "node", id=entity.id)
            for name, text in zip(NODE_KEYS, (entity.label, entity.type, " | ".join(entity.aliases)), strict=True):
                SubElement(node, "data", key=f"node-{name}").text = text
    for row in edges:
        said = row.statement
        edge = SubElement(graph, "edge", id=said.id, source=said.subject_id, target=said.object_id or "")
        values = (said.predicate, said.id, said.status, " | ".join(said.attributed_to), row.title or said.document, said.quote)
        for name, text in zip(EDGE_KEYS, values, strict=True):
            SubElement(edge, "data", key=f"edge-{name}").text = "".join(char for char in text if char >= " " or char in "\t\n\r")
    indent(root)
    ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
