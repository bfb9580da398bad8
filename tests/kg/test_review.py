"""The review page and corrections: what is seen, what is sent back, and that it holds when a document is extracted anew."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.catalogue import Catalogue, Filter
from kg.cli import run
from kg.corrections import Correction, corrected, merged, read_corrections, to_jsonl
from kg.documents import document_id
from kg.errors import InputError, UsageError
from kg.records import checked_record
from kg.review import Reviewed, review_page
from kg.review.numbers import uncounted
from kg.statements import Statement, identified
from kg.text import identity

RAW = 'Zephyr-9 cost $5 million <b>& more</b>. It used 4096 chips in 2025 for 41 days, says "Nora" O\'Neil.'
SHA = document_id(RAW.encode())


def said(predicate: str, quote: str, **more: Any) -> Statement:
    start = RAW.index(quote)
    values: dict[str, Any] = {"object": None, "extractor": "offline@1", "confidence": 0.5} | more
    return identified(Statement("note.txt", SHA, "Zephyr-9", predicate, start, start + len(quote), quote, **values))


COST = said("trainingCost", "Zephyr-9 cost $5 million", value=5e6, unit="USD", lexical="$5 million")
CHIPS = said("chipCount", "It used 4096 chips in 2025", value=4096.0, unit="GPU", lexical="4096 chips")
DEVELOPER = said("developer", "O'Neil", object="O'Neil")
ALL = (COST, CHIPS, DEVELOPER)


def page(*statements: Statement, raw: str = RAW) -> str:
    return "".join(review_page([Reviewed("note.txt", identity(raw), statements)]))


class Reader(HTMLParser):
    """The page as a browser sees it: its tags with attributes, and the text shown of the document."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._depth = "", 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "div" and (self._depth or dict(attrs).get("class") == "text"):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "div" and self._depth > 0

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.text += data


def test_text_is_shown_in_full_with_each_span_marked_and_linked() -> None:
    read = Reader(page(*ALL))
    assert read.text == RAW
    items = [attributes for tag, attributes in read.tags if tag == "li" and "data-record" in attributes]
    marked = {name for tag, attributes in read.tags if tag == "mark" for name in (attributes["data-s"] or "").split()}
    assert [json.loads(item["data-record"] or "") for item in items] == [statement.to_json() for statement in ALL]
    assert {item["data-s"] for item in items} == marked
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(attributes["href"] or "")[1:] for tag, attributes in read.tags if tag == "a" and "href" in attributes} - {""}
    assert len(targets) == 3 and targets <= set(ids)


def test_overlapping_spans_are_cut_at_every_boundary() -> None:
    one = said("trainingCost", "cost $5 million", value=5e6, unit="USD")
    other = said("costIncludes", "$5 million <b>& more", object="more")
    marks = re.findall(r'<mark class="([^"]*)" data-s="([^"]*)"[^>]*>(.*?)</mark>', page(one, other))
    assert [re.sub("<[^>]*>", "", text) for _, _, text in marks] == ["cost ", "$5 million", " &lt;b&gt;&amp; more"]
    assert [names.split() for _, names, _ in marks] == [["d0-0"], ["d0-1", "d0-0"], ["d0-1"]]
    assert [("several" in classes) for classes, _, _ in marks] == [False, True, False]


def test_nothing_is_asked_for_outside_and_no_script_but_its_own_runs() -> None:
    source = page(*ALL)
    read = Reader(source)
    assert not [attributes for _, attributes in read.tags if any(name.startswith("on") or name in ("src", "style") for name in attributes)]
    assert not [attributes["href"] for tag, attributes in read.tags if tag != "a" and "href" in attributes]
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in read.tags)
    assert "default-src 'none'" in source and "url(" not in source and "@import" not in source and source.count("<script") == 1


def test_numbers_of_no_statement_are_underlined() -> None:
    shown = re.findall(r'<span class="uncounted" title[^>]*>([^<]*)</span>', page(COST, CHIPS))
    assert shown == ["2025", "41"]
    assert uncounted("no 12 here, V3 and 3.5%", ()) == ((3, 5), (19, 22))


_HOSTILE = st.text(st.sampled_from("<>&\"'`=/ ab1\n\u2028\u202e\0😀"), min_size=1, max_size=40)


