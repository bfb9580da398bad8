"""Records as CSV that a spreadsheet opens safely: nested members become columns, and no cell can start a formula.

https://www.rfc-editor.org/rfc/rfc4180 and https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

BOM = "\ufeff"
"""Without it, spreadsheets read UTF-8 as the machine's old code page."""

_NUMBER = re.compile(r"[+-]?(\d+([.]\d*)?|[.]\d+)([eE][+-]?\d+)?")


def cell(value: Any) -> str:
    """A value as the text of a cell; text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> cell("=1+1"), cell("-3"), cell(["a", "b"]), cell({"stage": "pre-training"})
    ("'=1+1", '-3', 'a | b', 'stage=pre-training')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, Mapping):
        value = "; ".join(f"{key}={cell(item)}" for key, item in value.items())
    elif isinstance(value, list | tuple):
        value = " | ".join(cell(item) for item in value)
    text = str(value)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def flat(record: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
    """Members of nested records as `outer.inner`; qualifiers and identifiers, whose keys differ by row, stay one cell."""
    made: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and name not in ("qualifiers", "identifiers"):
            made.update(flat(value, f"{inside}{name}."))
        else:
            made[f"{inside}{name}"] = value
    return made


def comma_separated(records: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> bytes:
    """The records as CSV in UTF-8; `columns` come first, those a record adds follow in the order they turn up."""
    rows = [flat(record) for record in records]
    names = dict.fromkeys(columns)
    for row in rows:
        names.update(dict.fromkeys(row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([cell(row.get(name)) for name in names] for row in rows)
    return (BOM + text.getvalue()).encode()
