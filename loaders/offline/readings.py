"""Every way to read a document's figures and names, with its odds by the linear models and what the other readings say about it.

A `Reading` is one subject, predicate and object or figure. The linear models judge each by its own surroundings; `evidence` sets it against
its rivals (other subjects of the same figure, other figures of the same subject) and its company (what else the sentence, the paragraph and
the table column are about), as the columns a forest judges (see forest.py).
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp
from typing import Any, TypeVar, overload

import numpy

from loaders.offline.analysis import Analysis, Segment
from loaders.offline.company import NOTHING, Best, Sums, combined, grouped, places
from loaders.offline.features import Features
from loaders.offline.linear import Linear, Vector
from loaders.offline.mentions import Mention
from loaders.offline.naming import KINDS, each_name, names_of
from loaders.offline.proposals import Anchor, FigureProposal, PairProposal, figure_proposals, named_sizes, pair_proposals, subject_pairs
from loaders.offline.signs import COUNTED, FIGURE_CUES, FLAGGED, NO_FIGURE, PAIR_CUES, figure_cues, pair_cues, place, standing
from loaders.offline.slots import slots
from loaders.offline.subjects import Candidate

_Item = TypeVar("_Item")
LEAST_ODDS = -3.2  # readings whose linear odds are lower are not looked at again
MOST_PREDICATES, MOST_SUBJECTS = 3, 6
_FIGURES_AT_ONCE, _PAIRS_AT_ONCE, _NAMES_AT_ONCE = 64, 1024, 256  # judged by the linear models
_FORGOTTEN = Features()  # of what has been read


@dataclass(slots=True)
class Reading:
    """One reading. `start, end` is the figure or object in the content; `odds` the log odds of the linear models together, `kind_odds`
    and `subject_odds` those of its two questions (which predicate, which subject; for a relation one question and a constant); `signs`
    what its features tell the forest (see signs.py): how the subject stands, the figure's cues, the pair's cues."""

    predicate: str
    segment: Segment
    start: int
    end: int
    candidate: Candidate
    signs: bytes
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


class Readings(Sequence[Reading]):
    """The readings of a document as columns, one number or reference a reading, as those of a long document are many: a `Reading` is made
    when it is asked for.

    `told` is the number of its figure or object among `anchors`, `signs` that of its signs among `signs_of`, `predicate` and `place` those
    of their names among `predicates` and `places`; `pairs` the proposals with their features, by the number of the reading, where those
    are kept.
    """

    def __init__(self) -> None:
        self.predicates, self.places, self.signs_of = tuple(slots()), _PLACES, list[bytes]()
        self.anchors: list[FigureProposal | Anchor] = []
        self.pairs: dict[int, PairProposal] = {}
        self.mentions: list[Mention] = []
        self.told, self.signs, self.predicate, self.place = array("i"), array("i"), array("H"), array("B")
        self.rank, self.subjects = array("H"), array("H")
        self.odds, self.kind_odds, self.subject_odds = array("d"), array("d"), array("d")
        self._predicate_of = {name: number for number, name in enumerate(self.predicates)}
        self._place_of = {name: number for number, name in enumerate(self.places)}
        self._signs: dict[bytes, int] = {}

    def add(
        self, predicate: str, anchor: FigureProposal | Anchor, candidate: Candidate, signs: bytes, odds: tuple[float, float, float], subjects: int
    ) -> None:  # fmt: skip
        """Add a reading; `odds` are those of both questions together, of the first and of the second."""
        if not self.anchors or self.anchors[-1] is not anchor:
            self.anchors.append(anchor)
        number = self._signs.setdefault(signs, len(self.signs_of))
        if number == len(self.signs_of):
            self.signs_of.append(signs)
        self.told.append(len(self.anchors) - 1)
        self.signs.append(number)
        self.predicate.append(self._predicate_of[predicate])
        self.place.append(self._place_of[candidate.place])
        self.rank.append(candidate.rank)
        self.subjects.append(subjects)
        self.mentions.append(candidate.mention)
        self.odds.append(odds[0])
        self.kind_odds.append(odds[1])
        self.subject_odds.append(odds[2])

    def __len__(self) -> int:
        return len(self.told)

    @overload
    def __getitem__(self, at: int) -> Reading: ...
    @overload
    def __getitem__(self, at: slice) -> list[Reading]: ...
    def __getitem__(self, at: int | slice) -> Reading | list[Reading]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        anchor, predicate = self.anchors[self.told[at]], self.predicates[self.predicate[at]]
        candidate = Candidate(self.mentions[at], self.places[self.place[at]], self.rank[at])
        figure, pair = None, None
        if isinstance(anchor, FigureProposal):
            figure = anchor
        else:
            pair = self.pairs.get(at) or PairProposal(anchor, candidate, (predicate,), _FORGOTTEN)
        return Reading(
            predicate, anchor.segment, *_range(anchor), candidate, self.signs_of[self.signs[at]], self.odds[at], self.kind_odds[at],
            self.subject_odds[at], figure, pair, self.subjects[at],
        )  # fmt: skip


def _range(anchor: FigureProposal | Anchor) -> tuple[int, int]:
    return (anchor.figure.start, anchor.figure.end) if isinstance(anchor, FigureProposal) else (anchor.start, anchor.end)


def _object_key(anchor: FigureProposal | Anchor) -> str:
    return f"{float(anchor.figure.size):.4g}" if isinstance(anchor, FigureProposal) else anchor.key


class Proposals:
    """The proposals of one document, each with its features: made once and `kept` (for learning), or made anew as they are asked for, as
    those of a long document are large."""

    def __init__(self, analysis: Analysis, kept: bool = True) -> None:
        self.analysis, self.kept = analysis, kept
        self.figures = list(figure_proposals(analysis)) if kept else []
        self.named = list(named_sizes(analysis))
        self.pairs = list(pair_proposals(analysis)) if kept else []
        self.names = names_of(analysis) if kept else {}
        self._subjects: dict[tuple[int, tuple[str, ...]], list[tuple[Candidate, Features]]] = {}

    def subjects(self, proposal: FigureProposal, predicate: str) -> list[tuple[Candidate, Features]]:
        """Candidate subjects of the figure under the predicate, each with its features."""
        key = proposal.figure.start, slots()[predicate].subjects
        if key not in self._subjects:
            self._subjects[key] = subject_pairs(self.analysis, proposal, predicate)
        return self._subjects[key]

    def figure_batches(self) -> Iterator[list[FigureProposal]]:
        """The proposals of figures, some at a time."""
        for batch in _batches(self.figures if self.kept else figure_proposals(self.analysis), _FIGURES_AT_ONCE):
            yield batch
            if not self.kept:
                self._subjects.clear()

    def pair_batches(self) -> Iterator[list[PairProposal]]:
        """The proposals of relations, some at a time."""
        return _batches(self.pairs if self.kept else pair_proposals(self.analysis), _PAIRS_AT_ONCE)

    def name_batches(self) -> Iterator[list[tuple[str, Features]]]:
        """The names of the document with their features, some at a time."""
        return _batches(self.names.items() if self.kept else each_name(self.analysis), _NAMES_AT_ONCE)


def readings(models: Mapping[str, Linear], proposals: Proposals) -> Readings:
    """The readings of a document worth judging, in the order of its figures, then of its names."""
    found = Readings()
    figure_model, subject_model, relation_model = models["figure"], models["subject"], models["relation"]
    for batch in proposals.figure_batches():
        odds = figure_model.odds_of([proposal.features for proposal in batch]).tolist()
        asked: list[tuple[FigureProposal, FigureProposal, str, float, list[tuple[Candidate, Features]]]] = []
        for proposal, each in zip(batch, odds, strict=True):
            read = proposal if proposals.kept else FigureProposal(proposal.segment, proposal.figure, proposal.predicates, _FORGOTTEN)
            shares = sorted(((each[figure_model.number[name]], name) for name in proposal.predicates), reverse=True)
            for kind_odds, predicate in shares[:MOST_PREDICATES]:
                if kind_odds < LEAST_ODDS:
                    break
                asked.append((proposal, read, predicate, kind_odds, proposals.subjects(proposal, predicate)))
        about = {id(told): told for *_, candidates in asked for _, told in candidates}
        subject_odds_of = dict(zip(about, subject_model.odds_of(list(about.values())).tolist(), strict=True))
        for proposal, read, predicate, kind_odds, candidates in asked:
            at = subject_model.number[predicate]
            scored = [(subject_odds_of[id(features)][at], candidate, features) for candidate, features in candidates]
            scored.sort(key=lambda item: -item[0])
            cues = figure_cues(proposal.features, predicate)
            for subject_odds, candidate, features in scored[:MOST_SUBJECTS]:
                signs = standing(features) + cues + pair_cues(features, predicate)
                both = _odds(_share(kind_odds) * _share(subject_odds))
                found.add(predicate, read, candidate, signs, (both, kind_odds, subject_odds), len(scored))
    for proposal, mention in proposals.named:
        found.add("totalParameters", proposal, Candidate(mention, "self", 0), _NO_SIGNS, (0.0, 0.0, 9.0), 0)
    for pairs in proposals.pair_batches():
        odds = relation_model.odds_of([pair.features for pair in pairs])
        rows = [row for row, pair in enumerate(pairs) for _ in pair.predicates]
        columns = [relation_model.number[predicate] for pair in pairs for predicate in pair.predicates]
        values = odds[rows, columns]
        last, pair, own = -1, pairs[0], b""
        for at in numpy.flatnonzero(values >= LEAST_ODDS).tolist():
            value, predicate = float(values[at]), relation_model.predicates[columns[at]]
            if rows[at] != last:
                last, pair = rows[at], pairs[rows[at]]
                own = standing(pair.features) + NO_FIGURE
            if proposals.kept:
                found.pairs[len(found)] = pair
            found.add(predicate, pair.anchor, pair.candidate, own + pair_cues(pair.features, predicate), (value, value, 9.0), 0)
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
_SAME = _PLACES.index("same")
_SOURCES = ("gazetteer", "weak", "family", "shape", "list", "alias", "bare", "looks", "quoted", "coded", "")
_TYPES = ("model", "organisation", "chip", "cluster", "person", "place", "name", "publication", "technique", "architecture", "licence", "title", "benchmark", "date")  # fmt: skip
_KINDS = ("bare", "parameter", "token", "money", "gpu_hour", "duration", "flop", "percent", "emission", "energy", "gpu", "power", "bandwidth", "person", "other")  # fmt: skip
_SEGMENTS = ("sentence", "cell", "field", "heading")
_NO_ROLE, _NO_OBJECT = (NOTHING, -1, NOTHING, -1), (NOTHING, -2, NOTHING, -2)
_NOT_KNOWN = NOTHING, NOTHING, 0.0
_LANGUAGES = {"en": 0, "zh": 1}
_HINT = len(COUNTED) + len(FLAGGED)  # where in a reading's signs the gazetteer's hint is
_NO_SIGNS = standing(Features()) + bytes(len(FIGURE_CUES) + len(PAIR_CUES))


def evidence(names: Linear, proposals: Proposals, found: Readings, predicates: Sequence[str], sparing: bool = False) -> Any:
    """One row a reading, one column a piece of evidence: a numpy array of floats of len(found) rows. `names` tells what names stand for;
    `sparing` that the document is labelled where something is news (see learn.py), which no document that is read is."""
    return Evidence(names, proposals, found, predicates, sparing).rows(0, len(found))


class Evidence:
    """What there is to say of each reading, its rivals and its company; rows are made as they are asked for, as all together are large."""

    def __init__(self, names: Linear, proposals: Proposals, found: Readings, predicates: Sequence[str], sparing: bool = False) -> None:
        self._analysis, self._found, self._sparing = proposals.analysis, found, sparing
        self._named = Counter(mention.type for mention in self._analysis.mentions)
        self._number_of = {name: number for number, name in enumerate(predicates)}
        if not found:
            return
        self._standing = {
            key: row
            for batch in proposals.name_batches()
            for (key, _), row in zip(batch, names.odds_of([told for _, told in batch]), strict=True)
        }
        self._known: dict[tuple[str, tuple[str, ...]], tuple[float, float, float]] = {}
        self._roles = _roles(found, self._number_of)
        self._signs = numpy.frombuffer(b"".join(found.signs_of), dtype=numpy.int8).reshape(len(found.signs_of), -1)
        of_name, of_object, of_kinds = dict[str, int](), dict[str, int](), dict[tuple[str, ...], int]()
        kinds_of = [of_kinds.setdefault(slots()[name].subjects, len(of_kinds)) for name in predicates]
        told = numpy.frombuffer(found.told, dtype=numpy.int32)
        self._anchors = numpy.array([self._anchor(each) for each in found.anchors], dtype=numpy.int32)
        subject = _whole(of_name.setdefault(each.key, len(of_name)) for each in found.mentions)
        key = _whole(of_object.setdefault(_object_key(each), len(of_object)) for each in found.anchors)[told]
        predicate = _whole(self._number_of.get(name, -1) for name in found.predicates)[
            numpy.frombuffer(found.predicate, dtype=numpy.uint16)
        ]
        anchor, order, block, table, column = (self._anchors[:, at][told] for at in range(5))
        kinds = numpy.array(kinds_of, dtype=numpy.int32)[predicate]
        number = numpy.arange(len(found), dtype=numpy.int32)
        self._subject, self._predicate, self._order, self._subjects = subject, predicate, order, len(of_name)
        odds = self._odds = numpy.frombuffer(found.odds)
        read_as, about = grouped(anchor, predicate), grouped(subject, predicate)
        same_anchor = grouped(anchor)
        self._rivals = [
            Best(read_as, subject, odds),
            Best(grouped(anchor, subject), predicate, odds),
            Best(about, key, odds),
            Best(same_anchor, number, odds),
            Best(grouped(subject, predicate, key), number, odds),
            Best(grouped(predicate, key), subject, odds),
            Best(grouped(subject, key), predicate, odds),
        ]
        self._places = [places(read_as, odds), numpy.minimum(50, places(about, odds))]
        self._places += [
            numpy.bincount(read_as).astype(numpy.int32)[read_as],
            numpy.minimum(50, numpy.bincount(about)).astype(numpy.int32)[about],
        ]
        best = numpy.full(int(same_anchor.max()) + 1, NOTHING)
        numpy.maximum.at(best, same_anchor, odds)
        shares = numpy.fromiter((_share(each) for each in found.odds), dtype=float, count=len(found))
        self._weights = shares * numpy.where(odds == best[same_anchor], 1.0, 0.3)
        in_segment = order.astype(numpy.int64) * self._subjects + subject
        self._of_segment = Sums(in_segment, self._weights, True), Sums(order, self._weights, True)
        self._company = [
            *self._of_segment,
            *(
                Sums(keys, self._weights)
                for keys in (
                    combined(block, subject), combined(order, predicate), predicate, subject, combined(table, column, predicate), key,
                    combined(subject, kinds),
                )
            ),
        ]  # fmt: skip

    def rows(self, begin: int, end: int) -> Any:
        """The rows of the readings [begin, end), a numpy array of floats."""
        found, some = self._found, slice(begin, end)
        count = len(range(*some.indices(len(found))))
        if not count:
            return numpy.zeros((0, WIDTH))
        rivals = [each.other(some) for each in self._rivals]
        odds, weights = self._odds[some], self._weights[some]
        subject, order = self._subject[some], self._order[some].astype(numpy.int64)
        in_segment, segment = self._of_segment
        company = [each.totals[each.groups[some]] - weights for each in self._company]
        near = [
            in_segment.of((order - 1) * self._subjects + subject),
            segment.of(order - 1),
            in_segment.of((order + 1) * self._subjects + subject),
        ]
        anchors, places = self._anchors[found.told[some]], numpy.array(found.place[some])
        names = numpy.array([self._name(at) for at in range(begin, begin + count)], dtype=float)
        signs = self._signs[found.signs[some]]
        left, right, starts, ends = names[:, 1], names[:, 0], anchors[:, 5], anchors[:, 6]
        before = left <= starts
        distance = numpy.where(places == _SAME, numpy.minimum(400, numpy.where(before, starts - left, right - ends)), 500)
        whole = numpy.ones(count)
        columns = [
            odds, found.kind_odds[some], found.subject_odds[some], *rivals[:4], *(odds - rival for rival in rivals[:4]), *rivals[4:],
            *(each[some] for each in self._places), *company, *near,
            places, found.rank[some], *names[:, 2:4].T, *anchors[:, 7:10].T, distance, before, *names[:, 4:6].T, *anchors[:, 10:13].T,
            self._predicate[some], whole * _LANGUAGES.get(self._analysis.language, 2), found.subjects[some],
            signs[:, _HINT], whole * min(200, len(self._analysis.segments)), *names[:, 6:8].T,
            *signs[:, :_HINT].T, *signs[:, _HINT + 1 :].T, *names[:, 8:].T, whole * self._sparing,
        ]  # fmt: skip
        return numpy.column_stack(columns).astype(float, copy=False)

    def _anchor(self, anchor: FigureProposal | Anchor) -> tuple[int, ...]:
        """What a figure or object tells by itself: numbers that tell it and its place from others, its range, and what the forest sees."""
        segment, (start, end) = anchor.segment, _range(anchor)
        if isinstance(anchor, FigureProposal):
            source, kind = -1, 20 + place(anchor.figure.kind, _KINDS)
        else:
            source, kind = place(anchor.source, _SOURCES), place(anchor.type, _TYPES)
        return (
            2 * start + isinstance(anchor, FigureProposal), segment.order, segment.block, segment.table,
            segment.column if segment.table >= 0 else segment.order, start, end, source, kind, place(segment.kind, _SEGMENTS),
            min(600, start - segment.start), min(600, segment.end - end), min(900, segment.end - segment.start),
        )  # fmt: skip

    def _name(self, at: int) -> tuple[float, ...]:
        """What a reading's subject tells by itself, and the names of subject and object."""
        analysis, found, mention = self._analysis, self._found, self._found.mentions[at]
        slot, anchor, subject = slots()[found.predicates[found.predicate[at]]], found.anchors[found.told[at]], mention.key
        often, leading = analysis.frequency[subject], analysis.topics.get(mention.type) or ()
        named = None if isinstance(anchor, FigureProposal) else anchor.key
        return (
            mention.start, mention.end, place(mention.type, _TYPES), place(mention.source, _SOURCES),
            min(30, often), analysis.leading.get((mention.type, subject), 3),
            min(40, len(leading)), often / max(1, self._named[mention.type]),
            *self._known_as(subject, slot.subjects),
            *(_NOT_KNOWN if named is None else self._known_as(named, slot.objects)),
            *self._roles.get(subject, _NO_ROLE), *(_NO_OBJECT if named is None else self._roles.get(named, _NO_ROLE)),
        )  # fmt: skip

    def _known_as(self, name: str, kinds: tuple[str, ...]) -> tuple[float, float, float]:
        if (name, kinds) not in self._known:
            self._known[name, kinds] = _known_as(self._standing.get(name), kinds)
        return self._known[name, kinds]


