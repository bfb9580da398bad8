"""The questions about agreement, arithmetic and origins, answered from a small made-up home."""

from pathlib import Path

import pytest

from kg import iris
from kg.catalogue import Catalogue
from kg.cli import run
from kg.documents import Metadata
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.pipeline import publish
from kg.query import Table, bound, solve, tabulated
from kg.questions import question
from kg.statements import Statement, identified
from kg.store import open_store

REPORT = "Zorblax-7 Technical Report"


def said(
    document: str, subject: str, predicate: str, figure: float | str, unit: str = "", by: str = "", status: str = "asserted", **more: str
) -> Statement:
    lexical, bound_ = more.pop("lexical", ""), more.pop("bound", "")
    number = None if isinstance(figure, str) else float(figure)
    place = len(f"{subject}{predicate}{figure}") * 10
    return identified(
        Statement(
            f"{document}.txt", document * 64, subject, predicate, place, place + 1, "x", value=number,
            object=figure if isinstance(figure, str) else None, unit=unit, qualifiers=more, attributed_to=(by,) if by else (),
            status=status, lexical=lexical, bound=bound_, extractor="test",
        )
    )  # fmt: skip


STATEMENTS = [
    said("a", "Zorblax-7", "developer", "Quux Labs"),
    *[
        said("a", "Zorblax-7", "gpuHours", hours, "GPU-hour", REPORT, stage=stage, chip="H800", lexical=f"{hours // 1000}K")
        for stage, hours in (("pre-training", 2664000), ("context-extension", 119000), ("post-training", 5000), ("full-training", 2788000))
    ],
    said("a", "Zorblax-7", "trainingCost", 5576000, "USD", REPORT, lexical="$5.576M"),
    said("a", "Zorblax-7", "trainingCost", 5328000, "USD", REPORT, stage="pre-training", lexical="$5.328M"),
    said("a", "H800", "rentalPricePerGpuHour", 2, "USD/GPU-hour", REPORT, "estimated", lexical="$2"),
    said("b", "Zorblax-7", "trainingCost", 5500000, "USD", lexical="$5.5M"),
    said("b", REPORT, "publicationDate", "2024-12-27"),
    said("a", "Zorblax-7", "costExcludes", "prior research and ablations", by=REPORT),
    said("c", "Zorblax-7", "trainingCost", 5576000, "USD", scope="final pre-training run", lexical="$5.576M"),
    said("c", "Zorblax-7", "trainingCost", 6000000, "USD", lexical="$6 million"),
    said("c", "Zorblax-7", "trainingDuration", 55, "day", bound="~", stage="pre-training", lexical="~55 days"),
    said("a", "Zorblax-7", "chipCount", 2048, "GPU", REPORT, chip="H800", lexical="2048"),
    said("c", "Quux Labs", "foundingDate", "2021"),
    said("c", "Quux Labs", "chipCount", 20000, "GPU", "An Analyst", "estimated", bound="~", lexical="20K"),
    said("c", "Quux Labs", "chipCount", 50000, "GPU", "Another Analyst", "estimated", bound="~", lexical="50K"),
    said("a", "Frobnitz-405B", "gpuHours", 30800000, "GPU-hour", lexical="30.8M"),
    said("c", "Zorblax-7", "ratio", 11, "times", bound="~", lexical="~11X", versus="Frobnitz-405B", of="gpuHours", direction="less"),
    said("a", "Glimmer One", "capitalExpenditure", 200000000, "CNY", lexical="2亿"),
    said("a", "Glimmer One", "clusterChipCount", 1100, "GPU", lexical="1100"),
]


