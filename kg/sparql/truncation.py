"""Cut a serialised table to a number of rows, and say in it that it was cut where its format has a place for that."""

import json
import re

# The start of a binding object. Inside a JSON string every quote is escaped, and after the quote that closes one comes no colon, so this
# never matches in or across a string.
_JSON_ROW = re.compile(rb'[\[,](\{"[^"\\]+":\{"type":")')
_CSV_FIELD = re.compile(rb'"[^"]*+"|(\r\n)')


def _json(body: bytes, rows: int) -> tuple[bytes, bool]:
    if body.count(b"},{") < rows:  # between two rows there is always this; in a literal it may be too
        return body, False
    if b"[{}" in body or b",{}" in body:  # perhaps rows that bind nothing, perhaps the text of a literal: parse to know
        parsed = json.loads(body)
        bindings = parsed["results"]["bindings"]
        if len(bindings) <= rows:
            return body, False
        del bindings[rows:]
        return json.dumps(parsed, ensure_ascii=False, separators=(",", ":")).encode(), True
    for number, match in enumerate(_JSON_ROW.finditer(body)):
        if number == rows:
            return body[: match.start(1)].rstrip(b",") + b"]}}", True
    return body, False


def _xml(body: bytes, rows: int) -> tuple[bytes, bool]:
    if body.count(b"<result>") + body.count(b"<result/>") <= rows:
        return body, False
    for number, match in enumerate(re.finditer(rb"<result/?>", body)):
        if number == rows:
            return body[: match.start()] + b"</results></sparql>", True
    return body, False


def _tsv(body: bytes, rows: int) -> tuple[bytes, bool]:
    if body.count(b"\n") <= rows + 1:
        return body, False
    for number, match in enumerate(re.finditer(rb"\n", body)):
        if number == rows:
            return body[: match.end()], True
    return body, False


def _csv(body: bytes, rows: int) -> tuple[bytes, bool]:
    number = 0
    for match in _CSV_FIELD.finditer(body):
        if match[1] is None:
            continue
        if number == rows:
            return body[: match.end()], match.end() < len(body)
        number += 1
    return body, False


_CUT = {"json": _json, "xml": _xml, "tsv": _tsv, "csv": _csv}


def truncated(body: bytes, form: str, rows: int, notice: str) -> tuple[bytes, bool]:
    """The table in format `form` cut after `rows` rows, and whether anything was cut.

    A cut table says so with the IRI `notice` as the `link` of its head in JSON and XML; CSV and TSV have no place for it.
    `body` is Oxigraph's serialisation, which writes no spaces between JSON or XML tokens.
    """
    if len(body) <= 3 * rows:  # no format spends less than three bytes on a row, save CSV and TSV rows that bind nothing
        floor = body.count(b"\n") if form in ("csv", "tsv") else 0
        if floor <= rows:
            return body, False
    cut, changed = _CUT[form](body, rows)
    if not changed:
        return body, False
    if form == "json":
        cut = cut.replace(b']},"results"', b'],"link":' + json.dumps([notice]).encode() + b'},"results"', 1)
    elif form == "xml":
        cut = cut.replace(b"</head>", b'<link href="' + notice.encode() + b'"/></head>', 1)
    return cut, True
