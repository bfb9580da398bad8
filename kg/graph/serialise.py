"""Quads as text: sorted N-Quads, the same bytes for the same quads, and Turtle with the prefixes of the prefix table."""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kg.ontology import prefixes


def to_nquads(quads: Iterable[Quad]) -> bytes:
    """Canonical N-Quads lines, distinct and sorted by their UTF-8 bytes."""
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return b"".join(sorted(set(data.splitlines(keepends=True))))


def to_turtle(triples: Iterable[Triple | Quad]) -> bytes:
    """Turtle with sorted prefixes, subjects and properties; quads lose their graph."""
    plain = {Triple(one.subject, one.predicate, one.object) for one in triples}
    ordered = sorted(plain, key=lambda one: (str(one.subject), str(one.predicate), str(one.object)))
    text = "\n".join(map(str, ordered))
    used = {prefix: namespace for prefix, namespace in prefixes().items() if namespace in text}
    lines = (serialize(ordered, format=RdfFormat.TURTLE, prefixes=used) or b"").splitlines(keepends=True)
    # The serialiser writes the prefixes in the order of a hash table.
    return b"".join(sorted(lines[: len(used)]) + lines[len(used) :])


def stored_lines(store: Store, graph: str) -> Iterator[bytes]:
    """The N-Quads lines, without their line ends, of a graph of a store."""
    triples = store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
    end = f"<{graph}> .".encode()
    yield from (line[:-1] + end for line in triples.splitlines())
