"""A small home made by hand: two short documents of invented companies, their statements with spans found in the text."""

import json
from pathlib import Path
from typing import Any

from kg.documents import document_id
from kg.home import Home
from kg.pipeline import load

REPORT = """Nimbus-2 was trained by Cirrus Labs. Pre-training Nimbus-2 took 300K GPU hours on X100 chips,
and cost $600,000; the whole training cost $1.24M. It was released on 2024-03-05.

Cirrus Labs was founded by Ada Moreau. <script>alert("page")</script> & "quotes" stay text.
"""
ARTICLE = """Cirrus Labs spent about $1.2 million on training Nimbus-2, although Stratus Media says the pre-training alone cost $900,000.
Nimbus-2 has 40 billion parameters. 云层实验室 is another name of Cirrus Labs. Cirrus Labs owns X100 chips, Stratus Media alleges.
"""
SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Nimbus-2 was trained by Cirrus Labs", {"subject": "Nimbus-2", "predicate": "developer", "object": "Cirrus Labs"}),
    ("took 300K GPU hours on X100 chips", {"subject": "Nimbus-2", "predicate": "gpuHours", "value": 300000.0, "unit": "GPU-hour",
     "lexical": "300K", "qualifiers": {"stage": "pre-training"}}),
    ("Pre-training Nimbus-2 took 300K GPU hours on X100 chips", {"subject": "Nimbus-2", "predicate": "trainingHardware", "object": "X100",
     "qualifiers": {"stage": "pre-training"}}),
    ("cost $600,000", {"subject": "Nimbus-2", "predicate": "trainingCost", "value": 600000.0, "unit": "USD", "lexical": "$600,000",
     "qualifiers": {"stage": "pre-training"}}),
    ("the whole training cost $1.24M", {"subject": "Nimbus-2", "predicate": "trainingCost", "value": 1240000.0, "unit": "USD",
     "lexical": "$1.24M", "qualifiers": {"stage": "full-training"}}),
    ("It was released on 2024-03-05", {"subject": "Nimbus-2", "predicate": "releaseDate", "object": "2024-03-05"}),
    ("Cirrus Labs was founded by Ada Moreau", {"subject": "Cirrus Labs", "predicate": "founder", "object": "Ada Moreau"}),
    ("Cirrus Labs spent about $1.2 million on training Nimbus-2", {"subject": "Nimbus-2", "predicate": "trainingCost", "value": 1200000.0,
     "unit": "USD", "lexical": "$1.2 million", "bound": "~"}),
    ("the pre-training alone cost $900,000", {"subject": "Nimbus-2", "predicate": "trainingCost", "value": 900000.0, "unit": "USD",
     "lexical": "$900,000", "qualifiers": {"stage": "pre-training"}, "attributedTo": ["Stratus Media"]}),
    ("Nimbus-2 has 40 billion parameters", {"subject": "Nimbus-2", "predicate": "totalParameters", "value": 4e10, "unit": "parameter",
     "lexical": "40 billion"}),
    ("is another name of Cirrus Labs", {"subject": "Cirrus Labs", "predicate": "claim", "object": "has a Chinese name"}),
    ("Cirrus Labs owns X100 chips", {"subject": "Cirrus Labs", "predicate": "ownsChip", "object": "X100", "status": "alleged",
     "attributedTo": ["Stratus Media"]}),
)  # fmt: skip


def make_home(folder: Path, keep: bool = True) -> Path:
    """A home with both documents loaded; `keep`: their texts are on this machine."""
    home = folder / "home"
    records = []
    for name, text in (("report.txt", REPORT), ("article.txt", ARTICLE)):
        content = text.encode()
        if keep:
            Home(home).keep(content)
        for quote, fields in SAID:
            start = text.find(quote)
            if start >= 0:
                place = {"document": name, "documentId": document_id(content), "start": start, "end": start + len(quote), "quote": quote}
                records.append(json.dumps({**place, **fields, "extractor": "by hand"}))
    source = folder / "statements.jsonl"
    source.write_text("\n".join(records) + "\n", encoding="utf-8")
    report = load([source], home)
    assert report.statements == len(SAID), report
    return home
