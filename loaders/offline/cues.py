"""Cue words: text in, the places where words of the cue classes stand, found in one pass."""

import tomllib
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick
import numpy

GRAMMAR = Path(__file__).parent / "grammar" / "cues.toml"


@cache
def _classes() -> tuple[str, ...]:
    return tuple(sorted(tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))))


@cache
def _automaton() -> Any:
    automaton = ahocorasick.Automaton()
    entries: dict[str, list[tuple[str, bool]]] = {}
    for name, table in tomllib.loads(GRAMMAR.read_text(encoding="utf-8")).items():
        for word in dict.fromkeys(table["words"]):
            whole = word.startswith("=")
            entries.setdefault(word[1:] if whole else word, []).append((name, whole))
    for word, classes in entries.items():
        automaton.add_word(word, (len(word), tuple(classes)))
    automaton.make_automaton()
    return automaton


def _letter(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"


class Cues:
    """All cues of a text, by position. `low` is the text in lower case, character for character."""

    def __init__(self, low: str) -> None:
        ranks = {name: rank for rank, name in enumerate(_classes())}
        found = array("q")  # of each cue its start, length and class in one number
        for last, (length, named) in _automaton().iter(low):
            start, end = last + 1 - length, last + 1
            if start > 0 and _letter(low[start]) and _letter(low[start - 1]):
                continue
            cut = end < len(low) and _letter(low[end]) and _letter(low[end - 1])
            for name, whole in named:
                if not (whole and cut):
                    found.append((start << 32) + (length << 16) + ranks[name])
        ordered = numpy.array(found, dtype=numpy.int64)
        ordered.sort()
        self._starts = array("q", (ordered >> 32).tobytes())
        classes = _classes()
        self._names = [classes[rank] for rank in (ordered & 0xFFFF).tolist()]

    def names(self, start: int, end: int) -> set[str]:
        """The classes of the cues that begin in [start, end)."""
        left, right = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return set(self._names[left:right])

    def nearest(self, start: int, end: int, last: bool, among: frozenset[str]) -> set[str]:
        """The classes, of those `among`, of the cue that begins nearest to the end (`last`) or the start of [start, end)."""
        left, right = bisect_left(self._starts, start), bisect_left(self._starts, end)
        order = range(right - 1, left - 1, -1) if last else range(left, right)
        at = next((self._starts[index] for index in order if self._names[index] in among), None)
        return {self._names[index] for index in order if self._starts[index] == at and self._names[index] in among}
