"""Who says a statement, how sure it is put, and what it covers: claimants, status and qualifiers read around a span."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loaders.blocks import introduction
from loaders.offline.analysis import Analysis, Segment
from loaders.offline.mentions import Mention

GRAMMAR = Path(__file__).parent / "grammar" / "claims.toml"
CLAIMANT_TYPES = {"person", "organisation", "publication", "name"}
_REACH = 45
_PAPER = re.compile(r"(?:['’]s)? (?:technical report|paper|report|model card|white paper|preprint)")
_APPOSED = re.compile(r", (?:[^.,;:]+ (?:of|at|for|with) )(?:[^.,;:]{0,30})")
_TITLE_END = re.compile(r"[:：|]\s| [-–—] ")
_HOST = re.compile(r"https?://(?:www\.)?([^/\s?#]+)")


@dataclass(frozen=True, slots=True)
class _Grammar:
    after: re.Pattern[str]
    before: re.Pattern[str]
    people: re.Pattern[str]
    back: re.Pattern[str]
    status: dict[str, re.Pattern[str]]
    negated: re.Pattern[str]
    qualifiers: dict[str, list[tuple[str, re.Pattern[str]]]]
    qualifiers_of: dict[str, list[str]]
    timed: frozenset[str]


@cache
def _grammar() -> _Grammar:
    table: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))

    def words(items: list[str]) -> str:
        return "|".join(re.escape(item) for item in sorted(items, key=len, reverse=True))

    reporting, status = table["reporting"], table["status"]
    return _Grammar(
        re.compile(
            rf"(?:['’]s)?[^.!?。\n]{{0,25}}?(?<![a-zà-ÿа-я])(?:{words(reporting['after'])})(?![a-z])"
            r"|['’]s (?:own |latest |newest |team )?(?:account|reckoning|count|tally|estimates?|sample|figures|numbers|analysis|data|report)(?![a-z])"
        ),
        re.compile(rf"(?<![a-z])(?:{words(reporting['before'])})\s*(?:the |by |from |\(|\[|《|“)?$"),
        re.compile(reporting["people"]),
        re.compile(reporting["back"]),
        {name: re.compile(status[name]) for name in ("denied", "alleged", "estimated")},
        re.compile(status["negated_before"]),
        {name: [(value, re.compile(pattern)) for value, pattern in values.items()] for name, values in table["qualifier"].items()},
        table["qualifiers_of"],
        frozenset(table["timed"]["predicates"]),
    )


class Claims:
    """Reads claimants, status and qualifiers of one analysed document."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._footnotes = {block.label: block for block in analysis.blocks if block.kind == "footnote" and block.label}
        self._said: dict[int, tuple[str, ...]] = {}

    def claimants(self, segment: Segment) -> tuple[str, ...]:
        """Who says what the segment says, nearest first; empty for the document's own voice."""
        if segment.order not in self._said:
            spoken = [*self._in_sentence(segment), *self._framed(segment)]
            self._said[segment.order] = tuple(dict.fromkeys(spoken))[:4]
        return self._said[segment.order]

    def _in_sentence(self, segment: Segment) -> Iterator[str]:
        analysis, table = self.analysis, _grammar()
        low = analysis.low
        for mention in segment.mentions:
            if mention.type not in CLAIMANT_TYPES and mention.type != "model":
                continue
            right = low[mention.end : min(segment.end, mention.end + _REACH)]
            left = low[max(segment.start, mention.start - 40) : mention.start].rstrip("\"“'‘[ ") + " "
            verb = table.after.match(right)
            closing = low[mention.end : mention.end + 3].lstrip("])")
            alone = (
                low[mention.start - 1 : mention.start] in ("(", "[", "（")
                and (low[mention.end : mention.end + 1] in (")", "]", "）"))
                and mention.kind in ("media", "analyst", "newsletter", "")
            )
            if mention.type != "model" and (
                (verb and not self._intervening(mention, verb.end(), segment))
                or table.before.search(left.rstrip())
                or (alone and mention.start - segment.start > 25)
                or closing.startswith(("zufolge", "에 따르면", "によると", "によれば"))
            ):
                yield self._speaker(mention, segment).label
            paper = _PAPER.match(low, mention.end)
            if paper and mention.type == "model" and table.after.match(low[paper.end() : min(segment.end, paper.end() + _REACH)]):
                yield mention.label + analysis.content[mention.end : paper.end()]
        piece = low[segment.start : segment.end]
        for found in table.people.finditer(piece):
            right = piece[found.end() : found.end() + _REACH]
            left = piece[max(0, found.start() - 30) : found.start()].rstrip() + " "
            if table.after.match(right) or table.before.search(left.rstrip()):
                yield analysis.content[segment.start + found.start() : segment.start + found.end()]
        if table.back.search(piece):
            subject = next((m.label for m in segment.mentions if m.type in ("organisation", "person")), None)
            previous = analysis.segments[segment.order - 1] if segment.order else None
            if subject:
                yield subject
            elif previous is not None and previous.block == segment.block:
                yield from self.claimants(previous)

    def _speaker(self, mention: Mention, segment: Segment) -> Mention:
        """The person an organisation stands behind: "Sam Altman, CEO of OpenAI, said" is said by the person."""
        if mention.type != "organisation":
            return mention
        person = next((m for m in reversed(segment.mentions) if m.type == "person" and m.end < mention.start), None)
        gap = self.analysis.content[person.end : mention.start] if person else ""
        return person if person and len(gap) <= 70 and _APPOSED.fullmatch(gap) else mention

    def _intervening(self, mention: Mention, reach: int, segment: Segment) -> bool:
        return any(mention.end <= m.start < mention.end + reach and m.type in CLAIMANT_TYPES for m in segment.mentions)

    def _framed(self, segment: Segment) -> Iterator[str]:
        """Claimants the structure names: a quote's footnote, the line that introduces it, a linked heading above it."""
        analysis = self.analysis
        quote = self._quote(segment.block)
        if quote is None:
            return
        block = analysis.blocks[quote]
        note = self._footnotes.get(block.label) if block.label else None
        if note is not None:
            yield from self._publication(note.start, note.end)
            return
        intro = introduction(analysis.blocks, quote, analysis.text)
        if intro is not None:
            start, end = analysis.blocks[intro].start, analysis.blocks[intro].end
            named = [m.label for m in analysis.mentions_in(start, end) if m.type in CLAIMANT_TYPES]
            preferred = [m.label for m in analysis.mentions_in(start, end) if m.kind in ("media", "analyst", "newsletter")]
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
        relation = predicate in (
            "usesChip",
            "ownsChip",
            "accessToChip",
            "trainingHardware",
            "distilledFrom",
            "trainedOnOutputsOf",
            "exportRestriction",
            "parentOrganization",
            "fundedBy",
            "affiliation",
        )
        if relation and (table.negated.search(left) or (table.status["denied"].search(around) and claimants)):
            return "denied"
        if table.status["denied"].search(left):
            return "denied"
        if predicate in ("accessToChip", "ownsChip", "distilledFrom", "trainedOnOutputsOf", "usesChip", "trainingHardware") and (
            table.status["alleged"].search(around) or any("official" in name.lower() for name in claimants)
        ):
            return "alleged"
        hedged = low[max(segment.start, start - 110) : min(segment.end, end + 60)]
        if table.status["estimated"].search(hedged) and predicate not in (
            "developer",
            "manufacturer",
            "country",
            "affiliation",
            "jobTitle",
            "founder",
            "license",
            "technique",
            "architecture",
            "benchmark",
        ):
            return "estimated"
        return "asserted"

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
