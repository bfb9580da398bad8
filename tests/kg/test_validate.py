"""Validation: who goes to quarantine and why; the screen, the increment and the whole run agree; the traps of pyshacl stay shut."""

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import iris, ontology
from kg.checks import Check
from kg.documents import Metadata, Reference
from kg.facts import Fact, Pair, survey
from kg.graph import statement_quads
from kg.holdings import DocumentRecord
from kg.screen import suspects
from kg.shacl import validate_quads
from kg.statements import Statement, identified
from kg.validate import Partition, partition, validate_findings
from tests.kg.test_graph import statement

SHA, OTHER = "ab" * 32, "cd" * 32
DOCUMENTS = {SHA: DocumentRecord(SHA, "a.txt"), OTHER: DocumentRecord(OTHER, "b.txt", metadata=Metadata(title="B", date="2025-01"))}
SOUND = (
    statement("Aurora 2", "gpuHours", value=1e6, unit="GPU-hour", lexical="1M"),
    statement("Aurora 2", "releaseDate", object="2024-05"),
    statement("Aurora 2", "developer", object="Borealis"),
    statement("Aurora 2", "license", object="MIT"),
    statement("Aurora 2", "benchmarkScore", value=88.5, unit="percent", qualifiers={"benchmark": "MMLU"}),
    statement("Aurora 2", "trainingCost", low=1e6, high=2e6, unit="CNY", lexical="1-2M"),
    statement("Aurora 2", "claim"),
)


def names(found: Partition) -> set[str]:
    return {violation.name for _, violations in found.quarantined for violation in violations}


def test_sound_statements_are_served_without_a_word() -> None:
    for screen in (True, False):
        assert partition(SOUND, DOCUMENTS, screen=screen) == Partition(SOUND, (), ())


@pytest.mark.parametrize(
    ("changes", "shape"),
    [
        ({"quote": ""}, "statement-quote"),
        ({"document_id": "ef" * 32}, "statement-document"),
        ({"unit": "USD"}, "gpuHours-unit"),
        ({"value": -3.0}, "gpuHours-range"),
        ({"value": None}, "gpuHours-number"),
        ({"value": math.inf}, "statement-value"),
        ({"value": math.nan}, "statement-value"),
        ({"start": 9}, "statement-start"),
        ({"confidence": 1.5}, "statement-confidence"),
        ({"status": "rumoured"}, "statement-status"),
        ({"bound": "?"}, "statement-bound"),
        ({"predicate": "mood"}, "statement-known-predicate"),
        ({"subject_id": "organisation/borealis"}, "gpuHours-subject"),
        ({"low": 3.0, "high": 2.0}, "statement-low"),
        ({"object": "many"}, "gpuHours-only"),
    ],
)
def test_what_is_wrong_is_named_and_put_in_quarantine(changes: Mapping[str, object], shape: str) -> None:
    bad = identified(replace(SOUND[0], **changes))  # type: ignore[arg-type]
    found = partition((bad, SOUND[1]), DOCUMENTS)
    assert found.accepted == (SOUND[1],)
    assert [item for item, _ in found.quarantined] == [bad]
    assert shape in names(found)
    assert all(violation.severity == "violation" and violation.message for _, said in found.quarantined for violation in said)


def test_a_warning_is_served_and_shown() -> None:
    quiet = identified(replace(SOUND[0], extractor=""))
    found = partition((quiet,), DOCUMENTS)
    assert found.accepted == (quiet,) and found.quarantined == ()
    assert [violation.name for violation in found.warnings] == ["statement-made-by"]


def test_a_date_that_is_no_day_of_the_calendar_is_a_violation() -> None:
    for written in ("2023-02-29", "2024-13", "1912", "2099-01-01", "next spring"):
        assert partition((statement("Aurora 2", "releaseDate", object=written),), DOCUMENTS).quarantined, written
    assert partition((statement("Aurora 2", "releaseDate", object="2024-02-29"),), DOCUMENTS).quarantined == ()


