"""A document laid out for reading: segments (sentences, cells, headings) with their names, figures, dates and cues, and what frames them."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from kg.documents import Metadata
from kg.text import Text
from loaders.blocks import Block, Table, heading_of, sentences, tables
from loaders.offline.cues import Cues
from loaders.offline.dates import Date, dates
from loaders.offline.described import described
from loaders.offline.mentions import Mention, lowered, mentions
from loaders.offline.quantities import Figure, figures

LEAVES = {"heading", "paragraph", "item", "quote", "footnote", "cell", "field", "front-matter"}
LIST_GAP = re.compile(
    r"[\s*_\"”’'“]*(?:[(（][^()（）\n]{1,24}[)）])?\s*(?:,|、|，|;|/|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|和|与|與|及|以及|と|や|및|와|과|·|, and|, und|as well as|, as well as)\s*(?:the |its |den |der |die |le |la |les |el )?[\s*_\"“‘'\[]*"
)
TOPIC_TYPES = ("model", "organisation", "chip", "cluster", "person")
_SALIENT = (*TOPIC_TYPES, "name")


@dataclass(slots=True)
class Segment:
    """The unit of reading: half-open range, kind ("sentence", "heading", "cell", "field"), and the frames that explain it.

    `block` indexes the block tree. `frames` are ranges that name what the segment is about, nearest first, each with its role: "column"
    (header cell), "row" (first cell of the row), "label" (of a field or item), "heading", "caption", "intro". `order` counts segments.
    """

    start: int
    end: int
    kind: str
    block: int
    order: int
    frames: tuple[tuple[str, int, int], ...] = ()
    table: int = -1
    row: int = -1
    column: int = -1
    mentions: list[Mention] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    dates: list[Date] = field(default_factory=list)


class Home(NamedTuple):
    """The segment and block a mention stands in, and whether it is the first mention of the block or of the segment."""

    order: int
    block: int
    opens_block: bool
    opens_sentence: bool


class Analysis:
    """Everything the candidate generators ask about one document."""

    def __init__(self, text: Text, blocks: Sequence[Block], metadata: Metadata) -> None:
        self.text, self.blocks, self.metadata = text, blocks, metadata
        self.content = text.content
        self.low = lowered(self.content)
        self.cues = Cues(self.low)
        self.language = metadata.language or "en"
        self.tables: tuple[Table, ...] = tables(blocks, text)
        self.segments: list[Segment] = list(self._segments())
        names = mentions(self.content)
        self.mentions = sorted([*names, *described(self.content, names)], key=lambda mention: mention.start)
        self._starts = [segment.start for segment in self.segments]
        self._homes: dict[int, Home | None] = {}
        year = (metadata.date or "")[:4] or self._usual_year()
        for mention in self.mentions:
            segment = self.segment_at(mention.start)
            if segment is not None and mention.end <= segment.end:
                segment.mentions.append(mention)
        for segment in self.segments:
            piece = self.content[segment.start : segment.end]
            offset = segment.start
            if any(character.isdigit() for character in piece):
                segment.dates = [
                    Date(item.start + offset, item.end + offset, item.value, item.supplied_year)
                    for item in dates(piece, year, self.language)
                ]
            segment.figures = list(self._figures(piece, offset, segment))

    def _usual_year(self) -> str | None:
        """The year of most of the text's dates that name a month or a day; None without any."""
        years = Counter(date.value[:4] for date in dates(self.content, None, self.language) if len(date.value) >= 7)
        return max(years, key=lambda year: (years[year], year), default=None)

    def _figures(self, piece: str, offset: int, segment: Segment) -> Iterator[Figure]:
        for figure in figures(piece, self.language):
            start, end = figure.start + offset, figure.end + offset
            number_start, number_end = figure.number_start + offset, figure.number_end + offset
            inside = any(
                m.start <= number_start < m.end
                and m.type in ("model", "chip", "cluster", "organisation", "technique", "benchmark", "licence", "architecture", "person")
                for m in segment.mentions
            )
            dated = any(d.start < number_end and number_start < d.end for d in segment.dates) and figure.kind in (
                "bare",
                "other",
                "duration",
            )
            if inside or dated:
                continue
            moved = replace(figure, start=start, end=end, number_start=number_start, number_end=number_end)
            if moved.kind in ("bare", "other"):
                following = next((m for m in segment.mentions if 0 <= m.start - number_end <= 6 and m.type == "chip"), None)
                between = self.content[number_end : following.start].strip() if following else "?"
                if (
                    following
                    and between in ("", "x", "×", "*", "of", "张", "块", "枚", "颗", "片", "+", "+ ", "-")
                    and (moved.magnitude in ("", "K", "k", "万", "萬", "千", "만", "M", "million", "thousand"))
                ):
                    moved = replace(moved, kind="gpu", end=max(moved.number_end, moved.end))
            yield moved

    def _segments(self) -> Iterator[Segment]:
        order = 0
        cell_place: dict[int, tuple[int, int, int]] = {}
        starts: dict[tuple[int, int], tuple[int, int, int]] = {}
        for number, table in enumerate(self.tables):
            for row, cells in enumerate(table.rows):
                for column, (start, end) in enumerate(cells):
                    starts.setdefault((start, end), (number, row, column))
        parents = {block.parent for block in self.blocks if block.parent is not None}
        fields_in = defaultdict(list)
        for index, block in enumerate(self.blocks):
            if block.kind == "field" and block.parent is not None:
                fields_in[block.parent].append(index)
        for index, block in enumerate(self.blocks):
            if block.kind not in LEAVES or block.end <= block.start:
                continue
            if block.kind == "front-matter" and index in parents:
                continue
            if block.kind == "quote" and index in parents:
                continue
            if block.kind == "field" and block.parent is not None and self.blocks[block.parent].kind in ("paragraph", "item"):
                continue
            if block.kind == "cell":
                place = starts.get((block.start, block.end))
                if place is None:
                    continue
                cell_place[index] = place
                yield Segment(block.start, block.end, "cell", index, order, tuple(self._cell_frames(*place)), *place)
                order += 1
                continue
            frames = tuple(self._frames(index, fields_in))
            kind = "heading" if block.kind == "heading" else "field" if block.kind == "field" else "sentence"
            pieces = ((block.start, block.end),) if kind != "sentence" else sentences(self.text, block)
            for start, end in pieces:
                if end > start:
                    yield Segment(start, end, kind, index, order, frames)
                    order += 1

    def _frames(self, index: int, fields_in: dict[int, list[int]]) -> Iterator[tuple[str, int, int]]:
        block = self.blocks[index]
        for inner in fields_in.get(index, ()):
            label = self.content.find(self.blocks[inner].label, block.start, self.blocks[inner].start)
            if label >= 0:
                yield "label", label, label + len(self.blocks[inner].label)
        if block.kind == "field" and block.label:
            label = self.content.rfind(block.label, max(0, block.start - len(block.label) - 40), block.start)
            if label >= 0:
                yield "label", label, label + len(block.label)
        yield from self._above(index)

    def _above(self, index: int) -> Iterator[tuple[str, int, int]]:
        parent, depth = self.blocks[index].parent, 0
        while parent is not None and depth < 6:
            above = self.blocks[parent]
            if above.kind == "heading":
                yield "heading", above.start, above.end
            elif above.kind == "item":
                yield "intro", above.start, above.end
            parent, depth = above.parent, depth + 1

    def _cell_frames(self, number: int, row: int, column: int) -> Iterator[tuple[str, int, int]]:
        table = self.tables[number]
        for header in range(min(table.header_rows, row)):
            if column < len(table.rows[header]):
                start, end = table.rows[header][column]
                if end > start:
                    yield "column", start, end
        if column > 0 and table.rows[row] and table.rows[row][0][1] > table.rows[row][0][0]:
            yield "row", *table.rows[row][0]
        if table.caption:
            yield "caption", *table.caption
        heading = heading_of(self.blocks, table.block)
        if heading is not None:
            yield "heading", self.blocks[heading].start, self.blocks[heading].end

    def segment_at(self, position: int) -> Segment | None:
        """The segment that holds the position."""
        index = bisect_left(self._starts, position + 1) - 1
        while index >= 0:
            segment = self.segments[index]
            if segment.start <= position < segment.end:
                return segment
            if position - segment.start > 20_000:
                return None
            index -= 1
            if index >= 0 and self.segments[index].end <= self.segments[index].start:
                continue
            return None if index < 0 or not (self.segments[index].start <= position < self.segments[index].end) else self.segments[index]
        return None

    def block_first(self, segment: Segment) -> int:
        """The order of the first segment of the segment's block."""
        return self._block_first.get(segment.block, segment.order)

    @cached_property
    def _block_first(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for segment in self.segments:
            found.setdefault(segment.block, segment.order)
        return found

    def mentions_in(self, start: int, end: int) -> Iterator[Mention]:
        """The mentions that begin in [start, end)."""
        index = bisect_left(self.mentions, start, key=lambda mention: mention.start)
        while index < len(self.mentions) and self.mentions[index].start < end:
            yield self.mentions[index]
            index += 1

    def home(self, mention: Mention) -> "Home | None":
        """Where the mention stands, None where no segment holds its beginning."""
        if mention.start not in self._homes:
            segment = self.segment_at(mention.start)
            found = None
            if segment is not None:
                first = self.segments[self.block_first(segment)].mentions
                opens = [bool(named) and named[0].start == mention.start for named in (first, segment.mentions)]
                found = Home(segment.order, segment.block, *opens)
            self._homes[mention.start] = found
        return self._homes[mention.start]

    def rivals(self, mention: Mention, start: int, end: int) -> int:
        """How many mentions of other entities of the mention's type begin in [start, end)."""
        every, own = self._places[mention.type, ""], self._places[mention.type, mention.key]
        if end <= start:
            return 0
        return bisect_left(every, end) - bisect_left(every, start) - bisect_left(own, end) + bisect_left(own, start)

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[int]]:
        """Where the mentions of each type and key begin, in order; of any key under ""."""
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.type, ""].append(mention.start)
            found[mention.type, mention.key].append(mention.start)
        return found

    def lightened(self) -> None:
        """Let go of what is only asked while readings are made; it is worked out again when it is asked for."""
        self._homes.clear()
        self.__dict__.pop("_places", None)

    def cue_names(self, start: int, end: int) -> set[str]:
        """The classes of the cues that begin in [start, end)."""
        return self.cues.names(start, end)

    def forgotten(self, keys: Container[str]) -> None:
        """Take from the names of these keys the types the gazetteer gives them, so that they are names like any other; before anything else
        is asked."""

        def told(mention: Mention) -> Mention:
            return replace(mention, type="name", source="shape", kind="") if mention.key in keys else mention

        self._retold(told)

    def typed(self, kinds: Mapping[str, tuple[str, str]]) -> None:
        """Give the names of these keys their types and kinds, and surnames the key of the person they are of; before anything else is asked."""
        people = {
            mention.label.split()[-1]: mention.key
            for mention in reversed(self.mentions)
            if kinds.get(mention.key, (mention.type, ""))[0] == "person" and " " in mention.label
        }
        labels = {mention.key: mention.label for mention in reversed(self.mentions)}

        def told(mention: Mention) -> Mention:
            if mention.type != "name":
                return mention
            whole = people.get(mention.label)
            if whole is not None:
                return replace(mention, type="person", key=whole, label=labels[whole], source="alias")
            if mention.key not in kinds:
                return mention
            kind, like = kinds[mention.key]
            return replace(mention, type=kind, kind=like, source=mention.source if kind == "name" else "looks")

        self._retold(told)

    def _retold(self, told: Callable[[Mention], Mention]) -> None:
        self.mentions = [told(mention) for mention in self.mentions]
        for segment in self.segments:
            segment.mentions = [told(mention) for mention in segment.mentions]
        for name in ("enumerations", "frequency", "topics", "_places"):
            self.__dict__.pop(name, None)

    @cached_property
    def topics(self) -> dict[str, list[Mention]]:
        """By type, one mention of each entity of the document, most salient first; names of no known type under "name"."""
        weight: defaultdict[tuple[str, str], float] = defaultdict(float)
        first: dict[tuple[str, str], Mention] = {}
        for segment in self.segments:
            for mention in segment.mentions:
                if mention.type not in _SALIENT:
                    continue
                key = (mention.type, mention.key)
                first.setdefault(key, mention)
                share = 0.3 if mention.kind == "media" else 1.0
                weight[key] += share * (
                    5
                    if segment.order == 0 or (segment.kind == "heading" and segment.order < 3)
                    else 3
                    if segment.order < 3
                    else 2
                    if segment.kind == "heading"
                    else 1
                )
        title = (self.metadata.title or "").lower()
        for key, mention in first.items():
            if title and mention.label.lower() in title:
                weight[key] += 4
        ranked: dict[str, list[Mention]] = {kind: [] for kind in _SALIENT}
        for (kind, _), _, _, mention in sorted(((k, -w, first[k].start, first[k]) for k, w in weight.items()), key=lambda x: (x[1], x[2])):
            ranked[kind].append(mention)
        return ranked

    @cached_property
    def leading(self) -> dict[tuple[str, str], int]:
        """The place of the three most salient entities of each type, by type and key."""
        return {(kind, mention.key): place for kind, named in self.topics.items() for place, mention in enumerate(named[:3])}

    @cached_property
    def leading_types(self) -> tuple[str, ...]:
        """The types of the two most often mentioned of the entities that are the most salient of their types."""
        first = [(self.topics[kind][0], kind) for kind in TOPIC_TYPES if self.topics[kind]]
        first.sort(key=lambda item: -self.frequency[item[0].key])
        return tuple(kind for _, kind in first[:2])

    @cached_property
    def enumerations(self) -> dict[int, tuple[int, int]]:
        """By the start of a mention, the half-open range of the enumeration it is an item of, itself if of none."""
        found: dict[int, tuple[int, int]] = {}
        for segment in self.segments:
            run: list[Mention] = []
            for mention in [*segment.mentions, None]:
                if run and (
                    mention is None or mention.type != run[-1].type or not LIST_GAP.fullmatch(self.content, run[-1].end, mention.start)
                ):
                    for item in run:
                        found[item.start] = (run[0].start, run[-1].end)
                    run = []
                if mention is not None:
                    run.append(mention)
        return found

    @cached_property
    def frequency(self) -> Counter[str]:
        """How often each entity key is mentioned."""
        return Counter(mention.key for mention in self.mentions)
