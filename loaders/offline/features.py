"""What the learned weights see: an anchor and its surroundings as named features, shared or told apart by predicate."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log10
from sys import intern

from loaders.offline.analysis import TOPIC_TYPES, Analysis, Segment
from loaders.offline.quantities import Figure
from loaders.offline.slots import figure_cues
from loaders.offline.subjects import Candidate

_HAN, _HANGUL = "\u3040-\u30ff\u3400-\u9fff", "\uac00-\ud7a3"
_WORD = re.compile(rf"[^\W\d_{_HAN}{_HANGUL}]+|[{_HAN}]+|[{_HANGUL}]+|[^\s\w]")
_STEM = 6
_NEAR = 24
_BESIDE = 90
_SPEAKS_FOR = {"benchmark": "benchmark_score", "licence": "license", "title": "affiliation"}
_CLAUSE_MARKS = (",", ";", "，", "；", ":", "：", "(", "（", "—", "–", "、", "·", ")", "）", "。", "|")


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one proposal. `plain` count for every predicate and for each by itself; `lexical` only for each by itself;
    `cues[position]` are the cue classes seen there: a predicate reads them as its own or as others' (see linear.py). `context` tells
    readings of a cue apart (a bare number in a cell from a figure with its unit in a sentence)."""

    plain: tuple[str, ...]
    lexical: tuple[str, ...]
    cues: tuple[tuple[str, frozenset[str]], ...]
    context: str = ""


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(intern, dict.fromkeys(names)))


