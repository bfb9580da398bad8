"""A table described in TOML becomes statements, one a cell; what is not sound is reported by row and column."""

from pathlib import Path

import pytest

from kg.catalogue import Catalogue
from kg.cli import run
from kg.documents import Problem
from kg.errors import InputError
from kg.loading import LoadOptions
from kg.statements import Statement, check_span
from loaders.tables.description import description, packaged
from loaders.tables.layout import known_headers
from loaders.tables.loader import loader
from tests.tables.made import CHIPS, described, document, loaded

HEADER = "Chip,Maker,Power (W),Memory (bytes),Out,Sure,Remarks,Page,Shelf\n"
ROWS = (
    "Zeta 1,Acme,300.0,80000000000,2024-05-15,yes,,https://example.org/zeta,A3\n"
    'Zeta 2,"Acme,Bolt (UK, Ltd)","1,000",n/a,2024-06,no,"told by\nthe maker",,B1\n'
)


def by(statements: tuple[Statement, ...], subject: str, predicate: str) -> list[Statement]:
    return [item for item in statements if item.subject == subject and item.predicate == predicate]


def where(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.where for problem in problems]


def test_each_cell_becomes_a_statement_with_its_place(tmp_path: Path) -> None:
    raw = HEADER + ROWS
    result = loaded(raw, tmp_path)
    assert result.problems == ()
    assert len(result.statements) == 8
    for item in result.statements:
        check_span(item, raw)
        assert item.extractor == "table:hall-chips@2"
        assert item.attributed_to == ()
    (power,) = by(result.statements, "Zeta 2", "power")
    assert (power.value, power.unit, power.lexical, power.quote, power.status) == (1000.0, "W", "1,000", "1,000", "estimated")
    start, end = power.qualifiers["notes"].split("-")
    assert raw[int(start) : int(end)] == "told by\nthe maker"
    assert {key: power.qualifiers[key] for key in ("row", "column", "kind", "certainty")} == {
        "row": "3",
        "column": "Power (W)",
        "kind": "TDP",
        "certainty": "no",
    }
    assert by(result.statements, "Zeta 1", "memory")[0].value == 80.0
    assert [item.object for item in by(result.statements, "Zeta 2", "manufacturer")] == ["Acme", "Bolt (UK, Ltd)"]
    assert [(item.object, item.bound) for item in by(result.statements, "Zeta 1", "releaseDate")] == [("2024-05-15", "~")]
    assert (result.metadata.publisher, result.metadata.kind) == ("Hall Museum", "table:hall-chips")
    (reference,) = result.metadata.references
    assert (reference.address, reference.label) == ("https://example.org/zeta", "Zeta 1")
    assert raw[reference.start : reference.end] == "https://example.org/zeta"


def test_the_same_file_gives_the_same_statements_twice(tmp_path: Path) -> None:
    assert loaded(HEADER + ROWS, tmp_path) == loaded(HEADER + ROWS, tmp_path)


