"""The store as N-Quads, TriG or JSON-LD, quads sorted so that the same release gives the same bytes."""

from typing import BinaryIO

from pyoxigraph import RdfFormat, serialize

from kg import ontology
from kg.export.source import Source


def _write(source: Source, out: BinaryIO, form: RdfFormat) -> None:
    quads = sorted(source.store, key=lambda quad: (str(quad.graph_name), str(quad)))
    serialize(quads, out, form, prefixes=dict(ontology.prefixes()))


def nquads(source: Source, out: BinaryIO) -> None:
    """https://www.w3.org/TR/n-quads/"""
    _write(source, out, RdfFormat.N_QUADS)


def trig(source: Source, out: BinaryIO) -> None:
    """https://www.w3.org/TR/trig/"""
    _write(source, out, RdfFormat.TRIG)


def jsonld(source: Source, out: BinaryIO) -> None:
    """https://www.w3.org/TR/json-ld11/"""
    _write(source, out, RdfFormat.JSON_LD)
