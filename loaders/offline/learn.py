"""Learn the weights from folders of labelled documents, and measure them on documents held out.

    python -m loaders.offline.learn DOCUMENTS GOLD.jsonl [MORE_DOCUMENTS MORE_GOLD.jsonl] [--folds 5] [--write] [--out held-out.jsonl]
        [--also LABELLED ...] [--beside FOLDER GOLD.jsonl [--times N]] [--corrections CORRECTIONS.jsonl FOLDER]

Needs the `learn` extra. Deterministic: the same folders give the same weights. What kind of thing unknown names are is learned first, and
each document is told it by a model of the other folds; then the other linear models; the forest is learned from the readings that linear
models of the other folds make of each document, so that it meets odds as they are on documents nobody learned from (stacking: Wolpert
1992). `--out` writes what models of the other folds, linear models and forest, find in each document of DOCUMENTS.
"""

import argparse
import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import lightgbm
import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kg.corrections import read_corrections
from kg.documents import Document, document_from_bytes
from kg.reading import files
from kg.statements import Statement
from loaders.blocks import blocks
from loaders.citations import citations
from loaders.offline import found_in
from loaders.offline.analysis import Analysis
from loaders.offline.features import Features, Part
from loaders.offline.forest import Forest, flattened
from loaders.offline.gold import Row, read_rows, same_label, same_object, same_value
from loaders.offline.labelled import labelled_documents
from loaders.offline.linear import Linear, common, cued
from loaders.offline.naming import KINDS, LOOKS, kinds_by, looks_of
from loaders.offline.proposals import FigureProposal
from loaders.offline.readings import CATEGORIES, Proposals, Reading, evidence, readings
from loaders.offline.reviewed import reviewed_rows
from loaders.offline.slots import slots
from loaders.offline.weights import WEIGHTS, Weights, write_weights
from loaders.provenance import metadata
from loaders.readers import read as read_text

FIGURES = tuple(sorted(name for name, slot in slots().items() if slot.kinds))
RELATIONS = tuple(sorted(name for name, slot in slots().items() if slot.objects))
PREDICATES = (*FIGURES, *RELATIONS)
ONE_IN = 6  # of the wrong pairs, so many times more than right ones, one in six is learned from
OF_MODEL = {"figure": FIGURES, "subject": FIGURES, "relation": RELATIONS, "name": KINDS}


@dataclass(slots=True)
class Cases:
    """Training cases of one linear model and one document: column ids of all cases one after the other, where each ends, and its truth."""

    columns: "array[int]" = field(default_factory=lambda: array("q"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))
    truths: "array[int]" = field(default_factory=lambda: array("b"))


@dataclass(slots=True)
class Labelled:
    """One labelled document as it is read, and the training cases of what kind of thing its names are.

    `sparing`: what everybody knows (who makes the H100) is labelled here where it is news, not wherever it can be read; an unlabelled pair
    that the gazetteer knows to hold is then neither right nor wrong.
    """

    document: Document
    analysis: Analysis
    rows: list[Row]
    sparing: bool
    looks: Cases


@dataclass(slots=True)
class Example:
    """One labelled document whose names have types: its proposals and the training cases of the linear models."""

    document: Document
    analysis: Analysis
    rows: list[Row]
    proposals: Proposals
    cases: dict[str, Cases]
    sparing: bool


_Document = TypeVar("_Document", Labelled, Example)


