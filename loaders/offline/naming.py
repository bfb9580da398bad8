"""What a name stands for: features of each name of a document, gathered from all its mentions. By them one linear model tells what kind of
thing an unknown name is, and another whether the document says anything of a name."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.features import Features, Part, stem, words
from loaders.offline.linear import Linear
from loaders.offline.mentions import Mention, alternatives

GRAMMAR = Path(__file__).parent / "grammar" / "described.toml"
KINDS = ("anything", "model", "organisation", "chip", "cluster", "person")
LOOKS = ("model", "organisation", "chip", "cluster", "person", "place", "technique", "benchmark", "concept")
_LIKELY = -1.5  # log odds
_MOST = 8  # mentions of one name that are looked at
_AROUND = 24
_NOUNS = frozenset(("model", "company", "chip_noun", "facility", "affiliation", "chief_executive", "founder", "place_noun"))
_KIND_OF = {"model": "model", "company": "organisation", "chip_noun": "chip", "facility": "cluster"}
_FIGURES = ("parameter", "token", "money", "gpu", "gpu_hour", "flop", "power", "percent", "person")


def names_of(analysis: Analysis) -> dict[str, Features]:
    """The features of every name of the document by which a model tells whether anything is said of it, by the key its mentions share."""
    return dict(each_name(analysis))


def each_name(analysis: Analysis) -> Iterator[tuple[str, Features]]:
    """The same, name by name."""
    for key, seen in _names(analysis):
        first = seen.mentions[0]
        count = min(6, len(seen.mentions))
        typed = (
            f"t:{first.type}",
            f"t:{first.type}|src:{first.source}",
            f"kind:{first.kind}",
            f"lang:{analysis.language}|t:{first.type}",
            f"f:{count}|t:{first.type}",
            *(("title|t:" + first.type,) if "title" in seen.plain else ()),
        )
        yield key, Features((Part(sorted(seen.plain), sorted(seen.lexical)), Part(typed)))


def looks_of(analysis: Analysis, wanted: Container[str] | None = None) -> Iterator[tuple[str, Features]]:
    """The features of every name, or of those `wanted`, by which a model tells what kind of thing it is: what it looks like and where it
    stands; by the key its mentions share."""
    for key, seen in _names(analysis, wanted):
        company = {each for segment, mention in seen.places for each in _company(analysis, segment, mention)}
        yield key, Features((Part(sorted(seen.plain), sorted(seen.lexical)), Part((), sorted(company))))


@cache
def _naming() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands right before a name that is told ("called", with a quotation mark or emphasis), and what follows one that is explained."""
    table = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    before = rf"(?<![A-Za-z])(?:{alternatives(table['naming'])})[\s\"“”„«‘'*_「『《\[]*$"
    return re.compile(before, re.IGNORECASE), re.compile(rf"[\"”»’'*_」』》)\]]*(?:{alternatives(table['being'])})")


def kinds_by(model: Linear, analysis: Analysis) -> dict[str, tuple[str, str]]:
    """By key, type and kind of the names whose type their form does not tell: the type the model gives them where it is surer of it than
    not; where it is not, but would not wonder, "name" and a kind that says what it may be ("model-like")."""
    unsure = {mention.key for mention in analysis.mentions if mention.type == "name"}
    found = {}
    for key, features in looks_of(analysis, unsure):
        called = {name.partition(":")[2] for name in features.lexical if name.startswith("called:")}
        if len(called) == 1:
            found[key] = called.pop(), ""
            continue
        odds = model.odds(features)
        best = int(odds.argmax())
        if odds[best] > 0 and model.predicates[best] != "concept":
            found[key] = model.predicates[best], ""
        elif odds[best] > _LIKELY:
            found[key] = "name", model.predicates[best] + "-like"
    return found


@dataclass(slots=True)
class _Name:
    """What is seen of one name: its mentions in reading order, those that are looked at with their segments, and features of its form and
    of the places it stands in."""

    mentions: list[Mention]
    places: list[tuple[Segment, Mention]]
    plain: set[str]
    lexical: set[str]


def _names(analysis: Analysis, wanted: Container[str] | None = None) -> Iterator[tuple[str, _Name]]:
    places: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in analysis.mentions:
        if wanted is None or mention.key in wanted:
            places[mention.key].append(mention)
    title = (analysis.metadata.title or "").lower()
    spelt = frozenset(found.group() for found in re.finditer(r"\w+", analysis.content))
    for key, mentions in places.items():
        yield key, _name(analysis, mentions, title, spelt)


