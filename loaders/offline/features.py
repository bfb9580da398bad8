"""What the learned weights see: an anchor and its surroundings as named features, shared or told apart by predicate."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log10
from typing import NamedTuple

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.mentions import Mention
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


Cues = tuple[tuple[str, frozenset[str]], ...]


class Part:
    """Features that come together, told apart by identity: proposals share parts, so that what is known of one is worked out once.

    `plain` count for every predicate and for each by itself; `lexical` only for each by itself; `cues[position]` are the cue classes seen
    there: a predicate reads them as its own or as others' (see linear.py).
    """

    __slots__ = ("cues", "lexical", "plain")

    def __init__(self, plain: Iterable[str] = (), lexical: Iterable[str] = (), cues: Cues = ()) -> None:
        self.plain, self.lexical, self.cues = tuple(dict.fromkeys(plain)), tuple(dict.fromkeys(lexical)), cues


class Features(NamedTuple):
    """Features of one proposal, in parts that have no feature in common. `context` tells readings of a cue apart (a bare number in a cell
    from a figure with its unit in a sentence)."""

    parts: tuple[Part, ...] = ()
    context: str = ""

    @property
    def plain(self) -> tuple[str, ...]:
        """The plain features of all parts."""
        return tuple(name for part in self.parts for name in part.plain)

    @property
    def lexical(self) -> tuple[str, ...]:
        """The lexical features of all parts."""
        return tuple(name for part in self.parts for name in part.lexical)

    @property
    def cues(self) -> Cues:
        """The cue classes by position of all parts."""
        return tuple(each for part in self.parts for each in part.cues)


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

    def frozen(self) -> Cues:
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
    lexical.extend(f"topic:{name}" for name in analysis.leading_types)
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
    return Features((Part(plain, lexical, positions.frozen()),), f"{bare}/{segment.kind}")


_PARTS = 1 << 11  # of each kind that are remembered
_MARKS = (".", ";", ":", ",", "(", ")", "，", "、", "|", "；", "：", "（", "–", "—", "。")


@lru_cache(_PARTS)
def _placed(place: str, rank: int, kind: str, position: int, same: int) -> Part:
    """Where a candidate was found; `same` candidates of its type stand in the anchor's segment."""
    return Part(
        (
            "bias", f"pl:{place}", f"pl:{place}:{rank}", f"pl:{place}|k:{kind}", f"top:{position}", f"pl:{place}|top:{position}",
            f"pl:{place}|same:{min(3, same)}",
        )
    )  # fmt: skip


@lru_cache(_PARTS)
def _typed(kind: str, anchor_type: str, source: str, often: int, group: str) -> Part:
    """What kind of name a candidate is."""
    plain = [f"t:{kind}|a:{anchor_type}", f"src:{source}", f"f:{often}"]
    if group:
        plain.append(f"kind:{group}|a:{anchor_type}")
    return Part(plain, (f"kind:{group}",) if group else ())


@lru_cache(_PARTS)
def _spelt(label: str, model: bool) -> Part:
    """How a candidate's name is spelt."""
    plain = (f"digit:{any(character.isdigit() for character in label)}",) if model else ()
    return Part(plain, (f"sl:{stem(word)}" for word in words(label)[:6]))


@lru_cache(_PARTS)
def _plain(names: tuple[str, ...]) -> Part:
    return Part(names)


@lru_cache(_PARTS)
def _lexical(names: tuple[str, ...]) -> Part:
    return Part((), names)


@lru_cache(_PARTS)
def _edged(place: str, anchor_type: str, opens: bool, closes: bool, first: bool | None, pronoun: bool) -> Part:
    """Whether the anchor opens or closes its segment; `first` whether nothing but marks stands before it, None where that is not asked."""
    plain = []
    if opens:
        plain += [f"aopens:{place}", f"aopens|a:{anchor_type}"]
    if closes:
        plain.append(f"acloses:{place}")
    if pronoun:
        plain.append(f"pl:{place}|pron")
    if first is not None:
        plain.append(f"opens:{first}")
    return Part(plain)


@lru_cache(_PARTS)
def _apart(place: str, gone: int, same_block: bool, opens_block: bool, opens_sentence: bool, rivals: int) -> Part:
    """How a candidate that stands in another segment stands there, and what stands between it and the anchor."""
    plain = [f"gone:{gone}"]
    if same_block:
        plain.append("inblock")
    if opens_block:
        plain.append(f"opensblock:{same_block}")
    if opens_sentence:
        plain.append(f"opensentence:{place}")
    plain += [f"rivals:{rivals}", f"rivals:{rivals}|pl:{place}"]
    return Part(plain)


