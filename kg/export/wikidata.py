"""Statements as QuickStatements for Wikidata: only what both ends are known there for, each with its source as a reference.

https://www.wikidata.org/wiki/Help:QuickStatements (version 1, tab-separated)
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

from kg.catalogue import Row
from kg.export.source import Source
from kg.statements import Statement

DISPUTED = ("contradicted", "disputed", "denied", "alleged")


@cache
def properties() -> Mapping[str, Mapping[str, str]]:
    """The table of wikidata.toml."""
    return tomllib.loads((Path(__file__).parent / "wikidata.toml").read_text("utf-8"))


def time(date: str) -> str | None:
    """An ISO 8601 date with its precision, as QuickStatements writes it.

    >>> time("2024-05"), time("2024-12-26"), time("soon")
    ('+2024-05-00T00:00:00Z/10', '+2024-12-26T00:00:00Z/11', None)
    """
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date):
        return None
    parts = date.split("-")
    padded = "-".join([*parts, "00", "00"][:3])
    return f"+{padded}T00:00:00Z/{8 + len(parts)}"


def text(value: str) -> str:
    """Text as QuickStatements quotes it: no tabs, line breaks or double quotes inside."""
    return '"' + " ".join(value.replace('"', "'").split()) + '"'


def _value(said: Statement, items: Mapping[str, str]) -> tuple[str, str] | None:
    """Property and value; None when Wikidata has no place for the statement."""
    table = properties()
    if said.predicate in table["entity"] and said.object_id in items:
        return table["entity"][said.predicate], items[said.object_id or ""]
    if said.predicate in table["date"] and said.object:
        when = time(said.object)
        return (table["date"][said.predicate], when) if when else None
    if said.predicate in table["quantity"] and said.value is not None and not said.bound:
        unit = table["unit"].get(said.unit, "")
        if said.unit != "person" and not unit:
            return None
        return table["quantity"][said.predicate], f"{said.value:.0f}{'U' + unit.removeprefix('Q') if unit else ''}"
    return None


def _references(row: Row) -> list[str]:
    made = ["S854", text(row.address)] if row.address else []
    return [*made, "S1683", "en:" + text(row.statement.quote)] if row.address and row.statement.quote.isascii() else made


def quickstatements(source: Source, out: BinaryIO) -> None:
    """One line a statement: asserted, undisputed, without qualifiers that would change its meaning, with an address to cite."""
    items = {entity.id: entity.identifiers["wikidata"] for entity in source.entities() if "wikidata" in entity.identifiers}
    undisputed = {fact.id for fact in source.facts() if fact.status not in DISPUTED}
    lines: dict[str, None] = {}
    for row in source.statements():
        said = row.statement
        if said.status != "asserted" or row.fact_id not in undisputed or not row.address or said.qualifiers or said.subject_id not in items:
            continue
        value = _value(said, items)
        if value is not None:
            lines["\t".join([items[said.subject_id], *value, *_references(row)])] = None
    out.write("".join(f"{line}\n" for line in lines).encode())
