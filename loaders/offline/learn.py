"""Learn the weights from a folder of labelled documents, and measure them on documents held out.

    python -m loaders.offline.learn DOCUMENTS GOLD.jsonl [MORE_DOCUMENTS MORE_GOLD.jsonl] [--folds 5] [--write] [--out held-out.jsonl]
        [--also LABELLED ...] [--beside FOLDER GOLD.jsonl [--times N]] [--corrections CORRECTIONS.jsonl FOLDER]

Needs the `learn` extra. Deterministic: the same folder gives the same weights. The packaged weights come of two runs over the documents of
`../shared/dev-documents`: one with `--also loaders/offline/examples --beside` the five documents `--out held-out.jsonl --write`, which
measures and fits the trust; then one with `--times 6 --write` and without `--out`, which keeps that trust.
"""

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kg.corrections import read_corrections
from kg.documents import Document, document_from_bytes
from kg.reading import files
from kg.statements import Statement
from loaders.blocks import blocks
from loaders.citations import citations
from loaders.offline import found_in
from loaders.offline.analysis import Analysis
from loaders.offline.assembly import EXTRACTOR, calibrated
from loaders.offline.gold import Row, read_rows, same_label, same_object, same_value
from loaders.offline.labelled import labelled_rows
from loaders.offline.proposals import FigureProposal, figure_proposals, pair_proposals, subject_pairs, under
from loaders.offline.reviewed import reviewed_rows
from loaders.offline.weights import WEIGHTS, Weights, read_weights, trusts
from loaders.provenance import metadata
from loaders.readers import read

FEWEST = 2


@dataclass(slots=True)
class Example:
    """Training cases of one document: figures under each predicate, candidate subjects, pairs under each relation; with truth."""

    document: Document
    analysis: Analysis
    rows: list[Row]
    figures: list[tuple[list[str], bool]]
    subjects: list[tuple[list[str], bool, int]]
    relations: list[tuple[list[str], bool]]


def analysed(path: Path) -> tuple[Document, Analysis]:
    """Read one document."""
    document = document_from_bytes(path.name, path.read_bytes())
    text = read(document)
    tree = blocks(text)
    return document, Analysis(text, tree, metadata(document, text, tree))


def examples(folder: Path, gold: Path) -> list[Example]:
    """The training cases of every labelled document of a folder."""
    return examples_of(folder, read_rows(gold))


def reviewed_examples(corrections: Path, folder: Path) -> list[Example]:
    """The training cases of every document of a folder that a file of corrections is about."""
    documents = [document_from_bytes(path.name, path.read_bytes()) for path in files([folder])]
    return examples_of(folder, reviewed_rows(read_corrections(corrections), documents))


def examples_of(folder: Path, rows: Iterable[Row]) -> list[Example]:
    """The training cases of the documents these rows are of."""
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_document[row.document].append(row)
    found = []
    for name in sorted(by_document):
        document, analysis = analysed(folder / name)
        found.append(_example(document, analysis, by_document[name]))
    return found


def _example(document: Document, analysis: Analysis, rows: list[Row]) -> Example:
    case = Example(document, analysis, rows, [], [], [])
    proposals = list(figure_proposals(analysis))
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
            case.figures.extend(
                (under(proposal.features, p, proposal.predicates), p == predicate)
                for p in proposal.predicates
                if p == predicate or p not in also
            )
            golds = [label for row in sure if predicate in row.predicates for label in row.subjects]
            for candidate, features in subject_pairs(analysis, proposal, predicate):
                case.subjects.append((under(features, predicate, proposal.predicates), same_label(candidate.mention.label, golds), index))
        elif not matched.get(index):
            case.figures.extend((under(proposal.features, p, proposal.predicates), False) for p in proposal.predicates)
    for pair in pair_proposals(analysis):
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
            if truth is not None:
                case.relations.append((under(pair.features, predicate, pair.predicates), truth))
    return case


def _figure_is(proposal: FigureProposal, row: Row) -> bool:
    figure = proposal.figure
    unit = figure.unit if figure.kind in ("money", "duration") else ""
    as_float = [None if v is None else float(v) for v in (figure.value, figure.low, figure.high)]
    return same_value(as_float[0], as_float[1], as_float[2], unit, row)


