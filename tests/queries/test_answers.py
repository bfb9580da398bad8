"""The questions, asked of what the five documents state by hand-made lists and of the notes: do they find what they ask for?

The lists are read from ../shared, so that the questions are judged apart from any extractor.
"""

import json
from collections.abc import Callable

import pytest

from kg import iris
from kg.catalogue import Catalogue
from kg.documents import document_id
from kg.home import Home
from kg.naming import entity_named
from kg.pipeline import held, load, publish
from kg.query import bound, solve, tabulated
from kg.questions import question
from kg.release import packaged_documents
from kg.statements import Statement, identified
from kg.store import open_store
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
Row = dict[str, str]
Ask = Callable[..., list[Row]]


def listed() -> dict[str, list[Statement]]:
    """The hand-made rows as statements, by document id."""
    found: dict[str, list[Statement]] = {}
    for line in (SHARED / "gold" / "documents.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        content = (SHARED / "documents" / row["doc"]).read_bytes()
        low, high = row.get("range") or (None, None)
        quantity = row["value"] is not None
        statement = Statement(
            document=row["doc"],
            document_id=document_id(content),
            subject=row["subject"][0],
            predicate=row["predicate"][0],
            start=row["start"],
            end=row["end"],
            quote=content.decode("utf-8")[row["start"] : row["end"]],
            object=None if quantity else (row["object"] or [""])[0],
            value=row["value"],
            low=low,
            high=high,
            unit=(row["unit"] or "") if quantity else "",
            bound=row["bound"],
            qualifiers={name: str(value) for name, value in (row["qualifiers"] or {}).items()},
            attributed_to=tuple(row["attributed_to"] or ())[:1],
            status=row["status"],
            extractor="by hand",
        )
        found.setdefault(statement.document_id, []).append(identified(statement))
    return found


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    home = tmp_path_factory.mktemp("answers") / "home"
    load([SHARED / "documents", *packaged_documents()], home)
    holdings = held(Home(home))
    publish(holdings.replaced((holdings.documents[id], tuple(said)) for id, said in listed().items()), Home(home))
    catalogue, store = Catalogue.open(home), open_store(home)

    def asked(name: str, **given: str) -> list[Row]:
        known = question(name)
        bindings = bound(known, given, lambda value: iris.entity(entity_named(catalogue, value).id))
        table = tabulated(solve(store, known, bindings), tuple(known.columns), iris.BASE)  # type: ignore[arg-type]
        return [{column: cell or "" for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]

    return asked


def cells(rows: list[Row], *columns: str) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in columns) for row in rows}


def test_what_training_cost_stage_by_stage(ask: Ask) -> None:
    found = cells(ask("training-cost"), "stage", "value", "unit")
    for stage, usd, hours in (("pre-training", 5328000, 2664000), ("context-extension", 238000, 119000), ("post-training", 10000, 5000)):
        assert {(stage, str(usd), "USD"), (stage, str(hours), "GPU-hour")} <= found
    assert ("full-training", "2788000", "GPU-hour") in found
    assert "5576000" in {value for _, value, unit in found if unit == "USD"}


def test_what_the_cost_covers_and_who_says_so(ask: Ask) -> None:
    rows = ask("cost-scope")
    assert {("includes",), ("excludes",)} == cells(rows, "covers")
    assert len(cells([row for row in rows if row["item"] == "prior research"], "claimant")) >= 3


def test_clusters_with_chips_cost_and_year(ask: Ask) -> None:
    found = cells(ask("clusters"), "cluster", "value", "unit")
    assert {("Fire-Flyer 1", "1100", "GPU"), ("Fire-Flyer 1", "200000000", "CNY")} <= found
    assert {("Fire-Flyer 2", "10000", "GPU"), ("Fire-Flyer 2", "5000", "GPU"), ("Fire-Flyer 2", "1000000000", "CNY")} <= found
    assert ("Fire-Flyer 2", "A100") in cells(ask("clusters"), "cluster", "object")


def test_connections_over_documents_and_notes(ask: Ask) -> None:
    rows = ask("connections")
    ways = {row["way"] for row in rows}
    assert {"High-Flyer - Fire-Flyer 2 - A100", "High-Flyer - DeepSeek - A100"} <= ways
    assert {"1", "2", "3", "4"} == {row["steps"] for row in rows}
    assert {row["document"] for row in rows} >= {"high-flyer.toml", "deepseek.toml"}
    for row in rows:
        stops = row["way"].split(" - ")
        assert len(set(stops)) == len(stops) == int(row["steps"]) + 1


