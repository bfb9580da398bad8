"""Comparisons: "~11X less" between two figures of a document becomes a statement of their ratio, which the checks can test."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from kg.documents import Document
from kg.statements import Statement, identified

EXTRACTOR = "comparisons 1"


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("loaders") / "comparisons.toml").read_text(encoding="utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    table = _table()
    about = "|".join(re.escape(word) for word in table["about"])
    less, more = (rf"(?P<{name}>{'|'.join(map(re.escape, table[name]))})" for name in ("less", "more"))
    times = "|".join(table["times"])
    number = r"(?P<number>\d+(?:[.,]\d+)?)"
    return re.compile(rf"(?P<figure>(?P<about>{about})?\s?\\?~?{number}\s?(?:{times}))[^\S\n]?(?:{less}|{more})(?:\s\w+)?", re.IGNORECASE)


def ratios(document: Document, statements: Sequence[Statement]) -> Iterator[Statement]:
    """The ratios the document states between two of the statements' figures, in reading order.

    A ratio speaks of the figure just before it, and of the nearest figure of the same kind of another subject.
    """
    comparable = [statement for statement in statements if statement.predicate in _table()["predicates"] and statement.value]
    if len(comparable) < 2:
        return
    for match in _pattern().finditer(document.raw):
        before = [item for item in comparable if item.start < match.start() and match.start() - item.end <= _table()["reach"]]
        one = max(before, key=lambda item: (item.end, item.start, item.id), default=None)
        if one is None or "\n\n" in document.raw[one.end : match.start()]:
            continue
        others = [
            item
            for item in comparable
            if (item.predicate, item.unit, item.qualifiers.get("per")) == (one.predicate, one.unit, one.qualifiers.get("per"))
            and item.subject != one.subject
            and min(abs(item.start - match.end()), abs(match.start() - item.end)) <= _table()["span"]
        ]
        other = min(others, key=lambda item: (abs(item.start - one.start), item.id), default=None)
        if other is None:
            continue
        yield identified(
            Statement(
                document.name,
                document.id,
                one.subject,
                "ratio",
                match.start(),
                match.end(),
                document.raw[match.start() : match.end()],
                value=float(match["number"].replace(",", ".")),
                unit="times",
                lexical=match["figure"].strip(),
                bound="~" if match["about"] or "~" in match["figure"] else "",
                qualifiers={"versus": other.subject, "of": one.predicate, "direction": "less" if match["less"] else "more"},
                attributed_to=one.attributed_to,
                status=one.status,
                subject_id=one.subject_id,
                extractor=EXTRACTOR,
                confidence=min(one.confidence, other.confidence),
            )
        )