def words(text: str) -> list[str]:
    """Lower-case words and punctuation marks; of scripts without spaces every two neighbouring characters, of Hangul the word and its stem."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if "\u3040" <= word[0] <= "\u9fff":
            found.extend(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif "\uac00" <= word[0] <= "\ud7a3" and len(word) > 2:
            found.extend((word[:2], word))
        else:
            found.append(word)
    return found


def stem(word: str) -> str:
    """The letters of a word that count where its ending does not."""
    return word[:_STEM]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word[0].isalpha()}


def _bucket(distance: int) -> str:
    return (
        "0"
        if distance <= 1
        else "1"
        if distance <= 6
        else "2"
        if distance <= 20
        else "3"
        if distance <= 60
        else "4"
        if distance <= 140
        else "5"
    )


def _clause(content: str, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """The clause around [start, end) within [left, right)."""
    begins = max((content.rfind(mark, left, start) for mark in _CLAUSE_MARKS), default=-1)
    ends = [position for mark in _CLAUSE_MARKS if (position := content.find(mark, end, right)) >= 0]
    return max(left, begins), min(ends, default=right)


class _CuePositions:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.found: dict[str, set[str]] = {}

    def add_nearest(self, position: str, start: int, end: int, last: bool) -> None:
        """The cues of figures nearest to the end of the range (`last`) or to its start."""
        names = self._analysis.cues.nearest(start, end, last, figure_cues())
        if names:
            self.found.setdefault(position, set()).update(names)

    def add(self, position: str, start: int, end: int) -> None:
        if start < end:
            names = self._analysis.cue_names(start, end)
            if names:
                self.found.setdefault(position, set()).update(names)

    def frozen(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return tuple((position, frozenset(names)) for position, names in self.found.items())


def _frames(analysis: Analysis, segment: Segment, positions: _CuePositions) -> Iterator[str]:
    for role, start, end in segment.frames:
        positions.add(role, start, end)
        for mention in analysis.mentions_in(start, end):
            if mention.type in _SPEAKS_FOR:
                positions.found.setdefault(role, set()).add(_SPEAKS_FOR[mention.type])
        if role in ("column", "row", "label"):
            for word in words(analysis.content[start:end])[:8]:
                yield f"{role}w:{word}"


def _beside(analysis: Analysis, segment: Segment, figure: Figure) -> tuple[int, int]:
    """Where the words around a figure that are its own begin and end: at the figures beside it, at most `_BESIDE` characters away."""
    at = bisect_left(segment.figures, figure.start, key=lambda other: other.start)
    left, right = max(segment.start, figure.start - _BESIDE), min(segment.end, figure.end + _BESIDE)
    if at > 0 and segment.figures[at - 1].end <= figure.start:
        left = max(left, segment.figures[at - 1].end)
    if at + 1 < len(segment.figures) and segment.figures[at + 1].start >= figure.end:
        right = min(right, segment.figures[at + 1].start)
    return left, right


def figure_features(analysis: Analysis, segment: Segment, figure: Figure) -> Features:
    """Features that tell which predicate a figure belongs to."""
    content = analysis.content
    size = abs(float(figure.size))
    scale = f"{min(14, max(-3, int(log10(size)) if size else -3))}"
    kind = figure.kind + ("/" + figure.per if figure.per else "")
    plain = [
        "bias",
        f"k:{kind}",
        f"k:{figure.kind}|m:{figure.magnitude.lower()}",
        f"k:{figure.kind}|s:{scale}",
        f"k:{kind}|b:{segment.kind}",
        f"bound:{figure.bound}",
    ]
    if figure.unit:
        plain.append(f"u:{figure.unit}")
    if figure.low is not None:
        plain.append("range")
    positions = _CuePositions(analysis)
    left, right = _clause(content, figure.start, figure.end, segment.start, segment.end)
    positions.add("near", max(segment.start, figure.start - _NEAR), figure.start)
    positions.add("near", figure.end, min(segment.end, figure.end + _NEAR))
    positions.add("left", left, figure.start)
    positions.add("right", figure.end, right)
    positions.add("sentence", segment.start, segment.end)
    before, after = _beside(analysis, segment, figure)
    positions.add("ahead", before, figure.start)
    positions.add("behind", figure.end, after)
    positions.add_nearest("nearestL", before, figure.start, True)
    positions.add_nearest("nearestR", figure.end, after, False)
    lexical = list(_frames(analysis, segment, positions))
    lexical.extend(f"zl:{word}" for word in sorted(_stems(content[before : figure.start])))
    lexical.extend(f"zr:{word}" for word in sorted(_stems(content[figure.end : after])))
    if segment.order > 0 and segment.kind == "sentence":
        previous = analysis.segments[segment.order - 1]
        if previous.block == segment.block:
            positions.add("before", previous.start, previous.end)
    for distance, word in enumerate(reversed(words(content[max(segment.start, figure.start - 40) : figure.start])[-4:])):
        lexical.append(f"lw:{word}" if distance else f"lw0:{word}")
    for distance, word in enumerate(words(content[figure.end : min(segment.end, figure.end + 40)])[:4]):
        lexical.append(f"rw:{word}" if distance else f"rw0:{word}")
    behind = [m for m in segment.mentions if m.end <= figure.start]
    ahead = [m for m in segment.mentions if m.start >= figure.end]
    if behind:
        lexical.append(f"ml:{behind[-1].type}:{_bucket(figure.start - behind[-1].end)}")
    if ahead:
        lexical.append(f"mr:{ahead[0].type}:{_bucket(ahead[0].start - figure.end)}")
    lexical.extend(f"has:{name}" for name in sorted({m.type for m in segment.mentions}))
    lexical.extend(f"topic:{name}" for name in _topic_types(analysis))
    lexical.extend(f"with:{name}" for name in sorted({other.kind for other in segment.figures if other.start != figure.start}))
    if segment.kind == "cell":
        for role, start, end in segment.frames:
            lexical.extend(f"{role}m:{mention.type}" for mention in analysis.mentions_in(start, end))
        alone = figure.start - segment.start <= 2 and segment.end - figure.end <= 3
        plain.append(f"cellonly:{alone}")
        plain.append(f"k:{figure.kind}|cellonly:{alone}")
        plain.append(f"col:{min(2, segment.column)}")
    for mention in segment.mentions:
        if mention.type == "benchmark":
            beside = abs(mention.start - figure.end) < 30 or abs(figure.start - mention.end) < 30
            positions.found.setdefault("near" if beside else "sentence", set()).add("benchmark_score")
    bare = "bare" if figure.kind in ("bare", "percent") else "unit"
    return Features(_distinct(plain), _distinct(lexical), positions.frozen(), f"{bare}/{segment.kind}")


def _topic_types(analysis: Analysis) -> Iterator[str]:
    leading = [(analysis.topics[kind][0], kind) for kind in TOPIC_TYPES if analysis.topics[kind]]
    leading.sort(key=lambda item: -analysis.frequency[item[0].key])
    for _, kind in leading[:2]:
        yield kind


def _apart(analysis: Analysis, segment: Segment, candidate: Candidate, start: int) -> Iterator[str]:
    """How a candidate that stands in another segment stands there, and what stands between it and the anchor."""
    mention, place = candidate.mention, candidate.place
    home = analysis.segment_at(mention.start)
    if home is None or mention.start > start:
        return
    yield f"gone:{min(7, segment.order - home.order)}"
    if home.block == segment.block:
        yield "inblock"
    first = analysis.segments[analysis.block_first(home)]
    if first.mentions and first.mentions[0].start == mention.start:
        yield f"opensblock:{home.block == segment.block}"
    if home.mentions and home.mentions[0].start == mention.start:
        yield f"opensentence:{place}"
    between = analysis.rivals(mention, mention.end, start)
    yield f"rivals:{min(4, between)}"
    yield f"rivals:{min(4, between)}|pl:{place}"


def pair_features(
    analysis: Analysis,
    segment: Segment,
    anchor: tuple[int, int],
    anchor_type: str,
    candidate: Candidate,
    everyone: list[Candidate],
    extra: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> Features:
    """Features of a candidate subject for an anchor; `extra` are plain features the caller knows, `more` lexical ones."""
    content, mention = analysis.content, candidate.mention
    start, end = anchor
    place = candidate.place
    topic = analysis.topics.get(mention.type) or ()
    position = next((index for index, other in enumerate(topic[:3]) if other.key == mention.key), 3)
    in_same = sum(1 for c in everyone if c.place == "same" and c.mention.type == mention.type)
    plain = [
        "bias", f"pl:{place}", f"pl:{place}:{candidate.rank}", f"t:{mention.type}|a:{anchor_type}", f"src:{mention.source}",
        f"pl:{place}|k:{segment.kind}", f"f:{min(4, analysis.frequency[mention.key])}", f"top:{position}", f"pl:{place}|top:{position}",
        f"pl:{place}|same:{min(3, in_same)}",
    ]  # fmt: skip
    lexical = list(more)
    positions = _CuePositions(analysis)
    side = ""
    if content[segment.start : start].strip(' *_[(|-–•"“') == "":
        plain += [f"aopens:{place}", f"aopens|a:{anchor_type}"]
    if content[end : segment.end].strip(' *_])|.。"”') == "":
        plain.append(f"acloses:{place}")
    if place == "same":
        leftward = mention.end <= start
        subject_group = analysis.enumerations.get(mention.start, (mention.start, mention.end))
        anchor_group = analysis.enumerations.get(start, (start, end))
        if anchor_group[0] <= mention.start < anchor_group[1]:
            subject_group, anchor_group = (mention.start, mention.end), (start, end)
            plain.append("samelist")
        elif anchor_group != (start, end):
            plain.append("anchorlist")
            start, end = anchor_group
        if subject_group != (mention.start, mention.end):
            plain.append("subjectlist")
        first, last = subject_group
        low, high = (last, start) if leftward else (end, first)
        side = "L" if leftward else "R"
        gap = content[low:high]
        inside = [m for m in segment.mentions if low <= m.start and m.end <= high]
        same_type = sum(1 for m in inside if m.type == mention.type)
        figures = sum(1 for f in segment.figures if low <= f.start and f.end <= high)
        plain += [
            f"sd:{side}{_bucket(high - low)}",
            f"sb:{side}{min(2, same_type)}",
            f"fb:{side}{min(2, figures)}",
            f"ib:{side}{min(3, len(inside))}",
            f"only:{in_same == 1}",
            f"k:{segment.kind}|{side}",
        ]
        ranked = [m for m in segment.mentions if m.type == mention.type and (m.end <= start if leftward else m.start >= end)]
        if ranked and first <= (ranked[-1] if leftward else ranked[0]).start < last:
            plain.append(f"near:{side}")
        if segment.mentions and first <= segment.mentions[0].start < last:
            plain.append("firstmention")
        if content[segment.start : first].strip(" *_\"'“") == "":
            plain.append("opens")
        if len(gap) <= 14:
            lexical.append(f"mid:{side}:{re.sub(r'[0-9]+', '0', gap.strip().lower())}")
        between = words(gap)
        if len(between) <= 12:
            lexical.extend(f"bw:{side}:{word}" for word in between)
        else:
            lexical.extend(f"be:{side}:{word}" for word in (*between[:3], *between[-3:]))
        for mark in (".", ";", ":", ",", "(", ")", "，", "、", "|", "；", "：", "（", "–", "—", "。"):
            if mark in gap:
                plain.append(f"mk:{side}{mark}")
        positions.add(f"between{side}", low, high)
        positions.add(f"beforeleft{side}", max(segment.start, min(first, start) - _NEAR), min(first, start))
        positions.add(f"afterright{side}", max(last, end), min(segment.end, max(last, end) + _NEAR))
        lexical.extend(f"wl:{side}:{word}" for word in words(content[max(segment.start, min(first, start) - 20) : min(first, start)])[-3:])
        lexical.extend(f"wr:{side}:{word}" for word in words(content[max(last, end) : min(segment.end, max(last, end) + 20)])[:3])
        if content[last : last + 2] in ("'s", "’s"):
            plain.append(f"poss:{side}")
        if content[end : end + 2] in ("'s", "’s"):
            plain.append(f"aposs:{side}")
    else:
        left, right = _clause(content, start, end, segment.start, segment.end)
        positions.add("clause", left, right)
        lexical.extend(f"wl:{word}" for word in words(content[max(segment.start, start - 20) : start])[-3:])
        lexical.extend(f"wr:{word}" for word in words(content[end : min(segment.end, end + 20)])[:3])
        if "pronoun" in analysis.cue_names(segment.start, start):
            plain.append(f"pl:{place}|pron")
        plain.append(f"opens:{content[segment.start : start].strip(' *_|-') == ''}")
        plain.extend(_apart(analysis, segment, candidate, start))
    positions.add("sentence", segment.start, segment.end)
    lexical.extend(_frames(analysis, segment, positions))
    lexical.extend(f"sl:{stem(word)}" for word in words(mention.label)[:6])
    if mention.kind:
        lexical.append(f"kind:{mention.kind}")
        plain.append(f"kind:{mention.kind}|a:{anchor_type}")
    if mention.type == "model":
        plain.append(f"digit:{any(character.isdigit() for character in mention.label)}")
    plain.extend(extra)
    return Features(_distinct(plain), _distinct(lexical), positions.frozen(), side or place)
