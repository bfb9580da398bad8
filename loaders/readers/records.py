"""JSON and JSON lines: every value becomes a line `path.to.key: value`, strings without their quotes and escapes."""

import re

from kg.text import Text
from loaders.readers.rewriting import Piece, assembled

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]|\\u")
_START = re.compile(r'\s*(?:\[\s*)*\{\s*(?:"(?:[^"\\\n]|\\.){0,200}"\s*:|\})')
_SIMPLE = {"n": "\n", "t": " ", "r": "", "b": "", "f": ""}
_DEEPEST = 200


def is_records(content: str) -> bool:
    """Whether the text is JSON: one value, or one object a line; a broken end does not matter."""
    return _START.match(content) is not None


def unpacked(text: Text) -> Text:
    """The text with one line for every value; an empty line between records; keys of nested objects joined by dots."""
    content = text.content
    pieces: list[Piece] = []
    path: list[str] = []
    kinds: list[str] = []
    key: str | None = None
    tokens = list(_TOKEN.finditer(content))
    for number, token in enumerate(tokens):
        sign = token[0]
        at = token.start()
        if sign in ("{", "["):
            if len(kinds) < _DEEPEST:
                kinds.append(sign)
                path.append(key or "")
            key = None
        elif sign in ("}", "]"):
            if kinds:
                kinds.pop()
                path.pop()
            key = None
            if not kinds or kinds == ["["]:
                pieces.append(Piece(token.end(), token.end(), "\n"))
        elif sign == ",":
            key = None
        elif sign == ":":
            continue
        elif number + 1 < len(tokens) and tokens[number + 1][0] == ":" and sign[0] == '"' and kinds[-1:] == ["{"]:
            key = sign.strip('"')
        else:
            label = ".".join(part for part in [*path, key or ""] if part)
            begin, end = (at + 1, token.end() - (len(sign) > 1 and sign.endswith('"'))) if sign[0] == '"' else (at, token.end())
            if begin < end:
                pieces.append(Piece(begin, begin, f"{label}: " if label else ""))
                pieces += _unescaped(content, begin, end)
                pieces.append(Piece(end, end, "\n"))
    return assembled(text, pieces, "json")


def _unescaped(content: str, start: int, end: int) -> list[Piece]:
    pieces = []
    at = start
    for escape in _ESCAPE.finditer(content, start, end):
        if escape.start() > at:
            pieces.append(Piece(at, escape.start()))
        pieces.append(Piece(escape.start(), escape.end(), _meant(escape[0])))
        at = escape.end()
    if at < end:
        pieces.append(Piece(at, end))
    return pieces


def _meant(escape: str) -> str:
    if len(escape) == 12:
        high, low = int(escape[2:6], 16), int(escape[8:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if len(escape) == 6:
        code = int(escape[2:], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF or code < 0x20 else chr(code)
    return _SIMPLE.get(escape[1], escape[1])
