"""Every way to read a document's figures and names, with its odds by the linear models and what the other readings say about it.

A `Reading` is one subject, predicate and object or figure. The linear models judge each by its own surroundings; `evidence` sets it against
its rivals (other subjects of the same figure, other figures of the same subject) and its company (what else the sentence, the paragraph and
the table column are about), as the columns a forest judges (see forest.py).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp
from typing import Any, TypeVar

import numpy

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.features import Features
from loaders.offline.linear import Linear, Vector, whose
from loaders.offline.naming import KINDS, names_of
from loaders.offline.proposals import FigureProposal, PairProposal, figure_proposals, named_sizes, pair_proposals, subject_pairs
from loaders.offline.slots import slots
from loaders.offline.subjects import Candidate

_Item = TypeVar("_Item")
LEAST_ODDS = -3.2  # readings whose linear odds are lower are not looked at again
MOST_PREDICATES, MOST_SUBJECTS = 3, 6
_FIGURES_AT_ONCE, _PAIRS_AT_ONCE = 64, 1024  # judged by the linear models


@dataclass(slots=True)
class Reading:
    """One reading. `start, end` is the figure or object in the content; `odds` the log odds of the linear models together, `kind_odds`
    and `subject_odds` those of its two questions (which predicate, which subject; for a relation one question and a constant)."""

    predicate: str
    segment: Segment
    start: int
    end: int
    candidate: Candidate
    features: Features
    odds: float
    kind_odds: float
    subject_odds: float = 9.0
    figure: FigureProposal | None = None
    pair: PairProposal | None = None
    subjects: int = 0

    @property
    def subject_key(self) -> str:
        """What names of one subject share."""
        return self.candidate.mention.key

    @property
    def object_key(self) -> str:
        """What spellings of one object, or figures of one size, share."""
        return self.pair.anchor.key if self.pair else f"{float(self.figure.figure.size):.4g}" if self.figure else ""

    @property
    def anchor(self) -> tuple[bool, int]:
        """The figure or object mention that is read."""
        return self.figure is not None, self.start


class Proposals:
    """The proposals of one document, each with its features, made once."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.figures = list(figure_proposals(analysis))
        self.named = list(named_sizes(analysis))
        self.pairs = list(pair_proposals(analysis))
        self.names = names_of(analysis)
        self._subjects: dict[tuple[int, tuple[str, ...]], list[tuple[Candidate, Features]]] = {}

    def subjects(self, number: int, predicate: str) -> list[tuple[Candidate, Features]]:
        """Candidate subjects of the figure of that number under the predicate, each with its features."""
        key = number, slots()[predicate].subjects
        if key not in self._subjects:
            self._subjects[key] = subject_pairs(self.analysis, self.figures[number], predicate)
        return self._subjects[key]


def readings(models: Mapping[str, Linear], proposals: Proposals) -> list[Reading]:
    """The readings of a document worth judging, in the order of its figures, then of its names."""
    found: list[Reading] = []
    figure_model, subject_model, relation_model = models["figure"], models["subject"], models["relation"]
    for numbers in _batches(range(len(proposals.figures)), _FIGURES_AT_ONCE):
        odds = figure_model.odds_of([proposals.figures[number].features for number in numbers]).tolist()
        asked: list[tuple[int, str, float, list[tuple[Candidate, Features]]]] = []
        for number, each in zip(numbers, odds, strict=True):
            shares = sorted(((each[figure_model.number[name]], name) for name in proposals.figures[number].predicates), reverse=True)
            for kind_odds, predicate in shares[:MOST_PREDICATES]:
                if kind_odds < LEAST_ODDS:
                    break
                asked.append((number, predicate, kind_odds, proposals.subjects(number, predicate)))
        about = {id(told): told for _, _, _, candidates in asked for _, told in candidates}
        subject_odds_of = dict(zip(about, subject_model.odds_of(list(about.values())).tolist(), strict=True))
        for number, predicate, kind_odds, candidates in asked:
            proposal, figure = proposals.figures[number], proposals.figures[number].figure
            at = subject_model.number[predicate]
            scored = [(subject_odds_of[id(features)][at], candidate, features) for candidate, features in candidates]
            scored.sort(key=lambda item: -item[0])
            for subject_odds, candidate, features in scored[:MOST_SUBJECTS]:
                both = _odds(_share(kind_odds) * _share(subject_odds))
                found.append(
                    Reading(predicate, proposal.segment, figure.start, figure.end, candidate, features, both, kind_odds, subject_odds, proposal, None, len(scored))
                )  # fmt: skip
    for proposal, mention in proposals.named:
        figure, candidate = proposal.figure, Candidate(mention, "self", 0)
        found.append(
            Reading("totalParameters", proposal.segment, figure.start, figure.end, candidate, proposal.features, 0.0, 0.0, figure=proposal)
        )
    for pairs in _batches(proposals.pairs, _PAIRS_AT_ONCE):
        odds = relation_model.odds_of([pair.features for pair in pairs])
        rows = [row for row, pair in enumerate(pairs) for _ in pair.predicates]
        columns = [relation_model.number[predicate] for pair in pairs for predicate in pair.predicates]
        values = odds[rows, columns]
        for at in numpy.flatnonzero(values >= LEAST_ODDS).tolist():
            pair, value, predicate = pairs[rows[at]], float(values[at]), relation_model.predicates[columns[at]]
            anchor = pair.anchor
            found.append(
                Reading(predicate, anchor.segment, anchor.start, anchor.end, pair.candidate, pair.features, value, value, pair=pair)
            )
    return found


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    every = iter(items)
    while batch := list(islice(every, size)):
        yield batch


