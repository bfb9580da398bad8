"""What the token reader accepts, refuses and rewrites."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, QueryRefused, QueryTooLarge
from kg.sparql.syntax import MAX_DEPTH, read

EVIL = "<http://evil.example/>"

SMUGGLED = {
    "plain": f"SELECT * {{ SERVICE {EVIL} {{ ?s ?p ?o }} }}",
    "silent, mixed case": f"SELECT * {{ sErViCe SILENT {EVIL} {{ ?s ?p ?o }} }}",
    "after a comment": f"SELECT * {{ # }}\n SERVICE # <http://ok/>\n {EVIL} {{}} }}",
    "after a string with quotes": f'SELECT * {{ ?s ?p "\\"", """ " \\""" """ . SERVICE {EVIL} {{}} }}',
    "after a string that looks like a comment": f"SELECT * {{ ?s ?p '#' . SERVICE {EVIL} {{}} }}",
    "after an IRI with a hash": f"SELECT * {{ ?s <http://x/#y> ?o . SERVICE {EVIL} {{}} }}",
    "glued to a bracket": f"ASK{{FILTER(1<2)SERVICE{EVIL}{{}}}}",
    "glued to a boolean": f"ASK {{ ?s ?p trueSERVICE {EVIL} {{}} }}",
    "glued to a number": f"ASK {{ ?s ?p 1SERVICE {EVIL} {{}} }}",
    "glued to a full stop behind a variable": f"SELECT * {{ ?s ?p ?o.SERVICE {EVIL} {{}} }}",
    "behind an IRI with brackets behind a variable": f"SELECT * {{ ?s <http://e/(a)> ?o;SERVICE {EVIL} {{}} }}",
    "by a variable": "SELECT * { ?s ?p ?o SERVICE ?o { ?a ?b ?c } }",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE {EVIL} {{}} }} }} }}",
    "in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE {EVIL} {{}} }} }}",
    "as Unicode escapes": f"SELECT * {{ \\u0053ERVICE {EVIL} {{}} }}",
    "as long Unicode escapes": f"SELECT * {{ \\U00000053\\U00000045RVICE {EVIL} {{}} }}",
    "after a comment with an escaped line break": f"SELECT * {{ # \\u000A\n SERVICE {EVIL} {{}} }}",
    "inside what a lexer takes for an IRI": f"ASK {{ ?s ?p ?o FILTER(?s<?p)SERVICE#>\n{EVIL}{{ ?a ?b ?c }} }}",
    "behind an apostrophe in what a lexer takes for an IRI": f"ASK {{ FILTER(?a<'>')SERVICE {EVIL} {{?s ?p 'o'}} # '\n}}",
    "behind a full stop in a name": f"PREFIX e: <http://e/> ASK {{ ?s ?p e:a.SERVICE {EVIL} {{}} }}",
}
HARMLESS = (
    "ASK { ?s ?p 'SERVICE <http://x/> {}' }",
    "ASK {} # SERVICE <http://x/> {}",
    "ASK { ?service <http://x/service> <http://x/SERVICE?a=(b)> }",
    "PREFIX service: <http://x/> ASK { service:a service:service ?o }",
    'ASK { ?s ?p """SERVICE "quoted" \\""" """ }',
    "SELECT * { ?s ?p ?o FILTER(?s<?o && ?o>?s) }",
    "SELECT ?load ?insert { ?load ?insert 'DELETE' }",
    "SELECT * { ?s ?p 'caf\\u00e9' , <http://x/caf\\u00e9> }",
)


