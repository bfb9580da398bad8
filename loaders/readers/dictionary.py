"""The Chinese words and their counts that tell which reading of a damaged character makes sense, read when first needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kg.entities import Registry
from kg.errors import InputError

# The gazetteer's names are as common in our documents as these words of the dictionary are elsewhere (out of 60 million).
_NAME_COUNT = 100


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Counts of words; a beginning of a word that is none itself has count 0. `total` is the sum of the counts."""

    counts: Mapping[str, int]
    total: int


@cache
def chinese() -> Dictionary:
    """Jieba's dictionary (https://github.com/fxsjy/jieba, MIT). Only its file is read: importing the package builds a cache on disk.
    The names of the gazetteer are words too: few of them are in a general dictionary.

    Raises: InputError when jieba is not installed.
    """
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise InputError("the package jieba is missing, whose dictionary restores damaged Chinese; install lab-facts again")
    counts: dict[str, int] = {}
    total = 0
    with (Path(spec.origin).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, *_ = line.split(" ")
            counts[word] = int(count)
            total += int(count)
    for entity in Registry.default():
        for name in entity.names:
            if len(name) > 1 and all("\u4e00" <= character <= "\u9fff" for character in name) and counts.get(name, 0) < _NAME_COUNT:
                total += _NAME_COUNT - counts.get(name, 0)
                counts[name] = _NAME_COUNT
    for word in list(counts):
        for end in range(len(word) - 1, 0, -1):
            if word[:end] in counts:
                continue
            counts[word[:end]] = 0
    return Dictionary(counts, total)
