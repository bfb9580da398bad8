"""The validation report: what is said, how it is grouped, and that each format holds the same."""

import json

import pytest
from pyoxigraph import RdfFormat, parse

from kg import iris
from kg.errors import UnknownName
from kg.violations import FORMATS, Violation, conforms, render, report_quads, summary

MESSAGE = "Give the quote: it is missing."
FOUND = (
    Violation(
        iris.shape("statement-extractor"), iris.statement("b"), iris.term("extractor"), "warning", "Name the extractor.", None, "minCount"
    ),
    *(
        Violation(iris.shape("statement-quote"), iris.statement(f"a{n}"), iris.term("quote"), "violation", MESSAGE, "<b>&</b>", "minLength")
        for n in range(7)
    ),
)


def test_text_groups_by_shape_violations_first_and_says_what_to_do() -> None:
    text = render(FOUND, "text", lambda iri: iri.rpartition("/")[2])
    assert text.startswith(
        "7 violations and 1 warning of 2 shapes.\n\nviolation: statement-quote (7)\n  Give the quote: it is missing.\n  - a0"
    )
    assert "  - and 2 more" in text and text.index("statement-quote") < text.index("statement-extractor")


def test_json_has_every_result_and_counts() -> None:
    report = json.loads(render(FOUND, "json"))
    assert report["conforms"] is False and report["counts"] == {"violation": 7, "warning": 1, "info": 0}
    assert [group["count"] for group in report["shapes"]] == [7, 1]
    assert report["shapes"][0]["results"][0]["constraint"] == "minLength"


def test_html_escapes_what_sources_say_and_asks_nothing_of_another_server() -> None:
    page = render(FOUND, "html")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in page and "<b>" not in page
    assert "src=" not in page and "<link" not in page and "<script" not in page


def test_turtle_is_a_validation_report_without_blank_nodes() -> None:
    triples = list(parse(render(FOUND, "ttl"), format=RdfFormat.TURTLE))
    assert sum(triple.predicate.value.endswith("#result") for triple in triples) == 8
    assert not any(str(triple.subject).startswith("_:") or str(triple.object).startswith("_:") for triple in triples)


def test_a_report_in_the_store_names_statements_but_does_not_repeat_them() -> None:
    assert not any(quad.subject.value.startswith(iris.statement("")) for quad in report_quads(FOUND))  # type: ignore[union-attr]


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_wrong_is_said_in_every_format(format: str) -> None:
    assert render((), format)
    assert summary(()) == "No shape has anything to say: all is in order."


def test_warnings_conform() -> None:
    assert conforms(FOUND[:1]) and not conforms(FOUND)


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="text, json, html, ttl"):
        render(FOUND, "pdf")
