"""The learned weights: which predicate a figure takes, which candidate is its subject, which relations hold."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.json.gz"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-linear weights by feature name.

    `figure[feature][predicate]` feed a softmax over the allowed predicates and "none"; `subject[feature]` and `relation[feature]` feed
    a logistic function. `calibration[model]` are (raw, right) points, rising, that turn a raw probability into the share that was right.
    """

    figure: Mapping[str, Mapping[str, float]]
    subject: Mapping[str, float]
    relation: Mapping[str, float]
    thresholds: Mapping[str, float]
    calibration: Mapping[str, Sequence[tuple[float, float]]]

    def predicate_probabilities(self, features: Iterable[str], allowed: Sequence[str]) -> dict[str, float]:
        """Probability of each allowed predicate and of none."""
        score = dict.fromkeys((*allowed, NONE), 0.0)
        for feature in features:
            for predicate, weight in self.figure.get(feature, {}).items():
                if predicate in score:
                    score[predicate] += weight
        top = max(score.values())
        powers = {name: exp(value - top) for name, value in score.items()}
        total = sum(powers.values())
        return {name: value / total for name, value in powers.items()}

    def subject_probability(self, predicate: str, features: Iterable[str]) -> float:
        """Probability that a candidate is the subject of a figure under the predicate."""
        return _logistic(self.subject, predicate, features)

    def relation_probability(self, predicate: str, features: Iterable[str]) -> float:
        """Probability that the relation holds between a candidate subject and an anchor."""
        return _logistic(self.relation, predicate, features)

    def calibrated(self, model: str, raw: float) -> float:
        """The share of statements with such a raw probability that was right on held-out documents."""
        points = self.calibration.get(model, ())
        right = raw
        for low, share in points:
            if raw >= low:
                right = share
        return right


def _logistic(weights: Mapping[str, float], predicate: str, features: Iterable[str]) -> float:
    total = 0.0
    for feature in features:
        total += weights.get(feature, 0.0) + weights.get(f"{predicate}|{feature}", 0.0)
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The weights of a file that `python -m loaders.offline.learn` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table = json.load(file)
    return Weights(table["figure"], table["subject"], table["relation"], table["thresholds"], {k: [(a, b) for a, b in v] for k, v in table["calibration"].items()})


@cache
def packaged() -> Weights:
    """The weights that ship with the package."""
    return read_weights()
