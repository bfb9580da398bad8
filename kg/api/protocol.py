"""Read a SPARQL Protocol request: method, address, headers and body in, the query and its dataset out.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pyoxigraph import NamedNode

from kg.errors import NotAcceptable, QueryRefused, UsageError
from kg.sparql.formats import BOOLEAN, BY_NAME, FORMATS, Format, negotiate
from kg.sparql.jobs import Job

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MOST_PARAMETERS = 10_000
BY_SUFFIX: Mapping[str, Format] = {item.suffix: item for item in FORMATS} | dict(BY_NAME)


class UnsupportedMediaType(UsageError):
    """The body is of a media type that is not read here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation. `query` is None when the request holds none: it asks for the service description or the editor."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str | None


def _parameters(encoded: bytes) -> list[tuple[str, str]]:
    """Names and values of a form; `urllib.parse.parse_qsl` gives the same in three times the time."""
    fields = encoded.replace(b"+", b" ").split(b"&")
    if len(fields) > MOST_PARAMETERS:
        raise UsageError("the request has too many parameters")
    found = []
    try:
        for field in fields:
            name, _, value = field.partition(b"=")
            if field:
                found.append((unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()))
    except UnicodeDecodeError:
        raise UsageError("the parameters are not UTF-8; percent-encode them as UTF-8") from None
    return found


def absolute(iri: str) -> str:
    """The IRI of a graph, as it is.

    Raises: UsageError for what is not an absolute IRI.
    """
    try:
        return NamedNode(iri).value
    except ValueError:
        raise UsageError(f"{iri!r} is not an absolute IRI; name a graph by one such as https://w3id.org/lab-facts/graph/facts") from None


def asked(method: str, query_string: bytes, content_type: str, body: bytes) -> Asked:
    """What a GET, HEAD or POST request asks.

    Raises: UsageError for a request that is not of the protocol, UnsupportedMediaType, QueryRefused for an update.
    """
    parameters = _parameters(query_string)
    if method != "POST" and len(parameters) == 1 and parameters[0][0] == "query":
        return Asked(parameters[0][1], None, None, None)  # nearly every request
    direct: str | None = None
    if method == "POST":
        media_type, _, rest = content_type.partition(";")
        media_type = media_type.strip().lower()
        charset = next((part.partition("=")[2] for part in rest.split(";") if part.strip().lower().startswith("charset=")), "utf-8")
        if media_type not in (FORM, QUERY, UPDATE):
            raise UnsupportedMediaType(f"the body is {media_type or 'of no stated type'}; send {QUERY} or {FORM}")
        if charset.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(f"the body is encoded as {charset.strip()}; send UTF-8")
        if media_type == UPDATE:
            raise QueryRefused("updates are refused: statements come from documents; load one with `kg load PATH`")
        if media_type == FORM:
            parameters += _parameters(body)
        else:
            try:
                direct = body.decode()
            except UnicodeDecodeError:
                raise UsageError("the query is not UTF-8; send it as UTF-8") from None
    if any(name == "update" for name, _ in parameters):
        raise QueryRefused("updates are refused: statements come from documents; load one with `kg load PATH`")
    queries = [value for name, value in parameters if name == "query"]
    if direct is not None:
        queries.append(direct)
    if len(queries) > 1:
        raise UsageError(f"the request holds {len(queries)} queries; send one")
    if not queries and method == "POST":
        raise UsageError("the request holds no query; send the parameter `query`")
    default = tuple(absolute(value) for name, value in parameters if name == "default-graph-uri")
    named = tuple(absolute(value) for name, value in parameters if name == "named-graph-uri")
    given = bool(default or named)
    formats = [value for name, value in parameters if name in ("format", "output")]
    return Asked(queries[0] if queries else None, default if given else None, named if given else None, formats[-1] if formats else None)


def job(request: Asked, accept: str, base: str, notice: str) -> Job:
    """The query as a job, its formats chosen by `format=` or else by the Accept header.

    Raises: NotAcceptable when no result of any kind can be given in an acceptable format; UsageError for an unknown `format=`.
    """
    if request.format is not None:
        if request.format in BY_SUFFIX:
            accept = BY_SUFFIX[request.format].media_type
        elif "/" in request.format:
            accept = request.format
        else:
            raise UsageError(f"no format {request.format!r}; known: {', '.join(BY_NAME)}")
    table, boolean, graph = (
        negotiate(accept, "table"),
        negotiate(accept, "table", BOOLEAN) or negotiate(accept, "table"),
        negotiate(accept, "graph"),
    )
    if table is None and graph is None:
        raise NotAcceptable(f"{accept} is not a format of results; known: {', '.join(item.media_type for item in FORMATS)}")
    return Job(
        request.query or "",
        table.name if table else "",
        boolean.name if boolean else "",
        graph.name if graph else "",
        request.default_graphs,
        request.named_graphs,
        base,
        notice=notice,
    )
