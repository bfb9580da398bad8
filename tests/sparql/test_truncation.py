"""Tables cut to a number of rows stay valid and hold exactly those rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from kg.sparql.truncation import truncated

FORMATS = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
NASTY = ['},{"x":{"type":"', ",{}", "[{}", "</result><result>", "a\r\nb", 'say "hi"', "a,b", "\t", "\\", "<result>", "]}}", ""]


def table(values: list[str | None], form: str) -> bytes:
    """A one-column result with these values, None unbound, serialised by the engine."""
    rows = " ".join("UNDEF" if value is None else str(Literal(value)) for value in values)
    body = Store().query(f"SELECT ?x {{ VALUES ?x {{ {rows} }} }}").serialize(format=FORMATS[form])
    assert body is not None
    return body


def values(body: bytes, form: str) -> list[str | None]:
    """The column back again; csv by its own module, since an unbound value and an empty text are one there."""
    if form == "csv":
        import csv
        import io

        return [row[0] if row else "" for row in list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]]
    solutions = parse_query_results(body, FORMATS[form])
    assert isinstance(solutions, QuerySolutions)
    return [None if row["x"] is None else row["x"].value for row in solutions]


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.sampled_from(NASTY),
            st.text(
                max_size=8, alphabet=st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff", exclude_categories=("Cc", "Cs"))
            ),
        ),
        max_size=12,
    ),
    st.integers(1, 12),
)
def test_cut_table_holds_the_first_rows(form: str, said: list[str | None], rows: int) -> None:
    body, cut = truncated(table(said, form), form, rows, "http://notice/")
    assert cut is (len(said) > rows)
    expected = said[:rows] if form != "csv" else [value or "" for value in said[:rows]]
    assert values(body, form) == expected
    if cut and form in ("json", "xml"):
        assert b"http://notice/" in body


def test_uncut_table_is_the_same_bytes() -> None:
    body = table(["a", "b"], "json")
    assert truncated(body, "json", 2, "http://notice/") == (body, False)


def test_terms_of_every_kind_survive() -> None:
    store = Store()
    results = store.query("SELECT ?x ?y { VALUES (?x ?y) { (<http://a/> 'b'@en) (1.5 UNDEF) (true 'z') } }")
    body = results.serialize(format=QueryResultsFormat.JSON)
    cut, changed = truncated(body or b"", "json", 2, "http://notice/")
    solutions = list(parse_query_results(cut, QueryResultsFormat.JSON))  # type: ignore[arg-type]
    assert changed and solutions[0]["x"] == NamedNode("http://a/") and solutions[1]["y"] is None and len(solutions) == 2
