"""Corrections: what a person said of statements in a file, applied to the statements of a document whenever it is extracted.

One JSON object a line:
{"action": "accept", "id": "...", "statement": {...}}    it is right: its confidence is 1, and it stays when it is no longer found
{"action": "reject", "id": "...", "statement": {...}}    it is wrong: it is left out, also when another extractor finds it
{"action": "edit", "id": "...", "statement": {...}, "change": {"value": 5576000}}    fields of it are put right
{"action": "add", "statement": {...}}    one that was missed; `quote` alone is enough where it occurs once
`statement` is the record of `kg extract --format jsonl`. With it a correction is found again after the text was extracted anew: by id,
else by document, subject, predicate, value and an overlapping span. With the id alone it holds as long as the id does.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kg.entities import fold
from kg.errors import InputError, UsageError
from kg.records import checked_record
from kg.statements import Statement, check_span, identified

ACTIONS = ("accept", "reject", "edit", "add")
FILE = "corrections.jsonl"
REVIEWED = "reviewed"
"""Extractor of statements a person added; joined with "+" to that of those a person accepted or edited."""
_KEYS = {"action", "id", "statement", "change", "note"}
_CHANGEABLE = {
    *("subject", "predicate", "object", "value", "low", "high", "unit", "lexical", "bound", "qualifiers", "attributedTo", "status"),
    *("start", "end", "quote"),
}
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Correction:
    """What was said of one statement: its `id` ("" when only described), its `record` as it was ({} when unknown), the fields to change."""

    action: str
    id: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    change: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The object of a line, without what is empty."""
        given = {"action": self.action, "id": self.id, "statement": dict(self.record), "change": dict(self.change), "note": self.note}
        return {name: value for name, value in given.items() if value}

    @property
    def key(self) -> str:
        """Equal for corrections of one statement: the last of them counts."""
        described = {name: value for name, value in self.record.items() if name not in ("id", "extractor", "confidence")}
        return self.id or json.dumps(described, sort_keys=True, ensure_ascii=False)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The corrections of a file in its order.

    Raises: UsageError when it cannot be read; InputError naming the line that is no correction.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"--corrections {path}: cannot be read ({reason})") from None
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(_correction(json.loads(line)))
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path} line {number}: is not JSON ({error}); expected one correction a line") from None
            except InputError as error:
                raise InputError(f"{path} line {number}: {error}") from None
    return tuple(found)


def _correction(line: Any) -> Correction:
    if not isinstance(line, dict) or line.get("action") not in ACTIONS:
        raise InputError(f"is no correction; expected an object whose action is one of {', '.join(ACTIONS)}")
    unknown = line.keys() - _KEYS
    if unknown:
        raise InputError(f"a correction has no field {sorted(unknown)[0]!r}; its fields are {', '.join(sorted(_KEYS))}")
    action, id, record, change = line["action"], line.get("id", ""), line.get("statement", {}), line.get("change", {})
    if not isinstance(id, str) or not isinstance(record, dict) or not isinstance(change, dict) or not isinstance(line.get("note", ""), str):
        raise InputError("id and note must be texts, statement and change objects")
    if not isinstance(record.get("id", ""), str):
        raise InputError("the id of the statement must be a text")
    if action == "add" and not {"subject", "predicate", "quote"} <= record.keys():
        raise InputError("`add` needs a statement with at least documentId, subject, predicate, quote, and an object or a value")
    if record and not (isinstance(record.get("documentId", record.get("document")), str)):
        raise InputError("the statement needs documentId, the sha256 of its document, or document, its file name")
    if action != "add" and not (id or record.get("id") or record):
        raise InputError(f"`{action}` needs the id of a statement, or the statement")
    wrong = change.keys() - _CHANGEABLE
    if wrong:
        raise InputError(f"{sorted(wrong)[0]!r} cannot be changed; what can is {', '.join(sorted(_CHANGEABLE))}")
    if (action == "edit") != bool(change):
        raise InputError(
            "`edit` needs `change`, an object with the new values of fields" if action == "edit" else "only `edit` has `change`"
        )
    return Correction(action, id or record.get("id", ""), record, change, line.get("note", ""))


def to_jsonl(corrections: Iterable[Correction]) -> Iterable[str]:
    """One JSON object a line, without the newline."""
    return (json.dumps(correction.to_json(), ensure_ascii=False) for correction in corrections)


def merged(*several: Iterable[Correction]) -> tuple[Correction, ...]:
    """All corrections in order; of those on one statement the last."""
    by_key: dict[str, Correction] = {}
    for corrections in several:
        for correction in corrections:
            by_key.pop(correction.key, None)
            by_key[correction.key] = correction
    return tuple(by_key.values())