def _share(odds: float) -> float:
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def _odds(share: float) -> float:
    share = min(max(share, 1e-4), 1 - 1e-4)
    return float(numpy.log(share / (1 - share)))


_PLACES = (
    "same",
    "column",
    "row",
    "label",
    "intro",
    "heading",
    "caption",
    "block",
    "previous",
    "earlier",
    "before",
    "topic",
    "rowcell",
    "columncell",
    "self",
    "named",
)
_SOURCES = ("gazetteer", "weak", "family", "shape", "list", "alias", "bare", "")
_TYPES = ("model", "organisation", "chip", "cluster", "person", "place", "name", "publication", "technique", "architecture", "licence", "title", "benchmark", "date")  # fmt: skip
_KINDS = ("bare", "parameter", "token", "money", "gpu_hour", "duration", "flop", "percent", "emission", "energy", "gpu", "power", "bandwidth", "person", "other")  # fmt: skip
_SEGMENTS = ("sentence", "cell", "field", "heading")
_FIGURE_CUES = (
    "near",
    "left",
    "right",
    "sentence",
    "before",
    "column",
    "row",
    "label",
    "heading",
    "ahead",
    "behind",
    "nearestL",
    "nearestR",
)
_PAIR_CUES = ("betweenL", "betweenR", "beforeleftL", "beforeleftR", "afterrightL", "afterrightR", "clause", "sentence", "column", "row", "label", "heading")  # fmt: skip
_COUNTED = ("gone", "rivals", "sd", "sb", "fb", "ib", "same")
_FLAGGED = ("near", "only", "firstmention", "opens", "inblock", "opensblock", "opensentence", "poss", "aposs", "samelist", "anchorlist", "subjectlist", "aopens", "acloses", "cellonly", "digit")  # fmt: skip
_COUNTED_AT = {name: number for number, name in enumerate(_COUNTED)}
_FLAGGED_AT = {name: number for number, name in enumerate(_FLAGGED)}
_NONE = -9.2  # the log odds of what is not there
_NO_ROLE, _NO_OBJECT = (_NONE, -1, _NONE, -1), (_NONE, -2, _NONE, -2)


class _Best:
    """The highest score in a group among those with another key than one's own."""

    def __init__(self) -> None:
        self._first: dict[Hashable, tuple[float, Hashable]] = {}
        self._second: dict[Hashable, float] = {}

    def add(self, group: Hashable, key: Hashable, score: float) -> None:
        held = self._first.get(group)
        if held is None:
            self._first[group] = score, key
        elif held[1] == key:
            if score > held[0]:
                self._first[group] = score, key
        elif score > held[0]:
            self._second[group] = held[0]
            self._first[group] = score, key
        elif score > self._second.get(group, _NONE):
            self._second[group] = score

    def other(self, group: Hashable, key: Hashable) -> float:
        held = self._first.get(group)
        if held is None:
            return _NONE
        return self._second.get(group, _NONE) if held[1] == key else held[0]


def _place(name: str, among: Sequence[str]) -> int:
    return among.index(name) if name in among else len(among)


