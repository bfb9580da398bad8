"""Epoch AI's five tables: every cell accounted for, exact spans, anonymity kept, figures as the file has them."""

import csv
import io

import pytest

from kg.loading import Loaded, LoadOptions
from kg.reading import read_document
from kg.statements import check_span
from loaders.tables.description import packaged
from loaders.tables.loader import loader
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
FILES = ("notable_ai_models", "large_scale_ai_models", "frontier_ai_models", "ml_hardware", "gpu_clusters")


@pytest.fixture(scope="module")
def tables() -> dict[str, tuple[str, Loaded]]:
    found = {}
    for name in FILES:
        document, _ = read_document(SHARED / "data" / "epoch" / f"{name}.csv")
        found[name] = (document.raw, loader.load(document, LoadOptions()))
    return found


def test_all_five_give_about_sixty_thousand_statements(tables: dict[str, tuple[str, Loaded]]) -> None:
    assert sum(len(loaded.statements) for _, loaded in tables.values()) >= 60_000
    kinds = [loaded.metadata.kind for _, loaded in tables.values()]
    assert kinds == [
        "table:epoch-notable-models",
        "table:epoch-large-scale-models",
        "table:epoch-frontier-models",
        "table:epoch-hardware",
        "table:epoch-clusters",
    ]
    assert {loaded.metadata.publisher for _, loaded in tables.values()} == {"Epoch AI"}


@pytest.mark.parametrize("name", FILES)
def test_every_span_is_its_cell(name: str, tables: dict[str, tuple[str, Loaded]]) -> None:
    raw, loaded = tables[name]
    rows = list(csv.reader(io.StringIO(raw.removeprefix("\ufeff"), newline="")))
    for item in loaded.statements:
        check_span(item, raw)
        cell = rows[int(item.qualifiers["row"]) - 1][rows[0].index(item.qualifiers["column"])]
        assert item.quote.replace('""', '"') in cell
    assert len({item.id for item in loaded.statements}) == len(loaded.statements)


@pytest.mark.parametrize("name", FILES)
def test_every_filled_cell_of_a_mapped_column_is_a_statement_or_a_problem(name: str, tables: dict[str, tuple[str, Loaded]]) -> None:
    raw, loaded = tables[name]
    (described,) = [item for item in packaged() if f"table:{item.name}" == loaded.metadata.kind]
    said = {(item.qualifiers["row"], item.qualifiers["column"]) for item in loaded.statements}
    told = {(problem.details.get("row"), problem.details.get("column")) for problem in loaded.problems}
    rows = list(csv.reader(io.StringIO(raw.removeprefix("\ufeff"), newline="")))
    special = ("flag", "identifier")
    plain = {c.headers[0] for c in described.columns if not (c.when or c.unless or c.subject or c.empty or c.parser in special)}
    columns = [index for index, header in enumerate(rows[0]) if header in plain]
    lost = [
        (number, rows[0][index], row[index])
        for number, row in enumerate(rows[1:], 2)
        for index in columns
        if row[index].strip() and (str(number), rows[0][index]) not in said | told and row[index].strip().lower() not in described.empty
    ]
    assert lost == []


def test_anonymised_clusters_stay_anonymous(tables: dict[str, tuple[str, Loaded]]) -> None:
    raw, loaded = tables["gpu_clusters"]
    rows = list(csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"), newline="")))
    hidden = [item for item in loaded.statements if item.subject.startswith("Anonymized")]
    assert len({item.subject_id for item in hidden}) == sum(row["Name"].startswith("Anonymized") for row in rows)
    assert {item.predicate for item in hidden}.isdisjoint({"clusterOwner", "supersededBy", "buildsUpon"})
    column = "Largest existing cluster when first operational"
    assert all(item.qualifiers["column"] != column for item in loaded.statements)


def test_figures_are_those_of_the_file(tables: dict[str, tuple[str, Loaded]]) -> None:
    raw, loaded = tables["notable_ai_models"]
    rows = {row["Model"]: row for row in csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"), newline=""))}
    compute = [item for item in loaded.statements if item.qualifiers["column"] == "Training compute (FLOP)"]
    assert len(compute) > 400
    assert all(item.value == float(rows[item.subject]["Training compute (FLOP)"]) for item in compute)
    cost = [item for item in loaded.statements if item.qualifiers["column"] == "Training compute cost (2023 USD)"]
    assert {(item.unit, item.qualifiers["price-year"], item.status) for item in cost} == {("USD", "2023", "estimated")}


def test_what_cannot_be_read_is_little_and_told(tables: dict[str, tuple[str, Loaded]]) -> None:
    for _, loaded in tables.values():
        assert len(loaded.problems) < 60
        assert all(problem.where.startswith(("row", "column")) for problem in loaded.problems)
