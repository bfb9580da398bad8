"""The request for one chunk: the ontology's own definitions, the rules of prompt.toml and the passage in, messages and JSON schema out."""

import json
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.documents import Document, Metadata
from kg.ontology import predicates, qualifiers, units
from kg.statements import STATUSES

WORDING = Path(__file__).parent / "prompt.toml"
LEFT_OUT = frozenset(("claim",))
"""Predicates a language model is not asked for: a `claim` is anything else worth keeping, and would be everything."""


@cache
def wording() -> dict[str, Any]:
    """The tables of prompt.toml."""
    return tomllib.loads(WORDING.read_text(encoding="utf-8"))


@cache
def asked() -> tuple[str, ...]:
    """The predicates a model is asked for, in the order of the ontology."""
    return tuple(name for name in predicates() if name not in LEFT_OUT)


def _shortened(codes: tuple[str, ...]) -> str:
    """Unit codes, with the currencies but the first two left out."""
    plain = [code for code in codes if not units()[code].dimension.startswith("money-")]
    money = [code for code in codes if units()[code].dimension.startswith("money-")]
    shown = [*plain, *[code for code in money if code[:3] in ("USD", "CNY")]]
    return "|".join(shown) + ("|..." if len(money) > 2 else "")


@cache
def system() -> str:
    """The system message: rules, predicates and qualifiers with their definitions, the form of the answer."""
    words = wording()
    lines = [words["system"].strip(), "", words["predicates_heading"]]
    for name in asked():
        known = predicates()[name]
        says = (
            _shortened(known.units) if known.kind == "quantity" else "date" if known.kind == "date" else "|".join(known.objects) or "text"
        )
        if known.kind == "text" and says != "text":
            says = "text"
        lines.append(f"- {name} ({'|'.join(known.subjects)} -> {says}): {known.definition}")
    lines += ["", words["qualifiers_heading"]]
    lines += [f"- {name}: {term.definition}" for name, term in qualifiers().items()]
    shape = {
        "quote": "...", "subject": "...", "predicate": "...", "object": None, "figure": "...", "value": 0, "low": None, "high": None,
        "unit": "...", "qualifiers": [{"name": "...", "value": "..."}], "attributedTo": [], "status": "asserted",
    }  # fmt: skip
    lines += ["", words["example_heading"], json.dumps({"statements": [shape]})]
    return "\n".join(lines)


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of an answer, every property required and none added, as strict modes want it."""

    def maybe(kind: str) -> dict[str, Any]:
        return {"type": [kind, "null"]}

    def exactly(properties: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

    statement = exactly(
        {
            "quote": {"type": "string"},
            "subject": {"type": "string"},
            "predicate": {"type": "string", "enum": list(asked())},
            "object": maybe("string"),
            "figure": maybe("string"),
            "value": maybe("number"),
            "low": maybe("number"),
            "high": maybe("number"),
            "unit": maybe("string"),
            "qualifiers": {
                "type": "array",
                "items": exactly({"name": {"type": "string", "enum": list(qualifiers())}, "value": {"type": "string"}}),
            },
            "attributedTo": {"type": "array", "items": {"type": "string"}},
            "status": {"type": "string", "enum": list(STATUSES)},
        }
    )
    return exactly({"statements": {"type": "array", "items": statement}})


def messages(document: Document, metadata: Metadata, passage: str) -> list[dict[str, str]]:
    """The messages for one passage; what the document says of itself goes before it."""
    about = {"document": document.name, "title": metadata.title, "publisher": metadata.publisher, "date": metadata.date}
    head = "\n".join(f"{name}: {value}" for name, value in about.items() if value)
    return [{"role": "system", "content": system()}, {"role": "user", "content": f"{head}\n\nPassage:\n<<<\n{passage}\n>>>"}]


def request_id(document: Document, conversation: list[dict[str, str]]) -> str:
    """The name of a request in batch files: the same document, passage and prompt have the same name, whatever the model."""
    encoded = json.dumps([wording()["version"], conversation], ensure_ascii=False).encode()
    return f"{document.id[:12]}-{sha256(encoded).hexdigest()[:24]}"