def test_a_date_that_is_none_leaves_no_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    partition((statement("Aurora 2", "releaseDate", object="0000-00-00"),), DOCUMENTS)
    assert caplog.records == []


def test_a_document_that_cannot_be_found_takes_its_statements_along() -> None:
    documents = {SHA: DocumentRecord(SHA, "")}
    found = partition(SOUND, documents)
    assert found.accepted == () and names(found) == {"document-file-name"}


def test_a_document_with_a_strange_date_is_served_with_a_warning() -> None:
    documents = {
        SHA: DocumentRecord(SHA, "a.txt", metadata=Metadata(date="1066", references=(Reference("mirror", "A"), Reference("mirror", "B"))))
    }
    found = partition(SOUND, documents)
    assert found.accepted == SOUND
    assert {violation.name for violation in found.warnings} == {"document-issued", "document-mirror"}


# A statement of every kind with anything wrong: whatever the shapes find, the screen must have suspected.
_LABELS = st.sampled_from(["Aurora 2", "Borealis", "", "二号"])
_NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, -1.0, 1.0, 95.0, 1e6, 2e20, math.inf, -math.inf, math.nan]))
_TEXTS = st.one_of(st.none(), st.sampled_from(["", "2024-05", "2024-02-30", "1955", "1590", "MIT", "2024-05-06T10:00"]))
_KINDS = st.sampled_from(
    ["model/aurora-2", "organisation/borealis", "document/" + SHA, "document/" + "ef" * 32, "", "planet/mars", "person/ada"]
)


@st.composite
def odd_statements(draw: st.DrawFn) -> Statement:
    if draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(SOUND))
    name = draw(st.sampled_from([*ontology.predicates(), "mood"]))
    known = ontology.predicates().get(name)
    units = list(known.units) if known else []
    subject = f"{known.subjects[0]}/aurora-2" if known and draw(st.booleans()) else draw(_KINDS)
    return identified(
        Statement(
            document="a.txt",
            document_id=draw(st.sampled_from([SHA, SHA, SHA, OTHER, "ef" * 32, "nonsense"])),
            subject=draw(_LABELS),
            predicate=name,
            start=draw(st.sampled_from([0, 3, 3, -1])),
            end=draw(st.sampled_from([9, 9, 9, 0, 3])),
            quote=draw(st.sampled_from(["quoted", "quoted", ""])),
            object=draw(_TEXTS),
            value=draw(_NUMBERS),
            low=draw(st.one_of(st.none(), _NUMBERS)),
            high=draw(st.one_of(st.none(), _NUMBERS)),
            unit=draw(st.sampled_from([*units, *units, "", "USD", "furlong"])),
            bound=draw(st.sampled_from(["", "~", ">=", "?"])),
            qualifiers=draw(st.sampled_from([{}, {"stage": "pre-training"}, {"time": "2024"}])),
            status=draw(st.sampled_from(["asserted", "denied", "rumoured"])),
            subject_id=subject,
            object_id=draw(st.one_of(st.none(), _KINDS)),
            attributed_to=draw(st.sampled_from([(), ("Reuters",)])),
            extractor=draw(st.sampled_from(["rule/1", ""])),
            confidence=draw(st.sampled_from([1.0, 0.0, 0.5, 1.1, math.nan])),
        )
    )


_QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@_QUICK
@given(st.lists(odd_statements(), min_size=1, max_size=12))
def test_the_screen_changes_nothing(statements: list[Statement]) -> None:
    assert partition(statements, DOCUMENTS, screen=True) == partition(statements, DOCUMENTS, screen=False)


@_QUICK
@given(st.lists(odd_statements(), max_size=10), st.lists(odd_statements(), max_size=6))
def test_one_more_document_gives_what_the_whole_run_gives(stored: list[Statement], new: list[Statement]) -> None:
    old = [replace(item, document_id=SHA) for item in stored]
    added = [identified(replace(item, document_id=OTHER)) for item in new]
    old = [identified(item) for item in old]
    before, increment = partition(old, DOCUMENTS), partition(added, DOCUMENTS)
    whole = partition([*old, *added], DOCUMENTS, screen=False)
    assert whole.accepted == before.accepted + increment.accepted
    assert [item.id for item, _ in whole.quarantined] == [item.id for item, _ in before.quarantined + increment.quarantined]
    assert {violation for _, said in whole.quarantined for violation in said} == {
        violation for _, said in before.quarantined + increment.quarantined for violation in said
    }


