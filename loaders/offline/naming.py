"""What a name stands for: features of each name of a document, gathered from all its mentions, by which a linear model tells what kind of
thing it is and whether the document says anything of it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from loaders.offline.analysis import Analysis
from loaders.offline.features import Features, Part, stem, words
from loaders.offline.mentions import Mention

KINDS = ("anything", "model", "organisation", "chip", "cluster", "person")
_MOST = 8  # mentions of one name that are looked at
_AROUND = 24


def names_of(analysis: Analysis) -> dict[str, Features]:
    """The features of every name of the document, by the key its mentions share."""
    return dict(each_name(analysis))


def each_name(analysis: Analysis) -> Iterator[tuple[str, Features]]:
    """The key that the mentions of a name share, and the name's features, name by name."""
    places: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in analysis.mentions:
        places[mention.key].append(mention)
    title = (analysis.metadata.title or "").lower()
    seen = frozenset(re.findall(r"\w+", analysis.content))
    for key, mentions in places.items():
        yield key, _features(analysis, mentions, title, seen)


def _features(analysis: Analysis, mentions: list[Mention], title: str, seen: frozenset[str]) -> Features:
    """The features of one name; `seen` are the words of the document as they are spelt."""
    first = mentions[0]
    label = first.label
    parts = [part for part in words(label) if part[0].isalnum()]
    plain = {
        "bias",
        f"t:{first.type}",
        f"t:{first.type}|src:{first.source}",
        f"kind:{first.kind}",
        f"lang:{analysis.language}|t:{first.type}",
        f"f:{min(6, len(mentions))}",
        f"f:{min(6, len(mentions))}|t:{first.type}",
        f"shape:{_shape(label)}",
        f"n:{min(5, len(parts))}",
        f"digit:{any(character.isdigit() for character in label)}",
    }
    if title and label.lower() in title:
        plain.add("title")
        plain.add(f"title|t:{first.type}")
    if label.isalpha() and label.lower() in seen:
        plain.add("lower")
    lexical = {f"w:{stem(part)}" for part in parts}
    if parts:
        lexical |= {f"suf:{parts[-1][-3:]}", f"last:{parts[-1]}", f"head:{parts[0]}"}
    for mention in mentions[:_MOST]:
        segment = analysis.segment_at(mention.start)
        if segment is None:
            continue
        plain.add(f"in:{segment.kind}")
        if segment.order < 3:
            plain.add(f"early:{segment.order}")
        before = words(analysis.content[max(segment.start, mention.start - _AROUND) : mention.start])[-3:]
        after = words(analysis.content[mention.end : min(segment.end, mention.end + _AROUND)])[:3]
        lexical.update(f"l:{stem(word)}" for word in before)
        lexical.update(f"r:{stem(word)}" for word in after)
        if before:
            lexical.add(f"l0:{before[-1]}")
        if after:
            lexical.add(f"r0:{after[0]}")
        if segment.start == mention.start:
            plain.add("opens")
        if segment.start == mention.start and segment.end == mention.end:
            plain.add("alone")
        for name in analysis.cue_names(max(segment.start, mention.start - _AROUND), mention.start):
            lexical.add(f"cl:{name}")
        for name in analysis.cue_names(mention.end, min(segment.end, mention.end + _AROUND)):
            lexical.add(f"cr:{name}")
    return Features((Part(sorted(plain), sorted(lexical)),))


def _shape(label: str) -> str:
    """The label with runs of capitals, small letters and digits as A, a and 0, shortened."""
    return re.sub(
        r"[^\W\d_]+", lambda found: "A" if found[0].isupper() else "Aa" if found[0][0].isupper() else "a", re.sub(r"\d+", "0", label)
    )[:12]
