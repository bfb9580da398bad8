"""Labelled documents: the gold list's rows, and whether a proposal says the same as one of them (the rules of the scorer)."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_GENERIC = {
    "nvidia", "the", "inc", "corp", "ltd", "llc", "company", "model", "models", "chip", "chips", "gpu", "gpus", "cluster", "meta", "amd", "ibm",
    "moe", "instruct", "license", "licence", "architecture", "language",
}  # fmt: skip
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled statement; labels and predicates are alternatives. `start, end` is its raw span."""

    document: str
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    objects: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    unit: str
    start: int
    end: int
    optional: bool
    status: str
    attributed_to: tuple[str, ...]
    qualifiers: dict[str, Any]
    bound: str


def read_rows(path: Path) -> list[Row]:
    """The rows of a gold list."""
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        r = json.loads(line)
        low, high = r.get("range") or (None, None)
        rows.append(
            Row(
                r["doc"], tuple(r["subject"]), tuple(r["predicate"]), tuple(r["object"] or ()), r["value"], low, high, r["unit"] or "",
                r["start"], r["end"], bool(r.get("optional")), r["status"], tuple(r["attributed_to"] or ()), r["qualifiers"] or {}, r["bound"] or "",
            )
        )  # fmt: skip
    return rows


def normal(label: str) -> str:
    """A label as the scorer compares it."""
    text = unicodedata.normalize("NFKC", label).casefold()
    found = re.findall(r"\w+", text.replace("_", " "))
    return "".join([word for word in found if word not in _GENERIC] or found)


def same_label(label: str, golds: Iterable[str]) -> bool:
    """Whether the label is one of the gold labels or contains, or is contained in, one."""
    own = normal(label)
    for gold in golds:
        other = normal(gold)
        if own == other or (min(len(own), len(other)) >= 4 and (own in other or other in own)):
            return True
    return False


def same_object(label: str, golds: Iterable[str]) -> bool:
    """Whether an object label or ISO date is one of the gold objects."""
    golds = tuple(golds)
    for gold in golds:
        if re.match(r"^[\d-]{4,10}", gold) and re.match(r"^[\d-]{4}", label):
            left, right = label[:10], gold[:10]
            if left.startswith(right) or right.startswith(left):
                return True
    return same_label(label, golds)


def same_value(value: float | None, low: float | None, high: float | None, unit: str, row: Row) -> bool:
    """Whether a figure has the row's value, within 0.6 %."""
    money = {"USD", "CNY", "EUR", "GBP", "KRW", "JPY"}
    if unit[:3] != row.unit[:3] and (unit[:3] in money or row.unit[:3] in money) and unit:
        return False
    scale = _HOURS[unit] / _HOURS[row.unit] if unit in _HOURS and row.unit in _HOURS else 1.0

    def close(left: float | None, right: float) -> bool:
        return left is not None and abs(left * scale - right) <= max(abs(right) * 0.006, 1e-9)

    if row.low is not None and row.high is not None:
        if close(low, row.low) and close(high, row.high):
            return True
        return row.value is not None and close(value, row.value)
    if row.value is None:
        return False
    return close(value, row.value) or close(low, row.value) or close(high, row.value)
