"""All statements as one table: CSV for spreadsheets, Parquet with types for programs."""

from typing import TYPE_CHECKING, Any, BinaryIO

from kg.api import records
from kg.api.tables import cell, comma_separated, flat
from kg.errors import UsageError
from kg.export.source import Source

if TYPE_CHECKING:
    import pyarrow

NUMBERS = ("value", "low", "high", "confidence")
COUNTS = ("start", "end")
LISTS = ("attributedTo", "attributedToIds")
FLAGS = ("quarantined",)


def csv(source: Source, out: BinaryIO) -> None:
    """https://www.rfc-editor.org/rfc/rfc4180"""
    out.write(comma_separated(map(records.statement, source.statements())))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for name, value in row.items():
        if name in (*NUMBERS, *COUNTS, *LISTS, *FLAGS) or value is None:
            made[name] = value
        else:
            made[name] = cell(value) if isinstance(value, dict) else str(value)
    return made


def _schema(names: list[str]) -> "pyarrow.Schema":
    import pyarrow

    def kind(name: str) -> "pyarrow.DataType":
        if name in NUMBERS:
            return pyarrow.float64()
        if name in COUNTS:
            return pyarrow.int64()
        if name in LISTS:
            return pyarrow.list_(pyarrow.string())
        return pyarrow.bool_() if name in FLAGS else pyarrow.string()

    return pyarrow.schema([(name, kind(name)) for name in names])


def parquet(source: Source, out: BinaryIO) -> None:
    """https://parquet.apache.org/docs/file-format/

    Raises: UsageError when pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow; install it with `pip install 'lab-facts[export]'`") from None
    rows = [_typed(flat(records.statement(row))) for row in source.statements()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, _schema(names)), out)
