"""The sources whose files the packaged descriptions read, for `kg fetch`."""

from pathlib import PurePosixPath

from kg.fetching import Source
from loaders.tables.description import packaged


def epoch() -> Source:
    """Epoch AI's tables of models, hardware and clusters."""
    found = [item for item in packaged() if item.publisher == "Epoch AI" and item.address]
    files = {PurePosixPath(item.address or "").name: item.address or "" for item in found}
    return Source("epoch", "Epoch AI, public databases", "CC-BY-4.0", "https://epoch.ai/data", files)