DATES = {"a": "2024-12-27", "b": "2025-01-09", "c": "2025-09-19"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "home"
    documents = [
        (
            DocumentRecord(name * 64, f"{name}.txt", metadata=Metadata(date=DATES[name]), loader="test"),
            tuple(item for item in STATEMENTS if item.document_id == name * 64),
        )
        for name in "abc"
    ]
    publish(Holdings().replaced(documents), Home(path))
    return path


def ask(home: Path, name: str, **params: str) -> list[dict[str, str | None]]:
    asked = question(name)
    table: Table = tabulated(solve(open_store(home), asked, bound(asked, params, iris.entity)), tuple(asked.columns), iris.BASE)
    assert set(table.columns) >= {"statement", "claimant", "document"}
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_which_statements_about_a_cost_do_not_agree(home: Path) -> None:
    rows = ask(home, "disagreements", subject="model/zorblax-7", predicate=iris.term("trainingCost"))
    found = {(row["relation"], row["figure"], row["document"]) for row in rows}
    assert ("truncation", "$5.5M", "b.txt") in found and ("rounding", "$6 million", "c.txt") in found
    assert {("contradicts", "$5.328M", "a.txt"), ("contradicts", "$5.576M", "c.txt")} <= found


def test_what_is_said_of_a_training_and_whether_it_adds_up(home: Path) -> None:
    rows = ask(home, "training-arithmetic", model="model/zorblax-7")
    verdicts = {(row["kind"], row["verdict"], row["computed"]) for row in rows}
    assert ("parts-sum", "holds", "2788000") in verdicts and ("hours-times-price", "holds", "5576000") in verdicts
    assert ("hours-times-price", "does-not-hold", "5328000") in verdicts


def test_how_many_chips_a_lab_has(home: Path) -> None:
    rows = ask(home, "chip-counts", lab="organisation/quux-labs")
    assert [(row["value"], row["relations"]) for row in rows] == [
        ("2048", "different-scope"),
        ("20000", "different-scope"),
        ("50000", "different-scope"),
    ]
    assert rows[0]["of"] == "Zorblax-7" and str(rows[1]["counts"]).startswith("the organisation")


def test_a_stated_ratio_of_gpu_hours_holds(home: Path) -> None:
    rows = ask(home, "compare-gpu-hours", model="model/zorblax-7", other="model/frobnitz-405b")
    (ratio,) = [row for row in rows if row["says"] == "ratio"]
    assert ratio["verdict"] == "holds" and "11.05" in str(ratio["explanation"])
    assert {row["value"] for row in rows} >= {"30800000", "2788000"}


def test_what_goes_back_to_one_report(home: Path) -> None:
    rows = ask(home, "repeats-of-source", source=REPORT)
    costs = [row for row in rows if row["says"] == "training cost" and row["value"] in ("5576000", "5500000")]
    assert {row["document"] for row in costs} >= {"a.txt", "b.txt"}
    assert {row["origins"] for row in costs if row["value"] == "5500000"} <= {"1", "2"}


def test_cost_of_a_chip_is_derived(home: Path) -> None:
    rows = ask(home, "cost-per-chip")
    assert {row["says"] for row in rows} == {"capital expenditure", "cluster chips"}
    assert {str(row["derived"])[:6] for row in rows} == {"181818"} and "Derived" in str(rows[0]["explanation"])


def test_what_each_cost_covers(home: Path) -> None:
    rows = {row["written"]: row for row in ask(home, "cost-components", model="model/zorblax-7") if row["document"] != "c.txt"}
    assert rows["$5.576M"]["excludes"] == "ablations, prior-research" and rows["$5.328M"]["includes"] == "pre-training"
    assert "energy" in str(rows["$5.576M"]["unstated"])


def test_durations_agree_with_hours(home: Path) -> None:
    rows = ask(home, "durations", model="model/zorblax-7")
    assert {row["verdict"] for row in rows} == {"holds"} and "54.20 days" in str(rows[0]["explanation"])


def test_which_facts_rest_on_one_origin(home: Path) -> None:
    rows = ask(home, "origins-of-facts", subject="model/zorblax-7")
    counts = [(int(row["origins"] or 0), int(row["documents"] or 0)) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert REPORT in {row["source"] for row in rows}


def test_commands_show_checks_and_disagreements(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checks", "--verdict", "does-not-hold", "--home", str(home)]) == 0
    assert "does not reconcile" in capsys.readouterr().out
    assert run(["disagreements", "Zorblax-7", "--relation", "contradicts", "--home", str(home)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("contradicts: Zorblax-7") and "c.txt" in shown
    assert run(["checks", "--kind", "magic", "--home", str(home)]) == 1
    assert "expected one of parts-sum" in capsys.readouterr().err


def test_what_was_known_on_a_date(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["disagreements", "Zorblax-7", "--relation", "truncation", "--as-of", "2025-01", "--home", str(home)]) == 0
    assert "b.txt" in capsys.readouterr().out
    assert run(["disagreements", "Zorblax-7", "--as-of", "2024-12-31", "--home", str(home)]) == 0
    shown = capsys.readouterr().out
    assert "c.txt" not in shown and "b.txt" not in shown
    assert run(["checks", "--verdict", "does-not-hold", "--as-of", "2025-01-31", "--home", str(home)]) == 0
    assert "does not reconcile" not in capsys.readouterr().out
    assert run(["checks", "--as-of", "yesterday", "--home", str(home)]) == 1
    assert "expected an ISO 8601 date" in capsys.readouterr().err


def test_catalogue_counts_checks_and_origins(home: Path) -> None:
    counts = Catalogue.open(home).release().counts
    assert counts["checks"] > 5 and counts["origins"] >= 3