def evidence(names: Linear, proposals: Proposals, found: Sequence[Reading], predicates: Sequence[str], sparing: bool = False) -> Any:
    """One row a reading, one column a piece of evidence: a numpy array of floats of len(found) rows. `names` tells what names stand for;
    `sparing` that the document is labelled where something is news (see learn.py), which no document that is read is."""
    if not found:
        return numpy.zeros((0, WIDTH))
    analysis = proposals.analysis
    standing = {key: names.odds(features) for key, features in proposals.names.items()}
    roles = _roles(found, {name: number for number, name in enumerate(predicates)})
    subjects_of, predicates_of, figures_of, anyone, repeated, shared, doubled = (_Best() for _ in range(7))
    best: dict[tuple[bool, int], float] = {}
    for number, each in enumerate(found):
        subject, predicate, key, anchor = each.subject_key, each.predicate, each.object_key, each.anchor
        subjects_of.add((anchor, predicate), subject, each.odds)
        predicates_of.add((anchor, subject), predicate, each.odds)
        figures_of.add((subject, predicate), key, each.odds)
        anyone.add(anchor, number, each.odds)
        repeated.add((subject, predicate, key), number, each.odds)
        shared.add((predicate, key), subject, each.odds)
        doubled.add((subject, key), predicate, each.odds)
        best[anchor] = max(best.get(anchor, _NONE), each.odds)
    mass: defaultdict[Hashable, float] = defaultdict(float)
    counts: Counter[Hashable] = Counter()
    above: defaultdict[Hashable, list[float]] = defaultdict(list)
    weights = [_share(each.odds) * (1.0 if each.odds == best[each.anchor] else 0.3) for each in found]
    groups = [_groups(each) for each in found]
    for each, weight, of in zip(found, weights, groups, strict=True):
        for group in of:
            mass[group] += weight
        counts[each.anchor, each.predicate] += 1
        counts[each.subject_key, each.predicate] += 1
        above[each.anchor, each.predicate].append(each.odds)
        above[each.subject_key, each.predicate].append(each.odds)
    for ranked in above.values():
        ranked.sort(reverse=True)
    language = {"en": 0, "zh": 1}.get(analysis.language, 2)
    number_of = {name: number for number, name in enumerate(predicates)}
    named = Counter(mention.type for mention in analysis.mentions)
    rows = []
    for number, (each, weight, of) in enumerate(zip(found, weights, groups, strict=True)):
        subject, predicate, key, anchor, segment = each.subject_key, each.predicate, each.object_key, each.anchor, each.segment
        mention = each.candidate.mention
        left = mention.end <= each.start
        same = each.candidate.place == "same"
        rivals = (
            subjects_of.other((anchor, predicate), subject),
            predicates_of.other((anchor, subject), predicate),
            figures_of.other((subject, predicate), key),
            anyone.other(anchor, number),
        )
        topics = analysis.topics.get(mention.type) or ()
        row = [
            each.odds, each.kind_odds, each.subject_odds, *rivals, *(each.odds - rival for rival in rivals),
            repeated.other((subject, predicate, key), number), shared.other((predicate, key), subject), doubled.other((subject, key), predicate),
            above[anchor, predicate].index(each.odds), min(50, above[subject, predicate].index(each.odds)),
            counts[anchor, predicate], min(50, counts[subject, predicate]),
            *(mass[group] - weight for group in of),
            mass["subject in segment", segment.order - 1, subject], mass["segment", segment.order - 1],
            mass["subject in segment", segment.order + 1, subject],
            _place(each.candidate.place, _PLACES), each.candidate.rank, _place(mention.type, _TYPES), _place(mention.source, _SOURCES),
            _place(each.pair.anchor.source, _SOURCES) if each.pair else -1,
            _place(each.pair.anchor.type, _TYPES) if each.pair else 20 + _place(each.figure.figure.kind if each.figure else "", _KINDS),
            _place(segment.kind, _SEGMENTS), (min(400, each.start - mention.end if left else mention.start - each.end) if same else 500), int(left),
            min(30, analysis.frequency[subject]), next((place for place, other in enumerate(topics[:3]) if other.key == subject), 3),
            min(600, each.start - segment.start), min(600, segment.end - each.end), min(900, segment.end - segment.start),
            number_of[predicate], language, each.subjects, _hinted(each.features),
            min(200, len(analysis.segments)), min(40, len(topics)), analysis.frequency[subject] / max(1, named[mention.type]), *_standing(each.features),
            *_cues(each.figure.features if each.figure else None, predicate, _FIGURE_CUES), *_cues(each.features, predicate, _PAIR_CUES),
            *_known_as(standing.get(subject), slots()[predicate].subjects),
            *_known_as(standing.get(each.object_key) if each.pair else None, slots()[predicate].objects),
            *roles.get(subject, _NO_ROLE), *(roles.get(each.object_key, _NO_ROLE) if each.pair else _NO_OBJECT),
            sparing,
        ]  # fmt: skip
        rows.append(row)
    return numpy.array(rows, dtype=float)


