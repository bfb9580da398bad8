"""Statements that structure alone gives: authors of the document, what a cost covers."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.claims import GRAMMAR
from loaders.offline.found import Found
from loaders.offline.mentions import Mention

_SPLIT = re.compile(r",\s*(?:and\s+|as well as\s+)?|\s+and\s+|\s+as well as\s+|、|和|以及|及|与|;\s*")
_EDGE = re.compile(
    r"^(?:all|any|the|their|its|actual|both|also|other|costs? (?:of|for|associated with)|costs associated with|associated with)\s+", re.I
)


@cache
def _covers() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))["covers"]
    return {"costExcludes": re.compile(table["excludes"]), "costIncludes": re.compile(table["includes"])}


def structural(analysis: Analysis) -> Iterator[Found]:
    """Statements read off the structure of the document."""
    yield from _coverage(analysis)
    yield from _own_authors(analysis)


def _coverage(analysis: Analysis) -> Iterator[Found]:
    low = analysis.low
    for segment in analysis.segments:
        piece = low[segment.start : segment.end]
        if "cost" not in piece and "exclud" not in piece and "成本" not in piece and "费用" not in piece:
            continue
        talks = any(word in low[max(0, segment.start - 500) : segment.end] for word in ("cost", "spent", "million", "成本", "费用", "$"))
        subject = _costed(analysis, segment)
        if subject is None or not talks:
            continue
        for predicate, pattern in _covers().items():
            for found in pattern.finditer(piece):
                begin = segment.start + found.end()
                stops = [
                    position
                    for mark in (".", ";", "。", "；", "—", ", excluding", "—one")
                    if (position := low.find(mark, begin, segment.end)) >= 0
                ]
                end = min(stops, default=segment.end)
                dash = low.find("—", begin, end)
                end = dash if dash > 0 else end
                yield from _items(analysis, segment, subject, predicate, begin, end)


def _costed(analysis: Analysis, segment: Segment) -> Mention | None:
    """The model whose cost is spoken of: named here, else in the sentences before, else the topic."""
    for order in range(segment.order, max(-1, segment.order - 6), -1):
        named = [m for m in analysis.segments[order].mentions if m.type == "model"]
        if named:
            return named[0]
        papers = [m.label.lower() for m in analysis.segments[order].mentions if m.type == "publication"]
        for model in analysis.topics.get("model", ()):
            if any(model.label.lower() in paper for paper in papers):
                return model
    topic = analysis.topics.get("model") or ()
    return topic[0] if topic else None


def _items(analysis: Analysis, segment: Segment, subject: Mention, predicate: str, begin: int, end: int) -> Iterator[Found]:
    content = analysis.content
    position = begin
    for gap in [*_SPLIT.finditer(content, begin, end), None]:
        stop = gap.start() if gap else end
        start = position
        while start < stop and content[start] in " \n:":
            start += 1
        for _ in range(3):
            edge = _EDGE.match(content[start:stop])
            if not edge:
                break
            start += edge.end()
        words = content[start:stop].strip(" ,.\n")
        if 3 < len(words) <= 70 and len(words.split()) <= 9:
            yield Found(
                subject.label,
                subject.key,
                predicate,
                start,
                start + len(words),
                segment,
                0.75,
                words,
                "text:" + words.lower(),
            )
        position = gap.end() if gap else end
        if predicate == "costIncludes":
            return


def _own_authors(analysis: Analysis) -> Iterator[Found]:
    for author in analysis.metadata.authors:
        position = analysis.content.find(author)
        holder = analysis.segment_at(position) if position >= 0 else None
        if holder is not None:
            yield Found(
                "document",
                "document",
                "author",
                position,
                position + len(author),
                holder,
                0.9,
                author,
                "person:" + author,
            )
