"""The formats of query results and of RDF: their media types, file suffixes, and which of them an Accept header wants."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Format:
    """One serialisation. `kind`: "table" (SELECT and ASK results) or "graph" (RDF). `aliases`: other media types that ask for it."""

    name: str
    kind: str
    media_type: str
    suffix: str
    aliases: tuple[str, ...] = ()
    charset: bool = False

    @property
    def content_type(self) -> str:
        """The Content-Type header; text types say their charset."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


# In the order the server prefers them. https://www.w3.org/TR/sparql11-protocol/#query-success
FORMATS = (
    Format("json", "table", "application/sparql-results+json", "json", ("application/json", "text/json")),
    Format("xml", "table", "application/sparql-results+xml", "xml", ("application/xml", "text/xml")),
    Format("csv", "table", "text/csv", "csv", charset=True),
    Format("tsv", "table", "text/tab-separated-values", "tsv", charset=True),
    Format("turtle", "graph", "text/turtle", "ttl", ("application/x-turtle", "application/turtle"), charset=True),
    Format("nt", "graph", "application/n-triples", "nt", ("text/plain",)),
    Format("nq", "graph", "application/n-quads", "nq", ("text/x-nquads",)),
    Format("trig", "graph", "application/trig", "trig", ("application/x-trig",)),
    Format("rdfxml", "graph", "application/rdf+xml", "rdf", ("application/xml", "text/xml")),
    Format("jsonld", "graph", "application/ld+json", "jsonld", ("application/json",)),
)
BY_NAME = {item.name: item for item in FORMATS}
# CSV and TSV results are defined for SELECT only: https://www.w3.org/TR/sparql11-results-csv-tsv/
BOOLEAN = ("json", "xml")


@lru_cache(maxsize=512)
def accepted(header: str) -> tuple[tuple[str, float], ...]:
    """Media ranges of an Accept header with their q-values, as RFC 9110 section 12.5.1 reads them; broken parts are skipped.

    >>> accepted("text/csv;q=0.5, */*;q=0.1")
    (('text/csv', 0.5), ('*/*', 0.1))
    """
    ranges = []
    for part in header.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        if "/" not in media:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        ranges.append((media.lower(), quality))
    return tuple(ranges)


def quality(header: str, media_types: tuple[str, ...]) -> float:
    """How much the header wants any of the media types, 0..1; the most specific range decides for each."""
    best = 0.0
    for media_type in media_types:
        specificity, found = -1, 0.0
        for media_range, value in accepted(header):
            if media_range == media_type:
                rank = 2
            elif media_range.endswith("/*") and media_type.startswith(media_range[:-1]):
                rank = 1
            elif media_range == "*/*":
                rank = 0
            else:
                continue
            if rank > specificity:
                specificity, found = rank, value
        best = max(best, found)
    return best


@lru_cache(maxsize=512)
def negotiate(header: str, kind: str, names: tuple[str, ...] | None = None) -> Format | None:
    """The format of a kind that the Accept header wants most, the server's own order deciding between equals; None when it wants none.

    >>> negotiate("text/csv;q=0.9, application/sparql-results+xml", "table").name
    'xml'
    """
    offers = [item for item in FORMATS if item.kind == kind and (names is None or item.name in names)]
    if not header.strip():
        return offers[0]
    # An alias counts a little less than the type itself: `application/json` for RDF means JSON-LD only when nothing else fits.
    weighed = [(max(quality(header, (item.media_type,)), quality(header, item.aliases) * 0.999), item) for item in offers]
    best = max(weight for weight, _ in weighed)
    return next(item for weight, item in weighed if weight == best) if best > 0 else None
