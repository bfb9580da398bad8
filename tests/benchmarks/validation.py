"""Validation of one more document against many stored: `python -m tests.benchmarks.validation [MODELS]` (5,500: 99,000 statements)."""

import random
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace

from kg.holdings import DocumentRecord
from kg.screen import suspects
from kg.statements import Statement, identified
from kg.validate import partition
from tests.benchmarks.checks import timed
from tests.kg.planted import synthetic

NEW, SHARE = 300, 0.02


def spoilt(item: Statement, chance: random.Random) -> Statement:
    """The statement with one thing wrong."""
    changes = chance.choice(({"unit": "furlong"}, {"quote": ""}, {"confidence": 2.0}, {"start": item.end}, {"predicate": "mood"}))
    return identified(replace(item, **changes))


def main(arguments: Sequence[str]) -> None:
    """Validate the stored statements, one more document, all together, and a part of them by pyshacl alone."""
    chance = random.Random(7)
    stored = tuple(replace(item, extractor="rule/1") for item in synthetic(int(arguments[0]) if arguments else 5500, share=0.0).statements)
    sha = "f" * 64
    sample = chance.sample(range(len(stored)), NEW)
    new = tuple(identified(replace(stored[place], document_id=sha, document="new.txt")) for place in sample)
    new = tuple(spoilt(item, chance) if number % int(1 / SHARE) == 0 else item for number, item in enumerate(new))
    documents = {item.document_id: DocumentRecord(item.document_id, item.document) for item in (*stored, *new)}
    print(f"{len(stored)} statements stored, {len(new)} new, {int(NEW * SHARE)} of them made wrong")
    timed("first use of pyshacl", lambda: partition(new[:1], documents))
    added = timed("one more document", lambda: partition(new, documents))
    doubtful = timed("screen of the stored", lambda: suspects(stored, documents))
    whole = timed("everything", lambda: partition((*stored, *new), documents))
    timed("2,000 by pyshacl alone", lambda: partition(stored[:2000], documents, screen=False))
    quarantined = {item.id for item, _ in added.quarantined}
    print(f"{len(quarantined)} in quarantine; {len(doubtful)} of the stored suspected")
    print(f"the whole run agrees: {quarantined == {item.id for item, _ in whole.quarantined}}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
