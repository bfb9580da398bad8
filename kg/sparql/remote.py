"""The same service over another server's store: any SPARQL 1.1 server, by its addresses and a kind of authentication.

What a query may be is judged here as for the own store, before the other server sees it; what comes back is asked for in one format and
written here in the one the client wants, so that every server gives the same answers in form. Time, rows and bytes are limited here; how
much the other server spends on a query that was given up is its own matter.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any, Literal

import httpx
import pyoxigraph as ox

from kg.errors import NotAcceptable, QueryError, QueryRefused, QueryTimeout, QueryTooLarge, ServiceError, UsageError
from kg.sparql import syntax
from kg.sparql.jobs import Job, Limits, Outcome
from kg.sparql.serialisation import GRAPHS, TABLES
from kg.sparql.syntax import Query
from kg.sparql.truncation import truncated

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):", re.IGNORECASE)
_BASE = re.compile(r"\bBASE\s*<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Server:
    """Where another server is. `query`, `update` and `graph_store` are separate addresses; only `query` is needed to ask.

    `auth`: "none", "basic", "digest" (both with `user` and `secret`) or "bearer" (`secret` is the token).
    """

    query: str
    update: str | None = None
    graph_store: str | None = None
    auth: Literal["none", "basic", "digest", "bearer"] = "none"
    user: str = ""
    secret: str = ""


def _literal(text: str, datatype: str) -> str:
    return str(ox.Literal(text, datatype=ox.NamedNode(datatype)))


def prepared(job: Job, query: Query, text: str, prefixes: Mapping[str, str]) -> str:
    """The text another server gets: prefixes and base declared on its first line, bindings as a VALUES clause inside its WHERE."""
    declared = set(_PREFIX.findall(text))
    head = "" if job.base is None or _BASE.search(text) else f"BASE <{job.base}> "
    head += "".join(f"PREFIX {name}: <{namespace}> " for name, namespace in prefixes.items() if name not in declared and f"{name}:" in text)
    if job.bindings:
        terms = [f"<{term}>" if isinstance(term, str) else _literal(*term) for term in job.bindings.values()]
        values = f" VALUES ({' '.join('?' + name for name in job.bindings)}) {{ ({' '.join(terms)}) }} "
        # Virtuoso knows no VALUES after the WHERE clause of a CONSTRUCT.
        text = text + values if query.where is None else text[: query.where] + values + text[query.where :]
    return head + text


class RemoteStore:
    """Answers queries from another server."""

    def __init__(
        self,
        server: Server,
        limits: Limits | None = None,
        prefixes: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.server = server
        self.limits = limits or Limits()
        self.prefixes = dict(prefixes or {})
        self.transport = transport
        self.client: httpx.AsyncClient | None = None

    def version(self) -> str:
        """Nothing: who else writes to the other server is not known here."""
        return ""

    def at_once(self, job: Job) -> Outcome | None:
        """Nothing: every query goes to the other server."""
        return None

    def _auth(self) -> httpx.Auth | None:
        match self.server.auth:
            case "basic":
                return httpx.BasicAuth(self.server.user, self.server.secret)
            case "digest":
                return httpx.DigestAuth(self.server.user, self.server.secret)
        return None

    async def start(self) -> None:
        """Open the connections; the server is not asked anything yet."""
        headers = {"Authorization": f"Bearer {self.server.secret}"} if self.server.auth == "bearer" else {}
        bounds = httpx.Limits(max_connections=self.limits.quick + self.limits.slow)
        self.client = httpx.AsyncClient(
            auth=self._auth(), headers=headers, timeout=self.limits.seconds, limits=bounds, transport=self.transport
        )

    async def close(self) -> None:
        """Close the connections."""
        if self.client is not None:
            await self.client.aclose()
            self.client = None

    async def _asked(self, text: str, accept: str, default: Iterable[str] = (), named: Iterable[str] = ()) -> bytes:
        """Send one query as a form, the way every server understands; the body of its answer.

        Raises: QueryError for the server's 4xx, ServiceError for anything else that is not an answer, QueryTooLarge.
        """
        if self.client is None:
            raise ServiceError("the connection to the other server is not open")
        form: dict[str, Any] = {"query": text}
        if default:
            form["default-graph-uri"] = list(default)
        if named:
            form["named-graph-uri"] = list(named)
        parts: list[bytes] = []
        size = 0
        try:
            async with self.client.stream("POST", self.server.query, data=form, headers={"Accept": accept}) as response:
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > self.limits.size:
                        raise QueryTooLarge(f"the result is larger than {self.limits.size >> 20} MiB; ask for fewer rows or columns")
                    parts.append(part)
        except httpx.TimeoutException:
            raise QueryTimeout(f"{self.server.query} gave no answer within {self.limits.seconds:g} s; narrow the query") from None
        except httpx.HTTPError as error:
            raise ServiceError(f"{self.server.query} cannot be reached ({error}); see that it runs and that its address is right") from None
        body = b"".join(parts)
        if response.status_code in (401, 403):
            raise ServiceError(f"{self.server.query} refuses these credentials ({response.status_code}); see the kind of authentication")
        said = " ".join(body.decode("utf-8", "replace").split())[:300]
        if 400 <= response.status_code < 500:
            raise QueryError(f"the query is not valid SPARQL for {self.server.query}: {said}")
        if response.status_code != 200:
            raise ServiceError(f"{self.server.query} failed with {response.status_code}: {said}")
        return body

    async def _exists(self, iri: str) -> bool:
        return await asyncio.to_thread(self._truth, await self._asked(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", RESULTS))

    def _truth(self, body: bytes) -> bool:
        """The answer of an ASK query. Virtuoso 7.2 gives it as a table of one cell."""
        try:
            answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if isinstance(answer, ox.QueryBoolean):
                return bool(answer)
            return any(isinstance(term, ox.Literal) and term.value in ("1", "true") for row in answer for term in row)
        except (SyntaxError, ValueError) as error:
            raise ServiceError(f"{self.server.query} gave results that are not SPARQL JSON ({error})") from None

    async def _dataset(self, job: Job, query: Query) -> tuple[list[str], list[str]]:
        """The graphs to name to the server: only those it has, so that none is fetched from elsewhere.

        Raises: QueryRefused for a FROM clause that names another.
        """
        if job.default_graphs is None and job.named_graphs is None:
            for iri in (*query.default_graphs, *query.named_graphs):
                if not await self._exists(iri):
                    raise QueryRefused(f"the graph <{iri}> is not in this store, and graphs elsewhere are never fetched")
            # Named to the server as well: Oxigraph's, told to take the union by default, does so in spite of FROM.
            return list(query.default_graphs), list(query.named_graphs)
        default = [iri for iri in job.default_graphs or () if await self._exists(iri)]
        named = [iri for iri in job.named_graphs or () if await self._exists(iri)]
        return default or ["urn:x-lab-facts:empty"], named

    async def run(self, job: Job) -> Outcome:
        """Answer one query.

        Raises: QueryError and its kinds, ServiceError when the other server fails.
        """
        if len(job.text) > self.limits.length:
            raise QueryTooLarge(f"the query has {len(job.text)} characters and may have {self.limits.length}")
        started = perf_counter()
        query = await asyncio.to_thread(syntax.read, job.text, job.base, self.prefixes)
        form = {"SELECT": job.table, "ASK": job.boolean}.get(query.form, job.graph)
        if not form:
            raise NotAcceptable(f"none of the accepted media types can hold the result of a {query.form} query")
        rows = min(job.rows or self.limits.rows, self.limits.rows)
        seconds = min(job.seconds or self.limits.seconds, self.limits.seconds)
        graph = query.form in ("CONSTRUCT", "DESCRIBE")
        try:
            async with asyncio.timeout(seconds):
                default, named = await self._dataset(job, query)
                accept = TRIPLES if graph else RESULTS
                try:
                    body = await self._asked(prepared(job, query, query.limited(rows + 1), self.prefixes), accept, default, named)
                except (QueryError, ServiceError):
                    if query.form != "SELECT" or query.limit is not None:
                        raise
                    # Virtuoso sorts at most MaxSortedTopRows for a LIMIT, and any number without: then the rows are cut only here.
                    body = await self._asked(prepared(job, query, query.text, self.prefixes), accept, default, named)
        except TimeoutError:
            raise QueryTimeout(f"the query was stopped after {seconds:g} s; narrow it, or ask for fewer rows") from None
        work = self._graph if graph else self._boolean if query.form == "ASK" else self._table
        result, cut = await asyncio.to_thread(work, body, form, rows, job.notice)
        milliseconds = round((perf_counter() - started) * 1000, 3)
        return Outcome(query.form, form, result, None, len(result), cut, query.volatile, milliseconds)

    def _boolean(self, body: bytes, form: str, rows: int, notice: str) -> tuple[bytes, bool]:
        asked = ox.Store().query("ASK {}" if self._truth(body) else "ASK { FILTER(false) }")
        assert isinstance(asked, ox.QueryBoolean)
        return asked.serialize(format=TABLES[form]) or b"", False

    def _table(self, body: bytes, form: str, rows: int, notice: str) -> tuple[bytes, bool]:
        try:
            results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if isinstance(results, ox.QueryBoolean):
                return results.serialize(format=TABLES[form]) or b"", False
            return truncated(results.serialize(format=TABLES[form]) or b"", form, rows, notice)
        except (SyntaxError, ValueError) as error:
            raise ServiceError(f"{self.server.query} gave results that are not SPARQL JSON ({error})") from None

    def _graph(self, body: bytes, form: str, rows: int, notice: str) -> tuple[bytes, bool]:
        try:
            triples = [quad.triple for quad in islice(ox.parse(body, ox.RdfFormat.N_TRIPLES), rows + 1)]
        except SyntaxError as error:
            raise ServiceError(f"{self.server.query} gave a graph that is not N-Triples ({error})") from None
        return ox.serialize(triples[:rows], format=GRAPHS[form], prefixes=self.prefixes) or b"", len(triples) > rows

    async def publish(self, quads: Iterable[ox.Quad]) -> int:
        """Put quads into the server by the Graph Store Protocol, each named graph as a whole; returns how many graphs.

        Raises: UsageError when the server's graph-store address is not known; ServiceError when it refuses.
        """
        if self.server.graph_store is None or self.client is None:
            raise UsageError("to load into another server its graph-store address is needed")
        graphs: dict[str, list[ox.Triple]] = {}
        for quad in quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
        for iri, triples in sorted(graphs.items()):
            body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
            try:
                response = await self.client.put(
                    self.server.graph_store, params={"graph": iri}, content=body, headers={"Content-Type": TRIPLES}, timeout=60
                )
            except httpx.HTTPError as error:
                raise ServiceError(f"{self.server.graph_store} cannot be reached ({error})") from None
            if not response.is_success:
                said = " ".join(response.text.split())[:200]
                raise ServiceError(f"{self.server.graph_store} refused the graph <{iri}>: {response.status_code} {said}")
        return len(graphs)

    async def update(self, text: str) -> None:
        """Run an update on the server; for administration, never for requests that come in.

        Raises: UsageError when the server's update address is not known; ServiceError when it refuses.
        """
        if self.server.update is None or self.client is None:
            raise UsageError("to update another server its update address is needed")
        try:
            response = await self.client.post(self.server.update, data={"update": text})
        except httpx.HTTPError as error:
            raise ServiceError(f"{self.server.update} cannot be reached ({error})") from None
        if not response.is_success:
            raise ServiceError(f"{self.server.update} refused the update: {response.status_code} {' '.join(response.text.split())[:200]}")
