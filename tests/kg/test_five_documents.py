"""What the five documents say, as people read it (the gold list), agrees and disagrees as it should."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

import loaders.notes
from kg.catalogue import Catalogue
from kg.checks import Check, checks
from kg.documents import Document, Metadata
from kg.entities import Registry
from kg.facts import Survey, document_dates, survey
from kg.origins import origins
from kg.pipeline import load
from kg.resolve import resolve
from kg.statements import Statement, identified
from loaders.comparisons import ratios
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


def _statement(row: Mapping[str, object], name: str, content: bytes) -> Statement:
    """A row of the gold list as a statement; what it accepts as alternatives, the first."""
    start, end = int(str(row["start"])), int(str(row["end"]))
    quote = content.decode("utf-8")[start:end]
    span = row.get("range")
    low, high = span if isinstance(span, list) else (None, None)
    subject, predicate, objects, claimants = (row[field] for field in ("subject", "predicate", "object", "attributed_to"))
    assert isinstance(subject, list) and isinstance(predicate, list)
    qualifiers = row["qualifiers"] if isinstance(row["qualifiers"], dict) else {}
    quantity = row["value"] is not None
    return identified(
        Statement(
            name, sha256(content).hexdigest(), subject[0], predicate[0], start, end, quote,
            object=objects[0] if isinstance(objects, list) and objects and not quantity else None,
            value=float(str(row["value"])) if quantity else None, low=low, high=high,
            unit=str(row["unit"] or "") if row["unit"] != "date" else "", lexical="", bound=str(row["bound"]),
            qualifiers={key: str(value) for key, value in qualifiers.items()},
            attributed_to=tuple(claimants)[:1] if isinstance(claimants, list) else (), status=str(row["status"]), extractor="gold",
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def statements() -> tuple[Statement, ...]:
    rows = [json.loads(line) for line in (SHARED / "gold" / "documents.jsonl").read_text("utf-8").splitlines()]
    contents = {row["doc"]: (SHARED / "documents" / row["doc"]).read_bytes() for row in rows}
    said = list({item.id: item for item in (_statement(row, row["doc"], contents[row["doc"]]) for row in rows)}.values())
    for name, content in contents.items():
        document = Document(sha256(content).hexdigest(), name, content.decode("utf-8"))
        said += ratios(document, [item for item in said if item.document == name])
    return tuple(resolve(said, Registry.default()).statements)


@pytest.fixture(scope="module")
def found(statements: tuple[Statement, ...]) -> Survey:
    return survey(statements)


@pytest.fixture(scope="module")
def tested(statements: tuple[Statement, ...], found: Survey) -> tuple[Check, ...]:
    return checks(statements, found)


def relation(found: Survey, statements: tuple[Statement, ...], predicate: str, one: float, other: float, subject: str = "") -> set[str]:
    """How statements of two figures of one predicate relate."""
    by_id = {item.id: item for item in statements}
    return {
        pair.relation
        for pair in found.pairs
        if {by_id[pair.left].value, by_id[pair.right].value} == {one, other}
        and by_id[pair.left].predicate == predicate
        and subject in (by_id[pair.left].subject_id, "")
    }


def test_the_cost_called_that_of_pre_training_contradicts_the_cost_of_that_stage(found: Survey, statements: tuple[Statement, ...]) -> None:
    by_id = {item.id: item for item in statements}
    between = [
        (by_id[pair.left], by_id[pair.right], pair.relation)
        for pair in found.pairs
        if by_id[pair.left].predicate == "trainingCost" and {by_id[pair.left].value, by_id[pair.right].value} == {5328000.0, 5576000.0}
    ]
    assert {how for _, _, how in between} == {"contradicts", "different-scope"}
    for left, right, how in between:
        total = left if left.value == 5576000.0 else right
        assert (how == "contradicts") == ("pre-training" in total.qualifiers.get("scope", ""))


def test_cut_and_rounded_costs_are_told_apart(found: Survey, statements: tuple[Statement, ...]) -> None:
    assert relation(found, statements, "trainingCost", 5500000.0, 5576000.0) == {"truncation"}
    assert relation(found, statements, "trainingCost", 6000000.0, 5576000.0) <= {"rounding", "agrees"}
    assert relation(found, statements, "gpuHours", 2800000.0, 2788000.0) == {"rounding"}
    assert relation(found, statements, "gpuHours", 2600000.0, 2788000.0) == {"different-scope"}


def test_alleged_chips_are_denied(found: Survey, statements: tuple[Statement, ...]) -> None:
    by_id = {item.id: item for item in statements}
    denied = {(by_id[pair.left].attributed_to[0], by_id[pair.right].attributed_to[0]) for pair in found.pairs if pair.relation == "denies"}
    assert ("US officials", "Nvidia") in denied


def test_counts_of_runs_and_estimates_of_the_fleet_are_different_scopes(found: Survey, statements: tuple[Statement, ...]) -> None:
    counts = (512.0, 2048.0, 20000.0, 50000.0)
    for one in counts:
        for other in counts:
            assert relation(found, statements, "chipCount", one, other) <= {"different-scope", "same", "agrees"}
    assert relation(found, statements, "chipCount", 2048.0, 50000.0) == {"different-scope"}
    assert relation(found, statements, "chipCount", 20000.0, 50000.0) == {"different-scope"}


def of(tested: tuple[Check, ...], kind: str, verdict: str) -> set[Decimal | None]:
    return {check.value for check in tested if check.kind == kind and check.verdict == verdict}


def test_the_arithmetic_of_the_report_holds(tested: tuple[Check, ...]) -> None:
    assert of(tested, "parts-sum", "holds") >= {Decimal(2788000), Decimal(5576000)}
    assert of(tested, "hours-times-price", "holds") >= {Decimal(5576000), Decimal(5328000), Decimal(238000), Decimal(10000)}
    assert Decimal(2664000) in of(tested, "rate-times-tokens", "holds")
    days = {value.quantize(Decimal("0.1")) for value in of(tested, "chips-times-time", "holds") if value is not None}
    assert Decimal("54.2") in days
    assert {Decimal("54.8")} <= {
        value.quantize(Decimal("0.1")) for value in of(tested, "rate-times-tokens", "holds") if value and value < 100
    }


def test_a_stated_ratio_holds(tested: tuple[Check, ...]) -> None:
    (value,) = of(tested, "ratio", "holds")
    assert value is not None and value.quantize(Decimal("0.01")) == Decimal("11.05")


def test_only_two_things_do_not_add_up(tested: tuple[Check, ...], statements: tuple[Statement, ...]) -> None:
    by_id = {item.id: item for item in statements}
    failing = {
        (check.kind, check.value, by_id[check.target].value): check.explanation for check in tested if check.verdict == "does-not-hold"
    }
    assert failing.keys() == {
        ("chips-time-price", Decimal(81920), 294000.0),
        ("hours-times-price", Decimal(5328000), 5576000.0),
    }
    assert "of the training as a whole" in failing["chips-time-price", Decimal(81920), 294000.0]


def test_the_cost_has_one_origin_in_all_documents_that_state_it(found: Survey, statements: tuple[Statement, ...]) -> None:
    by_id = {item.id: item for item in statements}
    read = origins(statements, found, {identity: Metadata(date=date) for identity, date in document_dates(statements).items()})
    (fact,) = [
        fact
        for fact in found.facts
        if fact.predicate == "trainingCost" and fact.subject_id == "model/deepseek-v3" and fact.qualifiers == {"stage": "full-training"}
    ]
    said = [by_id[identity] for identity in fact.statement_ids]
    assert len({item.document for item in said}) == 4 and read.count(said) == 1


def test_clusters_give_the_cost_of_a_chip(tested: tuple[Check, ...]) -> None:
    derived = {value.quantize(Decimal(1)) for value in of(tested, "cost-per-chip", "not-comparable") if value is not None}
    assert {Decimal(181818), Decimal(100000)} <= derived


def test_without_the_later_document_the_hours_are_not_questioned(statements: tuple[Statement, ...]) -> None:
    early = [item for item in statements if not item.document.startswith("002")]
    assert not of(checks(early), "chips-time-price", "does-not-hold")


def test_nothing_depends_on_the_names(statements: tuple[Statement, ...], tested: tuple[Check, ...]) -> None:
    def renamed(text: str) -> str:
        return text.replace("deepseek", "zorblax").replace("DeepSeek", "Zorblax").replace("H800", "Q5").replace("h800", "q5")

    other = tuple(
        identified(
            replace(
                item, subject=renamed(item.subject), subject_id=renamed(item.subject_id), object=item.object and renamed(item.object),
                object_id=item.object_id and renamed(item.object_id),
                qualifiers={key: renamed(value) for key, value in item.qualifiers.items()},
                attributed_to=tuple(map(renamed, item.attributed_to)), attributed_to_ids=tuple(map(renamed, item.attributed_to_ids)),
            )
        )
        for item in statements
    )  # fmt: skip
    assert sorted((check.kind, check.verdict, str(check.value)) for check in checks(other)) == sorted(
        (check.kind, check.verdict, str(check.value)) for check in tested
    )


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    home = tmp_path_factory.mktemp("five") / "home"
    load([SHARED / "documents", *sorted(Path(loaders.notes.__file__).parent.glob("*.toml"))], home)
    return Catalogue.open(home)


def test_loading_the_documents_finds_what_does_not_add_up(catalogue: Catalogue) -> None:
    verdicts = {(check.kind, check.value, check.verdict) for check in catalogue.checks(limit=500).items}
    assert ("chips-time-price", 81920.0, "does-not-hold") in verdicts
    assert {("parts-sum", 2788000.0, "holds"), ("hours-times-price", 5576000.0, "holds")} <= verdicts
    assert [round(value or 0.0, 2) for kind, value, verdict in verdicts if kind == "ratio" and verdict == "holds"] == [11.05]


def test_loading_the_documents_finds_who_disagrees(catalogue: Catalogue) -> None:
    denied = {item.left.statement.object_id for item in catalogue.disagreements("denies", limit=500).items}
    assert "chip/h100" in denied
    contradicting = [
        {item.left.statement.value, item.right.statement.value} for item in catalogue.disagreements("contradicts", limit=500).items
    ]
    assert {5328000.0, 5576000.0} in contradicting and {5000.0, 10000.0} in contradicting
    founded = {item.left.statement.object for item in catalogue.disagreements("contradicts", "organisation/high-flyer", limit=100).items}
    assert founded & {"2008", "2015"}


def test_loading_the_documents_counts_one_origin_for_the_cost(catalogue: Catalogue) -> None:
    costs = catalogue.facts(subject="model/deepseek-v3", predicate="trainingCost", limit=100).items
    assert max((fact.documents, -fact.origins) for fact in costs) == (4, -1)
