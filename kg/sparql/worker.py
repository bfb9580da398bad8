"""One reader process: opens a store read-only, answers queries that arrive on a socket, and can be killed at any moment.

Started as `python -m kg.sparql.worker SOCKET STORE MEMORY PREFIXES REPORT`: a descriptor, a folder, bytes of memory beyond an idle
worker's, the declared prefixes as JSON, and the file of the validation report, which need not be there.
A frame is two big-endian lengths, a JSON object and a body: towards the worker the job and the query text, from it the outcome and
the serialised result (or, when large, the path of the file that holds it).
"""

import itertools
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from time import perf_counter
from typing import IO, Any, cast

import orjson
import pyoxigraph as ox

from kg import iris
from kg.errors import NotAcceptable, QueryError, QueryRefused
from kg.sparql import syntax
from kg.sparql.jobs import CHUNK
from kg.sparql.sandbox import forbid_sockets
from kg.sparql.serialisation import GRAPHS, TABLES, Spool
from kg.sparql.truncation import truncated

HEADER = struct.Struct(">II")
INLINE = 1 << 20
"""Results up to this many bytes go through the socket, larger ones through a file."""

STACK = 256 << 20
"""Bytes of stack: Oxigraph's parser and evaluator recurse; a query that overflows even this costs one worker."""

_PLACE = re.compile(r"^error at (\d+):(\d+): ")


def _named(iri: str) -> ox.NamedNode:
    """The node of an IRI.

    Raises: QueryError for what is none.
    """
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"<{iri}> is not an absolute IRI ({error})") from None


def _term(encoded: str | list[str]) -> ox.NamedNode | ox.Literal:
    """A binding: a string is an IRI, a list is a literal's text and its datatype IRI."""
    if isinstance(encoded, str):
        return _named(encoded)
    return ox.Literal(encoded[0], datatype=_named(encoded[1]))


def _counted(triples: Iterable[ox.Triple], limit: int, seen: list[int]) -> Iterable[ox.Triple]:
    for number, triple in enumerate(triples):
        if number == limit:
            seen.append(number)
            return
        yield triple


