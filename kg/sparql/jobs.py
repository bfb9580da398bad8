"""What is asked of a query backend and what it gives: the query with its dataset and wanted formats, the limits, the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use, and how many may run.

    `seconds` of running, `memory` bytes beyond an idle reader's, `rows` of result (or triples), `size` bytes of result, `length` bytes
    of query text. `quick` queries run side by side; one that has run for `patience` seconds gives up its place, goes on at the lowest
    priority and is counted against `slow`. `waiting` queries may wait for a place, each up to `wait` seconds.
    """

    seconds: float = 20.0
    memory: int = 1 << 30
    rows: int = 100_000
    size: int = 128 << 20
    length: int = 1 << 20
    quick: int = 3
    slow: int = 4
    patience: float = 0.15
    waiting: int = 128
    wait: float = 10.0

    def shared(self, processes: int) -> "Limits":
        """The limits of one of several processes: together they run about as many queries as one would, each at least one.

        >>> Limits().shared(2).quick, Limits().shared(2).slow, Limits().shared(8).slow
        (2, 2, 1)
        """
        quick, slow, waiting = (-(-places // processes) for places in (self.quick, self.slow, self.waiting))
        return replace(self, quick=quick, slow=slow, waiting=waiting)


@dataclass(frozen=True, slots=True)
class Job:
    """A query. `table`, `boolean`, `graph` name the formats for each kind of result, "" where none is acceptable.

    `default_graphs` and `named_graphs` are the protocol's dataset, None when it gives none. `bindings`: a string is an IRI, a pair is a
    literal's text and datatype IRI. `notice`: the IRI that a cut table links to.
    """

    text: str
    table: str = "json"
    boolean: str = "json"
    graph: str = "turtle"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    bindings: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)
    notice: str = "https://w3id.org/lab-facts/truncated"
    rows: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished result. Its bytes are in `body` or, when large, in the file `path`, which whoever reads it removes.

    `form`: SELECT, ASK, CONSTRUCT or DESCRIBE. `truncated`: there were more rows or triples than allowed. `volatile`: asked again, the
    answer may differ. `milliseconds`: time in the engine. `version`: of the store it is from, "" where that is not known.
    """

    form: str
    format: str
    body: bytes = b""
    path: Path | None = None
    size: int = 0
    truncated: bool = False
    volatile: bool = False
    milliseconds: float = 0.0
    version: str = ""

    def chunks(self) -> "Chunks":
        """The bytes, piece by piece; the file is removed at once and its space freed at the end."""
        return Chunks(self)

    def read(self) -> bytes:
        """All bytes at once."""
        return b"".join(self.chunks())


class Chunks:
    """Iterates over the bytes of an outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.body = outcome.body
        self.file = None
        if outcome.path is not None:
            self.file = outcome.path.open("rb")
            outcome.path.unlink()

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        if self.file is not None:
            chunk = self.file.read(CHUNK)
            if not chunk:
                self.file.close()
                raise StopIteration
            return chunk
        if not self.body:
            raise StopIteration
        body, self.body = self.body, b""
        return body

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()


class Backend(Protocol):
    """Answers queries over one store."""

    limits: Limits

    def version(self) -> str:
        """What names the store's content: while it is the same, so are the answers; "" where the store may change at any time."""
        ...

    async def start(self) -> None:
        """Make ready."""
        ...

    async def close(self) -> None:
        """Stop everything that was started."""
        ...

    def at_once(self, job: Job) -> Outcome | None:
        """The outcome of a query that needs no waiting; None for one that does, or whose answer is an error."""
        ...

    async def run(self, job: Job) -> Outcome:
        """Answer one query; cancelling the call stops the query.

        Raises: QueryError and its kinds, StoreError, ServiceError.
        """
        ...