_DATES = st.sampled_from([None, "2024", "2024-05", "2024-02-30", "2024-13", "1066", "2051", "soon", "2024-05-06T10:00:00Z", ""])
_METADATA = st.builds(
    Metadata,
    title=st.sampled_from([None, "", "On costs"]),
    publisher=st.sampled_from([None, "", "Daily Lab", "a/b c"]),
    authors=st.sampled_from([(), ("Ada", "Ada"), ("Ada", "Bo")]),
    date=_DATES,
    retrieved=_DATES,
    address=st.sampled_from([None, "", "https://example.org/a", "example.org", "https://example.org/a b", "ftp://example.org"]),
    references=st.lists(
        st.builds(Reference, relation=st.sampled_from(["mirror", "link", "quoted"]), label=st.sampled_from(["", "Wire", "Other"])),
        max_size=3,
    ).map(tuple),
)
_RECORDS = st.builds(DocumentRecord, id=st.sampled_from([SHA, "ABC"]), name=st.sampled_from(["a.txt", ""]), metadata=_METADATA)


@_QUICK
@given(st.lists(_RECORDS, max_size=2, unique_by=lambda record: record.id))
def test_the_screen_of_documents_changes_nothing(records: list[DocumentRecord]) -> None:
    statements = [identified(replace(item, document_id=record.id)) for record in records for item in SOUND[:2]]
    documents = {record.id: record for record in records}
    assert partition(statements, documents, screen=True) == partition(statements, documents, screen=False)


FIGURES = (
    statement("Aurora 2", "gpuHours", value=1e6, unit="GPU-hour", lexical="1M"),
    replace(statement("Aurora 2", "gpuHours", value=2e6, unit="GPU-hour", lexical="2M"), document_id=OTHER),
    statement("Aurora 3", "totalParameters", value=6.71e11, unit="parameter", lexical="671B"),
    replace(statement("Aurora 3", "totalParameters", value=6.71e11, unit="parameter", lexical="671B"), document_id=OTHER),
)


def test_a_contradiction_is_a_warning_and_agreement_is_silent() -> None:
    said = tuple(identified(item) for item in FIGURES)
    found = survey(said)
    warnings = validate_findings(found.facts, found.pairs, (), {item.id: item for item in said})
    disputed = [fact for fact in found.facts if fact.status == "contradicted"]
    assert len(disputed) == 1
    assert [(one.name, one.severity, one.focus) for one in warnings] == [("fact-agreement", "warning", iris.fact(disputed[0].id))]


_FACTS = st.builds(
    Fact,
    id=st.sampled_from(["f1", "f2"]),
    subject_id=st.just("model/aurora-2"),
    predicate=st.just("gpuHours"),
    qualifiers=st.just({}),
    statement_ids=st.lists(st.sampled_from(["s1", "s2", "s9"]), max_size=3).map(tuple),
    status=st.sampled_from(["agreed", "single", "contradicted", "disputed", "settled"]),
    representative=st.sampled_from(["", "s1", "s9"]),
    readings=st.sampled_from([1, 2, 0]),
)
_PAIRS = st.builds(
    Pair,
    fact_id=st.sampled_from(["f1", "f2", "f9"]),
    left=st.sampled_from(["s1", "s2", "s9"]),
    right=st.sampled_from(["s1", "s2"]),
    relation=st.sampled_from(["same", "contradicts", "resembles"]),
    explanation=st.sampled_from(["Because.", ""]),
)


