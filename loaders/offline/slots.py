"""What each predicate accepts: the declared types, kinds, units, bounds and cue classes of everything the extractor may propose."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GRAMMAR = Path(__file__).parent / "grammar" / "predicates.toml"


@dataclass(frozen=True, slots=True)
class Slot:
    """What a predicate accepts: subject types, figure kinds or object types, the unit of a bare number, and what is unique."""

    predicate: str
    subjects: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    unit: str = ""
    one: str = ""
    cues: frozenset[str] = frozenset()
    needs_cue: bool = False
    one_subject: bool = False
    least: float = 0.0
    most: float = float("inf")


@cache
def slots() -> dict[str, Slot]:
    """All predicates the extractor proposes, by name."""
    table: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    found: dict[str, Slot] = {}
    for name, entry in table["quantity"].items():
        least, most = entry.get("sane", (0.0, float("inf")))
        found[name] = Slot(
            name, tuple(entry["subjects"]), kinds=tuple(entry["kinds"]), unit=entry["unit"], cues=frozenset(entry["cues"]),
            least=least, most=most,
        )  # fmt: skip
    for name, entry in table["relation"].items():
        found[name] = Slot(
            name, tuple(entry["subjects"]), objects=tuple(entry["objects"]), one=entry.get("one", ""), cues=frozenset(entry["cues"]),
            needs_cue=entry.get("needs_cue", False), one_subject=entry.get("anchor") == "one",
        )  # fmt: skip
    return found


@cache
def predicates_of(kind: str) -> tuple[str, ...]:
    """The predicates a figure of this kind can take."""
    return tuple(slot.predicate for slot in slots().values() if kind in slot.kinds)


@cache
def relations_with(object_type: str) -> tuple[str, ...]:
    """The relations an object of this type can take; an unknown name can stand for an organisation or a person."""
    kinds = {object_type} | ({"organisation", "person", "model", "chip"} if object_type == "name" else set())
    return tuple(slot.predicate for slot in slots().values() if kinds & set(slot.objects))


@cache
def figure_cues() -> frozenset[str]:
    """The cue classes that speak for some predicate of figures."""
    return frozenset(cue for slot in slots().values() if slot.kinds for cue in slot.cues)
