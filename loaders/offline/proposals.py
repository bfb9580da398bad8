"""What a document may state: figures with the predicates they could take, and pairs of anchor and subject for every relation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from kg.entities import Registry
from loaders.offline.analysis import Analysis, Segment
from loaders.offline.features import Anchored, Features, Surroundings, figure_features, stem, words
from loaders.offline.mentions import Mention
from loaders.offline.quantities import Figure
from loaders.offline.slots import predicates_of, relations_with, slots
from loaders.offline.subjects import Candidate, candidates

_SIZE = re.compile(r"(?<![\d.x])(\d+(?:\.\d+)?)\s?([BbT])(?![A-Za-z0-9])")
_SCALE = {"B": Decimal(10**9), "T": Decimal(10**12)}


@dataclass(frozen=True, slots=True)
class FigureProposal:
    """A figure in its segment with its features; `predicates` are the ones its kind allows."""

    segment: Segment
    figure: Figure
    predicates: tuple[str, ...]
    features: Features


@dataclass(frozen=True, slots=True)
class Anchor:
    """An object mention or date in its segment: half-open range, type and label to report ("2024-05" for a date)."""

    segment: Segment
    start: int
    end: int
    type: str
    label: str
    key: str
    source: str = ""
    entity: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PairProposal:
    """A subject for an anchor, the predicates that could hold between them, and the features of the pair."""

    anchor: Anchor
    candidate: Candidate
    predicates: tuple[str, ...]
    features: Features


def figure_proposals(analysis: Analysis) -> Iterator[FigureProposal]:
    """Every figure whose kind some predicate accepts."""
    for segment in analysis.segments:
        for figure in segment.figures:
            size = float(figure.size)
            predicates = tuple(name for name in predicates_of(figure.kind) if slots()[name].least <= size <= slots()[name].most)
            if predicates:
                yield FigureProposal(segment, figure, predicates, figure_features(analysis, segment, figure))


def named_sizes(analysis: Analysis) -> Iterator[tuple[FigureProposal, Mention]]:
    """The parameters the names of models state ("GLM-130B"), each with the first mention of the model that states it."""
    seen: set[str] = set()
    for segment in analysis.segments:
        for mention in segment.mentions:
            surface = analysis.content[mention.start : mention.end]
            size = _SIZE.search(surface)
            if mention.type != "model" or mention.key in seen or size is None or not surface[0].isupper() or surface.count("-") > 3:
                continue
            seen.add(mention.key)
            start, end = mention.start + size.start(1), mention.start + size.end()
            value = Decimal(size[1]) * _SCALE[size[2].upper()]
            figure = Figure(start, end, "parameter", value, magnitude=size[2], number_start=start, number_end=end)
            yield FigureProposal(segment, figure, ("totalParameters",), Features()), mention


def subject_pairs(analysis: Analysis, proposal: FigureProposal, predicate: str) -> list[tuple[Candidate, Features]]:
    """Candidate subjects of a figure under a predicate, each with its features."""
    figure = proposal.figure
    everyone = candidates(analysis, proposal.segment, figure.start, figure.end, slots()[predicate].subjects)
    ready = Anchored(Surroundings(analysis, proposal.segment), figure.start, figure.end, "figure:" + figure.kind, everyone)
    return [(each, ready.features(each)) for each in everyone]


def anchors(analysis: Analysis) -> Iterator[Anchor]:
    """Everything that can be the object of a relation."""
    for segment in analysis.segments:
        for mention in segment.mentions:
            if relations_with(mention.type):
                yield Anchor(
                    segment,
                    mention.start,
                    mention.end,
                    mention.type,
                    mention.label,
                    mention.key,
                    mention.source,
                    mention.entity,
                    mention.kind,
                )
        for date in segment.dates:
            yield Anchor(segment, date.start, date.end, "date", date.value, "date:" + date.value)


def pair_proposals(analysis: Analysis) -> Iterator[PairProposal]:
    """Every anchor with each of its candidate subjects and the relations their types allow."""
    table = slots()
    around: Surroundings | None = None
    here = set[str]()
    for anchor in anchors(analysis):
        relations = relations_with(anchor.type)
        types = {kind for name in relations for kind in table[name].subjects}
        everyone = candidates(analysis, anchor.segment, anchor.start, anchor.end, sorted(types))
        if around is None or anchor.segment is not around.segment:
            around = Surroundings(analysis, anchor.segment)
            here = set(analysis.cue_names(anchor.segment.start, anchor.segment.end))
            for _, left, right in anchor.segment.frames:
                here |= analysis.cue_names(left, right)
        kind_of = f"{anchor.type}/{anchor.kind}" if anchor.kind else anchor.type
        about = f"ak:{kind_of}", f"asrc:{anchor.source}"
        ready = Anchored(around, anchor.start, anchor.end, anchor.type, everyone, _spelling(anchor.label) if anchor.type != "date" else ())
        fitting_of = dict[tuple[str, bool], tuple[str, ...]]()
        for each in everyone:
            if each.mention.key == anchor.key:
                continue
            kind = each.mention.type, each.mention.kind == "system"
            if kind not in fitting_of:
                fitting_of[kind] = tuple(
                    name
                    for name in relations
                    if each.mention.stands_for(table[name].subjects) and (not table[name].needs_cue or table[name].cues & here)
                )
            if fitting_of[kind]:
                known = hints(each.mention.entity, anchor.entity)
                yield PairProposal(anchor, each, fitting_of[kind], ready.features(each, (*known, *about)))


@lru_cache(1 << 13)
def _spelling(label: str) -> tuple[str, ...]:
    return tuple(f"al:{stem(word)}" for word in words(label)[:6])


@cache
def hints(subject: str, other: str) -> tuple[str, ...]:
    """What the gazetteer knows of two entities: features that speak for or against a relation, never statements."""
    registry = Registry.default()
    found = []
    for role, one, two in (("to", subject, other), ("from", other, subject)):
        entity = registry.by_id(one) if one else None
        for name, value in sorted(entity.hints.items()) if entity else ():
            if two and value == two:
                found.append(f"hint:{role}:{name}")
            elif two and value.partition("/")[0] == two.partition("/")[0]:
                found.append(f"hint:{role}:{name}:other")
    return tuple(found)