_NOWHERE = Part()


@lru_cache(_PARTS)
def _counted(side: str, distance: str, same_type: int, figures: int, inside: int, only: bool, kind: str) -> Part:
    """How far a candidate of the same segment stands from the anchor, and what stands between them."""
    return Part(
        (f"sd:{side}{distance}", f"sb:{side}{same_type}", f"fb:{side}{figures}", f"ib:{side}{inside}", f"only:{only}", f"k:{kind}|{side}")
    )


class Surroundings:
    """What the proposals of one segment share: its frames, and the words before, behind and between places in it."""

    def __init__(self, analysis: Analysis, segment: Segment) -> None:
        self.analysis, self.segment = analysis, segment
        positions = _CuePositions(analysis)
        positions.add("sentence", segment.start, segment.end)
        lexical = list(_frames(analysis, segment, positions))
        self.frames = Part((), lexical, positions.frozen())
        self.starts = [mention.start for mention in segment.mentions]
        self.figure_starts = [figure.start for figure in segment.figures]
        self._ahead: dict[tuple[int, str], Part] = {}
        self._behind: dict[tuple[int, str], Part] = {}
        self._between: dict[tuple[int, int, str], Part] = {}

    def ahead(self, position: int, side: str) -> Part:
        """Words and cues before the first of anchor and candidate, which begins there."""
        part = self._ahead.get((position, side))
        if part is None:
            start, content = self.segment.start, self.analysis.content
            near = words(content[max(start, position - 20) : position])[-3:]
            cues = self._cues(f"beforeleft{side}", max(start, position - _NEAR), position)
            part = self._ahead[position, side] = Part((), [f"wl:{side}:{word}" for word in near], cues)
        return part

    def behind(self, position: int, side: str) -> Part:
        """Words and cues behind the last of anchor and candidate, which ends there."""
        part = self._behind.get((position, side))
        if part is None:
            end, content = self.segment.end, self.analysis.content
            near = words(content[position : min(end, position + 20)])[:3]
            cues = self._cues(f"afterright{side}", position, min(end, position + _NEAR))
            part = self._behind[position, side] = Part((), [f"wr:{side}:{word}" for word in near], cues)
        return part

    def between(self, low: int, high: int, side: str) -> Part:
        """Words, marks and cues between anchor and candidate."""
        part = self._between.get((low, high, side))
        if part is None:
            gap = self.analysis.content[low:high]
            lexical = []
            if len(gap) <= 14:
                lexical.append(f"mid:{side}:{re.sub(r'[0-9]+', '0', gap.strip().lower())}")
            near = words(gap)
            if len(near) <= 12:
                lexical.extend([f"bw:{side}:{word}" for word in near])
            else:
                lexical.extend([f"be:{side}:{word}" for word in (*near[:3], *near[-3:])])
            marks = [f"mk:{side}{mark}" for mark in _MARKS if mark in gap]
            part = self._between[low, high, side] = Part(marks, lexical, self._cues(f"between{side}", low, high))
        return part

    def _cues(self, position: str, start: int, end: int) -> Cues:
        names = self.analysis.cue_names(start, end) if start < end else None
        return ((position, frozenset(names)),) if names else ()


