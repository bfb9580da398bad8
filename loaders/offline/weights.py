"""The learned weights: which predicate a figure takes, which candidate is its subject, which relations hold."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.json.gz"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by feature name of three logistic models, "figure", "subject" and "relation".

    `calibration[model]` are rising (raw probability, share right) points measured on held-out documents.
    """

    models: Mapping[str, Mapping[str, float]]
    calibration: Mapping[str, Sequence[tuple[float, float]]]

    def probability(self, model: str, features: Iterable[str]) -> float:
        """The model's probability for a case with these features."""
        table = self.models[model]
        total = 0.0
        for feature in features:
            total += table.get(feature, 0.0)
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))

    def calibrated(self, model: str, raw: float) -> float:
        """The share of statements with such a raw probability that was right on held-out documents; the raw one where unknown."""
        points = self.calibration.get(model, ())
        if not points:
            return raw
        previous = (0.0, 0.0)
        for low, share in points:
            if raw < low:
                width = low - previous[0]
                return previous[1] + (share - previous[1]) * ((raw - previous[0]) / width if width else 0.0)
            previous = (low, share)
        return previous[1]


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The weights of a file that `python -m loaders.offline.learn` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table = json.load(file)
    return Weights(table["models"], {name: [(a, b) for a, b in points] for name, points in table["calibration"].items()})


@cache
def packaged() -> Weights:
    """The weights that ship with the package."""
    return read_weights()
