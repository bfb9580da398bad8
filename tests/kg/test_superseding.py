"""A newer export of a table updates what is served, keeps what the older said, and tells what has changed."""

from pathlib import Path

import pytest

from kg.catalogue import Catalogue, Filter
from kg.loading import LoadOptions
from kg.pipeline import Report, load
from tests.tables.made import described

OLD = "Chip,Power (W),Out,Maker\nZeta 1,300,2024-01-01,Acme\nZeta 2,500,2024-02-01,Acme\n"
NEW = "Chip,Power (W),Out,Maker\nZeta 3,900,2025-01-01,Bolt\nZeta 1,350,2024-01-01,Acme\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def put(raw: str, home: Path, dated: bool = True) -> Report:
    folder = home.parent
    toml = described(folder)
    toml.write_text(toml.read_text() if not dated else 'dated_by = ["Out"]\n' + toml.read_text().replace('dated_by = ["Out"]\n', ""))
    file = folder / f"chips-{len(list(folder.glob('chips-*')))}.csv"
    file.write_text(raw)
    return load([file], home, LoadOptions(settings={"loader": "tables", "table": str(toml)}))


def powers(home: Path, quarantined: bool = False) -> dict[str, float | None]:
    found = Catalogue.open(home).statements(Filter(predicate="power", quarantined=quarantined)).items
    return {row.statement.subject: row.statement.value for row in found}


def test_a_newer_export_updates_and_keeps_the_old_statements_as_superseded(home: Path) -> None:
    put(OLD, home)
    put(NEW, home)
    assert powers(home) == {"Zeta 1": 350.0, "Zeta 3": 900.0}
    assert powers(home, quarantined=True) == {"Zeta 1": 300.0, "Zeta 2": 500.0}
    kept = Catalogue.open(home).statements(Filter(predicate="power", quarantined=True)).items[0]
    (why,) = Catalogue.open(home).statement(kept.statement.id).violations
    assert "Superseded" in why.message and why.severity == "info"


def test_it_says_what_has_changed(home: Path) -> None:
    put(OLD, home)
    told = [problem.message for problem in put(NEW, home).problems if problem.severity == "info"]
    assert "supersedes chips-0.csv of 2024-02-01" in told[0] and told[0].endswith("1 changed, 3 new, 3 gone")
    assert "Zeta 1: was 300 W, is 350 W" in told


def test_an_older_export_loaded_late_is_superseded_itself(home: Path) -> None:
    put(NEW, home)
    put(OLD, home)
    assert powers(home) == {"Zeta 1": 350.0, "Zeta 3": 900.0}


def test_without_dates_the_one_loaded_later_counts(home: Path) -> None:
    put(NEW, home, dated=False)
    put(OLD, home, dated=False)
    assert powers(home) == {"Zeta 1": 300.0, "Zeta 2": 500.0}


def test_the_same_file_again_changes_nothing(home: Path) -> None:
    put(OLD, home)
    told = [problem for problem in put(OLD, home).problems if "supersedes" in problem.message]
    assert told == [] and powers(home) == {"Zeta 1": 300.0, "Zeta 2": 500.0}


def test_two_exports_in_one_load_leave_the_newer(home: Path, tmp_path: Path) -> None:
    put(OLD, home)
    (tmp_path / "both").mkdir()
    (tmp_path / "both" / "a.csv").write_text(NEW)
    (tmp_path / "both" / "b.csv").write_text(NEW.replace("350", "360").replace("2025-01-01", "2025-03-01"))
    load([tmp_path / "both"], home, LoadOptions(settings={"loader": "tables", "table": str(tmp_path / "described.toml")}))
    assert powers(home) == {"Zeta 1": 360.0, "Zeta 3": 900.0}