def test_chips_owned_used_alleged_and_denied(ask: Ask) -> None:
    found = cells(ask("chips-of-lab"), "says", "chip", "status")
    assert {("owns chip", "A100", "asserted"), ("uses chip", "H800", "asserted")} <= found
    assert {("access to chip", "H100", "alleged"), ("uses chip", "H100", "denied")} <= found


def test_everything_one_claimant_says(ask: Ask) -> None:
    rows = ask("said-by")
    assert {"SemiAnalysis"} == {row["claimant"] for row in rows}
    assert len({row["document"] for row in rows}) >= 3


def test_release_dates(ask: Ask) -> None:
    dates = {date for _, date in cells(ask("release-dates"), "model", "date")}
    assert {"2023-11", "2024-05", "2024-12", "2024-12-26", "2025-01-20"} <= dates


def test_export_rules(ask: Ask) -> None:
    found = cells(ask("export-rules"), "name_of_chip", "place", "time")
    assert {("A100", "China", "2022-10"), ("H100", "China", "2022-10")} <= found
    assert ("Blackwell", "True") in cells(ask("export-rules"), "name_of_chip", "planned")


def test_variants_makers_and_prices(ask: Ask) -> None:
    found = cells(ask("chips"), "name_of_chip", "object", "value", "unit")
    assert {("H800", "H100", "", ""), ("A800", "A100", "", "")} <= found
    assert {("H100", "", "30000", "USD"), ("H800", "", "2", "USD/GPU-hour")} <= found


def test_people(ask: Ask) -> None:
    names = {name for (name,) in cells(ask("people"), "name_of_person")}
    assert {"Liang Wenfeng", "Sam Altman", "Kate Soule"} <= names
    assert {("Liang Wenfeng",)} == cells(ask("people", person="梁文锋"), "name_of_person")


def test_sizes(ask: Ask) -> None:
    found = cells(ask("model-sizes", model="DeepSeek-V3"), "measure", "value")
    assert {"671000000000", "37000000000", "14800000000000"} == {value for _, value in found}


def test_techniques_and_who_shares_them(ask: Ask) -> None:
    rows = {row["technique"]: row["also_in"] for row in ask("techniques")}
    assert rows["multi-head latent attention"] == "DeepSeek-V2"
    assert "" in rows.values()


def test_costs_of_a_lab_by_category(ask: Ask) -> None:
    found = cells(ask("lab-costs"), "value", "unit", "bound")
    assert {("10000000", "USD/year", "more-than"), ("100000000", "USD/year", "at-least"), ("500000000", "USD", "more-than")} <= found


def test_what_is_not_asserted(ask: Ask) -> None:
    assert {("alleged",), ("denied",), ("estimated",)} == cells(ask("not-asserted"), "status")


def test_reported_speech_has_a_claimant_other_than_the_publisher(ask: Ask) -> None:
    rows = ask("reported-speech")
    assert len(rows) > 50
    assert all(row["claimant"] not in ("", "the document", row["publisher"]) for row in rows)


def test_distillation_alleged_and_qualified(ask: Ask) -> None:
    found = cells(ask("distillation"), "subject", "says", "status")
    assert ("DeepSeek", "distilled from", "alleged") in found
    assert "incidental, not intentional" in {row["manner"] for row in ask("distillation")}


def test_labs_models_and_sources(ask: Ask) -> None:
    assert {("China", "DeepSeek"), ("United States", "OpenAI")} <= cells(ask("labs-by-country"), "place", "lab")
    assert {("DeepSeek", "DeepSeek-V3"), ("OpenAI", "o1")} <= cells(ask("models-by-lab"), "developer", "model")
    assert len(ask("sources")) == 5 + len(packaged_documents())


def test_a_document_in_reading_order(ask: Ask) -> None:
    name = next((SHARED / "documents").glob("002*")).name
    starts = [int(row["start"]) for row in ask("statements-of-document", file=name)]
    assert len(starts) > 20
    assert starts == sorted(starts)


def test_what_was_known_on_a_day(ask: Ask) -> None:
    early, late = ask("known-on", day="2025-01-31"), ask("known-on", day="2025-12-31")
    assert "294000" in {row["value"] for row in late}
    assert "294000" not in {row["value"] for row in early}
    assert early
    assert all(row["published"] <= "2025-01-31" for row in early)