@pytest.mark.parametrize("change", [lambda raw: "\ufeff" + raw, lambda raw: raw.replace("\n", "\r\n"), lambda raw: raw.replace("\n", "\r")])
def test_byte_order_mark_and_line_ends_change_nothing_but_offsets(change, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    plain, changed = loaded(HEADER + ROWS, tmp_path), loaded(change(HEADER + ROWS), tmp_path)
    said = [(item.subject, item.predicate, item.object, item.value, item.lexical) for item in plain.statements]
    assert [(item.subject, item.predicate, item.object, item.value, item.lexical) for item in changed.statements] == said
    for item in changed.statements:
        check_span(item, change(HEADER + ROWS))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    result = loaded(f"Chip{delimiter}Power (W)\nZeta 1{delimiter}300\n", tmp_path)
    assert [item.value for item in result.statements] == [300.0]


def test_the_old_name_of_a_column_is_known(tmp_path: Path) -> None:
    result = loaded("Chip name,TDP\nZeta 1,300\n", tmp_path)
    (power,) = result.statements
    assert (power.value, power.qualifiers["column"]) == (300.0, "TDP")


def test_a_renamed_column_is_reported_with_the_one_it_looks_like(tmp_path: Path) -> None:
    result = loaded("Chip,Maker,Memory in bytes\nZeta 1,Acme,80\n", tmp_path)
    assert len(result.statements) == 1
    (problem,) = [item for item in result.problems if item.where == "column 'Memory in bytes'"]
    assert "'Memory (bytes)'" in problem.message


def test_an_unknown_column_is_reported(tmp_path: Path) -> None:
    assert "column 'Weight'" in where(loaded("Chip,Maker,Weight\nZeta 1,Acme,80\n", tmp_path).problems)


def test_a_repeated_header_is_reported_and_the_first_counts(tmp_path: Path) -> None:
    result = loaded("Chip,TDP,TDP\nZeta 1,300,700\n", tmp_path)
    assert [item.value for item in result.statements] == [300.0]
    assert where(result.problems) == ["column 'TDP'"]


@pytest.mark.parametrize("cell", ["1e400", "12 W", "yes"])
def test_a_cell_that_is_no_figure_is_reported_by_row_and_column(cell: str, tmp_path: Path) -> None:
    result = loaded(f"Chip,Maker,Power (W)\nZeta 1,Acme,{cell}\nZeta 2,Acme,700\n", tmp_path)
    assert [item.value for item in by(result.statements, "Zeta 2", "power")] == [700.0]
    assert by(result.statements, "Zeta 1", "power") == []
    assert where(result.problems) == ["row 2, column 'Power (W)'"]


def test_a_rough_figure_keeps_its_bound(tmp_path: Path) -> None:
    (power,) = loaded("Chip,Power (W)\nZeta 1,~5e2\n", tmp_path).statements
    assert (power.value, power.bound, power.lexical) == (500.0, "~", "5e2")


def test_a_cut_off_file_loads_what_is_whole(tmp_path: Path) -> None:
    raw = HEADER + ROWS
    result = loaded(raw[: raw.index("told by") + 3], tmp_path)
    assert by(result.statements, "Zeta 2", "manufacturer") and by(result.statements, "Zeta 2", "power")
    assert [(item.where, item.severity) for item in result.problems] == [("row 3, column 'Remarks'", "error")]


def test_a_flood_of_bad_cells_gives_a_short_report(tmp_path: Path) -> None:
    result = loaded("Chip,Power (W)\n" + "".join(f"Z{n},bad\n" for n in range(1000)), tmp_path)
    assert len(result.problems) < 250
    assert "800 more" in result.problems[-1].message


def test_rows_without_a_name_and_empty_lines_are_no_statements(tmp_path: Path) -> None:
    result = loaded("Chip,Power (W)\n,300\n\nZeta,5\n", tmp_path)
    assert [item.subject for item in result.statements] == ["Zeta"]
    assert where(result.problems) == ["row 2, column 'Chip'"]


def test_counts_below_the_expected_are_reported(tmp_path: Path) -> None:
    toml = CHIPS + '\n[expect]\nrows = 3\nfilled = { "Power (W)" = 2, "Out" = 1 }\n'
    messages = [problem.message for problem in loaded("Chip,TDP\nZeta,5\n", tmp_path, toml).problems]
    assert [message.split(",")[0].split(";")[0] for message in messages] == ["1 rows", "1 cells are filled", "the column is missing"]


def test_anonymised_rows_are_entities_of_their_own_that_survive_a_new_export(tmp_path: Path) -> None:
    toml = 'anonymous = "^anonymi[sz]ed"\n' + CHIPS
    first = loaded("Chip,TDP\nAnonymized Chip,5\nAnonymized Chip,6\nAnonymized Chip,6\nZeta,7\n", tmp_path, toml).statements
    ids = [item.subject_id for item in first]
    assert len(set(ids[:3])) == 3 and ids[3] == "chip/"
    assert all(item.subject == "Anonymized Chip" and item.subject_id.startswith("chip/anonymized-chip-") for item in first[:3])
    second = loaded("Chip,TDP\nNew,1\nAnonymized Chip,5\n", tmp_path, toml).statements
    assert second[1].subject_id == ids[0]


def test_a_column_that_is_never_read_leaves_no_trace(tmp_path: Path) -> None:
    toml = CHIPS + '\n[[never_read]]\nheaders = ["Twin"]\nreason = "it would name what is anonymous"\n'
    result = loaded("Chip,TDP,Twin\nZeta,5,SecretName\n", tmp_path, toml)
    assert result.problems == ()
    assert "SecretName" not in repr((result.statements, result.metadata, result.problems))


def test_items_of_two_columns_are_paired_and_never_guessed(tmp_path: Path) -> None:
    toml = CHIPS.replace('predicate = "manufacturer"', 'predicate = "manufacturer"') + (
        '\n[[column]]\nheader = "Land"\npredicate = "country"\nparser = "list"\nsubject = { column = "Maker", zipped = true }\n'
    )
    raw = 'Chip,Maker,Land\nA,"Acme,Bolt","UK,US"\nB,"Acme,Bolt",UK\nC,"Acme,Bolt,Core","UK,US"\nD,Acme,"UK,US"\n'
    result = loaded(raw, tmp_path, toml)
    pairs = [(item.qualifiers["row"], item.subject, item.object) for item in result.statements if item.predicate == "country"]
    assert pairs == [
        ("2", "Acme", "UK"),
        ("2", "Bolt", "US"),
        ("3", "Acme", "UK"),
        ("3", "Bolt", "UK"),
        ("5", "Acme", "UK"),
        ("5", "Acme", "US"),
    ]
    assert where(result.problems) == ["row 4, column 'Land'"]


def test_one_column_can_state_different_things_of_different_rows(tmp_path: Path) -> None:
    toml = (
        'name = "m"\ntitle = "M"\nsubject = { column = "Model", type = "model" }\n'
        '[[column]]\nheader = "Domain"\npredicate = "domain"\nparser = "list"\n'
        '[[column]]\nheader = "Size"\npredicate = "trainingTokens"\nparser = "number"\nunit = "token"\n'
        'when = { column = "Domain", items = ["Language"] }\n'
        '[[column]]\nheader = "Size"\npredicate = "datasetSize"\nparser = "number"\nunit = "datapoint"\n'
        'unless = { column = "Domain", items = ["Language"] }\n'
    )
    result = loaded('Model,Domain,Size\nA,"Vision,Language",5\nB,Vision,6\n', tmp_path, toml)
    assert [(item.predicate, item.value) for item in result.statements if item.value] == [("trainingTokens", 5.0), ("datasetSize", 6.0)]


def test_the_same_description_reads_a_json_file(tmp_path: Path) -> None:
    raw = '[{"Chip": "Zeta 1", "Power (W)": 300, "Maker": ["Acme", "Bolt"]},\n {"Chip": "Zeta \\u0032", "Power (W)": "~5e2"}]'
    result = loaded(raw, tmp_path, name="chips.json")
    assert [(item.subject, item.predicate, item.value, item.object) for item in result.statements] == [
        ("Zeta 1", "power", 300.0, None),
        ("Zeta 1", "manufacturer", None, "Acme"),
        ("Zeta 1", "manufacturer", None, "Bolt"),
        ("Zeta 2", "power", 500.0, None),
    ]
    for item in result.statements:
        check_span(item, raw)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('name = "x"\n', "'subject' is missing"),
        (CHIPS.replace('parser = "date"', 'parser = "day"'), "parser 'day' is unknown"),
        (CHIPS.replace('unit = "W"', 'untit = "W"'), "untit"),
        (CHIPS + "\n[[", "is not TOML"),
        (CHIPS.replace('status_by = "certainty"', 'status_by = "mood"'), "status_by names 'mood'"),
    ],
)
def test_a_wrong_description_is_refused_with_the_place(toml: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says.replace("[", r"\[")):
        description(described(tmp_path, toml))


