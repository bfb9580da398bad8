"""Read a SPARQL query's tokens: its form, dataset and limit, refusing whatever would leave the store or change it.

The engine parses the grammar; this module reads tokens only, and hands the engine a *normalised* text: comments dropped, `\\u` escapes
resolved. What is a comment, a string or an escape here can therefore not be code there. Two places remain where a lexer and Oxigraph's
context-sensitive parser may cut differently, and both are refused: an IRI with an apostrophe, and an IRI or a name in which the word
SERVICE follows a bracket or a full stop (`FILTER(?a<?b)SERVICE#>`, read by a lexer as one IRI).
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from kg.errors import QueryError, QueryRefused, QueryTooLarge

MAX_DEPTH = 256
QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATE_FORMS = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH", "USING")
VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})

_TOKEN = re.compile(
    r"""
    (?P<space>[\x20\t\r\n]++)
  | (?P<comment>\#[^\r\n]*+)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<string>\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*+\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*+'''
      | "(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+')
  | (?P<name>(?:_|[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?)?:(?:(?:[\w:.\-\u00b7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
      (?:[\w:\-\u00b7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)
  | (?P<plain>[?$][\w\u00b7]++(?:[\x20\t\r\n.,;]++|[?$][\w\u00b7]++|<[^<>"'(){}|^`\\\x00-\x20]*+>)*+)
  | (?P<language>@[a-zA-Z]++(?:-[a-zA-Z0-9]+)*+)
  | (?P<number>(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d++)?)
  | (?P<word>\w++)
  | (?P<open>[{(\[])
  | (?P<close>[})\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SMUGGLED = re.compile(r"\).*service", re.IGNORECASE | re.DOTALL)
_DOTTED = re.compile(r"[.]service", re.IGNORECASE)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_IN_STRING = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Query:
    """A query that may be run. `text` is what the engine gets, escapes resolved and comments gone; line breaks are where they were.

    `form` is one of QUERY_FORMS. `default_graphs` and `named_graphs` are the absolute IRIs of its FROM and FROM NAMED clauses.
    `limit` is its outermost LIMIT or None, `limit_span` the half-open range of that number in `text`, and `tail` the place in `text`
    where a LIMIT may be put when there is none, `where` the place just inside its WHERE clause (None: it has none). `volatile`: its
    answer may differ from run to run on the same store. `prefixes` are the names before the colons in it, ":" included.
    """

    text: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    limit: int | None = None
    limit_span: tuple[int, int] | None = None
    tail: int = 0
    volatile: bool = False
    where: int | None = None
    prefixes: frozenset[str] = frozenset()

    def limited(self, rows: int) -> str:
        """The text with its outermost LIMIT set to at most `rows`; only SELECT has rows.

        >>> read("SELECT * {} # all").limited(5)
        'SELECT * {}  LIMIT 5 '
        """
        if self.form != "SELECT" or (self.limit is not None and self.limit <= rows):
            return self.text
        if self.limit_span is not None:
            start, end = self.limit_span
            return f"{self.text[:start]}{rows}{self.text[end:]}"
        return f"{self.text[: self.tail]} LIMIT {rows} {self.text[self.tail :]}"


def _position(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _refuse(message: str, text: str, offset: int) -> QueryRefused:
    return QueryRefused(message, *_position(text, offset))


def _resolved(token: str, kind: str, text: str, offset: int) -> str:
    """The token with its \\u escapes as characters, re-escaped where the character would end a string."""

    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits is None:
            return match[0]
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise QueryError(f"{match[0]} is not a character; write the character itself", *_position(text, offset + match.start()))
        found = chr(code)
        if kind == "string":
            return _IN_STRING.get(found, found)
        if code <= 0x20 or found in "<>\"{}|^`\\'":
            raise _refuse(f"{match[0]} stands for a character that an IRI cannot contain; percent-encode it", text, offset + match.start())
        return found

    return _ESCAPE.sub(character, token)


def _resolve(base: str | None, iri: str, text: str, offset: int) -> str:
    """The IRI against the base, if there is one."""
    try:
        return urljoin(base, iri) if base else iri
    except ValueError as error:
        raise QueryError(f"<{iri}> is not an IRI ({error})", *_position(text, offset)) from None


def read(text: str, base: str | None = None, declared: Mapping[str, str] | None = None) -> Query:
    """Read and judge a query. `base` resolves relative IRIs of FROM clauses; `declared` are prefixes it need not declare itself.

    Raises: QueryRefused for SERVICE, updates and smuggling; QueryTooLarge for nesting deeper than MAX_DEPTH; QueryError for text that
    is certainly not SPARQL (an unclosed string). Everything else is left to the engine's parser.
    """
    escaped = "\\u" in text or "\\U" in text
    parts: list[str] = []
    length = depth = 0
    opened: list[tuple[str, int]] = []
    form = ""
    default_graphs: list[str] = []
    named_graphs: list[str] = []
    prefixes = {f"{name}:": namespace for name, namespace in (declared or {}).items()}
    limit: int | None = None
    limit_span: tuple[int, int] | None = None
    tail: int | None = None
    volatile = False
    used: set[str] = set()
    where: int | None = None
    before = ("", "")  # the last two significant words or tokens at depth 0, upper case
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind == "space" or kind == "plain":  # a variable and what follows it: nothing to judge up to the next word, name or bracket
            parts.append(token)
            length += len(token)
            continue
        if kind == "comment":
            continue
        start = match.start()
        if kind == "word":
            upper = token.upper()
            if "SERVICE" in upper:
                raise _refuse("SERVICE is refused: this store answers from its own statements and asks no other server", text, start)
            if not form and depth == 0:
                if upper in QUERY_FORMS:
                    form = upper
                elif upper in UPDATE_FORMS:
                    raise _refuse(
                        f"{upper} is an update and updates are refused: statements come from documents; load one with `kg load PATH`",
                        text,
                        start,
                    )
            if upper in VOLATILE:
                volatile = True
            if depth == 0 and form:
                if upper == "VALUES" and tail is None and limit is None:
                    tail = length
                before = (before[1], upper)
            elif depth == 0:
                before = (before[1], upper)
        elif kind == "open":
            depth += 1
            opened.append((token, start))
            if depth == 1 and token == "{" and tail is None:
                where = length + 1
            if depth > MAX_DEPTH:
                raise QueryTooLarge(f"the query is nested deeper than {MAX_DEPTH} brackets; flatten it", *_position(text, start))
            before = ("", "")
        elif kind == "close":
            depth -= 1
            if depth < 0 or _CLOSES[opened.pop()[0]] != token:
                raise QueryError(f"this {token!r} closes no bracket that is open here", *_position(text, start))
            before = ("", "")
        elif kind == "iri":
            if "'" in token:
                raise _refuse("an IRI with an apostrophe is refused; write it as %27", text, start)
            if escaped and "\\" in token:
                token = _resolved(token, "iri", text, start)
            if _SMUGGLED.search(token):
                raise _refuse("SERVICE is refused, also where it follows a bracket inside what reads as an IRI", text, start)
            if depth == 0:
                iri = _resolve(base, token[1:-1], text, start)
                if before[1] == "BASE" and not form:
                    base = iri
                elif before[0] == "PREFIX" and not form:
                    prefixes[before[1]] = iri
                elif before[1] == "FROM":
                    default_graphs.append(iri)
                elif before == ("FROM", "NAMED"):
                    named_graphs.append(iri)
                before = (before[1], "")
        elif kind == "name":
            used.add(token[: token.index(":") + 1])
            if _DOTTED.search(token):
                raise _refuse("a name with the part '.service' is refused; write it as a full IRI", text, start)
            if depth == 0:
                if before[1] == "PREFIX" and not form:
                    before = ("PREFIX", token)
                else:
                    prefix, _, local = token.partition(":")
                    if before[1] == "FROM" or before == ("FROM", "NAMED"):
                        iri = prefixes.get(f"{prefix}:", f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)
                        (default_graphs if before[1] == "FROM" else named_graphs).append(iri)
                    before = (before[1], "")
        elif kind == "number":
            if depth == 0 and before[1] == "LIMIT" and token.isdigit():
                limit = int(token)
                limit_span = (length, length + len(token))
            before = (before[1], "")
        elif kind == "string":
            if escaped and "\\" in token:
                token = _resolved(token, "string", text, start)
            before = (before[1], "")
        elif kind == "other":
            if token in "\"'":
                raise QueryError("a string opens here and is not closed", *_position(text, start))
            if token == "\\":
                raise _refuse("a backslash outside strings and IRIs is refused; write the character itself", text, start)
            before = (before[1], "")
        parts.append(token)
        length += len(token)
    if opened:
        raise QueryError(f"a bracket {opened[-1][0]!r} opens here and is not closed", *_position(text, opened[-1][1]))
    if not form:
        raise QueryError("this is not a SPARQL query; it needs SELECT, ASK, CONSTRUCT or DESCRIBE", *_position(text, len(text)))
    return Query(
        "".join(parts),
        form,
        tuple(default_graphs),
        tuple(named_graphs),
        limit,
        limit_span,
        length if tail is None else tail,
        volatile,
        where,
        frozenset(used),
    )
