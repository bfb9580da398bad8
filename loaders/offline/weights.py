"""The learned weights: five linear models (what kind of thing an unknown name is, which predicate a figure takes, which candidate is its
subject, which relations hold, whether anything is said of a name) and the forest that judges their readings together."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loaders.offline.forest import Forest
from loaders.offline.linear import Linear

WEIGHTS = Path(__file__).parent / "weights.json.gz"


@dataclass(frozen=True, slots=True)
class Weights:
    """The models "kind", "figure", "subject", "relation" and "name", and the forest over `readings.evidence`, whose predicates are numbered as
    listed."""

    models: Mapping[str, Linear]
    forest: Forest
    predicates: tuple[str, ...]


def write_weights(weights: Weights, path: Path = WEIGHTS) -> None:
    """Write the weights, the same bytes for the same weights."""
    models = {name: {"predicates": list(model.predicates), "weights": dict(model.weights)} for name, model in weights.models.items()}
    payload = {"models": models, "forest": weights.forest.trees, "predicates": list(weights.predicates)}
    path.write_bytes(gzip.compress(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode(), mtime=0))


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The weights of a file that `python -m loaders.offline.learn` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table = json.load(file)
    models = {name: Linear(tuple(each["predicates"]), each["weights"]) for name, each in table["models"].items()}
    return Weights(models, Forest(table["forest"]), tuple(table["predicates"]))


@cache
def packaged() -> Weights:
    """The weights that ship with the package."""
    return read_weights()
