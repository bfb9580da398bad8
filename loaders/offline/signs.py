"""What features tell the forest, as small numbers: how a subject stands to the figure or object, what the gazetteer knows, whose cues are where."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from loaders.offline.features import Features, Part
from loaders.offline.linear import whose
from loaders.offline.slots import slots

COUNTED = ("gone", "rivals", "sd", "sb", "fb", "ib", "same")
FLAGGED = ("near", "only", "firstmention", "opens", "inblock", "opensblock", "opensentence", "poss", "aposs", "samelist", "anchorlist", "subjectlist", "aopens", "acloses", "cellonly", "digit")  # fmt: skip
FIGURE_CUES = ("near", "left", "right", "sentence", "before", "column", "row", "label", "heading", "ahead", "behind", "nearestL", "nearestR")  # fmt: skip
PAIR_CUES = ("betweenL", "betweenR", "beforeleftL", "beforeleftR", "afterrightL", "afterrightR", "clause", "sentence", "column", "row", "label", "heading")  # fmt: skip
_COUNTED_AT = {name: number for number, name in enumerate(COUNTED)}
_FLAGGED_AT = {name: number + len(COUNTED) for number, name in enumerate(FLAGGED)}
_FIGURE_AT = {name: number for number, name in enumerate(FIGURE_CUES)}
_PAIR_AT = {name: number for number, name in enumerate(PAIR_CUES)}
_NOT_THERE = 255  # -1 as a byte
_PLAIN = bytes([_NOT_THERE] * len(COUNTED) + [0] * (len(FLAGGED) + 1))
NO_FIGURE = bytes([_NOT_THERE] * len(FIGURE_CUES))


def standing(features: Features) -> bytes:
    """The plain features of `COUNTED`, -1 for those it has not, and of `FLAGGED`; last 1 when the gazetteer knows the relation, -1 when it
    knows another, else 0."""
    found = bytearray(_PLAIN)
    for part in features.parts:
        if part.plain:
            for at, number in _signs(part):
                found[at] = number
    return bytes(found)


@lru_cache(1 << 11)
def _signs(part: Part) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for name in part.plain:
        head, _, tail = name.partition(":")
        if head in _COUNTED_AT and "|" not in tail:
            found[_COUNTED_AT[head]] = int(tail[-1]) if tail[-1:].isdigit() else 0
        elif head in _FLAGGED_AT:
            found[_FLAGGED_AT[head]] = 2 if tail == "True" else 1
    known = [name for name in part.plain if name.startswith("hint:")]
    if known:
        found[len(_PLAIN) - 1] = 1 if any(not name.endswith(":other") for name in known) else _NOT_THERE
    return tuple(found.items())


def figure_cues(features: Features, predicate: str) -> bytes:
    """At each of `FIGURE_CUES`: 2 for a cue of the predicate's own, 1 for cues of others, 0 for none."""
    return _cues(features, predicate, _FIGURE_AT)


def pair_cues(features: Features, predicate: str) -> bytes:
    """At each of `PAIR_CUES`, as for `figure_cues`."""
    return _cues(features, predicate, _PAIR_AT)


def _cues(features: Features, predicate: str, places: Mapping[str, int]) -> bytes:
    found = bytearray(len(places))
    for part in features.parts:
        for position, names in part.cues:
            at = places.get(position)
            if at is not None:
                found[at] = _whose(names, predicate)
    return bytes(found)


@lru_cache(1 << 12)
def _whose(names: frozenset[str], predicate: str) -> int:
    return 2 if names & slots()[predicate].cues else 1 if whose(names) else 0


def place(name: str, among: Sequence[str]) -> int:
    """The number of the name, the next one for a name of none."""
    return among.index(name) if name in among else len(among)
