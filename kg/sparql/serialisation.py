"""How the engine writes results: its formats by the names of ours, and a place for bytes that refuses to grow past a limit."""

import pyoxigraph as ox

from kg.errors import QueryTooLarge

TABLES = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


class Spool:
    """Bytes as the engine writes them; refuses to grow past `limit`."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.limit = limit

    def write(self, data: bytes) -> int:
        """Keep a chunk.

        Raises: QueryTooLarge past the limit.
        """
        self.size += len(data)
        if self.size > self.limit:
            raise QueryTooLarge(
                f"the result is larger than {self.limit >> 20} MiB; ask for fewer rows or columns, or page with LIMIT and OFFSET"
            )
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the bytes are kept."""

    def body(self) -> bytes:
        """All bytes."""
        return b"".join(self.parts)
