"""What the learned weights see: an anchor and its surroundings as named features."""

import re
from collections.abc import Iterator
from math import log10

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.mentions import Mention
from loaders.offline.quantities import Figure
from loaders.offline.subjects import Candidate

_WORD = re.compile(r"[^\W\d_]+|[\u4e00-\u9fff\u3040-\u30ff]|[^\s\w]")
_NEAR = 22


def words(text: str) -> list[str]:
    """Lower-case words, single CJK characters and punctuation marks."""
    return _WORD.findall(text.lower())


def _bucket(distance: int) -> str:
    return "0" if distance <= 1 else "1" if distance <= 6 else "2" if distance <= 20 else "3" if distance <= 60 else "4" if distance <= 140 else "5"


def figure_features(analysis: Analysis, segment: Segment, figure: Figure) -> list[str]:
    """Features that tell which predicate a figure belongs to."""
    content, cues = analysis.content, analysis.cues
    size = figure.size
    scale = f"{min(14, max(-3, int(log10(abs(float(size))) if size else -3)))}"
    kind = figure.kind + ("/" + figure.per if figure.per else "")
    features = [f"k:{kind}", f"k:{figure.kind}|m:{figure.magnitude.lower()}", f"k:{figure.kind}|s:{scale}", f"k:{kind}|b:{segment.kind}", f"bound:{figure.bound}", "bias"]
    if figure.unit:
        features.append(f"u:{figure.unit}")
    if figure.low is not None:
        features.append("range")
    seen: set[str] = set()

    def cue(position: str, start: int, end: int) -> None:
        for hit in cues.between(start, end):
            name = f"{position}:{hit.name}"
            if name not in seen:
                seen.add(name)
                features.append(name)
                features.append(f"{figure.kind}|{name}")

    left_clause = max(segment.start, max((content.rfind(mark, segment.start, figure.start) for mark in (",", ";", "，", "；", ":", "：", "(", "（", "—", "–", "、", "·")), default=-1))
    ends = [position for mark in (",", ";", "，", "；", ")", "）", "—", "–", "、", "·") if (position := content.find(mark, figure.end, segment.end)) >= 0]
    right_clause = min(ends, default=segment.end)
    cue("ln", max(segment.start, figure.start - _NEAR), figure.start)
    cue("rn", figure.end, min(segment.end, figure.end + _NEAR))
    cue("lc", left_clause, figure.start)
    cue("rc", figure.end, right_clause)
    cue("s", segment.start, segment.end)
    for role, start, end in segment.frames:
        cue(role, start, end)
        if role in ("column", "row", "label"):
            for word in words(content[start:end])[:8]:
                features.append(f"{role}w:{word}")
    if segment.order > 0 and segment.kind == "sentence":
        before = analysis.segments[segment.order - 1]
        if before.block == segment.block:
            cue("p", before.start, before.end)
    for distance, word in enumerate(reversed(words(content[max(segment.start, figure.start - 40) : figure.start])[-4:])):
        features.append(f"lw{min(distance, 1)}:{word}")
        features.append(f"lw:{word}")
    for distance, word in enumerate(words(content[figure.end : min(segment.end, figure.end + 40)])[:4]):
        features.append(f"rw{min(distance, 1)}:{word}")
        features.append(f"rw:{word}")
    left = [m for m in segment.mentions if m.end <= figure.start]
    right = [m for m in segment.mentions if m.start >= figure.end]
    if left:
        features.append(f"ml:{left[-1].type}")
        features.append(f"{figure.kind}|ml:{left[-1].type}:{_bucket(figure.start - left[-1].end)}")
    if right:
        features.append(f"mr:{right[0].type}")
        features.append(f"{figure.kind}|mr:{right[0].type}:{_bucket(right[0].start - figure.end)}")
    types = {m.type for m in segment.mentions}
    features.extend(f"{figure.kind}|has:{name}" for name in types)
    features.extend(f"{figure.kind}|topic:{name}" for name in _topic_types(analysis))
    for other in segment.figures:
        if other is not figure and other.start != figure.start:
            features.append(f"{figure.kind}|with:{other.kind}")
    if segment.kind == "cell":
        table = analysis.tables[segment.table]
        for role, start, end in segment.frames:
            for mention in analysis.mentions_in(start, end):
                features.append(f"{role}m:{mention.type}")
        features.append(f"cellonly:{figure.start - segment.start <= 2 and segment.end - figure.end <= 3}")
        features.append(f"cols:{min(6, max((len(row) for row in table.rows), default=0))}")
    return features


def _topic_types(analysis: Analysis) -> Iterator[str]:
    leading = [(mentions[0], kind) for kind, mentions in analysis.topics.items() if mentions]
    leading.sort(key=lambda item: -analysis.frequency[item[0].key])
    for _, kind in leading[:2]:
        yield kind