class Reader:
    """A read-only store and the validation report beside it."""

    def __init__(self, path: str, prefixes: Mapping[str, str] | None = None, report: Path | None = None) -> None:
        self.store = ox.Store.read_only(path)
        self.prefixes = dict(prefixes or {})
        self.report_path = report
        self.report: ox.Store | None = None

    def _holding(self, graphs: Set[str]) -> ox.Store:
        """The store that has these graphs: the validation report is apart from what is said, and is asked by itself.

        Raises: QueryRefused when it is asked together with other graphs.
        """
        if iris.GRAPH_QUARANTINE not in graphs:
            return self.store
        if len(graphs) > 1:
            raise QueryRefused(f"the graph <{iris.GRAPH_QUARANTINE}> is apart from the others; ask it by itself")
        if self.report is None:
            self.report = ox.Store()
            if self.report_path is not None and self.report_path.exists():
                self.report.bulk_load(path=str(self.report_path), format=ox.RdfFormat.N_QUADS)
        return self.report

    def _parsed(
        self, store: ox.Store, limited: str, text: str, options: Mapping[str, Any]
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Start the query with its limit; when that does not parse, the text as it was asked decides, and gives the places of errors."""
        try:
            return store.query(limited, **options)
        except SyntaxError:
            return store.query(text, **options)

    def answer(self, job: Mapping[str, Any], text: str) -> tuple[dict[str, Any], bytes]:
        """Run one query; the outcome and the serialised result.

        Raises: QueryError and its kinds.
        """
        query = syntax.read(text, job["base"], self.prefixes)
        given = job["default"] is not None or job["named"] is not None
        graphs = {*(job["default"] or ()), *(job["named"] or ())} if given else {*query.default_graphs, *query.named_graphs}
        store = self._holding(graphs)
        if not given:
            for iri in (*query.default_graphs, *query.named_graphs):
                if not store.contains_named_graph(_named(iri)):
                    raise QueryRefused(f"the graph <{iri}> is not in this store, and graphs elsewhere are never fetched")
        options: dict[str, Any] = {"base_iri": job["base"]}
        needed = {name: namespace for name, namespace in self.prefixes.items() if f"{name}:" in query.prefixes} if query.prefixes else None
        if needed:
            options["prefixes"] = needed
        if given:
            # A dataset given by the protocol replaces the query's own: https://www.w3.org/TR/sparql11-protocol/#dataset
            options["default_graph"] = [_named(iri) for iri in job["default"] or ()]
            options["named_graphs"] = [_named(iri) for iri in job["named"] or ()]
        elif not query.default_graphs and not query.named_graphs:
            options["use_default_graph_as_union"] = True
        if job["bindings"]:
            options["substitutions"] = {ox.Variable(name): _term(term) for name, term in job["bindings"].items()}
        wanted = {"SELECT": "table", "ASK": "boolean"}.get(query.form, "graph")
        if not job[wanted]:
            raise NotAcceptable(f"none of the accepted media types can hold the result of a {query.form} query")
        rows = job["rows"]
        limited = query.limited(rows + 1)
        try:
            results = self._parsed(store, limited, query.text, options)
            outcome: dict[str, Any] = {"form": query.form, "volatile": query.volatile, "truncated": False}
            spool = Spool(job["bytes"])
            sink = cast("IO[bytes]", spool)
            if isinstance(results, ox.QueryTriples):
                outcome["format"] = job["graph"]
                cut: list[int] = []
                ox.serialize(_counted(results, rows, cut), sink, GRAPHS[job["graph"]], prefixes=self.prefixes)
                outcome["truncated"] = bool(cut)
                return outcome, spool.body()
            outcome["format"] = job["boolean"] if isinstance(results, ox.QueryBoolean) else job["table"]
            results.serialize(sink, TABLES[outcome["format"]])
        except SyntaxError as error:
            raise _located(error, query.text) from None
        except (ValueError, OSError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from None
        body = spool.body()
        if query.form == "SELECT" and (query.limit is None or query.limit > rows):
            body, outcome["truncated"] = truncated(body, outcome["format"], rows, job["notice"])
        return outcome, body


def _located(error: SyntaxError, text: str) -> QueryError:
    """Oxigraph's syntax error with its line and column as numbers."""
    message = str(error)
    match = _PLACE.match(message)
    if match is None:
        return QueryError(f"the query is not valid SPARQL: {message}")
    line, column = int(match[1]), int(match[2])
    lines = text.split("\n")
    near = lines[line - 1][max(0, column - 1) :][:40].strip() if line <= len(lines) else ""
    found = f"found {near!r}" if near else "the query ends there"
    expected = " ".join(message[match.end() :].split())
    # Where a name may go on, the engine lists every range of letters; that helps nobody.
    said = f"{expected}; {found}" if len(expected) <= 160 and "\\u{" not in expected and "SERVICE" not in expected else found
    return QueryError(f"the query is not valid SPARQL: {said}", line, column)


def _frame(outcome: Mapping[str, Any], body: bytes = b"") -> bytes:
    head = orjson.dumps(outcome)
    return HEADER.pack(len(head), len(body)) + head + body


class _Frames:
    """Frames that arrive on a socket, each usually in one read."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = bytearray()

    def _fill(self, size: int) -> None:
        while len(self.buffer) < size:
            part = self.connection.recv(CHUNK)
            if not part:
                raise EOFError
            self.buffer += part

    def take(self) -> tuple[bytes, bytes]:
        """The head and the body of the next one.

        Raises: EOFError when the other end is closed.
        """
        self._fill(HEADER.size)
        head_size, body_size = HEADER.unpack_from(self.buffer)
        middle, end = HEADER.size + head_size, HEADER.size + head_size + body_size
        self._fill(end)
        head, body = bytes(self.buffer[HEADER.size : middle]), bytes(self.buffer[middle:end])
        del self.buffer[:end]
        return head, body


class Memory:
    """The memory of this process. `ru_maxrss` will not do: it starts at what the process that started this one had."""

    def __init__(self) -> None:
        self.page = resource.getpagesize()
        self.statm = os.open("/proc/self/statm", os.O_RDONLY) if Path("/proc/self/statm").exists() else None

    def _pages(self, field: int) -> int:
        return 0 if self.statm is None else int(os.pread(self.statm, 100, 0).split()[field])

    def held(self) -> int:
        """Bytes held now, 0 where the system does not tell."""
        return self._pages(1) * self.page

    def limit(self, extra: int) -> None:
        """Let the address space grow by at most `extra` bytes from here."""
        used = self._pages(0) * self.page
        resource.setrlimit(resource.RLIMIT_AS, (used + extra, used + extra))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _serve(connection: socket.socket, reader: Reader, memory: Memory) -> None:
    frames = _Frames(connection)
    for number in itertools.count():
        head, encoded = frames.take()
        job, text = orjson.loads(head), encoded.decode()
        # The parent kills at the limit; this alarm ends a worker whose parent is gone.
        signal.setitimer(signal.ITIMER_REAL, job["seconds"] * 4 + 60)
        started = perf_counter()
        try:
            outcome, body = reader.answer(job, text)
        except QueryError as error:
            outcome = {"error": type(error).__name__, "message": str(error), "line": error.line, "column": error.column}
            body = b""
        except NotAcceptable as error:
            outcome = {"error": "NotAcceptable", "message": str(error)}
            body = b""
        except (MemoryError, RecursionError):
            outcome = {
                "error": "QueryTooLarge",
                "message": "the query needs more memory than a query may have",
                "line": None,
                "column": None,
            }
            body = b""
        outcome["ms"] = round((perf_counter() - started) * 1000, 3)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        outcome["held"] = memory.held()
        outcome["spent"] = usage.ru_utime + usage.ru_stime
        if len(body) > INLINE:
            path = Path(job["spool"]) / f"{os.getpid()}-{number}"
            path.write_bytes(body)
            outcome["path"] = str(path)
            body = b""
        connection.sendall(_frame(outcome, body))
        signal.setitimer(signal.ITIMER_REAL, 0)


def main(arguments: list[str]) -> None:
    """Serve until the other end of the socket is closed."""
    descriptor, path, extra = int(arguments[0]), arguments[1], int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    connection = socket.socket(fileno=descriptor)
    try:
        reader = Reader(path, json.loads(arguments[3]), Path(arguments[4]))
    except OSError as error:
        connection.sendall(
            _frame({"error": "StoreError", "message": f"the store in {path} cannot be opened ({error})", "line": None, "column": None})
        )
        return

    def serve() -> None:
        try:
            memory = Memory()
            memory.limit(extra)
            connection.sendall(_frame({"ready": True}))
            _serve(connection, reader, memory)
        except (EOFError, ConnectionError):
            return

    forbid_sockets()
    threading.stack_size(STACK)
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1:])