class Anchored:
    """An anchor made ready for its candidates: what depends on it alone is worked out once.

    `everyone` are its candidates, `more` lexical features the caller knows.
    """

    def __init__(
        self, around: Surroundings, start: int, end: int, anchor_type: str, everyone: list[Candidate], more: tuple[str, ...] = ()
    ) -> None:
        analysis, segment = around.analysis, around.segment
        self._around, self._start, self._end, self._type = around, start, end, anchor_type
        self._same = Counter(each.mention.type for each in everyone if each.place == "same")
        content = analysis.content
        ahead = content[segment.start : start]
        self._opens = ahead.strip(' *_[(|-–•"“') == ""
        self._closes = content[end : segment.end].strip(' *_])|.。"”') == ""
        self._first = ahead.strip(" *_|-") == ""
        self._pronoun = "pronoun" in analysis.cue_names(segment.start, start)
        self._group = analysis.enumerations.get(start, (start, end))
        self._fixed = (around.frames, _lexical(more))
        self._apart_fixed: tuple[Part, ...] | None = None

    def features(self, candidate: Candidate, extra: tuple[str, ...] = ()) -> Features:
        """Features of a candidate subject; `extra` are plain features the caller knows."""
        mention, place = candidate.mention, candidate.place
        analysis, segment = self._around.analysis, self._around.segment
        same = self._same[mention.type]
        parts = (
            _placed(place, candidate.rank, segment.kind, analysis.leading.get((mention.type, mention.key), 3), same),
            _typed(mention.type, self._type, mention.source, min(4, analysis.frequency[mention.key]), mention.kind),
            _spelt(mention.label, mention.type == "model"),
            _plain(extra),
            *self._fixed,
        )
        if place == "same":
            return self._within(mention, same, parts)
        edged = _edged(place, self._type, self._opens, self._closes, self._first, self._pronoun)
        return Features((*parts, edged, *self._beside(), self._distance(mention, place)), place)

    def _beside(self) -> tuple[Part, ...]:
        """The anchor's clause and the words beside it."""
        if self._apart_fixed is None:
            analysis, segment, start, end = self._around.analysis, self._around.segment, self._start, self._end
            content = analysis.content
            positions = _CuePositions(analysis)
            positions.add("clause", *_clause(content, start, end, segment.start, segment.end))
            near = [f"wl:{word}" for word in words(content[max(segment.start, start - 20) : start])[-3:]]
            near += [f"wr:{word}" for word in words(content[end : min(segment.end, end + 20)])[:3]]
            self._apart_fixed = (Part((), near, positions.frozen()),)
        return self._apart_fixed

    def _distance(self, mention: Mention, place: str) -> Part:
        analysis, segment = self._around.analysis, self._around.segment
        home = analysis.home(mention) if mention.start <= self._start else None
        if home is None:
            return _NOWHERE
        rivals = min(4, analysis.rivals(mention, mention.end, self._start))
        return _apart(place, min(7, segment.order - home.order), home.block == segment.block, home.opens_block, home.opens_sentence, rivals)

    def _within(self, mention: Mention, same: int, parts: tuple[Part, ...]) -> Features:
        """Features of a candidate in the anchor's own segment."""
        around, start, end = self._around, self._start, self._end
        analysis, segment, content = around.analysis, around.segment, around.analysis.content
        mentions, starts, kind = segment.mentions, around.starts, mention.type
        leftward = mention.end <= start
        side = "L" if leftward else "R"
        own = mention.start, mention.end
        subject_group = analysis.enumerations.get(mention.start, own)
        plain = []
        if self._group[0] <= mention.start < self._group[1]:
            subject_group = own
            plain.append("samelist")
        elif self._group != (start, end):
            plain.append("anchorlist")
            start, end = self._group
        if subject_group != own:
            plain.append("subjectlist")
        first, last = subject_group
        low, high = (last, start) if leftward else (end, first)
        inside = same_type = 0
        for index in range(bisect_left(starts, low), bisect_left(starts, high)):
            if mentions[index].end <= high:
                inside += 1
                same_type += mentions[index].type == kind
        figures = 0
        for index in range(bisect_left(around.figure_starts, low), bisect_left(around.figure_starts, high)):
            figures += segment.figures[index].end <= high
        nearest = None
        if leftward:
            index = bisect_left(starts, start) - 1
            while index >= 0 and (mentions[index].type != kind or mentions[index].end > start):
                index -= 1
            nearest = mentions[index] if index >= 0 else None
        else:
            index = bisect_left(starts, end)
            while index < len(mentions) and mentions[index].type != kind:
                index += 1
            nearest = mentions[index] if index < len(mentions) else None
        if nearest is not None and first <= nearest.start < last:
            plain.append(f"near:{side}")
        if mentions and first <= mentions[0].start < last:
            plain.append("firstmention")
        if content[segment.start : first].strip(" *_\"'“") == "":
            plain.append("opens")
        if content[last : last + 2] in ("'s", "’s"):
            plain.append(f"poss:{side}")
        if content[end : end + 2] in ("'s", "’s"):
            plain.append(f"aposs:{side}")
        return Features(
            (
                *parts,
                _edged("same", self._type, self._opens, self._closes, None, False),
                _counted(side, _bucket(high - low), min(2, same_type), min(2, figures), min(3, inside), same == 1, segment.kind),
                _plain(tuple(plain)),
                around.between(low, high, side),
                around.ahead(min(first, start), side),
                around.behind(max(last, end), side),
            ),
            side,
        )
