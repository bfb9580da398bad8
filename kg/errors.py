"""Every error a user can meet; each says what, where, what was expected, what was got and what to do.

KgError
+-- InputError          a file, a row or a span that cannot be used
|   +-- SpanError       a quote that is not the document's text at its offsets
+-- UsageError          a wrong argument, an unknown name
|   +-- UnknownName     nothing has that name; the known or nearest names are listed
|   +-- NotAcceptable   none of the formats asked for can be given
+-- QueryError          SPARQL that is refused, wrong or too expensive
|   +-- QueryRefused    SERVICE, LOAD, an update, a remote graph
|   +-- QueryTimeout    stopped at the time limit
|   +-- QueryTooLarge   stopped at the memory or row limit
|   +-- QueryBusy       too many queries at once; come back later
+-- StoreError          the home folder cannot be read or written
+-- ServiceError        another server (a remote store, a language model) failed
"""

from collections.abc import Iterable


class KgError(Exception):
    """Base of all errors meant for people; the CLI prints it in one line and exits 1."""


class InputError(KgError):
    """A file, a row or a span that cannot be used."""


class SpanError(InputError):
    """A quote that is not the document's text at its offsets."""


class UsageError(KgError):
    """A wrong argument."""


class UnknownName(UsageError):
    """Nothing has that name."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        names = list(known)
        hint = f"; known: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}" if names else ""
        super().__init__(f"no {kind} named {name!r}{hint}")
        self.kind, self.name = kind, name


class NotAcceptable(UsageError):
    """None of the formats asked for can be given."""


class QueryError(KgError):
    """SPARQL that is wrong; `line` and `column` are 1-based where known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class QueryRefused(QueryError):
    """SERVICE, LOAD, an update or a remote graph: never run."""


class QueryTimeout(QueryError):
    """Stopped at the time limit."""


class QueryTooLarge(QueryError):
    """Stopped at the memory or row limit."""


class QueryBusy(QueryError):
    """Too many queries at once; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreError(KgError):
    """The home folder cannot be read or written."""


class ServiceError(KgError):
    """Another server failed."""