def corrected(
    statements: Sequence[Statement], corrections: Iterable[Correction], document_id: str, name: str, raw: str | None
) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements of one document as corrected, in reading order, and a sentence for each correction that could not be applied.

    `raw` is the document's text, None where it is not at hand: then what is added is not held against it.
    """
    found = list(statements)
    failed: list[str] = []
    for correction in corrections:
        mine = _is_of(correction, document_id, name)
        if not mine and not (correction.id and not correction.record):
            continue
        at = [index for index, statement in enumerate(found) if _is_about(correction, statement)]
        if not at and not mine:
            continue
        try:
            if correction.action == "reject":
                found = [statement for index, statement in enumerate(found) if index not in at]
                continue
            before = found[at[0]] if at else None
            after = _after(correction, before, document_id, name, raw)
            twins = [index for index, statement in enumerate(found) if index not in at and _same(statement, after)]
            found = [statement for index, statement in enumerate(found) if index not in at and index not in twins]
            found.append(after)
        except InputError as error:
            failed.append(f"the correction `{correction.action}` of {correction.id or correction.record.get('subject')} fails: {error}")
    return tuple(sorted(found, key=lambda said: (said.start, said.end))), tuple(failed)


def _is_of(correction: Correction, document_id: str, name: str) -> bool:
    given = correction.record.get("documentId")
    return given == document_id if given else bool(correction.record) and correction.record.get("document") == name


def _is_about(correction: Correction, statement: Statement) -> bool:
    if correction.id and statement.id == correction.id:
        return True
    record = correction.record
    if not record or fold(str(record.get("subject", ""))) != fold(statement.subject) or record.get("predicate") != statement.predicate:
        return False
    if not _same_value(record, statement):
        return False
    start, end = record.get("start"), record.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return record.get("quote") == statement.quote
    return start < statement.end and statement.start < end


def _same_value(record: Mapping[str, Any], statement: Statement) -> bool:
    said = record.get("object")
    if said is not None or statement.object is not None:
        return isinstance(said, str) and statement.object is not None and fold(said) == fold(statement.object)
    if record.get("unit", "") != statement.unit:
        return False
    for name, own in (("value", statement.value), ("low", statement.low), ("high", statement.high)):
        given = record.get(name)
        if (given is None) != (own is None):
            return False
        if own is not None and (not isinstance(given, int | float) or abs(given - own) > _CLOSE * max(abs(own), 1e-12)):
            return False
    return True


def _same(one: Statement, other: Statement) -> bool:
    alike = one.predicate == other.predicate and fold(one.subject) == fold(other.subject) and one.attributed_to == other.attributed_to
    return alike and one.start < other.end and other.start < one.end and one.status == other.status and _same_value(other.to_json(), one)


def _after(correction: Correction, before: Statement | None, document_id: str, name: str, raw: str | None) -> Statement:
    """The statement as it is to be.

    Raises: InputError when the correction does not say enough, or its quote is not the document's text.
    """
    record: dict[str, Any] = dict(before.to_json() if before else correction.record)
    known = {item.name for item in fields(Statement)} | {"documentId", "subjectId", "objectId", "attributedTo", "attributedToIds"}
    record = {key: value for key, value in record.items() if key in known}
    if before is None and not {"subject", "predicate", "quote"} <= record.keys():
        raise InputError("the statement is not found any more, and the correction has no record of it")
    record |= correction.change
    if "subject" in correction.change:
        record["subjectId"] = ""
    if "object" in correction.change:
        record["objectId"] = None
        if correction.change["object"] is not None:
            record |= {"value": None, "low": None, "high": None, "unit": "", "lexical": "", **correction.change}
    elif {"value", "low", "high"} & correction.change.keys():
        record |= {"object": None, "objectId": None, "value": None, "low": None, "high": None, **correction.change}
    if "attributedTo" in correction.change:
        record["attributedToIds"] = []
    placed = {"start", "end"} & correction.change.keys()
    if ("quote" in correction.change and not placed) or not {"start", "end"} <= record.keys():
        record |= _place(str(record["quote"]), raw)
    elif placed and "quote" not in correction.change and raw is not None and all(isinstance(record[key], int) for key in ("start", "end")):
        record["quote"] = raw[record["start"] : record["end"]]
    made_by = before.extractor if before else str(record.get("extractor") or "")
    if REVIEWED not in made_by.split("+"):
        made_by = f"{made_by}+{REVIEWED}" if made_by else REVIEWED
    record |= {"document": name, "documentId": document_id, "extractor": made_by, "confidence": 1.0}
    after = identified(checked_record(record))
    if raw is not None:
        check_span(after, raw)
    return after


def _place(quote: str, raw: str | None) -> dict[str, int]:
    start = raw.find(quote) if raw is not None and quote else -1
    if raw is None or start < 0:
        raise InputError(f"the quote is not in the document: {quote[:80]!r}")
    if raw.find(quote, start + 1) >= 0:
        raise InputError(f"the quote occurs more than once, give start and end: {quote[:80]!r}")
    return {"start": start, "end": start + len(quote)}


def unreviewed(statement: Statement) -> bool:
    """Whether no person has accepted, edited or added the statement."""
    return REVIEWED not in statement.extractor.split("+")


def kept_in(home: Path) -> tuple[Correction, ...]:
    """The corrections a home keeps, which hold for every later load."""
    path = home / FILE
    return read_corrections(path) if path.is_file() else ()


def keep_in(home: Path, corrections: Iterable[Correction]) -> None:
    """Replace a home's corrections in one step."""
    working = home / f"{FILE}.working"
    working.write_text("".join(line + "\n" for line in to_jsonl(corrections)), encoding="utf-8")
    working.replace(home / FILE)
