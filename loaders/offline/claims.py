"""Who says a statement, how sure it is put, and what it covers: claimants, status and qualifiers read around a span."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from loaders.blocks import introduction
from loaders.offline.analysis import Analysis, Segment
from loaders.offline.mentions import Mention

GRAMMAR = Path(__file__).parent / "grammar" / "claims.toml"
_T = TypeVar("_T")
CLAIMANT_TYPES = {"person", "organisation", "publication", "name"}
_REACH = 45
_PAPER = re.compile(r"(?:['’]s)? (?:technical report|paper|report|model card|white paper|preprint)")
_APPOSED = re.compile(r", (?:[^.,;:]+ (?:of|at|for|with) )(?:[^.,;:]{0,30})|,? (?:of|from|at|with)(?: the)? ")
_TITLE_END = re.compile(r"[:：|]\s| [-–—] ")
_RELATIVE = re.compile(r"[,;—–] (?:(?:for|of|to|with|from|in|on|at|by) )?(?:which|whom|whose|where)(?: the)?$")
_DISOWNED = (" not", "不是", "并非", "並非", " nicht", " pas", " não", " не")
_OBLIQUE = re.compile(r"\b(?:from|by|with|of|to|on|for|at|in|than|using|via|like)(?: the)?$")
_CONTINUED = re.compile(r"(?:it|they|the (?:company|firm|startup|start-up|lab|group))\b")
_ACCOUNT = re.compile(r"(@\w{2,40})\s*[:：]")
_STARRED = re.compile(r"[*※†‡]\s?\S")
_WE = re.compile(r"\b(?:we|our)\b")
_SIGNED = re.compile(r"[(（]([^()（）]{3,120})[)）]\s*\[https?://[^\]\s]+\]\s*$")
_FROM = re.compile(r"^(?:paraphrased from|quoted from|taken from|from|source:|via) ")
_OUTLETS = ("media", "analyst", "newsletter")
_HOST = re.compile(r"https?://(?:www\.)?([^/\s?#]+)")


@dataclass(frozen=True, slots=True)
class _Grammar:
    after: re.Pattern[str]
    before: re.Pattern[str]
    inverted: re.Pattern[str]
    told: re.Pattern[str]
    by: re.Pattern[str]
    possessed: re.Pattern[str]
    topic: re.Pattern[str]
    final: re.Pattern[str]
    people: re.Pattern[str]
    works: re.Pattern[str]
    back: re.Pattern[str]
    maker: re.Pattern[str]
    section: re.Pattern[str]
    source: re.Pattern[str]
    taken: re.Pattern[str]
    covering: re.Pattern[str]
    background: frozenset[str]
    status: dict[str, re.Pattern[str]]
    negated: re.Pattern[str]
    rejected: re.Pattern[str]
    computed: re.Pattern[str]
    guess: re.Pattern[str]
    doubted: frozenset[str]
    accusing: frozenset[str]
    certain: frozenset[str]
    measured: frozenset[str]
    qualifiers: dict[str, list[tuple[str, re.Pattern[str]]]]
    qualifiers_of: dict[str, list[str]]
    timed: frozenset[str]


@cache
def _grammar() -> _Grammar:
    table: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))

    def words(items: list[str]) -> str:
        return "|".join(re.escape(item) for item in sorted(items, key=len, reverse=True))

    reporting, framing, status = table["reporting"], table["framing"], table["status"]
    return _Grammar(
        after=re.compile(
            rf"[\"”’'\])]*(?:{reporting['gap']}){{0,3}}\s*(?<![a-zà-ÿа-я])({reporting['verbs']}|{words(reporting['after'])})(?![a-zà-ÿа-я])"
            rf"|(?:[(（][^()（）\n]{{0,30}}[)）])?[^。，,：:；;！？、()（）\n]{{0,14}}?({reporting['wide']})"
        ),
        before=re.compile(
            rf"(?<![a-z])(?:{words(reporting['before'])})(?:\s{reporting['works_of']})?(?:\s(?:the|by|from|an?|den|dem|der|l['’]|la|le|el|o|os|as)|\s*[(\[《“])?$"
        ),
        inverted=re.compile(reporting["inverted"]),
        told=re.compile(reporting["told"]),
        by=re.compile(reporting["by"]),
        possessed=re.compile(reporting["possessed"]),
        topic=re.compile(reporting["topic"]),
        final=re.compile(reporting["final"]),
        people=re.compile(reporting["people"]),
        works=re.compile(reporting["works"]),
        back=re.compile(reporting["back"]),
        maker=re.compile(framing["maker"]),
        section=re.compile(framing["section"]),
        source=re.compile(framing["source"]),
        covering=re.compile(framing["covering"]),
        taken=re.compile(framing["taken"]),
        background=frozenset(table["background"]["predicates"]),
        status={name: re.compile(status[name]) for name in ("denied", "alleged", "estimated")},
        negated=re.compile(status["negated_before"]),
        rejected=re.compile(status["rejected_after"]),
        computed=re.compile(status["computed"]),
        guess=re.compile(status["framed"]),
        doubted=frozenset(status["doubted"]),
        accusing=frozenset(status["accusing"]),
        certain=frozenset(status["certain"]),
        measured=frozenset(status["measured"]),
        qualifiers={
            name: [(value, re.compile(pattern)) for value, pattern in values.items()] for name, values in table["qualifier"].items()
        },
        qualifiers_of=table["qualifiers_of"],
        timed=frozenset(table["timed"]["predicates"]),
    )


@dataclass(frozen=True, slots=True)
class _Voice:
    """A claimant and the half-open content range it speaks for; what stands in [aside, verb) is only said about the claimant.

    `carries`: whether it is an outlet, which carries what others in the sentence say.
    """

    label: str
    start: int
    end: int
    aside: int = 0
    verb: int = 0
    carries: bool = False

    def says(self, anchor: tuple[int, int] | None) -> bool:
        """Whether the figure or object at the anchor is what the claimant says; without an anchor, whether anything is."""
        if anchor is None:
            return True
        return self.start <= anchor[0] < self.end and not self.aside <= anchor[0] < self.verb


class Claims:
    """Reads claimants, status and qualifiers of one analysed document."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._footnotes = {block.label: block for block in analysis.blocks if block.kind == "footnote" and block.label}
        self._said: dict[int, tuple[_Voice, ...]] = {}
        self._introduced: dict[int, bool] = {}
        self._sources: dict[int, tuple[str, ...]] = {}
        self._frames: dict[int, tuple[str, ...]] = {}

    def claimants(self, segment: Segment, predicate: str = "", anchor: tuple[int, int] | None = None) -> tuple[str, ...]:
        """Who says what the segment says, nearest first; empty for the document's own voice.

        With the predicate and the place of the figure or object, only who says that: what everybody knows (a chip's maker, a person's
        post) and what stands beside the reported clause is the document's own voice, unless the whole passage is quoted.
        """
        own = predicate in _grammar().background
        spoken: list[str] = []
        if not own:
            voices = sorted((voice for voice in self._voices(segment) if voice.says(anchor)), key=lambda voice: voice.carries)
            spoken = [*(voice.label for voice in voices), *self._maker(segment, predicate), *self._source(segment)]
        return tuple(dict.fromkeys((*spoken, *self._frame(segment))))[:4]

    def _once(self, known: dict[int, tuple[_T, ...]], read: Callable[[Segment], Iterable[_T]], segment: Segment) -> tuple[_T, ...]:
        """What is read of a segment, read once; a segment that refers back to itself adds nothing."""
        if segment.order not in known:
            known[segment.order] = ()
            known[segment.order] = tuple(read(segment))
        return known[segment.order]

    def _voices(self, segment: Segment) -> tuple[_Voice, ...]:
        return self._once(self._said, self._in_sentence, segment)

    def _frame(self, segment: Segment) -> tuple[str, ...]:
        return self._once(self._frames, self._framed, segment)

    def _source(self, segment: Segment) -> tuple[str, ...]:
        return self._once(self._sources, self._sourced, segment)

    def _maker(self, segment: Segment, predicate: str) -> list[str]:
        """The organisation the document is about, where the heading says the figures are the maker's: lists, tables and scores under it."""
        listed = segment.table >= 0 or self.analysis.blocks[segment.block].kind in ("item", "field")
        heading = next(((left, right) for role, left, right in segment.frames if role == "heading"), None)
        if heading is None or segment.kind == "heading" or not (listed or predicate in ("benchmarkScore", "outperforms")):
            return []
        if not _grammar().maker.search(self.analysis.low, *heading):
            return []
        return [mention.label for mention in self.analysis.topics["organisation"][:1]]

    def _named(self, start: int, end: int) -> list[Mention]:
        """The names in [start, end) that can claim something."""
        return [mention for mention in self.analysis.mentions_in(start, end) if mention.type in CLAIMANT_TYPES]

    def _in_sentence(self, segment: Segment) -> Iterator[_Voice]:
        analysis, table = self.analysis, _grammar()
        low = analysis.low
        noted = segment.start
        for mention in segment.mentions:
            if mention.type not in CLAIMANT_TYPES and mention.type != "model":
                continue
            left = low[max(segment.start, mention.start - 40) : mention.start].rstrip("\"“'‘[@ ")
            right = low[mention.end : min(segment.end, mention.end + _REACH)]
            if mention.type == "model":
                paper = _PAPER.match(low, mention.end)
                if paper and self._verb(paper.end(), segment):
                    yield _Voice(mention.label + analysis.content[mention.end : paper.end()], segment.start, segment.end)
                continue
            if mention.type == "name" and "-" in mention.label and mention.label.partition("-")[0].isupper():
                continue  # a unit
            start, end = self._clause(segment, mention.start)
            if left.endswith((" while", " whereas")) or _RELATIVE.search(left):
                start = mention.start
            verb = 0 if left.endswith(_DISOWNED) else self._verb(mention.end, segment)
            if verb and not self._intervening(mention, verb, segment):
                speaker = self._speaker(mention, segment)
                yield _Voice(self._titled(speaker), start, end, speaker.start, max(verb, mention.end), speaker.kind in _OUTLETS)
                yield from self._carrier(mention, segment)
            elif self._noted(mention, segment):
                yield _Voice(self._titled(mention), noted, mention.start, carries=mention.kind in _OUTLETS)
                noted = mention.end
            elif table.inverted.search(left) or (
                table.before.search(left) and not (table.told.search(left) and mention.kind not in _OUTLETS)
            ):
                speaker = self._speaker(mention, segment)
                stop = mention.end if low.startswith(";", mention.end) else end
                yield _Voice(self._titled(speaker), start, stop, mention.start, mention.end, speaker.kind in _OUTLETS)
            elif (table.possessed.match(right) and (right.startswith((",", " ")) or table.by.search(left))) or (
                table.topic.match(right) and table.final.search(low[max(mention.end, segment.end - 14) : segment.end])
            ):
                yield _Voice(mention.label, start, end, mention.start, mention.end)
        yield from self._unnamed(segment)

    def _verb(self, position: int, segment: Segment) -> int:
        """Where the reporting verb begins that follows a name which ends at the position; 0 for none."""
        found = _grammar().after.match(self.analysis.low, position, min(segment.end, position + 130))
        if found is None:
            return 0
        word = found[1] or found[2]
        return found.start(1 if found[1] else 2) if word else 0

    def _clause(self, segment: Segment, position: int) -> tuple[int, int]:
        """The aside between dashes or brackets that holds the position, else the segment."""
        content = self.analysis.content
        for opening, closing in (("—", "—"), ("(", ")"), ("（", "）")):
            start = content.rfind(opening, max(segment.start, position - 400), position)
            if start < 0 or (closing != opening and content.find(closing, start, position) >= 0):
                continue
            end = content.find(closing, position, min(segment.end, position + 400))
            if end >= 0 and end - start > 40:
                return start, end
        return segment.start, segment.end

    def _clause_end(self, position: int, end: int) -> int:
        """Where ends what someone says who is named there: behind the next semicolon the writer speaks again."""
        stop = self.analysis.content.find(";", position, end)
        return stop if stop >= 0 else end

    def _noted(self, mention: Mention, segment: Segment) -> bool:
        """Whether the name stands alone in brackets behind what it is the source of: "(TechCrunch)", "(via TechCrunch)"."""
        low = self.analysis.low
        if low[mention.end : mention.end + 1] not in (")", "]", "）") or mention.start - segment.start <= 25:
            return False
        start = max(low.rfind(mark, max(segment.start, mention.start - 14), mention.start) for mark in ("(", "[", "（"))
        if start < 0 or low[start + 1 : mention.start].strip() not in ("", "on", "via", "per", "source:", "@", "据", "據", "in"):
            return False
        links = self.analysis.text.links
        before = bisect_right(self._link_starts, mention.start) - 1
        linked = before >= 0 and mention.start < links[before].end
        last = segment.end - mention.end <= 3
        return (
            mention.kind in _OUTLETS
            or (linked and mention.type in ("person", "publication", "name"))
            or (last and mention.type == "person")
        )

    @cached_property
    def _link_starts(self) -> list[int]:
        return [link.start for link in self.analysis.text.links]

    def _titled(self, mention: Mention) -> str:
        """The mention's label, or the whole title in 《 》 that it is part of."""
        content = self.analysis.content
        start = content.rfind("《", max(0, mention.start - 12), mention.start)
        end = content.find("》", mention.end, mention.end + 20)
        if start >= 0 and end >= 0 and "》" not in content[start : mention.end]:
            return content[start + 1 : end]
        return mention.label

    def _carrier(self, mention: Mention, segment: Segment) -> Iterator[_Voice]:
        """Whom it was told: "X told Reuters" is said by X and carried by Reuters."""
        following = next((m for m in segment.mentions if m.start >= mention.end), None)
        if following is None or following.kind not in _OUTLETS:
            return
        if _grammar().told.search(self.analysis.low[mention.end : following.start].rstrip()):
            yield _Voice(following.label, segment.start, segment.end, following.start, following.end, True)

    def _unnamed(self, segment: Segment) -> Iterator[_Voice]:
        """Officials, analysts, a report; and "it said", "the newspaper wrote", which stand for who was named before."""
        analysis, table = self.analysis, _grammar()
        piece = analysis.low[segment.start : segment.end]
        named = False
        for found in table.people.finditer(piece):
            at = segment.start + found.start()
            left = piece[max(0, found.start() - 30) : found.start()].rstrip()
            if left.endswith((" than", " as")) or table.told.search(left):
                continue
            if self._verb(segment.start + found.end(), segment) or table.before.search(left) or table.inverted.search(left):
                named = True
                said = analysis.content[at : segment.start + found.end()]
                work = said.lower().startswith(("the ", "this "))
                start, end = self._clause(segment, at)
                yield _Voice((self._work_before(segment, at) if work else "") or said, start, self._clause_end(at, end))
        works = table.works.search(piece)
        if works and (carried := self._work_before(segment, segment.start + works.start())):
            yield _Voice(carried, segment.start, segment.end)
        back = table.back.search(piece)
        if back and not (named and back[0].startswith("they ")):
            spoken = self._before(segment, segment.start + back.start(), back[0])
            for label in spoken:
                yield _Voice(label, segment.start, self._clause_end(segment.start + back.start(), segment.end))

    def _before(self, segment: Segment, position: int, words: str) -> tuple[str, ...]:
        """Whom a pronoun with a reporting verb stands for: the nearest fitting name before it, here or in the sentence before."""
        person = words.startswith(("he ", "she ", "his ", "her ")) or words.startswith(("他", "她"))
        wanted = ("person",) if person else ("organisation",)
        many = words.startswith("they ")
        here = [m for m in segment.mentions if m.end <= position and m.type in wanted and m.kind not in _OUTLETS and not many]
        if here and (person or self._opens_clause(here[0], segment)):
            return (here[0].label,)
        chief = {m.key for m in self.analysis.topics["organisation"][:1]}
        for order in range(segment.order - 1, max(segment.order - 3, -1), -1):
            previous = self.analysis.segments[order]
            if previous.block != segment.block and previous.kind != "sentence":
                break
            topical = [m.label for m in previous.mentions if m.key in chief] if not person and not many else []
            if topical:
                return (topical[0],)
            spoken = [voice.label for voice in self._voices(previous)] if previous.block == segment.block else []
            if person:
                spoken = [label for label in spoken if label not in self._organisations]
            if spoken:
                return tuple(spoken)
            there = [m for m in previous.mentions if m.type in wanted and m.kind not in _OUTLETS and not many]
            if there and (person or not _CONTINUED.match(self.analysis.low, previous.start)):
                return (there[0].label,)
        return (here[0].label,) if here else ()

    def _opens_clause(self, mention: Mention, segment: Segment) -> bool:
        """Whether the name can be what its clause is about: neither a possessor nor behind a preposition."""
        low = self.analysis.low
        if low.startswith(("'s", "’s"), mention.end):
            return False
        return _OBLIQUE.search(low[max(segment.start, mention.start - 12) : mention.start].rstrip()) is None

    @cached_property
    def _organisations(self) -> set[str]:
        return {mention.label for mention in self.analysis.topics["organisation"]}

    def _work_before(self, segment: Segment, position: int) -> str:
        """The newspaper, analyst or study that "the report" or "the newspaper" stands for, named at most four sentences before."""
        for order in range(segment.order, max(segment.order - 5, -1), -1):
            for mention in reversed(self.analysis.segments[order].mentions):
                if mention.end <= position and (mention.kind in _OUTLETS or mention.type == "publication"):
                    return mention.label
        return ""

    def _speaker(self, mention: Mention, segment: Segment) -> Mention:
        """The person an organisation stands behind: "Sam Altman, CEO of OpenAI, said" is said by the person."""
        if mention.type != "organisation":
            return mention
        person = next((m for m in reversed(segment.mentions) if m.type == "person" and m.end < mention.start), None)
        gap = self.analysis.content[person.end : mention.start] if person else ""
        return person if person and len(gap) <= 70 and _APPOSED.fullmatch(gap) else mention

    def _intervening(self, mention: Mention, reach: int, segment: Segment) -> bool:
        return any(mention.end <= m.start < reach and m.type == "person" for m in segment.mentions)

    def _framed(self, segment: Segment) -> Iterator[str]:
        """Claimants the structure names: an account that posts, a source named for a record, table or section, a quote's own source."""
        quote = self._quote(segment.block)
        if quote is not None:
            yield from self._quoted(quote)
            return
        yield from self._referenced(segment)
        yield from self._account(segment)
        yield from self._excerpts.get(segment.order, ())

    def _referenced(self, segment: Segment) -> Iterator[str]:
        """Whose title a footnote is that holds nothing but a linked title."""
        block = self.analysis.blocks[segment.block]
        if block.kind != "footnote":
            return
        links = self.analysis.text.links
        first = bisect_right(self._link_starts, block.start + 2) - 1
        if first >= 0 and links[first].start >= block.start and block.end - links[first].end <= 12:
            yield from self._publication(block.start, block.end)

    def _account(self, segment: Segment) -> Iterator[str]:
        """The account an item begins with: "@name: ..."."""
        current: int | None = segment.block
        for _ in range(3):
            if current is None:
                return
            block = self.analysis.blocks[current]
            if block.kind not in ("item", "paragraph", "field"):
                return
            if block.kind == "field" and block.label.startswith("@"):
                yield block.label
                return
            found = _ACCOUNT.match(self.analysis.content, block.start, min(block.end, block.start + 40))
            if found:
                yield found[1]
                return
            current = block.parent

    def _sourced(self, segment: Segment) -> Iterator[str]:
        """The source that a heading, a record's own field or the line beside a table names."""
        analysis, table = self.analysis, _grammar()
        heading = next(((left, right) for role, left, right in segment.frames if role == "heading"), None)
        if heading is not None and segment.kind != "heading":
            owner = table.section.search(analysis.low[heading[0] : min(heading[1], heading[0] + 120)])
            if owner:
                yield from (m.label for m in self._named(*heading) if owner.start() - 40 <= m.start - heading[0] <= owner.end())
        yield from self._covering.get(segment.block, ())
        if segment.table >= 0:
            yield from self._beside_table(segment)
        else:
            yield from self._records.get(segment.block, ())

    def _beside_table(self, segment: Segment) -> Iterator[str]:
        """The source that a column of the table, its caption or a line next to it names."""
        analysis, table = self.analysis, _grammar()
        rows = analysis.tables[segment.table].rows
        if rows and 0 < segment.row < len(rows):
            for column, (start, end) in enumerate(rows[0][:40]):
                if column != segment.column and column < len(rows[segment.row]) and table.source.fullmatch(analysis.low, start, end):
                    left, right = rows[segment.row][column]
                    if right > left:
                        yield self._source_name(left, right)
                        return
        block = analysis.tables[segment.table].block
        beside = [index for index in (block - 1, block - 2) if index >= 0]
        for index in beside:
            near = analysis.blocks[index]
            if near.kind not in ("paragraph", "item", "field") or near.end - near.start > 200:
                break
            found = table.taken.search(analysis.low, near.start, near.end)
            if found:
                yield from [mention.label for mention in self._named(found.end(), near.end)[:1]]
                return

    @cached_property
    def _covering(self) -> dict[int, tuple[str, ...]]:
        """By block, the source that a remark in brackets names for everything in it: "(all per SemiAnalysis)"."""
        found: dict[int, tuple[str, ...]] = {}
        for remark in _grammar().covering.finditer(self.analysis.low):
            named = self._named(remark.end(), remark.end() + 3)
            segment = self.analysis.segment_at(remark.start()) if named else None
            if segment is not None:
                found[segment.block] = (named[0].label,)
        return found

    @cached_property
    def _records(self) -> dict[int, tuple[str, ...]]:
        """By line of a record of `key: value` lines, the source that the record names; the key it began with begins the next."""
        found: dict[int, tuple[str, ...]] = {}
        blocks = self.analysis.blocks
        lines: list[int] = []
        sources: list[str] = []
        first = ""
        for index, block in enumerate([*blocks, None]):
            if block is not None and (
                block.kind != "field" or block.parent is None or blocks[block.parent].kind not in ("paragraph", "item")
            ):
                if block.kind in ("paragraph", "item") and index + 1 < len(blocks) and blocks[index + 1].parent == index:
                    continue  # the line the next field is on
            elif block is not None and block.parent is not None and block.label != first:
                first = first or block.label
                lines.append(block.parent)
                address = "://" in self.analysis.content[block.start : block.start + 12]
                if _grammar().source.fullmatch(block.label.lower()) and len(sources) < 3 and not address:
                    sources.append(self._source_name(block.start, block.end))
                continue
            if sources and len(lines) > 2:
                found.update(dict.fromkeys(lines, tuple(sources)))
            lines, sources, first = [], [], ""
            if block is not None and block.kind == "field" and block.parent is not None:
                lines, first = [block.parent], block.label
        return found

    @cached_property
    def _excerpts(self) -> dict[int, tuple[str, ...]]:
        """By segment, the publication that a starred source line before it names, where the passage behind the line says "we" or "our"."""
        found: dict[int, tuple[str, ...]] = {}
        segments = self.analysis.segments
        for number, segment in enumerate(segments):
            if number < 3 or segment.end - segment.start > 90 or not _STARRED.match(self.analysis.content, segment.start):
                continue
            work = next((m for m in segment.mentions if m.type == "publication" and m.kind == "paper"), None)
            if work is None:
                continue
            behind: list[int] = []
            for other in segments[number + 1 : number + 41]:
                if other.kind == "heading":
                    break
                if self.analysis.blocks[other.block].kind != "item":
                    behind.append(other.order)
            if behind and _WE.search(self.analysis.low, segment.end, segments[behind[-1]].end):
                found.update(dict.fromkeys(behind, (work.label,)))
        return found

    def _source_name(self, start: int, end: int) -> str:
        named = self._named(start, end)
        return named[0].label if named else self.analysis.content[start : min(end, start + 60)].strip()

    def _quoted(self, quote: int) -> Iterator[str]:
        """Whom a block quote is from: its footnote, the line that introduces it, a linked heading above it."""
        analysis = self.analysis
        block = analysis.blocks[quote]
        note = self._footnotes.get(block.label) if block.label else None
        if note is not None:
            yield from self._publication(note.start, note.end)
            return
        signed = _SIGNED.search(analysis.content, max(block.start, block.end - 300), block.end)
        if signed:
            yield _FROM.sub("", signed[1]).strip()[:80]
            return
        if block.label and not block.label.isdigit():
            yield block.label
            return
        intro = introduction(analysis.blocks, quote, analysis.text)
        if intro is not None:
            start, end = analysis.blocks[intro].start, analysis.blocks[intro].end
            spoken = self._introducing(intro)
            if spoken:
                yield from spoken
                return
            named = [mention.label for mention in self._named(start, end)]
            preferred = [m.label for m in analysis.mentions_in(start, end) if m.kind in _OUTLETS]
            if named:
                yield (preferred or named)[-1 if not preferred else 0]
                return
            earlier = next(
                (
                    m.label
                    for b in reversed(analysis.blocks[:intro])
                    if b.kind == "paragraph"
                    for m in analysis.mentions_in(b.start, b.end)
                    if m.type == "organisation"
                ),
                None,
            )
            if earlier:
                yield earlier
            return
        parent = block.parent
        while parent is not None and analysis.blocks[parent].kind != "heading":
            parent = analysis.blocks[parent].parent
        if parent is not None:
            heading = analysis.blocks[parent]
            if any(heading.start <= link.start < heading.end for link in analysis.text.links):
                yield from self._publication(heading.start, heading.end)

    def _introducing(self, block: int) -> list[str]:
        """Who is said to say something in the last sentence of the block."""
        last = self.analysis.segment_at(self.analysis.blocks[block].end - 1)
        return list(dict.fromkeys(voice.label for voice in self._voices(last))) if last is not None else []

    def _quote(self, index: int) -> int | None:
        """The outermost quote block that holds the block, or None."""
        found, current, depth = None, index, 0
        while current is not None and depth < 12:
            block = self.analysis.blocks[current]
            if block.kind == "quote":
                found = current
            parent = block.parent
            if parent is None:
                break
            current, depth = parent, depth + 1
        return found

    def _publication(self, start: int, end: int) -> Iterator[str]:
        """The name and host a reference goes by: a person or the title up to its subtitle, then the link's host."""
        content = self.analysis.content[start:end].strip()
        people = [m.label for m in self.analysis.mentions_in(start, end) if m.type == "person"]
        title = _TITLE_END.split(re.sub(r"^[^\w《“\"]+", "", content))[0].strip()
        if people and len(title) <= len(people[0]) + 12:
            yield people[0]
        elif title:
            yield title[:80]
        for link in self.analysis.text.links:
            if start <= link.start < end:
                host = _HOST.match(link.address)
                if host:
                    yield host[1]
                break

    def status(self, segment: Segment, predicate: str, anchor: tuple[int, int], claimants: tuple[str, ...]) -> str:
        """asserted, estimated, alleged or denied."""
        table = _grammar()
        low = self.analysis.low
        start, end = anchor
        left = low[max(segment.start, start - 70) : start]
        around = (
            low[segment.start : segment.end]
            if segment.end - segment.start <= 320
            else low[max(segment.start, start - 160) : min(segment.end, end + 120)]
        )
        doubted = predicate in table.doubted
        if doubted and (table.negated.search(left) or (table.status["denied"].search(around) and claimants)):
            return "denied"
        if table.status["denied"].search(left) or table.rejected.search(low, end, min(segment.end, end + 60)):
            return "denied"
        if predicate in table.accusing and (
            table.status["alleged"].search(around) or any("official" in name.lower() for name in claimants)
        ):
            return "alleged"
        if predicate in table.certain:
            return "asserted"
        # What is behind a semicolon is another clause.
        before = low[max(segment.start, start - 150) : start].rpartition(";")[2]
        behind = low[end : min(segment.end, end + 45)].partition(";")[0]
        if table.status["estimated"].search(before + low[start:end] + behind) or (
            before.rstrip().endswith(("=", "≈")) and table.computed.search(before[-80:])
        ):
            return "estimated"
        if predicate in table.measured and self._guessed(segment):
            return "estimated"
        return "asserted"

    def _guessed(self, segment: Segment) -> bool:
        """Whether the column, caption, nearest heading or introducing line calls what stands under it an estimate."""
        analysis, table = self.analysis, _grammar()
        if any(
            table.guess.search(analysis.low, left, min(right, left + 300))
            for role, left, right in segment.frames
            if role in ("column", "row", "caption", "label", "intro", "heading")
        ):
            return True
        block = analysis.tables[segment.table].block if segment.table >= 0 else segment.block
        if segment.table < 0 and analysis.blocks[block].kind not in ("item", "field"):
            return False
        if block not in self._introduced:
            intro = introduction(analysis.blocks, self._first_item(block), analysis.text)
            near = analysis.blocks[intro] if intro is not None else None
            self._introduced[block] = near is not None and bool(
                table.guess.search(analysis.low, near.start, min(near.end, near.start + 300))
            )
        return self._introduced[block]

    def _first_item(self, block: int) -> int:
        """The first item of the list the block is in, at most thirty items before it."""
        blocks = self.analysis.blocks
        for index in range(block - 1, max(block - 31, -1), -1):
            if blocks[index].kind not in ("item", "field"):
                return index + 1
        return block

    def qualifiers(self, segment: Segment, predicate: str, start: int, end: int) -> dict[str, str]:
        """Qualifiers of a statement whose figure or object stands at [start, end)."""
        analysis, table = self.analysis, _grammar()
        low = analysis.low
        found: dict[str, str] = {}
        reach = 60 if segment.kind == "sentence" else 200
        windows = [low[max(segment.start, start - reach) : min(segment.end, end + reach)]]
        windows += [low[left:right] for role, left, right in segment.frames if role in ("column", "row", "label", "caption")]
        wide = low[segment.start : segment.end]
        for name in table.qualifiers_of.get(predicate, ()):
            texts = [wide] if name in ("planned", "per") else windows
            best: tuple[int, str] | None = None
            for value, pattern in table.qualifiers[name]:
                for rank, text in enumerate(texts):
                    for hit in pattern.finditer(text):
                        middle = start - max(segment.start, start - reach)
                        distance = abs(hit.start() - middle) + (1000 if rank else 0)
                        if hit.start() > middle and rank == 0:
                            distance -= 1
                        if best is None or distance < best[0]:
                            best = (distance, value)
            if best:
                found[name] = best[1]
        if predicate in table.timed:
            near = [d for d in segment.dates if not (d.start < end and start < d.end)]
            if near:
                found["time"] = min(near, key=lambda d: abs(d.start - start)).value
        if predicate in ("chipCount", "clusterChipCount", "gpuHours", "trainingDuration"):
            chips = [m for m in segment.mentions if m.type == "chip" and -30 <= m.start - end <= 25]
            if chips:
                found["chip"] = min(chips, key=lambda m: abs(m.start - end)).label
        if predicate in ("benchmarkScore", "outperforms"):
            frames = [
                m
                for role, left, right in segment.frames
                if role in ("column", "row", "caption", "label")
                for m in analysis.mentions_in(left, right)
                if m.type == "benchmark"
            ]
            beside = sorted((m for m in segment.mentions if m.type == "benchmark"), key=lambda m: abs(m.start - start))
            named = (frames or beside)[:1] if segment.kind == "cell" else (beside or frames)[:1]
            if named:
                found["benchmark"] = named[0].label
        return found
