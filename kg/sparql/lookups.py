"""Answer lookups: a query of one triple pattern around a named thing, in the service's own process and without a reader.

Every other query may run for long, and nothing but killing its process ends it. A lookup cannot: each step of matching one pattern without
filters, paths or repeated variables gives a row, and no more than ROWS rows and SIZE bytes are taken. What has more, what is written in any
way this module does not know, and what the engine finds fault with is left to a reader, which answers the same bytes.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import IO, Any, cast

import pyoxigraph as ox

from kg.errors import QueryTooLarge
from kg.sparql.jobs import Job, Outcome
from kg.sparql.serialisation import TABLES, Spool
from kg.sparql.truncation import truncated

ROWS = 200
"""The most rows a lookup gives, about half a millisecond of work."""

SIZE = 1 << 20
"""The most bytes a lookup gives."""

LENGTH = 2000
"""The most characters of a lookup's text."""

# Deliberately narrower than SPARQL: no comments, escapes, quotes in IRIs, filters or further patterns can be written in it.
_IRI = r"<[^<>\"'{}|^`\\\x00-\x20]*>"
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*)?:(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)?"
_VARIABLE = r"[?$][A-Za-z][A-Za-z0-9_]*"
_SPACE = r"[ \t\r\n]"
_LOOKUP = re.compile(
    rf"""{_SPACE}*
    (?P<prologue>(?:PREFIX{_SPACE}+(?:[A-Za-z][A-Za-z0-9_-]*)?:{_SPACE}*{_IRI}{_SPACE}*)*)
    (?:SELECT{_SPACE}+(?:\*|{_VARIABLE}(?:{_SPACE}+{_VARIABLE})*){_SPACE}*(?:WHERE{_SPACE}*)? | (?P<ask>ASK){_SPACE}*(?:WHERE{_SPACE}*)?)
    \{{{_SPACE}*(?P<subject>{_VARIABLE}|{_IRI}|{_NAME})
    {_SPACE}+(?P<predicate>{_VARIABLE}|{_IRI}|{_NAME}|a)
    {_SPACE}+(?P<object>{_VARIABLE}|{_IRI}|{_NAME}|"[^"\\\r\n]*")
    {_SPACE}*(?:\.{_SPACE}*)?\}}{_SPACE}*
    (?:LIMIT{_SPACE}+(?P<limit>[0-9]{{1,9}}){_SPACE}*)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def limited(text: str) -> tuple[str, str, int | None] | None:
    """The form of a lookup, its text that asks for at most ROWS + 1 rows, and its own LIMIT; None when the text is not a lookup.

    >>> limited("SELECT ?p { <http://e/a> ?p ?o }")
    ('SELECT', 'SELECT ?p { <http://e/a> ?p ?o } LIMIT 201', None)
    >>> limited("SELECT * { ?s ?p ?o }") is None
    True
    """
    match = _LOOKUP.fullmatch(text) if len(text) <= LENGTH else None
    if match is None:
        return None
    subject, predicate, object = match["subject"], match["predicate"], match["object"]
    if subject[0] in "?$" and object[0] in "?$":
        return None  # a whole predicate is not a lookup
    variables = [term[1:] for term in (subject, predicate, object) if term[0] in "?$"]
    if len(set(variables)) < len(variables):
        return None  # what must be equal in two places may fail for many steps without a row
    if match["ask"]:
        return None if match["limit"] else ("ASK", text, None)
    if match["limit"] is None:
        return "SELECT", f"{text} LIMIT {ROWS + 1}", None
    limit = int(match["limit"])
    if limit <= ROWS:
        return "SELECT", text, limit
    start, end = match.span("limit")
    return "SELECT", f"{text[:start]}{ROWS + 1}{text[end:]}", limit


class Lookups:
    """Answers lookups on one store at a time, opened in a thread of its own: until it is open there are no answers."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = dict(prefixes)
        self.path: Path | None = None
        self.version = ""
        self.store: ox.Store | None = None
        self.opening: asyncio.Future[None] | None = None

    def use(self, path: Path, version: str) -> None:
        """Answer from the store in this folder from now on."""
        self.path, self.version, self.store = path, version, None
        self.opening = asyncio.ensure_future(self._open(path))

    async def _open(self, path: Path) -> None:
        try:
            store = await asyncio.to_thread(ox.Store.read_only, str(path))
        except OSError:
            return  # the readers meet the same error and report it
        if path == self.path:
            self.store = store

    def close(self) -> None:
        """Let go of the store."""
        if self.opening is not None:
            self.opening.cancel()
        self.path = self.store = None

    def answer(self, job: Job, rows: int) -> Outcome | None:
        """The outcome, of at most `rows` rows; None where a reader must answer."""
        if self.store is None or job.bindings or job.default_graphs is not None or job.named_graphs is not None:
            return None
        found = limited(job.text)
        if found is None:
            return None
        started = perf_counter()
        form, text, limit = found
        wanted = job.boolean if form == "ASK" else job.table
        if not wanted or (rows <= ROWS and (limit is None or limit > rows)):
            return None
        options: dict[str, Any] = {"base_iri": job.base, "use_default_graph_as_union": True}
        needed = {name: namespace for name, namespace in self.prefixes.items() if f"{name}:" in text}
        if needed:
            options["prefixes"] = needed
        spool = Spool(SIZE)
        try:
            results = self.store.query(text, **options)
            assert not isinstance(results, ox.QueryTriples)
            results.serialize(cast("IO[bytes]", spool), TABLES[wanted])
        except (SyntaxError, ValueError, OSError, QueryTooLarge):
            return None
        body = spool.body()
        if form == "SELECT" and (limit is None or limit > ROWS) and truncated(body, wanted, ROWS, job.notice)[1]:
            return None
        milliseconds = round((perf_counter() - started) * 1000, 3)
        return Outcome(form, wanted, body, None, len(body), False, False, milliseconds, self.version)
