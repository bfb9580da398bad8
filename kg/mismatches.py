"""Figures of one model that do not fit each other: compute against parameters and tokens, and against chips, hours and utilisation.

    6 x parameters x tokens x epochs          stands for the operations of training (Kaplan et al. 2020, https://arxiv.org/abs/2001.08361)
    chips x hours x 3600 x peak x utilisation is what the hardware did in that time

Each stated compute is held against both where the figures are there: those of its own document first, else of another. A large ratio is a
question to the source, not an error found: architectures other than transformers, fine-tuning and sparse models break the first rule.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.statements import Statement

PREDICATES = (
    "trainingCompute",
    "activeParameters",
    "totalParameters",
    "trainingTokens",
    "epochs",
    "chipCount",
    "trainingDuration",
    "hardwareUtilization",
    "trainingHardware",
    "peakFlops",
    "baseModel",
)
HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0}
TRAINING_FORMATS = ("tensor FP16/BF16", "FP16", "TF32", "FP32")
"""Number formats in the order in which a chip's peak rate is taken for training."""
_PLAIN = frozenset({"row", "column", "notes", "confidence", "certainty", "method", "chip", "kind", "precision"})

Figures = Mapping[tuple[str, str], list[Statement]]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A stated compute and what the other figures give: both in FLOP, `ratio` computed to stated, statement ids of the inputs."""

    model_id: str
    model: str
    formula: str
    stated: float
    computed: float
    ratio: float
    statement: str
    inputs: tuple[str, ...]
    remark: str


def mismatches(statements: Iterable[Statement], factor: float = 2.0) -> tuple[Mismatch, ...]:
    """Those whose ratio is at least `factor` or at most its inverse, the worst first."""
    by: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for item in sorted(statements, key=lambda item: item.id):
        if item.status != "denied" and _PLAIN.issuperset(item.qualifiers):
            by[item.subject_id, item.predicate].append(item)
    found: dict[tuple[str, str, float, float], Mismatch] = {}
    for (model, predicate), stated in sorted(by.items()):
        if predicate != "trainingCompute":
            continue
        for item in stated:
            if item.value and item.bound not in ("<", ">", "<=", ">="):
                for one in (*_from_tokens(item, by), *_from_chips(item, by)):
                    if not 1 / factor < one.ratio < factor:
                        found.setdefault((model, one.formula, one.stated, one.computed), one)
    return tuple(sorted(found.values(), key=lambda one: (-abs(math.log(one.ratio)), one.model_id, one.formula)))


def _beside(item: Statement, predicate: str, by: Figures, subject: str = "") -> Statement | None:
    """What the same row or document says, else what another document says."""
    others = [other for other in by.get((subject or item.subject_id, predicate), ()) if other.value]
    return min(others, key=lambda other: (other.document_id != item.document_id, other.id), default=None)


def _made(item: Statement, formula: str, computed: float, inputs: Iterable[Statement | None], remark: str) -> Iterator[Mismatch]:
    stated = item.value or 0.0
    if math.isfinite(computed) and computed > 0:
        used = tuple(one.id for one in inputs if one)
        yield Mismatch(item.subject_id, item.subject, formula, stated, computed, computed / stated, item.id, used, remark)


def _from_tokens(item: Statement, by: Figures) -> Iterator[Mismatch]:
    if by.get((item.subject_id, "baseModel")):
        return  # the compute counts the base model's training, the tokens do not
    active, total = _beside(item, "activeParameters", by), _beside(item, "totalParameters", by)
    size, tokens, epochs = active or total, _beside(item, "trainingTokens", by), _beside(item, "epochs", by)
    if size is None or tokens is None or not size.value or not tokens.value:
        return
    passes = epochs.value if epochs and epochs.value else 1.0
    formula = f"6 x {'active' if active else 'total'} parameters x tokens{' x epochs' if passes != 1 else ''}"
    remark = "" if active else "active parameters are not stated: of a mixture of experts the total gives too much"
    yield from _made(item, formula, 6 * size.value * tokens.value * passes, (size, tokens, epochs if passes != 1 else None), remark)


def _from_chips(item: Statement, by: Figures) -> Iterator[Mismatch]:
    chips, time = _beside(item, "chipCount", by), _beside(item, "trainingDuration", by)
    shares = [
        one for one in by.get((item.subject_id, "hardwareUtilization"), ()) if one.value and one.qualifiers.get("kind", "MFU") == "MFU"
    ]
    used = {one.object_id for one in by.get((item.subject_id, "trainingHardware"), ()) if one.object_id}
    if chips is None or time is None or not shares or len(used) != 1 or time.unit not in HOURS:
        return
    peaks = by.get((used.pop(), "peakFlops"), [])
    peak = next((one for wanted in TRAINING_FORMATS for one in peaks if one.qualifiers.get("precision") == wanted and one.value), None)
    share = min(shares, key=lambda one: (one.document_id != item.document_id, one.id))
    if peak is None:
        return
    seconds = (time.value or 0.0) * HOURS[time.unit] * 3600
    computed = (chips.value or 0.0) * seconds * (peak.value or 0.0) * (share.value or 0.0) / 100
    formula = f"chips x time x peak ({peak.qualifiers['precision']}) x utilisation"
    yield from _made(item, formula, computed, (chips, time, peak, share), "")