@given(_HOSTILE, _HOSTILE, st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_a_document_says_is_text(raw: str, label: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    statement = identified(
        Statement(label, SHA, label, "claim", start, end, raw[start:end], object=label, attributed_to=(label,), qualifiers={"note": label})
    )
    allowed = {*("html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "span", "main", "section", "ul", "li", "div"),
               *("a", "mark", "ol", "b", "code", "button", "output", "textarea", "script")}  # fmt: skip
    source = "".join(review_page([Reviewed(label, identity(raw), (statement,))]))
    assert {tag for tag, _ in Reader(source).tags} <= allowed
    assert source.count("<script") == 1 and source.count("<b>") == 2


def correction(action: str, statement: Statement | None = None, **more: Any) -> Correction:
    record = statement.to_json() if statement else {}
    return Correction(action, str(record.get("id", "")), record, **more)


def apply(statements: tuple[Statement, ...], *corrections: Correction) -> tuple[Statement, ...]:
    after, failed = corrected(statements, corrections, SHA, "note.txt", RAW)
    assert failed == ()
    return after


def test_accepted_is_sure_rejected_is_gone_and_the_rest_stays() -> None:
    after = apply(ALL, correction("accept", COST), correction("reject", CHIPS))
    assert [(s.predicate, s.confidence, s.extractor) for s in after] == [
        ("trainingCost", 1.0, "offline@1+reviewed"),
        ("developer", 0.5, "offline@1"),
    ]
    assert after[0].id == COST.id


def test_edited_field_is_put_right_under_a_new_id() -> None:
    (after,) = apply((COST,), correction("edit", COST, change={"value": 5.1e6, "status": "estimated"}))
    assert (after.value, after.status, after.unit, after.confidence) == (5.1e6, "estimated", "USD", 1.0)
    assert after.id != COST.id and after == checked_record(after.to_json())


def test_edited_object_replaces_a_value() -> None:
    (after,) = apply((COST,), correction("edit", COST, change={"predicate": "costIncludes", "object": "more"}))
    assert (after.object, after.value, after.unit, after.lexical) == ("more", None, "", "")


def test_added_statement_needs_only_a_quote_that_occurs_once() -> None:
    record = {"documentId": SHA, "subject": "Zephyr-9", "predicate": "trainingDuration", "quote": "for 41 days", "value": 41, "unit": "day"}
    (after,) = apply((), Correction("add", "", record))
    assert RAW[after.start : after.end] == after.quote == "for 41 days" and after.extractor == "reviewed"


def moved(statement: Statement, by: int) -> Statement:
    return identified(replace(statement, start=statement.start + by, quote=RAW[statement.start + by : statement.end]))


def test_corrections_survive_another_extraction() -> None:
    found = tuple(moved(statement, 2) for statement in (COST, CHIPS))
    assert {s.id for s in found}.isdisjoint(s.id for s in ALL)
    after = apply(found, correction("accept", COST), correction("reject", CHIPS))
    assert [(s.predicate, s.start, s.confidence) for s in after] == [("trainingCost", COST.start + 2, 1.0)]
    edit = correction("edit", COST, change={"value": 5.1e6})
    assert [s.value for s in apply(found[:1], edit)] == [5.1e6]


def test_accepted_and_edited_statements_stay_when_no_longer_found() -> None:
    assert [s.id for s in apply((), correction("accept", COST))] == [COST.id]
    assert [s.value for s in apply((), correction("edit", COST, change={"value": 7.0}))] == [7.0]
    assert apply((), correction("reject", COST)) == ()


def test_corrected_statement_found_by_a_better_extractor_is_there_once() -> None:
    edit = correction("edit", COST, change={"value": 5.1e6})
    (right,) = apply((COST,), edit)
    better = replace(moved(right, 3), extractor="offline@2", confidence=0.7)
    assert [s.value for s in apply((better,), edit)] == [5.1e6]


def test_another_value_another_subject_or_a_distant_span_is_not_meant() -> None:
    other = (
        identified(replace(COST, value=6e6)),
        identified(replace(COST, subject="Zephyr-8")),
        identified(replace(COST, start=50, end=70, quote=RAW[50:70])),
    )
    assert apply(other, correction("reject", COST)) == tuple(sorted(other, key=lambda s: (s.start, s.end)))


def test_corrections_of_another_document_are_left_alone() -> None:
    elsewhere = Correction("add", "", {**COST.to_json(), "documentId": "0" * 64})
    assert apply((CHIPS,), elsewhere, Correction("accept", "f" * 24)) == (CHIPS,)


def test_correction_that_cannot_be_applied_is_said() -> None:
    record = {"documentId": SHA, "subject": "a", "predicate": "claim", "quote": "nowhere", "object": "b"}
    again = {**record, "quote": "o"}
    wrong = correction("edit", COST, change={"start": 0, "end": 4, "quote": "Zeph!"})
    half = Correction("add", "", {**record, "quote": "41 days", "object": None})
    after, failed = corrected((COST,), [Correction("add", "", record), Correction("add", "", again), wrong, half], SHA, "note.txt", RAW)
    assert after == (COST,)
    assert [bool(re.search(part, sentence)) for part, sentence in zip(
        ("not in the document", "more than once", "Zeph!", "either an object or a value"), failed, strict=True)] == [True] * 4  # fmt: skip


def test_last_correction_of_a_statement_counts() -> None:
    assert merged([correction("accept", COST)], [correction("reject", COST)]) == (correction("reject", COST),)


def test_corrections_are_read_back_as_written(tmp_path: Path) -> None:
    given = (correction("accept", COST), correction("edit", CHIPS, change={"value": 4097.0}), Correction("reject", "ab", note="wrong chip"))
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(to_jsonl(given)) + "\n", encoding="utf-8")
    assert read_corrections(path) == given


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: is not JSON"),
        ("[]", "is no correction"),
        ('{"action": "drop", "id": "a"}', "accept, reject, edit, add"),
        ('{"action": "reject"}', "needs the id"),
        ('{"action": "reject", "id": "a", "reason": "x"}', "no field 'reason'"),
        ('{"action": "edit", "id": "a"}', "needs `change`"),
        ('{"action": "edit", "id": "a", "change": {"documentId": "x"}}', "cannot be changed"),
        ('{"action": "accept", "id": "a", "change": {"value": 1}}', "only `edit`"),
        ('{"action": "add", "statement": {"quote": "a"}}', "needs a statement"),
        ('{"action": "add", "statement": {"quote": "a", "subject": "b", "predicate": "c"}}', "needs documentId"),
        ('{"action": "reject", "id": 5}', "must be texts"),
    ],
)
def test_line_that_is_no_correction_is_named(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=re.escape(message)):
        read_corrections(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_corrections(tmp_path / "absent")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(
        "DeepSeek released DeepSeek-V3, a model with 671 billion parameters. Training DeepSeek-V3 cost $5.576 million on 2,048 H800s.\n",
        encoding="utf-8",
    )
    return path


def _extracted(note: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Iterator[Statement]:
    assert run(["extract", str(note), *more]) == 0
    return (checked_record(json.loads(line)) for line in capsys.readouterr().out.splitlines())


def test_loading_honours_corrections_and_keeps_them(note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(_extracted(note, capsys))
    wrong = next(statement for statement in before if statement.value is not None)
    path, home = tmp_path / "c.jsonl", tmp_path / "home"
    path.write_text("\n".join(to_jsonl([correction("reject", wrong)])) + "\n", encoding="utf-8")
    assert wrong.id not in {statement.id for statement in _extracted(note, capsys, "--corrections", str(path))}
    assert run(["load", "--bare", str(note), "--home", str(home), "--corrections", str(path)]) == 0
    held = {row.statement.id for row in Catalogue.open(home).statements(Filter(), None, 1000).items}
    assert wrong.id not in held and len(held) == len(before) - 1
    assert run(["load", "--bare", str(note), "--home", str(home)]) == 0
    assert wrong.id not in {row.statement.id for row in Catalogue.open(home).statements(Filter(), None, 1000).items}


def test_accepted_statement_passes_any_least_confidence(note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    least = min(_extracted(note, capsys), key=lambda statement: statement.confidence)
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"action": "accept", "id": least.id}) + "\n", encoding="utf-8")
    (only,) = _extracted(note, capsys, "--corrections", str(path), "--min-confidence", "1")
    assert only.id == least.id


def test_page_of_a_file_is_printed(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(note), "--format", "html"]) == 0
    assert Reader(capsys.readouterr().out).text == note.read_text(encoding="utf-8")
