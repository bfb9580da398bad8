"""The questions about structured sources, asked of small invented tables with the headers of Epoch's, answer as expected."""

from pathlib import Path

import pytest

from kg import iris
from kg.catalogue import Catalogue, Filter
from kg.naming import entity_named
from kg.pipeline import load
from kg.query import bound, solve, tabulated
from kg.questions import question
from kg.store import open_store
from loaders.tables.description import packaged

MODELS = [
    {
        "Model": "Zeta-1",
        "Organization": "Acme Lab",
        "Publication date": "2024-03-02",
        "Domain": "Language",
        "Parameters": "70000000000.0",
        "Training hardware": "NVIDIA H100 SXM5 80GB",
        "Hardware quantity": "512.0",
        "Training compute cost (2023 USD)": "4000000.0",
        "Training compute cost (upfront)": "90000000.0",
        "Confidence": "Confident",
    },
    {
        "Model": "Zeta-2",
        "Organization": "Acme Lab",
        "Publication date": "2025-01-15",
        "Domain": "Language",
        "Training hardware": "NVIDIA H100 PCIe",
        "Training compute cost (2023 USD)": "7000000.0",
        "Confidence": "Speculative",
    },
    {"Model": "Theta", "Organization": "Bolt", "Publication date": "2025-02-01", "Domain": "Vision", "Training hardware": "Google TPU v4"},
]
CHIPS = [
    {
        "Hardware name": "NVIDIA H100 SXM5 80GB",
        "Manufacturer": "NVIDIA",
        "Tensor-FP16/BF16 performance (FLOP/s)": "900000000000000.0",
        "Memory size per board (Byte)": "80000000000.0",
        "TDP (W)": "700.0",
    },
    {
        "Hardware name": "Google TPU v4",
        "Manufacturer": "Google",
        "Tensor-FP16/BF16 performance (FLOP/s)": "275000000000000.0",
        "Release price (USD)": "9000.0",
    },
]
CLUSTERS = [
    {
        "Name": "Acme Hall",
        "Status": "Existing",
        "Certainty": "Confirmed",
        "Country": "France",
        "Owner": "Acme Lab,Bolt",
        "H100 equivalents": "1000.0",
        "Calculated Power Capacity (MW)": "1.5",
        "Reported Power Capacity (MW)": "2.0",
        "Calculated Cost": "30000000.0",
    },
    {"Name": "Anonymized System", "Status": "Planned", "Certainty": "Likely", "Country": "Spain", "H100 equivalents": "5000.0"},
    {"Name": "Anonymized System", "Status": "Planned", "Certainty": "Unlikely", "Country": "Spain", "H100 equivalents": "50.0"},
]


def table(name: str, rows: list[dict[str, str]]) -> str:
    (described,) = [item for item in packaged() if item.name == name]
    lines = [[f'"{header}"' for header in described.header]]
    lines += [[f'"{row.get(header, "")}"' for header in described.header] for row in rows]
    return "\n".join(",".join(line) for line in lines) + "\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    for name, rows in (("epoch-notable-models", MODELS), ("epoch-hardware", CHIPS), ("epoch-clusters", CLUSTERS)):
        (folder / f"{name}.csv").write_text(table(name, rows), encoding="utf-8")
    load([folder], folder / "home")
    return folder / "home"


def asked(home: Path, name: str, columns: str, **given: str) -> list[tuple[str | None, ...]]:
    catalogue = Catalogue.open(home)
    bindings = bound(question(name), given, lambda label: iris.entity(entity_named(catalogue, label).id))
    table = tabulated(solve(open_store(home), question(name), bindings), ("statement", "claimant", "document", *columns.split()), iris.BASE)  # type: ignore[arg-type]
    assert all(row[0] and row[1] == "the document" and row[2] for row in table.rows)
    return [row[3:] for row in table.rows]


def test_the_dearest_runs_come_first_with_method_and_price_year(home: Path) -> None:
    assert asked(home, "most-expensive-runs", "model cost method priceYear status publisher") == [
        ("Zeta-1", "90000000", "upfront", "2023", "estimated", "Epoch AI"),
        ("Zeta-2", "7000000", None, "2023", "estimated", "Epoch AI"),
        ("Zeta-1", "4000000", None, "2023", "estimated", "Epoch AI"),
    ]


def test_what_tables_say_of_a_model_stands_beside_other_text(home: Path) -> None:
    rows = asked(home, "tables-against-documents", "says from value object unit priceYear", model="Zeta-1")
    assert ("training cost", "table", "4000000", None, "USD", "2023") in rows
    assert ("release date", "table", None, "2024-03-02", None, None) in rows
    assert ("total parameters", "table", "70000000000", None, "parameter", None) in rows


def test_chips_by_peak_rate_with_memory_power_and_price(home: Path) -> None:
    rows = asked(home, "chips-by-performance", "chip maker peak memory power price", precision="tensor FP16/BF16")
    assert rows == [
        ("NVIDIA H100 SXM5 80GB", "NVIDIA", "900000000000000", "80", "700", None),
        ("TPU v4", "Google", "275000000000000", None, None, "9000"),
    ]


def test_models_count_for_the_chip_whatever_board_is_named(home: Path) -> None:
    rows = asked(home, "models-by-chip", "chipName models model board")
    assert [(row[1], row[2]) for row in rows] == [("2", "Zeta-1"), ("2", "Zeta-2"), ("1", "Theta")]
    assert len({row[0] for row in rows[:2]}) == 1 and len({row[3] for row in rows[:2]}) == 2


def test_largest_clusters_with_owners_certainty_reported_and_calculated(home: Path) -> None:
    columns = "cluster owners country h100Equivalents certainty planned powerReported powerCalculated costReported costCalculated"
    assert asked(home, "largest-clusters", columns) == [
        ("Anonymized System", None, "Spain", "5000", "Likely", "True", None, None, None, None),
        ("Acme Hall", "Acme Lab, Bolt", "France", "1000", "Confirmed", None, "2", "1.5", None, "30000000"),
        ("Anonymized System", None, "Spain", "50", "Unlikely", "True", None, None, None, None),
    ]


def test_an_entity_is_found_by_what_a_register_calls_it(tmp_path: Path) -> None:
    rows = [
        {"Model": "Zeta-7 12B", "Reference": "Zeta-7: how", "Link": "https://arxiv.org/abs/2401.01234", "Organization": "Acme Lab",
         "Model accessibility": "Open", "Accessibility notes": "see https://huggingface.co/acme/zeta-7-12b and https://huggingface.co/acme/other"},
    ]  # fmt: skip
    (tmp_path / "models.csv").write_text(table("epoch-notable-models", rows), encoding="utf-8")
    load([tmp_path / "models.csv"], tmp_path / "home")
    catalogue = Catalogue.open(tmp_path / "home")
    (model,) = catalogue.named("acme/zeta-7-12b")
    assert (model.label, dict(model.identifiers)) == ("Zeta-7 12B", {"huggingface": "acme/zeta-7-12b"})
    assert [row.label for row in catalogue.named("2401.01234")] == ["Zeta-7: how"]
    assert {row.statement.object for row in catalogue.statements(Filter(predicate="identifier")).items} == {
        "arXiv:2401.01234",
        "huggingface:acme/zeta-7-12b",
    }