@pytest.mark.parametrize("how", SMUGGLED)
def test_service_is_refused_however_it_is_written(how: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        read(SMUGGLED[how])
    assert caught.value.line is not None and caught.value.column is not None


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_elsewhere_is_not_refused(query: str) -> None:
    assert read(query).form in ("ASK", "SELECT")


@pytest.mark.parametrize(
    "update", ["LOAD <http://x/>", "INSERT DATA {}", "# c\nPREFIX a: <b>\ndelete where {}", "CLEAR ALL", "WITH <g> DELETE {}"]
)
def test_updates_are_refused_with_what_to_do(update: str) -> None:
    with pytest.raises(QueryRefused, match="kg load"):
        read(update)


def test_what_is_not_a_query_is_an_error_not_a_refusal() -> None:
    for text in ("", "# nothing", "HELLO {}", "PREFIX a: <b>"):
        with pytest.raises(QueryError, match="needs SELECT"):
            read(text)


def test_position_of_a_refusal_counts_lines_and_columns_from_one() -> None:
    with pytest.raises(QueryRefused) as caught:
        read("SELECT *\n{\n  SERVICE <x> {} }")
    assert (caught.value.line, caught.value.column) == (3, 3)


def test_unclosed_string_is_reported_where_it_opens() -> None:
    with pytest.raises(QueryError) as caught:
        read("ASK {\n ?s ?p 'abc }")
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_escapes_become_characters_and_never_end_a_string() -> None:
    assert read(r'ASK { ?s ?p "a\u0022b\u005c\u000a\u00e9" }').text == r'ASK { ?s ?p "a\"b\\\né" }'
    assert read(r'ASK { ?s ?p "\\u0041" }').text == r'ASK { ?s ?p "\\u0041" }'
    with pytest.raises(QueryRefused):
        read(r"ASK { ?s ?p <http://x/\u003e> }")
    with pytest.raises(QueryError):
        read(r"ASK { ?s ?p '\uD800' }")


def test_comments_do_not_reach_the_engine_and_lines_stay() -> None:
    query = read("SELECT * # }\n{ ?s ?p ?o } # SERVICE")
    assert query.text == "SELECT * \n{ ?s ?p ?o } "


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("SELECT * {}", "SELECT * {} LIMIT 7 "),
        ("SELECT * {} LIMIT 3", "SELECT * {} LIMIT 3"),
        ("SELECT * {} LIMIT 30 OFFSET 2", "SELECT * {} LIMIT 7 OFFSET 2"),
        ("SELECT * {} OFFSET 2", "SELECT * {} OFFSET 2 LIMIT 7 "),
        ("SELECT * {} VALUES ?x {1}", "SELECT * {}  LIMIT 7 VALUES ?x {1}"),
        ("SELECT * {{SELECT * {} LIMIT 30}}", "SELECT * {{SELECT * {} LIMIT 30}} LIMIT 7 "),
        ("SELECT * { ?s ?p 'LIMIT 3' } # LIMIT 3", "SELECT * { ?s ?p 'LIMIT 3' }  LIMIT 7 "),
        ("ASK {}", "ASK {}"),
        ("CONSTRUCT {} WHERE {}", "CONSTRUCT {} WHERE {}"),
    ],
)
def test_only_the_outermost_limit_of_a_select_is_set(text: str, limited: str) -> None:
    assert read(text).limited(7) == limited


def test_from_clauses_are_read_with_prefix_and_base() -> None:
    query = read(
        "BASE <http://b/x/> PREFIX p: <http://p/> SELECT * FROM <g> FROM p:h FROM NAMED <http://n/> FROM NAMED p:m {}", "http://z/"
    )
    assert query.default_graphs == ("http://b/x/g", "http://p/h")
    assert query.named_graphs == ("http://n/", "http://p/m")


def test_declared_prefixes_need_no_declaration_and_may_be_declared_anew() -> None:
    declared = {"p": "http://declared/"}
    assert read("ASK FROM p:g {}", None, declared).default_graphs == ("http://declared/g",)
    assert read("PREFIX p: <http://own/> ASK FROM p:g {}", None, declared).default_graphs == ("http://own/g",)


def test_volatile_functions_are_noticed() -> None:
    assert read("SELECT (now() AS ?t) {}").volatile
    assert not read("SELECT ('NOW()' AS ?t) {}").volatile


def test_deep_nesting_is_refused_before_the_parser_sees_it() -> None:
    with pytest.raises(QueryTooLarge):
        read("SELECT * " + "{" * (MAX_DEPTH + 1))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=" \n#'\"\\<>{}()?:.uU0041abSERVICE@-1", max_size=60))
def test_any_text_is_read_or_refused_and_no_service_word_is_left(text: str) -> None:
    try:
        query = read(f"ASK {{ {text} }}")
    except QueryError:
        return
    # What is left is the same token stream when it is read again: nothing hides in what was dropped.
    assert read(query.text).text == query.text
