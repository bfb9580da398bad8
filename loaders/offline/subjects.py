"""Who a figure or an object mention can be about: candidate subjects with where each stands relative to the anchor."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.mentions import Mention

MOST = 24
_BACK = 6  # sentences before the anchor's whose names are looked at


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate subject: its mention, where it was found ("same", "column", "row", "label", "intro", "heading", "caption", "block"
    (the first sentence of the paragraph or item), "previous", "earlier", "before", "topic", "named" (of no known type, salient); for a header cell also "rowcell" and "columncell", the cells it heads), and its rank among the candidates found in that place (0 = nearest or most salient)."""

    mention: Mention
    place: str
    rank: int


def candidates(analysis: Analysis, segment: Segment, start: int, end: int, types: Iterable[str]) -> list[Candidate]:
    """Candidate subjects of the anchor [start, end) in its segment, each entity once, nearest place first, at most `MOST`."""
    wanted = frozenset(types)
    found: list[Candidate] = []
    seen: set[str] = set()

    def add(mentions: Iterable[Mention], place: str, most: int = 99) -> None:
        rank = 0
        for mention in mentions:
            if mention.stands_for(wanted) and not (mention.start < end and start < mention.end):
                if rank >= most or len(found) >= MOST:
                    return
                if mention.key not in seen:
                    seen.add(mention.key)
                    found.append(Candidate(mention, place, rank))
                rank += 1

    add(sorted(segment.mentions, key=lambda m: start - m.end if m.end <= start else m.start - end), "same", 8)
    for role, left, right in segment.frames:
        add(analysis.mentions_in(left, right), role, 3)
    if segment.kind == "cell":
        add(_row_mentions(analysis, segment), "row", 3)
        if segment.column == 0:
            add(_row_cells(analysis, segment), "rowcell", 6)
        elif segment.row < analysis.tables[segment.table].header_rows:
            add(_column_cells(analysis, segment), "columncell", 6)
    first = analysis.block_first(segment)
    if first != segment.order:
        opening = analysis.segments[first]
        add(opening.mentions, "block", 3)
    order = segment.order
    for back in range(1, min(_BACK, order) + 1):
        before = analysis.segments[order - back]
        if before.kind == "cell" and segment.kind == "cell" and before.table == segment.table:
            continue
        add(reversed(before.mentions), "previous" if back == 1 else "earlier" if back <= 3 else "before", 3)
    for kind in sorted(wanted):
        add(analysis.topics.get(kind, ())[:4], "topic", 4)
    add(analysis.topics["name"][:3], "named", 3)
    return found


def _row_mentions(analysis: Analysis, segment: Segment) -> Iterator[Mention]:
    table = analysis.tables[segment.table]
    for column in range(segment.column - 1, -1, -1):
        if column < len(table.rows[segment.row]):
            yield from analysis.mentions_in(*table.rows[segment.row][column])


def _row_cells(analysis: Analysis, segment: Segment) -> Iterator[Mention]:
    for start, end in analysis.tables[segment.table].rows[segment.row][1:]:
        yield from analysis.mentions_in(start, end)


def _column_cells(analysis: Analysis, segment: Segment) -> Iterator[Mention]:
    table = analysis.tables[segment.table]
    for row in table.rows[table.header_rows :]:
        if segment.column < len(row):
            yield from analysis.mentions_in(*row[segment.column])
