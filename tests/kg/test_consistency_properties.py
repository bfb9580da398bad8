"""Properties that hold for any statements: nothing crashes, nothing is lost, order does not matter, relations are symmetric."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.checks import VERDICTS, checks
from kg.costs import cost_scopes
from kg.facts import FACT_STATUSES, RELATIONS, relation, survey
from kg.ontology import predicates
from kg.origins import origins
from kg.statements import STATUSES, Statement, identified
from kg.values import compare, interval

NUMBERS = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30),
    st.sampled_from([0.0, 1e-9, 2.788e6, 1e26]),
)
WORDS = st.sampled_from(
    ["", "2024", "2024-12", "2024-02-30", "pre-training", "all-in", "final pre-training run", "H800", "trillion tokens", "soon", "10亿"]
)


@st.composite
def statement(draw: st.DrawFn) -> Statement:
    predicate = draw(st.sampled_from([*predicates(), "claim", "nonsense"]))
    value, low, high = draw(NUMBERS), draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
    text = draw(WORDS) if value is None and low is None and high is None else None
    keys = st.sampled_from(["stage", "scope", "chip", "per", "time", "planned", "versus", "of", "method", "modality", "cluster", "odd key"])
    return identified(
        Statement(
            "d.txt", draw(st.sampled_from("ab")) * 64, draw(st.sampled_from(["S", "T"])), predicate, draw(st.integers(0, 9)), 10, "x",
            object=text, value=value, low=low, high=high, unit=draw(st.sampled_from(["", "USD", "GPU-hour", "day", "month", "GPU", "CNY"])),
            lexical=draw(st.sampled_from(["", "$5.5M", "~55 days", "1,2,3", "10亿元", "tens of millions", "0.0IM"])),
            bound=draw(st.sampled_from(["", "~", "<", ">", "<=", ">="])), qualifiers=draw(st.dictionaries(keys, WORDS, max_size=3)),
            attributed_to=tuple(draw(st.lists(st.sampled_from(["A", "The Foo paper", "researchers"]), max_size=2))),
            status=draw(st.sampled_from(STATUSES)), subject_id=draw(st.sampled_from(["", "model/s", "organisation/t"])),
        )
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(statement(), max_size=12, unique_by=lambda item: item.id))
def test_any_statements_are_grouped_related_tested_and_traced(statements: list[Statement]) -> None:
    found = survey(statements)
    grouped = [identity for fact in found.facts for identity in fact.statement_ids]
    assert sorted(grouped) == sorted(item.id for item in statements if item.predicate != "claim")
    assert {fact.status for fact in found.facts} <= set(FACT_STATUSES) and len({fact.id for fact in found.facts}) == len(found.facts)
    assert {pair.relation for pair in found.pairs} <= set(RELATIONS) and all(
        pair.left != pair.right and pair.explanation for pair in found.pairs
    )
    tested = checks(statements, found)
    assert {check.verdict for check in tested} <= set(VERDICTS)
    assert all(set(check.inputs) <= set(grouped) and check.target in check.inputs for check in tested)
    assert all(check.low is None or check.high is None or check.low <= check.high for check in tested)
    read = origins(statements, found)
    assert sorted(read.derivations) == sorted(item.id for item in statements)
    cost_scopes(statements, read.of_statement)
    backwards = list(reversed(statements))
    assert survey(backwards) == found and checks(backwards) == tested and origins(backwards, found).origins == read.origins


@settings(max_examples=300, deadline=None)
@given(statement(), statement())
def test_relations_are_symmetric(left: Statement, right: Statement) -> None:
    right = replace(right, predicate=left.predicate, subject=left.subject, subject_id=left.subject_id)
    one, other = interval(left), interval(right)
    if one and other:
        assert compare(one, other) == compare(other, one)
    there, back = relation(left, right), relation(right, left)
    assert (there and there[0]) == (back and back[0])


@settings(max_examples=100, deadline=None)
@given(st.lists(statement(), max_size=8, unique_by=lambda item: item.id))
def test_a_further_statement_about_something_else_changes_no_fact(statements: list[Statement]) -> None:
    apart = identified(
        Statement("e.txt", "e" * 64, "Elsewhere", "contextLength", 0, 1, "x", value=1.0, unit="token", subject_id="model/elsewhere")
    )
    before, after = survey(statements), survey([*statements, apart])
    assert [fact for fact in after.facts if fact.subject_id != apart.subject_id] == list(before.facts) and len(after.facts) == len(
        before.facts
    ) + 1