def test_a_file_with_another_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fits no known table"):
        loader.load(document("Chap,Pover\n1,2\n"), LoadOptions(settings={"table": str(described(tmp_path))}))


def test_prose_is_left_to_other_loaders() -> None:
    assert loader.recognises(document("Acme trained Zeta, a model of 5B parameters, on 300 chips.\nIt cost $5M.\n", "a.txt")) == 0.0


@pytest.mark.parametrize("name", [item.name for item in packaged()])
def test_a_packaged_description_accounts_for_every_header_it_lists(name: str) -> None:
    (found,) = [item for item in packaged() if item.name == name]
    raw = ",".join(f'"{header}"' for header in found.header) + "\n"
    assert loader.recognises(document(raw)) > 0.9
    result = loader.load(document(raw), LoadOptions())
    assert result.metadata.kind == f"table:{name}"
    assert [problem for problem in result.problems if "does not know this column" in problem.message] == []
    assert set(found.header) <= known_headers(found)


def test_a_description_named_on_the_command_line_reads_the_file(tmp_path: Path) -> None:
    table = tmp_path / "chips.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert run(["load", str(table), "--table", str(described(tmp_path)), "--home", str(tmp_path / "home"), "--bare"]) == 0
    found = Catalogue.open(tmp_path / "home").entity("chip/zeta-1")
    assert (found.label, found.as_subject) == ("Zeta 1", 4)