def pair_features(
    analysis: Analysis, segment: Segment, anchor: tuple[int, int], anchor_type: str, candidate: Candidate, everyone: list[Candidate]
) -> list[str]:
    """Features of a candidate subject for an anchor; the caller joins them with the predicate."""
    content, cues, mention = analysis.content, analysis.cues, candidate.mention
    start, end = anchor
    place = candidate.place
    features = [
        "bias", f"pl:{place}", f"pl:{place}:{candidate.rank}", f"t:{mention.type}", f"a:{anchor_type}", f"t:{mention.type}|a:{anchor_type}",
        f"src:{mention.source}", f"pl:{place}|k:{segment.kind}", f"f:{min(4, analysis.frequency[mention.key])}",
    ]  # fmt: skip
    topic = analysis.topics.get(mention.type) or ()
    position = next((index for index, other in enumerate(topic[:3]) if other.key == mention.key), 3)
    features.append(f"top:{position}")
    features.append(f"pl:{place}|top:{position}")
    in_same = [c for c in everyone if c.place == "same" and c.mention.type == mention.type]
    features.append(f"pl:{place}|same:{min(3, len(in_same))}")
    if place == "same":
        leftward = mention.end <= start
        low, high = (mention.end, start) if leftward else (end, mention.start)
        side = "L" if leftward else "R"
        gap = content[low:high]
        inside = [m for m in segment.mentions if low <= m.start and m.end <= high]
        same_type = sum(1 for m in inside if m.type == mention.type)
        figures = sum(1 for f in segment.figures if low <= f.start and f.end <= high)
        distance = _bucket(high - low)
        features += [
            f"sd:{side}{distance}", f"sd:{side}", f"sb:{side}{min(2, same_type)}", f"fb:{side}{min(2, figures)}", f"ib:{min(3, len(inside))}",
            f"only:{len(in_same) == 1}", f"k:{segment.kind}|{side}",
        ]  # fmt: skip
        nearest = [m for m in segment.mentions if m.type == mention.type and (m.end <= start if leftward else m.start >= end)]
        if nearest and (nearest[-1] if leftward else nearest[0]).key == mention.key:
            features.append(f"near:{side}")
        if segment.mentions and segment.mentions[0].key == mention.key:
            features.append("firstmention")
        if content[segment.start : mention.start].strip(" *_\"'“") == "":
            features.append("opens")
        if len(gap) <= 14:
            features.append(f"mid:{side}:{re.sub(r'[0-9]+', '0', gap.strip().lower())}")
        between = words(gap)
        if len(between) <= 10:
            features.extend(f"bw:{side}:{word}" for word in set(between))
        elif between:
            features.append(f"bw:{side}:…")
            features.extend(f"be:{side}:{word}" for word in {*between[:2], *between[-2:]})
        for mark in (".", ";", ":", ",", "(", ")", "，", "、", "|", "；", "：", "（", "–", "—"):
            if mark in gap:
                features.append(f"mk:{side}{mark}")
        names = {hit.name for hit in cues.between(low, high)}
        features.extend(f"bt:{side}:{name}" for name in names)
        outer_left = {hit.name for hit in cues.between(max(segment.start, min(mention.start, start) - _NEAR), min(mention.start, start))}
        outer_right = {hit.name for hit in cues.between(max(mention.end, end), min(segment.end, max(mention.end, end) + _NEAR))}
        features.extend(f"ol:{side}:{name}" for name in outer_left)
        features.extend(f"or:{side}:{name}" for name in outer_right)
        before = words(content[max(segment.start, min(mention.start, start) - 20) : min(mention.start, start)])[-2:]
        after = words(content[max(mention.end, end) : min(segment.end, max(mention.end, end) + 20)])[:2]
        features.extend(f"wl:{side}:{word}" for word in before)
        features.extend(f"wr:{side}:{word}" for word in after)
        if content[mention.end : mention.end + 2] in ("'s", "’s"):
            features.append(f"poss:{side}")
        if content[end : end + 2] in ("'s", "’s"):
            features.append(f"aposs:{side}")
    else:
        features.extend(f"an:{hit.name}" for hit in cues.between(max(segment.start, start - _NEAR), min(segment.end, end + _NEAR)))
        features.extend(f"wl:{word}" for word in words(content[max(segment.start, start - 20) : start])[-2:])
        features.extend(f"wr:{word}" for word in words(content[end : min(segment.end, end + 20)])[:2])
        if any(hit.name == "pronoun" for hit in cues.between(segment.start, start)):
            features.append(f"pl:{place}|pron")
    features.extend({f"s:{hit.name}" for hit in cues.between(segment.start, segment.end)})
    for role, left, right in segment.frames:
        features.extend({f"{role}:{hit.name}" for hit in cues.between(left, right)})
        if role in ("column", "row", "label"):
            features.extend(f"{role}w:{word}" for word in words(content[left:right])[:5])
    if mention.type == "model":
        features.append(f"digit:{any(character.isdigit() for character in mention.label)}")
    return features


def joined(predicate: str, features: list[str]) -> list[str]:
    """The features as they are and each with the predicate, without repeats."""
    distinct = list(dict.fromkeys(features))
    return distinct + [f"{predicate}|{feature}" for feature in distinct]


def mention_anchor(mention: Mention) -> tuple[int, int]:
    """The anchor range of a mention."""
    return mention.start, mention.end