def _known_as(odds: Vector | None, kinds: Sequence[str]) -> tuple[float, float, float]:
    """The odds that something is said of a name at all, that it is of the best of these kinds, and how far that kind leads the others."""
    if odds is None:
        return _NONE, _NONE, 0.0
    fitting = max((float(odds[KINDS.index(kind)]) for kind in kinds if kind in KINDS), default=_NONE)
    others = max((float(odds[number]) for number, kind in enumerate(KINDS) if number and kind not in kinds), default=_NONE)
    return float(odds[0]), fitting, fitting - others


def _roles(found: Sequence[Reading], number_of: Mapping[str, int]) -> dict[str, tuple[float, int, float, int]]:
    """By name: the best odds of a relation it is the object of and the relation's number, then the same for what it is the subject of."""
    objects: dict[str, tuple[float, int]] = {}
    subjects: dict[str, tuple[float, int]] = {}
    for each in found:
        told = each.odds, number_of[each.predicate]
        if told > subjects.get(each.subject_key, (_NONE, -1)):
            subjects[each.subject_key] = told
        if each.pair is not None and told > objects.get(each.object_key, (_NONE, -1)):
            objects[each.object_key] = told
    return {key: (*objects.get(key, _NO_ROLE[:2]), *subjects.get(key, _NO_ROLE[2:])) for key in (*objects, *subjects)}


def _groups(each: Reading) -> tuple[Hashable, ...]:
    """The company of a reading: what it shares its subject, predicate or place with."""
    segment, subject, predicate = each.segment, each.subject_key, each.predicate
    return (
        ("subject in segment", segment.order, subject),
        ("segment", segment.order),
        ("subject in block", segment.block, subject),
        ("predicate in segment", segment.order, predicate),
        ("predicate", predicate),
        ("subject", subject),
        ("column", segment.table, segment.column if segment.table >= 0 else segment.order, predicate),
        ("object", each.object_key),
        ("kind of subject", subject, slots()[predicate].subjects),
    )


def _standing(features: Features) -> list[int]:
    """How the subject stands to the figure or object, as numbers: the plain features of `_COUNTED`, -1 for those it has not, and of `_FLAGGED`."""
    numbers = [-1] * len(_COUNTED)
    flags = [0] * len(_FLAGGED)
    for name in features.plain:
        head, _, tail = name.partition(":")
        if head in _COUNTED_AT and "|" not in tail:
            numbers[_COUNTED_AT[head]] = int(tail[-1]) if tail[-1:].isdigit() else 0
        elif head in _FLAGGED_AT:
            flags[_FLAGGED_AT[head]] = 2 if tail == "True" else 1
    return [*numbers, *flags]


def _hinted(features: Features) -> int:
    """1 when the gazetteer knows the relation, -1 when it knows another, else 0."""
    known = [name for name in features.plain if name.startswith("hint:")]
    return 0 if not known else 1 if any(not name.endswith(":other") for name in known) else -1


def _cues(features: Features | None, predicate: str, positions: Sequence[str]) -> Iterable[int]:
    """At each position: 2 for a cue of the predicate's own, 1 for cues of others, 0 for none."""
    if features is None:
        return [-1] * len(positions)
    at = dict(features.cues)
    own = slots()[predicate].cues
    return [0 if position not in at else 2 if at[position] & own else 1 if whose(at[position]) else 0 for position in positions]


_BEFORE_ROLES = 51 + len(_COUNTED) + len(_FLAGGED) + len(_FIGURE_CUES) + len(_PAIR_CUES) + 6
CATEGORIES = (30, 32, 33, 34, 35, 36, 44, 45, _BEFORE_ROLES + 1, _BEFORE_ROLES + 3, _BEFORE_ROLES + 5, _BEFORE_ROLES + 7)
WIDTH = _BEFORE_ROLES + 9
