"""Cells keep the exact place they have in the file, whatever the file went through."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.tables.cells import Unreadable, date, number
from loaders.tables.delimited import delimited_table
from loaders.tables.objects import object_table
from loaders.tables.records import Broken, Cell, Record, split_items

CELL = st.text(st.sampled_from('ab1 ,;"\n\r\t中é'), max_size=6)
ROWS = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5))


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cells_are_those_of_the_csv_module_and_stand_where_they_say(rows: list[list[str]], ending: str, mark: bool) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow([f"c{index}" for index in range(len(rows[0]))])
    writer.writerows(rows)
    raw = ("\ufeff" if mark else "") + file.getvalue()
    table = delimited_table(raw, ",")
    read = list(table.records())
    assert all(isinstance(record, Record) and not record.cut for record in read)
    assert [[table.decode(cell.raw) for cell in record.cells] for record in read] == rows
    for record in read:
        for cell in record.cells:
            assert raw[cell.start : cell.end] == cell.raw


def test_rows_are_counted_as_a_spreadsheet_does_though_cells_hold_line_breaks() -> None:
    table = delimited_table('a,b\n"one\ntwo",1\nx,2\n', ",")
    assert [(record.row, record.cells[1].raw) for record in table.records()] == [(2, "1"), (3, "2")]


def test_a_row_cut_off_by_the_end_of_the_file_keeps_its_whole_cells_only() -> None:
    records = list(delimited_table("a,b,c\n1,2,3\n4,5", ",").records())
    assert [(record.row, [cell.raw for cell in record.cells], record.cut) for record in records] == [
        (2, ["1", "2", "3"], False),
        (3, ["4"], True),
    ]


def test_a_file_that_ends_inside_a_quoted_cell_is_cut_off_there() -> None:
    records = list(delimited_table('a,b,c\n4,5,"un, fin', ",").records())
    assert [(record.row, [cell.raw for cell in record.cells], record.cut) for record in records] == [(2, ["4", "5"], True)]


def test_a_stray_quotation_mark_costs_its_row_and_no_other() -> None:
    records = list(delimited_table('a,b\n1,2\n3,"4\n5,6\n7,8\n', ",").records())
    assert [record.cells[0].raw for record in records if isinstance(record, Record)] == ["1", "5", "7"]
    broken = [record for record in records if isinstance(record, Broken)]
    assert [(record.row, record.column) for record in broken] == [(3, 2)]


@pytest.mark.parametrize("line", ["1,2,3", "1"])
def test_a_row_of_another_width_is_broken(line: str) -> None:
    records = list(delimited_table(f"a,b\n{line}\n7,8\n", ",").records())
    assert isinstance(records[0], Broken) and records[0].row == 2
    assert isinstance(records[1], Record)


def test_json_values_stand_where_they_say() -> None:
    raw = '{"rows": [\n {"a": "x\\"y", "b": 12.5, "c": ["p", "q"], "d": {"e": null, "f": true}},\n {"b": 7}]}'
    table = object_table(raw, "rows")
    assert table.header == ("a", "b", "c", "d.f")
    first, second = table.records()
    assert isinstance(first, Record) and isinstance(second, Record)
    assert table.decode(first.cells[0].raw) == 'x"y'
    for cell in (*first.cells, *table.items(first.cells[2], ",")):
        assert raw[cell.start : cell.end] == cell.raw
    assert [item.raw for item in table.items(first.cells[2], ",")] == ["p", "q"]
    assert second.cells[0].raw == ""


def test_a_cut_off_json_file_gives_the_whole_objects_and_reports_the_rest() -> None:
    records = list(object_table('[{"a": 1}, {"a": 2}, {"a": ').records())
    assert [record.cells[0].raw for record in records if isinstance(record, Record)] == ["1", "2"]
    assert any(isinstance(record, Broken) and record.row == 4 for record in records)


def test_one_object_a_line_is_read_too() -> None:
    assert [record.row for record in object_table('{"a": 1}\n{"a": 2}\n').records()] == [2, 3]


def test_items_keep_names_that_hold_commas() -> None:
    cell = Cell("Meta AI,Bell (A, B),Tsinghua University, Beijing", 10, 58)
    items = split_items(cell, ",")
    assert [item.raw for item in items] == ["Meta AI", "Bell (A, B)", "Tsinghua University, Beijing"]
    assert all(cell.raw[item.start - 10 : item.end - 10] == item.raw for item in items)


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("1,000", 1000.0, ""),
        ("~5e25", 5e25, "~"),
        ("≥ 12.5", 12.5, ">="),
        ("671000000000.0", 671e9, ""),
        ("-3", -3.0, ""),
        ("≈7", 7.0, "~"),
    ],
)
def test_figures_are_read(text: str, value: float, bound: str) -> None:
    figure = number(text)
    assert (figure.value, figure.bound) == (value, bound)


def test_a_range_has_two_ends() -> None:
    assert number("1e23 - 2e23")[:3] == (None, 1e23, 2e23)


@pytest.mark.parametrize("text", ["1e400", "1,5", "NaN", "inf", "n/a", "12 W", "1,00,000", "2-1", "", "−5", "١٢x", "0x10", "1_000"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        number(text)


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "24-01-01", "Planned 2026", "0000-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        date(text)