def _name(analysis: Analysis, mentions: list[Mention], title: str, spelt: frozenset[str]) -> _Name:
    """What is seen of one name; `spelt` are the words of the document as they are spelt."""
    label = mentions[0].label
    parts = [part for part in words(label) if part[0].isalnum()]
    plain = {
        "bias",
        f"f:{min(6, len(mentions))}",
        f"shape:{_shape(label)}",
        f"n:{min(5, len(parts))}",
        f"digit:{any(character.isdigit() for character in label)}",
        f"src:{mentions[0].source}" if mentions[0].source in ("quoted", "coded") else "src:",
    }
    if title and label.lower() in title:
        plain.add("title")
    if label.isalpha() and label.lower() in spelt:
        plain.add("lower")
    lexical = {f"w:{stem(part)}" for part in parts}
    if parts:
        lexical |= {f"suf:{parts[-1][-3:]}", f"last:{parts[-1]}", f"head:{parts[0]}"}
    places = [(segment, mention) for mention in mentions[:_MOST] if (segment := analysis.segment_at(mention.start))]
    for segment, mention in places:
        plain.add(f"in:{segment.kind}")
        if segment.order < 3:
            plain.add(f"early:{segment.order}")
        if segment.start == mention.start:
            plain.add("opens")
        if segment.start == mention.start and segment.end == mention.end:
            plain.add("alone")
        lexical.update(_surroundings(analysis, segment, mention))
    return _Name(mentions, places, plain, lexical)


def _surroundings(analysis: Analysis, segment: Segment, mention: Mention) -> Iterator[str]:
    """The words and cues beside a mention."""
    left, right = max(segment.start, mention.start - _AROUND), min(segment.end, mention.end + _AROUND)
    before = words(analysis.content[left : mention.start])[-3:]
    after = words(analysis.content[mention.end : right])[:3]
    yield from (f"l:{stem(word)}" for word in before)
    yield from (f"r:{stem(word)}" for word in after)
    if before:
        yield f"l0:{before[-1]}"
    if after:
        yield f"r0:{after[0]}"
    yield from (f"cl:{name}" for name in analysis.cue_names(left, mention.start))
    yield from (f"cr:{name}" for name in analysis.cue_names(mention.end, right))


def _company(analysis: Analysis, segment: Segment, mention: Mention) -> Iterator[str]:
    """The nearest nouns that say what something is, the names and figures beside a mention, and the words of its headings."""
    for side, start, end in (("L", segment.start, mention.start), ("R", mention.end, segment.end)):
        near = (max(start, end - 2 * _AROUND), end) if side == "L" else (start, min(end, start + 2 * _AROUND))
        yield from (f"noun{side}:{name}" for name in analysis.cues.nearest(*near, side == "L", _NOUNS))
    told, explained = _naming()
    naming = told.search(analysis.content, max(segment.start, mention.start - _AROUND), mention.start)
    if naming:
        for name in analysis.cues.nearest(max(segment.start, naming.start() - 2 * _AROUND), naming.start(), True, _NOUNS):
            if name in _KIND_OF:
                yield f"called:{_KIND_OF[name]}"
    being = explained.match(analysis.content, mention.end, min(segment.end, mention.end + _AROUND))
    if being:
        yield from (f"is:{name}" for name in analysis.cues.nearest(being.end(), min(segment.end, being.end() + 2 * _AROUND), False, _NOUNS))
    at = segment.mentions.index(mention) if mention in segment.mentions else -1
    for side, step in (("L", -1), ("R", 1)):
        if at >= 0 and 0 <= at + step < len(segment.mentions):
            other = segment.mentions[at + step]
            gap = analysis.content[other.end : mention.start] if step < 0 else analysis.content[mention.end : other.start]
            if len(gap) <= 12:
                yield f"with{side}:{other.type}:{gap.strip().lower()}"
            yield f"near{side}:{other.type}"
    group = analysis.enumerations.get(mention.start)
    if group is not None and group != (mention.start, mention.end):
        yield "listed"
    for figure in segment.figures:
        if figure.kind in _FIGURES:
            yield f"fig:{figure.kind}"
    for role, start, end in segment.frames:
        yield from (f"{role}c:{name}" for name in analysis.cue_names(start, end))


def _shape(label: str) -> str:
    """The label with runs of capitals, small letters and digits as A, a and 0, shortened."""
    return re.sub(
        r"[^\W\d_]+", lambda found: "A" if found[0].isupper() else "Aa" if found[0][0].isupper() else "a", re.sub(r"\d+", "0", label)
    )[:12]
