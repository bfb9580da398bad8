"""The learned weights: which predicate a figure takes, which candidate is its subject, which relations hold."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.json.gz"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by feature name of three logistic models, "figure", "subject" and "relation".

    `calibration` turns their probabilities into the share that was right on held-out documents (see `trusted`).
    """

    models: Mapping[str, Mapping[str, float]]
    calibration: Mapping[str, float]

    def probability(self, model: str, features: Iterable[str]) -> float:
        """The model's probability for a case with these features."""
        table = self.models[model]
        total = 0.0
        for feature in features:
            total += table.get(feature, 0.0)
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def trusts(predicate: str, raw: float) -> dict[str, float]:
    """What the trust in a raw probability hangs on: its log odds, and the predicate."""
    odds = log(max(raw, 1e-4) / max(1.0 - raw, 1e-4))
    return {"odds": odds, "offset": 1.0, f"odds:{predicate}": odds * 0.3, f"offset:{predicate}": 0.7}


def trusted(calibration: Mapping[str, float], predicate: str, raw: float) -> float:
    """The share of held-out statements of the predicate with such a raw probability that was right; the raw one without calibration."""
    if not calibration:
        return raw
    total = sum(calibration.get(name, 0.0) * value for name, value in trusts(predicate, raw).items())
    return 1.0 / (1.0 + exp(-total))


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The weights of a file that `python -m loaders.offline.learn` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table = json.load(file)
    return Weights(table["models"], table["calibration"])


@cache
def packaged() -> Weights:
    """The weights that ship with the package."""
    return read_weights()
