"""What was once known and is not any more: each load notes the ids that went, so that an old link is told "gone", not "never heard of".

`gone.jsonl` in the home has one line an id: {"kind", "id", "release" (the last that had it), "fact" (where a statement stood), "document"}.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.catalogue.write import CATALOGUE

FILE = "gone.jsonl"
_TABLES = {
    "statement": ("fact_id", "document_id"),
    "fact": ("id", "''"),
    "document": ("''", "id"),
    "entity": ("''", "''"),
    "check": ("''", "''"),
}
"""Of each kind, the columns of its table that say of which fact and of which document it was."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An id that is gone. `release`: the last release that had it; `fact`, `document`: where a statement stood, "" for other kinds."""

    kind: str
    id: str
    release: str
    fact: str = ""
    document: str = ""


def gone_between(before: Path, after: Path) -> Iterator[Tombstone]:
    """Ids that one release has and the other has not, by kind and id; both are release folders."""
    old, new = (f"{(release / CATALOGUE).resolve().as_uri()}?mode=ro&immutable=1" for release in (before, after))
    with closing(sqlite3.connect(new, uri=True)) as connection:
        connection.execute("ATTACH ? AS before", [old])
        for kind, (fact, document) in sorted(_TABLES.items()):
            table = "entities" if kind == "entity" else f"{kind}s"
            sql = f"SELECT id, {fact}, {document} FROM before.{table} WHERE id NOT IN (SELECT id FROM main.{table}) ORDER BY id"
            for id, of_fact, of_document in connection.execute(sql):
                yield Tombstone(kind, id, before.name, of_fact, of_document)


def bury(home: Path, before: Path, after: Path) -> int:
    """Note in the home what went between two releases; returns how many ids."""
    lines = [json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in gone_between(before, after)]
    if lines:
        with (home / FILE).open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    return len(lines)


def tombstone(home: Path, kind: str, id: str) -> Tombstone | None:
    """The latest note that an id is gone; None for an id that was never there. Whether it came back is for the caller to know."""
    found = None
    try:
        with (home / FILE).open(encoding="utf-8") as lines:
            for line in lines:
                if id in line:
                    record = json.loads(line)
                    if record["kind"] == kind and record["id"] == id:
                        found = Tombstone(**record)
    except FileNotFoundError:
        return None
    return found