class _Columns:
    """Numbers for columns: the feature's number, and above it the predicate's (0 for shared columns)."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self._last: tuple[Features | None, array[int], array[int]] = (None, array("q"), array("q"))

    def _number(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))

    def add(self, cases: Cases, features: Features, predicates: tuple[str, ...], predicate: str, truth: bool) -> None:
        """Add the proposal under the predicate to the cases."""
        if self._last[0] is not features:
            shared, single = common(features)
            self._last = features, array("q", map(self._number, shared)), array("q", map(self._number, single))
        number = predicates.index(predicate)
        above = (number + 1) << 32
        tied, own = cued(features, predicates, number)
        cases.columns.extend(self._last[1])
        cases.columns.extend(map(self._number, tied))
        cases.columns.extend(above | each for each in self._last[2])
        cases.columns.extend(above | self._number(each) for each in own)
        cases.ends.append(len(cases.columns))
        cases.truths.append(truth)

    def name(self, column: int, predicates: tuple[str, ...], names: Sequence[str]) -> str:
        """The name of a column, `p|feature` or `feature`."""
        predicate, feature = column >> 32, names[column & 0xFFFFFFFF]
        return f"{predicates[predicate - 1]}|{feature}" if predicate else feature


_COLUMNS = _Columns()


def analysed(name: str, raw: bytes) -> tuple[Document, Analysis]:
    """Read one document."""
    document = document_from_bytes(name, raw)
    text = read_text(document)
    tree = blocks(text)
    return document, Analysis(text, tree, metadata(document, text, tree))


def read_folder(folder: Path, gold: Path) -> list[Labelled]:
    """Every document of a folder that a gold list tells of."""
    return _read(folder, read_rows(gold))


def read_reviewed(corrections: Path, folder: Path) -> list[Labelled]:
    """Every document of a folder that a file of corrections is about."""
    documents = [document_from_bytes(path.name, path.read_bytes()) for path in files([folder])]
    return _read(folder, reviewed_rows(read_corrections(corrections), documents))


def _read(folder: Path, rows: Iterable[Row]) -> list[Labelled]:
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_document[row.document].append(row)
    return [_labelled(*analysed(name, (folder / name).read_bytes()), by_document[name]) for name in sorted(by_document)]


def read_labelled(folder: Path) -> list[Labelled]:
    """Every document of a labelled folder (see labelled.py), those that state nothing included."""
    return [_labelled(*analysed(each.name, each.text.encode()), list(each.rows()), True) for each in labelled_documents(folder)]


FORGETFUL = 4  # in one of so many of our own documents, names without a number are as unknown as tomorrow's: every other one


def _labelled(document: Document, analysis: Analysis, rows: list[Row], sparing: bool = False) -> Labelled:
    forgotten = dict[str, str]()
    if sparing and _drawn(document.name, FORGETFUL):
        named = [each for each in analysis.mentions if each.type in ("model", "organisation", "chip", "cluster") and each.label.isalpha()]
        forgotten = {each.key: each.type for each in named if _drawn(document.name + each.key, 2)}
        analysis.forgotten(forgotten)
    return Labelled(document, analysis, rows, sparing, _look_cases(analysis, rows, forgotten))


def _drawn(name: str, one_in: int) -> bool:
    """Whether the lot falls on the name, the same way each time."""
    return int(sha256(name.encode()).hexdigest()[:8], 16) % one_in == 0


def _told(analysis: Analysis, rows: Sequence[Row]) -> dict[str, list[tuple[str, ...]]]:
    """By the key of each name, what kinds of thing take its place in the rows; an empty list for a name no row tells of."""
    labels = {mention.key: mention.label for mention in analysis.mentions}
    told: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for row in rows:
        slot = next((slots()[name] for name in row.predicates if name in slots()), None)
        if slot is not None:
            told.append((row.subjects, slot.subjects))
            if row.objects and slot.objects:
                told.append((row.objects, slot.objects))
    return {key: [kinds for names, kinds in told if same_label(label, names)] for key, label in labels.items()}


def _look_cases(analysis: Analysis, rows: Sequence[Row], forgotten: Mapping[str, str]) -> Cases:
    """What kind of thing each name is, as far as rows and gazetteer tell; of every other name that the gazetteer knows, what it is called
    counts for nothing, so that its surroundings are learned from. A word by itself that nothing is said of is nothing."""
    cases = Cases()
    told = _told(analysis, rows)
    first = {mention.key: mention for mention in reversed(analysis.mentions)}
    for number, (key, features) in enumerate(looks_of(analysis)):
        mention = first[key]
        given = forgotten.get(key, mention.type)
        known = mention.source in ("gazetteer", "family", "weak") or key in forgotten
        fitting = set(told[key][0]).intersection(*told[key]) if told[key] else set[str]()
        if given in fitting:
            truth = given
        elif len(fitting) == 1:
            truth = fitting.pop()
        elif told[key] or mention.source == "weak" or (not known and (given != "name" or " " in mention.label)):
            continue
        else:
            truth = given
        kind = truth if truth in LOOKS or truth == "name" else "concept"
        if known and number % 2:
            features = Features((Part(features.plain, (name for name in features.lexical if not name.startswith(_CALLED))),))
        for each in LOOKS:
            _COLUMNS.add(cases, features, LOOKS, each, each == kind)
    return cases


def looks_model(labelled: Iterable[Labelled]) -> Linear:
    """The model of what kind of thing a name is."""
    return _binary([each.looks for each in labelled], LOOKS, *STRENGTH["kind"])


def typed_examples(groups: Sequence[Sequence[Labelled]], folds: int, jobs: int) -> list[list[Example]]:
    """The examples of each group of documents, the names of each document typed by a model of the other folds."""
    folded = [each for group in groups for each in _folded(group, folds)]
    _JOBS[:] = [folded]
    with get_context("fork").Pool(jobs) as pool:
        models = [Linear(*each) for each in pool.map(_looks_without, range(folds), 1)]
    for fold, labelled in folded:
        labelled.analysis.typed(kinds_by(models[fold], labelled.analysis))
    return [[example_of(each) for each in group] for group in groups]


def _looks_without(fold: int) -> tuple[tuple[str, ...], dict[str, float]]:
    model = looks_model(each for held, each in _JOBS[0] if held != fold)
    return model.predicates, dict(model.weights)


def example_of(labelled: Labelled) -> Example:
    """The training cases of a document whose names have their types."""
    document, analysis, rows, sparing = labelled.document, labelled.analysis, labelled.rows, labelled.sparing
    made = Proposals(analysis)
    case = Example(document, analysis, rows, made, {name: Cases() for name in OF_MODEL}, sparing)
    proposals = made.figures
    spans = [analysis.text.raw_span(p.figure.start, p.figure.end) for p in proposals]
    matched: dict[int, list[tuple[Row, bool]]] = defaultdict(list)
    for row in rows:
        if row.value is None and row.low is None:
            continue
        fits = [i for i, p in enumerate(proposals) if set(p.predicates) & set(row.predicates) and _figure_is(p, row)]
        near = [i for i in fits if spans[i][0] < row.end + 2 and row.start - 2 < spans[i][1]]
        if near:
            best = max(near, key=lambda i: (spans[i][1] <= row.end, -abs(row.end - spans[i][1])))
            matched[best].append((row, True))
            for index in fits:
                if index != best:
                    matched[index].append((row, False))
        elif fits:
            best = min(fits, key=lambda i: abs(spans[i][0] - row.start))
            matched[best].append((row, abs(spans[best][0] - row.start) < 400))
    for index, proposal in enumerate(proposals):
        sure = [row for row, certain in matched.get(index, ()) if certain]
        if sure:
            predicate = next((p for p in sure[0].predicates if p in proposal.predicates), sure[0].predicates[0])
            also = {p for row in sure for p in row.predicates}
            for p in proposal.predicates:
                if p == predicate or p not in also:
                    _COLUMNS.add(case.cases["figure"], proposal.features, FIGURES, p, p == predicate)
            golds = [label for row in sure if predicate in row.predicates for label in row.subjects]
            for candidate, features in made.subjects(proposal, predicate):
                _COLUMNS.add(case.cases["subject"], features, FIGURES, predicate, same_label(candidate.mention.label, golds))
        elif not matched.get(index):
            for p in proposal.predicates:
                _COLUMNS.add(case.cases["figure"], proposal.features, FIGURES, p, False)
    _name_cases(case)
    wrong = 0
    for pair in made.pairs:
        start, end = analysis.text.raw_span(pair.anchor.segment.start, pair.anchor.segment.end)
        for predicate in pair.predicates:
            truth: bool | None = False
            for row in rows:
                if (
                    predicate in row.predicates
                    and row.objects
                    and same_object(pair.anchor.label, row.objects)
                    and same_label(pair.candidate.mention.label, row.subjects)
                ):
                    if row.start < end and start < row.end:
                        truth = True
                        break
                    truth = None
            if truth is False and sparing and _known(pair.features, predicate):
                continue
            if truth is False:
                wrong += 1
            if truth or (truth is False and wrong * 2654435761 % 2**32 < 2**32 // ONE_IN):
                _COLUMNS.add(case.cases["relation"], pair.features, RELATIONS, predicate, truth)
    return case


def _name_cases(case: Example) -> None:
    """What each name of the document stands for, as far as the rows tell: what kinds of thing take its place in them."""
    told = _told(case.analysis, case.rows)
    for key, features in case.proposals.names.items():
        kinds = told[key]
        for kind in KINDS:
            if kind == "anything":
                truth: bool | None = bool(kinds)
            else:
                sure = any(each == (kind,) for each in kinds)
                truth = True if sure else None if any(kind in each for each in kinds) else False
            if truth is not None:
                _COLUMNS.add(case.cases["name"], features, KINDS, kind, truth)


_HINTED = {"owner": "clusterOwner"}


def _known(features: Features, predicate: str) -> bool:
    """Whether the gazetteer knows the relation to hold between the two (see proposals.hints)."""
    hinted = (name.split(":") for name in features.plain if name.startswith("hint:") and not name.endswith(":other"))
    return any(_HINTED.get(parts[2], parts[2]) == predicate for parts in hinted)


def _figure_is(proposal: FigureProposal, row: Row) -> bool:
    figure = proposal.figure
    unit = figure.unit if figure.kind in ("money", "duration") else ""
    as_float = [None if v is None else float(v) for v in (figure.value, figure.low, figure.high)]
    return same_value(as_float[0], as_float[1], as_float[2], unit, row)


FEWEST, FEWEST_WRONG = 2, 8
ITERATIONS = 80
# By model: the strength of the fit, how much more right cases weigh than wrong ones, and the prior of `_telling` (its power and limits).
STRENGTH: dict[str, tuple[float, float, tuple[float, float] | None]] = {
    "figure": (0.05, 1.7, (1.0, 3.5)),
    "subject": (0.005, 1.5, None),
    "relation": (0.03, 0.8, (0.7, 4.0)),
    "name": (0.1, 1.0, (1.0, 3.0)),
    "kind": (0.1, 1.3, (1.0, 3.0)),
}
_CALLED = ("w:", "suf:", "last:", "head:")
_LEXICAL = ("bw:", "be:", "wl:", "wr:", "mid:", "lw", "rw", "zl:", "zr:", "al:", "sl:", "columnw:", "roww:", "labelw:")


def _binary(
    cases: Sequence[Cases], predicates: tuple[str, ...], strength: float, ratio: float, telling: tuple[float, float] | None
) -> Linear:
    """A logistic model over the columns that some right case has, or many wrong ones; one that knows nothing when all cases are alike."""
    ids = numpy.concatenate([numpy.frombuffer(each.columns, dtype=numpy.int64) for each in cases])
    truths = numpy.concatenate([numpy.frombuffer(each.truths, dtype=numpy.int8) for each in cases]).astype(bool)
    if truths.all() or not truths.any():
        return Linear(predicates, {})
    lengths = numpy.concatenate([numpy.diff(numpy.frombuffer(each.ends, dtype=numpy.int64), prepend=0) for each in cases])
    known, places = numpy.unique(ids, return_inverse=True)
    of_case = numpy.repeat(truths, lengths)
    seen = numpy.bincount(places, minlength=len(known))
    right = numpy.bincount(places[of_case], minlength=len(known))
    kept = ((right > 0) & (seen >= FEWEST)) | (seen - right >= FEWEST_WRONG)
    numbers = numpy.cumsum(kept) - 1
    names = list(_COLUMNS.names)
    labels = [_COLUMNS.name(int(column), predicates, names) for column in known[kept]]
    scale = numpy.array([_freedom(label) for label in labels])
    if telling is not None:
        scale *= _telling(right, seen - right, kept, _bias_rows(known), *telling)
    inside = kept[places]
    starts = numpy.concatenate([[0], numpy.cumsum(numpy.bincount(numpy.repeat(numpy.arange(len(lengths)), lengths), weights=inside, minlength=len(lengths)))]).astype(int)  # fmt: skip
    chosen = numbers[places[inside]]
    matrix = csr_matrix((scale[chosen], chosen, starts), shape=(len(truths), len(labels)))
    model = LogisticRegression(C=strength, solver="lbfgs", max_iter=ITERATIONS, class_weight={True: ratio, False: 1.0}, fit_intercept=False)
    with threadpool_limits(1):  # processes learn side by side: threads of theirs would wait for each other
        model.fit(matrix, truths)
    weights = model.coef_[0] * scale
    return Linear(
        predicates, {label: round(float(weight), 3) for label, weight in zip(labels, weights, strict=True) if abs(weight) >= 0.01}
    )


def _bias_rows(known: Any) -> Any:
    """For each column, which of the columns is the bias of its predicate (of all, for a shared column)."""
    predicates = known >> 32
    at = numpy.flatnonzero(known & 0xFFFFFFFF == _COLUMNS.names["bias"])
    rows = numpy.full(int(predicates.max()) + 1, -1)
    rows[predicates[at]] = at
    return rows[predicates]


def _telling(right: Any, wrong: Any, kept: Any, bias: Any, power: float, most: float) -> Any:
    """How much more freely the weights of telling columns may grow: the log ratio of a column's share of the right and of the wrong cases of
    its predicate, less for a column that few cases have (Wang and Manning 2012: naive Bayes ratios scale a linear model's features)."""
    shares = [(each + _SMOOTH)[kept] / (each[bias] + 2 * _SMOOTH)[kept] for each in (right, wrong)]
    seen = (right + wrong)[kept]
    ratio = numpy.abs(numpy.log(shares[0]) - numpy.log(shares[1])) * numpy.sqrt(seen / (seen + _RARE))
    return numpy.clip(ratio, _LEAST_TELLING, most) ** power


_SMOOTH, _RARE, _LEAST_TELLING = 0.75, 10, 0.2


def _freedom(name: str) -> float:
    """How freely a column's weight may grow: what all predicates share most, single words least (the regularisation's prior)."""
    if "|" not in name or name.split("|", 1)[0].split(":", 1)[0] in ("k", "pl", "t", "own", "kind"):
        return 2.0
    return 0.6 if name.split("|", 1)[1].startswith(_LEXICAL) else 1.0


def linear_models(examples: Sequence[Example]) -> dict[str, Linear]:
    """The three linear models of these examples."""
    return {name: _binary([each.cases[name] for each in examples], predicates, *STRENGTH[name]) for name, predicates in OF_MODEL.items()}


FOREST = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 12, "min_data_in_leaf": 20, "lambda_l2": 5.0, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "bagging_freq": 1, "min_data_per_group": 30, "cat_smooth": 10.0, "seed": 7, "deterministic": True,
    "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
TREES = 220
INSIST = 4  # how much more than the linear models the forest counts the documents of --beside


@dataclass(slots=True)
class Judged:
    """The evidence of one document's readings, a row each, and their truths: 1 right, 0 wrong, -1 not counted."""

    evidence: Any
    truths: Any


def forest_of(judged: Sequence[Judged]) -> Forest:
    """A forest from the evidence and truths of several documents."""
    rows = numpy.vstack([each.evidence for each in judged])
    truths = numpy.concatenate([each.truths for each in judged])
    data = lightgbm.Dataset(rows[truths >= 0], truths[truths >= 0], categorical_feature=list(CATEGORIES))
    booster = lightgbm.train(FOREST, data, TREES)
    return Forest(flattened(booster.dump_model()["tree_info"]))


def _truth(reading: Reading, rows: Sequence[Row], sparing: bool) -> int:
    """1 when some row says what the reading says, -1 when only an optional one does or none need, else 0."""
    best = -1 if sparing and _likely_unlabelled(reading) else 0
    for row in rows:
        if reading.predicate not in row.predicates or not same_label(reading.candidate.mention.label, row.subjects):
            continue
        if reading.pair is not None:
            same = bool(row.objects) and same_object(reading.pair.anchor.label, row.objects)
        else:
            same = (row.value is not None or row.low is not None) and reading.figure is not None and _figure_is(reading.figure, row)
        if same and not row.optional:
            return 1
        if same:
            best = -1
    return best


def _likely_unlabelled(reading: Reading) -> bool:
    """Whether a reading that a sparingly labelled document does not label may hold all the same: common knowledge, or a size in a name."""
    return reading.candidate.place == "self" or (reading.pair is not None and _known(reading.pair.features, reading.predicate))


def _judged(models: dict[str, Linear], example: Example) -> Judged:
    found = readings(models, example.proposals)
    truths = [_truth(each, example.rows, example.sparing) for each in found]
    return Judged(evidence(models["name"], example.proposals, found, PREDICATES, example.sparing), numpy.array(truths, dtype=int))


def _folded(examples: Iterable[_Document], folds: int) -> list[tuple[int, _Document]]:
    ranked = sorted(examples, key=lambda example: sha256(example.document.name.encode()).hexdigest())
    return [(number % folds, example) for number, example in enumerate(ranked)]


_Stored = dict[str, tuple[tuple[str, ...], dict[str, float]]]  # linear models as they are sent between processes
# Inherited by forked workers, as examples are too large to send: the numbered examples with their folds, those of --beside, the names of the
# measured documents; then by fold the linear models, and by number the judged documents.
_JOBS: list[Any] = []


def _first(fold: int) -> tuple[_Stored, list[tuple[int, Judged]]]:
    """The linear models of the other folds, and the fold's documents as they judge them, by number."""
    examples, beside = _JOBS[0], _JOBS[1]
    models = linear_models([*beside, *(example for held, example in examples if held != fold)])
    judged = [(number, _judged(models, example)) for number, (held, example) in enumerate(examples) if held == fold]
    return {name: (model.predicates, dict(model.weights)) for name, model in models.items()}, judged


def _held_out(fold: int) -> list[Statement]:
    """What models and forest of the other folds find in the fold's measured documents."""
    examples, dev, firsts, judged = _JOBS[0], _JOBS[2], _JOBS[3], _JOBS[4]
    forest = forest_of([judged[number] for number, (held, _) in enumerate(examples) if held != fold])
    weights = Weights({name: Linear(*each) for name, each in firsts[fold].items()}, forest, PREDICATES)
    found = list[Statement]()
    for held, example in examples:
        if held == fold and example.document.name in dev:
            said = found_in(weights, example.document, example.analysis, 0.05, example.proposals)
            cited = citations(example.document, example.analysis.text, example.analysis.blocks, example.analysis.metadata)
            found.extend((*said, *cited))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--corrections", nargs=2, type=Path, action="append", default=[], metavar=("FILE", "FOLDER"))
    parser.add_argument(
        "--beside",
        nargs=2,
        type=Path,
        action="append",
        default=[],
        metavar=("FOLDER", "GOLD"),
        help="learned from by linear models and forest alike, never held out",
    )
    parser.add_argument("--times", type=int, default=1, help="how often the documents of --beside count")
    parser.add_argument("--also", nargs="*", type=Path, default=[], help="labelled folders only learned from, never measured")
    options = parser.parse_args(arguments)
    if len(options.pairs) % 2:
        parser.error("each folder of documents needs its gold list behind it: DOCUMENTS GOLD.jsonl")
    around = [each for folder, gold in options.beside for each in read_folder(folder, gold)]
    asked = [each for folder, gold in zip(options.pairs[::2], options.pairs[1::2], strict=True) for each in read_folder(folder, gold)]
    asked += [each for file, folder in options.corrections for each in read_reviewed(file, folder)]
    further = [each for folder in options.also for each in read_labelled(folder)]
    read = [*around, *asked, *further]
    if not (options.out or options.write):
        cases = [example_of(each).cases for each in read]
        counted = {name: sum(len(each[name].truths) for each in cases) for name in OF_MODEL}
        print(f"{len(read)} documents; cases: {counted}", file=sys.stderr)
        return 0
    few = len(asked) + len(further)
    if few < options.folds:
        raise SystemExit(f"{few} labelled documents are too few for {options.folds} folds; give more documents or --folds 2")
    beside, measured, also = typed_examples([around, asked, further], options.folds, options.jobs)
    beside = beside * options.times
    every = [*_folded(measured, options.folds), *_folded(also, options.folds)]
    _JOBS[:] = [every, beside, {case.document.name for case in measured}]
    folds = range(options.folds)
    with get_context("fork").Pool(options.jobs) as pool:
        first = pool.map(_first, folds, 1)
    judged = {number: each for _, told in first for number, each in told}
    if options.out:
        _JOBS.extend([[models for models, _ in first], judged])
        with get_context("fork").Pool(options.jobs) as pool:
            held_out = pool.map(_held_out, folds, 1)
        with options.out.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(each.to_json(), ensure_ascii=False) + "\n" for told in held_out for each in told)
    if options.write:
        models = linear_models([*beside, *(case for _, case in every)]) | {"kind": looks_model(read)}
        fitted = [_judged(models, case) for case in beside] * INSIST  # these are learned from, and said to be: see the README
        write_weights(Weights(models, forest_of([*(judged[number] for number in range(len(every))), *fitted]), PREDICATES))
        print(f"wrote {WEIGHTS} ({WEIGHTS.stat().st_size} bytes)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