def _binary(cases: Sequence[tuple[list[str], bool]], strength: float, ratio: float) -> dict[str, float]:
    """A logistic model over the features that some right case has, or many wrong ones."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for features, truth in cases:
        (right if truth else wrong).update(features)
    names = {name for name, count in right.items() if count + wrong[name] >= FEWEST} | {name for name, count in wrong.items() if count >= 8}
    index = {name: number for number, name in enumerate(sorted(names))}
    scale = numpy.array([_trust(name) for name in sorted(names)])
    indptr, indices = [0], list[int]()
    for features, _ in cases:
        indices.extend(sorted({index[name] for name in features if name in index}))
        indptr.append(len(indices))
    matrix = csr_matrix((scale[indices], indices, indptr), shape=(len(cases), len(index)))
    model = LogisticRegression(
        C=strength, solver="liblinear", max_iter=60, tol=1e-3, class_weight={True: ratio, False: 1.0}, fit_intercept=False
    )
    model.fit(matrix, numpy.array([truth for _, truth in cases]))
    return {
        name: round(float(weight), 3) for name, number in index.items() if abs(weight := model.coef_[0][number] * scale[number]) >= 0.01
    }


_LEXICAL = ("bw:", "be:", "wl:", "wr:", "mid:", "lw", "rw", "columnw:", "roww:", "labelw:")


def _trust(name: str) -> float:
    """How freely a feature's weight may grow: what all predicates share most, single words least (the regularisation's prior)."""
    if "|" not in name or name.split("|", 1)[0].split(":", 1)[0] in ("k", "pl", "t", "own", "kind"):
        return 2.0
    return 0.6 if name.split("|", 1)[1].startswith(_LEXICAL) else 1.0


STRENGTH = {"figure": (0.1, 2.0), "subject": (0.05, 1.5), "relation": (0.1, 3.0)}


def learned(cases: Sequence[Example]) -> Weights:
    """Weights from training cases."""
    return Weights(
        {
            "figure": _binary([item for case in cases for item in case.figures], *STRENGTH["figure"]),
            "subject": _binary([item[:2] for case in cases for item in case.subjects], *STRENGTH["subject"]),
            "relation": _binary([item for case in cases for item in case.relations], *STRENGTH["relation"]),
        },
        {},
    )


_FOLDS: list[tuple[list[Example], list[Example]]] = []  # inherited by forked workers: examples are too large to send


def _held_out(fold: int) -> list[tuple[Statement, bool]]:
    learning, held = _FOLDS[fold]
    weights = learned(learning)
    found = list[tuple[Statement, bool]]()
    for case in held:
        analysis = case.analysis
        said = found_in(weights, case.document, analysis)
        cited = citations(case.document, analysis.text, analysis.blocks, analysis.metadata)
        found.extend((statement, _right(statement, case.rows)) for statement in (*said, *cited))
    return found


def _right(statement: Statement, rows: Sequence[Row]) -> bool:
    """Whether some row, optional ones included, says the same."""
    for row in rows:
        if statement.predicate in row.predicates and same_label(statement.subject, row.subjects):
            if statement.object is not None and row.objects and same_object(statement.object, row.objects):
                return True
            if statement.object is None and same_value(statement.value, statement.low, statement.high, statement.unit, row):
                return True
    return False


def calibration(cases: Sequence[tuple[Statement, bool]]) -> dict[str, float]:
    """How far raw probabilities are to be trusted: a slope and an offset a model, an offset a predicate, fitted on held-out statements."""
    own = [(statement, right) for statement, right in cases if statement.extractor == EXTRACTOR]
    names = sorted({name for statement, _ in own for name in trusts(statement.predicate, statement.confidence)})
    index = {name: number for number, name in enumerate(names)}
    matrix = numpy.zeros((len(own), len(names)))
    for row, (statement, _) in enumerate(own):
        for name, value in trusts(statement.predicate, statement.confidence).items():
            matrix[row, index[name]] = value
    model = LogisticRegression(C=1.0, solver="liblinear", fit_intercept=False, max_iter=200)
    model.fit(matrix, [right for _, right in own])
    return {name: round(float(model.coef_[0][number]), 3) for name, number in index.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--corrections", nargs=2, type=Path, action="append", default=[], metavar=("FILE", "FOLDER"))
    parser.add_argument(
        "--beside", nargs=2, type=Path, action="append", default=[], metavar=("FOLDER", "GOLD"), help="learned from, never held out"
    )
    parser.add_argument("--times", type=int, default=1, help="how often the documents of --beside count")
    parser.add_argument("--also", nargs="*", type=Path, default=[], help="labelled folders only learned from, never held out")
    options = parser.parse_args(arguments)
    extra = [case for folder in options.also for case in examples_of(folder, labelled_rows(folder))]
    extra += [case for folder, gold in options.beside for case in examples(folder, gold)] * options.times
    cases = [case for folder, gold in zip(options.pairs[::2], options.pairs[1::2], strict=True) for case in examples(folder, gold)]
    cases += [case for file, folder in options.corrections for case in reviewed_examples(file, folder)]
    print(
        f"{len(cases)} documents, {sum(len(c.figures) for c in cases)} figures, {sum(len(c.relations) for c in cases)} pairs",
        file=sys.stderr,
    )
    fitted = dict(read_weights().calibration) if WEIGHTS.exists() and not options.out else {}
    if options.out:
        ranked = sorted(cases, key=lambda case: sha256(case.document.name.encode()).hexdigest())
        jobs = []
        for fold in range(options.folds):
            held = [case for number, case in enumerate(ranked) if number % options.folds == fold]
            jobs.append(([*extra, *(case for number, case in enumerate(ranked) if number % options.folds != fold)], held))
        _FOLDS[:] = jobs
        with get_context("fork").Pool(options.folds) as pool:
            held_out = pool.map(_held_out, range(options.folds))
        fitted = calibration([item for told in held_out for item in told])
        with options.out.open("w", encoding="utf-8") as file:
            for number, told in enumerate(held_out):
                trust = calibration([item for other, items in enumerate(held_out) if other != number for item in items])
                for statement, _ in told:
                    sure = replace(statement, confidence=calibrated(trust, statement))
                    file.write(json.dumps(sure.to_json(), ensure_ascii=False) + "\n")
    if options.write:
        weights = learned([*extra, *cases])
        payload = {"models": weights.models, "calibration": fitted}
        WEIGHTS.write_bytes(gzip.compress(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode(), mtime=0))
        print(f"wrote {WEIGHTS} ({WEIGHTS.stat().st_size} bytes)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