@_QUICK
@given(
    st.lists(_FACTS, max_size=2, unique_by=lambda fact: fact.id),
    st.lists(_PAIRS, max_size=4, unique_by=lambda pair: (pair.fact_id, pair.left, pair.right)),
)
def test_the_screen_of_facts_and_pairs_changes_nothing(facts: list[Fact], pairs: list[Pair]) -> None:
    here = {"s1": None, "s2": None}
    assert validate_findings(facts, pairs, (), here, screen=True) == validate_findings(facts, pairs, (), here, screen=False)


_FIGURES = st.sampled_from([None, Decimal(1), Decimal(2), Decimal("0.5"), Decimal(-1)])
_CHECKS = st.builds(
    Check,
    id=st.sampled_from(["c1", "c2"]),
    kind=st.sampled_from(["parts-sum", "ratio", "mood"]),
    formula=st.sampled_from(["a + b", ""]),
    inputs=st.lists(st.sampled_from(["s1", "s2", "s9"]), max_size=3).map(tuple),
    target=st.sampled_from(["", "s1", "s9"]),
    low=_FIGURES,
    high=_FIGURES,
    value=_FIGURES,
    stated=_FIGURES,
    stated_low=_FIGURES,
    stated_high=_FIGURES,
    tolerance=_FIGURES,
    unit=st.sampled_from(["", "USD", "furlong"]),
    verdict=st.sampled_from(["holds", "does-not-hold", "not-comparable", "perhaps"]),
    explanation=st.sampled_from(["Because.", ""]),
)


@_QUICK
@given(st.lists(_CHECKS, max_size=2, unique_by=lambda check: check.id))
def test_the_screen_of_checks_changes_nothing(tests: list[Check]) -> None:
    here = {"s1": None, "s2": None}
    assert validate_findings((), (), tests, here, screen=True) == validate_findings((), (), tests, here, screen=False)


# The traps of DESIGN 11.


def test_a_number_that_is_none_is_reported_and_stops_nothing() -> None:
    """Under SUM() in a SPARQL constraint such a literal aborts a whole run."""
    quads = list(statement_quads(SOUND[:1], lean=True))
    node, value = quads[0].subject, NamedNode(iris.term("value"))
    bad = [quad for quad in quads if quad.predicate != value] + [
        Quad(node, value, Literal("many", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#double")), quads[0].graph_name)
    ]
    assert {"statement-value", "statement-document"} <= {violation.name for violation in validate_quads(bad)}


def test_nested_shapes_find_what_is_wrong() -> None:
    """With focus_nodes= pyshacl 0.40 reports conformance whatever is in shapes reached through a property."""
    bad = identified(replace(SOUND[0], unit="USD", quote=""))
    assert {"gpuHours-unit", "statement-quote"} <= names(partition((bad,), DOCUMENTS))


def test_a_warning_stays_a_warning_in_the_report() -> None:
    """pyshacl ignores the severity of a SPARQL constraint; those here are on property shapes."""
    found = {
        violation.name: violation.severity for violation in partition((identified(replace(SOUND[0], extractor="")),), DOCUMENTS).warnings
    }
    assert found == {"statement-made-by": "warning"}


def test_code_lists_work_after_a_trip_through_a_store() -> None:
    """On graphs backed by Oxigraph plain strings in sh:in give false violations; here code lists are IRIs."""
    from pyoxigraph import Store

    made = Store()
    made.extend(statement_quads(SOUND, lean=True))
    names_ = {violation.name for violation in validate_quads(made)}
    assert not {"statement-status", "statement-bound", "statement-known-predicate", "gpuHours-unit"} & names_


def test_oxigraph_keeps_the_numbers_the_shapes_compare() -> None:
    text = '<http://e/a> <http://e/b> "5.576E6"^^<http://www.w3.org/2001/XMLSchema#double> .'
    assert [float(quad.object.value) for quad in parse(text, format=RdfFormat.N_TRIPLES)] == [5.576e6]  # type: ignore[union-attr]


def test_the_screen_lets_sound_statements_pass() -> None:
    assert suspects(SOUND, DOCUMENTS) == []