def _whole(numbers: Iterable[int]) -> Any:
    return numpy.fromiter(numbers, dtype=numpy.int32)


def _known_as(odds: Vector | None, kinds: Sequence[str]) -> tuple[float, float, float]:
    """The odds that something is said of a name at all, that it is of the best of these kinds, and how far that kind leads the others."""
    if odds is None:
        return _NOT_KNOWN
    fitting = max((float(odds[KINDS.index(kind)]) for kind in kinds if kind in KINDS), default=NOTHING)
    others = max((float(odds[number]) for number, kind in enumerate(KINDS) if number and kind not in kinds), default=NOTHING)
    return float(odds[0]), fitting, fitting - others


def _roles(found: Readings, number_of: Mapping[str, int]) -> dict[str, tuple[float, int, float, int]]:
    """By name: the best odds of a relation it is the object of and the relation's number, then the same for what it is the subject of."""
    objects: dict[str, tuple[float, int]] = {}
    subjects: dict[str, tuple[float, int]] = {}
    for mention, at, odds, predicate in zip(found.mentions, found.told, found.odds, found.predicate, strict=True):
        told, anchor = (odds, number_of[found.predicates[predicate]]), found.anchors[at]
        if told > subjects.get(mention.key, (NOTHING, -1)):
            subjects[mention.key] = told
        if isinstance(anchor, Anchor) and told > objects.get(anchor.key, (NOTHING, -1)):
            objects[anchor.key] = told
    return {key: (*objects.get(key, _NO_ROLE[:2]), *subjects.get(key, _NO_ROLE[2:])) for key in (*objects, *subjects)}


_BEFORE_ROLES = 51 + len(COUNTED) + len(FLAGGED) + len(FIGURE_CUES) + len(PAIR_CUES) + 6
CATEGORIES = (30, 32, 33, 34, 35, 36, 44, 45, _BEFORE_ROLES + 1, _BEFORE_ROLES + 3, _BEFORE_ROLES + 5, _BEFORE_ROLES + 7)
WIDTH = _BEFORE_ROLES + 9
