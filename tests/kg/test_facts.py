"""Statements become facts; pairs contradict only where scopes overlap."""

from collections.abc import Mapping

from kg.facts import MAX_READINGS, Survey, as_of, comparable_qualifiers, document_dates, survey
from kg.statements import Statement, identified

START = 0


def say(
    subject: str,
    predicate: str,
    figure: float | str,
    unit: str = "",
    qualifiers: Mapping[str, str] | None = None,
    *,
    document: str = "a",
    by: str = "",
    status: str = "asserted",
    bound: str = "",
    lexical: str = "",
) -> Statement:
    number = figure if isinstance(figure, float | int) else None
    return identified(
        Statement(
            f"{document}.txt",
            document * 64,
            subject.split("/")[-1],
            predicate,
            0,
            1,
            "x",
            object=figure if isinstance(figure, str) else None,
            value=None if number is None else float(number),
            unit=unit,
            qualifiers=qualifiers or {},
            attributed_to=(by,) if by else (),
            status=status,
            bound=bound,
            lexical=lexical,
            subject_id=subject,
            object_id=figure if isinstance(figure, str) and "/" in figure else None,
        )
    )


def relations(found: Survey) -> dict[frozenset[str], str]:
    return {frozenset((pair.left, pair.right)): pair.relation for pair in found.pairs}


def between(left: Statement, right: Statement, *others: Statement) -> str | None:
    return relations(survey([left, right, *others])).get(frozenset((left.id, right.id)))


def test_a_cost_called_of_one_stage_contradicts_the_cost_of_that_stage() -> None:
    stage = say("model/a", "trainingCost", 5.328e6, "USD", {"stage": "pre-training"}, lexical="$5.328M")
    total = say("model/a", "trainingCost", 5.576e6, "USD", {"scope": "final pre-training run"}, document="b", lexical="$5.576M")
    whole = say("model/a", "trainingCost", 5.576e6, "USD", {"scope": "official training run"}, document="c", lexical="$5.576M")
    assert between(stage, total) == "contradicts"
    assert between(stage, whole) == "different-scope"
    found = survey([stage, total, whole])
    assert [fact.status for fact in found.facts if fact.qualifiers == {"stage": "pre-training"}] == ["contradicted"]


def test_a_figure_without_a_stage_is_of_the_whole_training() -> None:
    stated = say("model/a", "trainingCost", 5.576e6, "USD", {"stage": "full-training"})
    open_one = say("model/a", "trainingCost", 5.576e6, "USD", document="b")
    found = survey([stated, open_one])
    assert len(found.facts) == 1 and found.facts[0].status == "agreed" and between(stated, open_one) == "same"


def test_an_open_figure_that_fits_another_stage_is_of_that_stage() -> None:
    total = say("model/a", "gpuHours", 2.788e6, "GPU-hour", {"stage": "full-training"})
    stage = say("model/a", "gpuHours", 2.664e6, "GPU-hour", {"stage": "pre-training"})
    open_one = say("model/a", "gpuHours", 2.6e6, "GPU-hour", document="b", lexical="2.6M")
    assert between(total, open_one) == "contradicts"
    found = survey([total, stage, open_one])
    pair = next(pair for pair in found.pairs if {pair.left, pair.right} == {total.id, open_one.id})
    assert pair.relation == "different-scope" and "pre-training" in pair.explanation


def test_a_denial_of_use_answers_an_allegation_of_access() -> None:
    alleged = say("organisation/a", "accessToChip", "chip/h100", by="officials", status="alleged")
    denied = say("organisation/a", "usesChip", "chip/h100", by="maker", status="denied")
    other = say("organisation/a", "usesChip", "chip/h800", by="maker")
    found = survey([alleged, denied, other])
    assert [pair.relation for pair in found.pairs] == ["denies"]
    assert {fact.status for fact in found.facts} == {"disputed", "single"}


def test_chips_of_runs_and_of_the_organisation_are_different_scopes() -> None:
    run = say("model/a", "chipCount", 2048, "GPU", {"chip": "H800"})
    other_run = say("model/b", "chipCount", 512, "GPU", {"chip": "H800"})
    made = [say(model, "developer", "organisation/d") for model in ("model/a", "model/b")]
    low = say("organisation/d", "chipCount", 20000, "GPU", {"chip": "A100 equivalent"}, by="x", status="estimated", bound="~")
    high = say("organisation/d", "chipCount", 50000, "GPU", {"chip": "A100 equivalent"}, by="y", status="estimated", bound="~")
    found = relations(survey([run, other_run, *made, low, high]))
    assert found[frozenset((low.id, high.id))] == "different-scope"
    assert found[frozenset((run.id, high.id))] == found[frozenset((other_run.id, high.id))] == "different-scope"
    assert "contradicts" not in found.values()


def test_counts_of_one_cluster_and_founding_years_contradict() -> None:
    counts = [say("cluster/f", "clusterChipCount", n, "GPU", {"chip": "A100"}, document=d) for n, d in ((5000, "a"), (10000, "b"))]
    assert between(*counts) == "contradicts"
    years = [say("organisation/h", "foundingDate", year, document=d) for year, d in (("2008", "a"), ("2015", "b"), ("2016-02", "c"))]
    found = survey(years)
    assert [pair.relation for pair in found.pairs] == ["contradicts"] * 3 and found.facts[0].readings == 3


def test_prices_of_different_times_and_contracts_do_not_contradict() -> None:
    early = say("chip/h", "rentalPricePerGpuHour", 8.0, "USD/GPU-hour", {"time": "2023"})
    late = say("chip/h", "rentalPricePerGpuHour", 2.0, "USD/GPU-hour", {"time": "late 2025"})
    open_one = say("chip/h", "rentalPricePerGpuHour", 3.0, "USD/GPU-hour", document="b")
    assert between(early, late) == "different-scope"
    assert between(early, open_one) == "different-scope"


def test_planned_figures_do_not_contradict_what_was_done() -> None:
    planned = say("model/a", "trainingTokens", 3e12, "token", {"planned": "True"})
    done = say("model/a", "trainingTokens", 1e12, "token")
    assert between(planned, done) in (None, "different-scope")


def test_figures_of_a_changing_quantity_are_as_of_their_documents() -> None:
    statements = [say("organisation/a", "employeeCount", n, "person", document=d) for n, d in ((200, "a"), (350, "b"))]
    for other, relation in (("2025-01-01", "different-scope"), ("2024-02-20", "contradicts"), ("", "different-scope")):
        found = survey(statements, {"a" * 64: "2024-01-01", "b" * 64: other})
        assert [pair.relation for pair in found.pairs] == [relation]


def test_large_groups_stay_linear_and_say_so() -> None:
    statements = [
        say("model/a", "totalParameters", 1e9 + 1e7 * n, "parameter", document=f"{n:064d}"[:1] or "a", by=str(n)) for n in range(2000)
    ]
    found = survey(statements)
    assert found.facts[0].capped and found.facts[0].readings == 2000
    assert len(found.pairs) <= 2000 + MAX_READINGS**2
    assert {pair.left for pair in found.pairs} | {pair.right for pair in found.pairs} == {statement.id for statement in statements}


def test_order_of_statements_does_not_matter() -> None:
    statements = [
        say("model/a", "gpuHours", n, "GPU-hour", {"stage": stage})
        for n in (1e6, 2e6, 2.04e6)
        for stage in ("pre-training", "post-training")
    ]
    assert survey(statements) == survey(reversed(statements))


def test_as_of_keeps_documents_published_by_then() -> None:
    old, new, undated = (say("model/a", "releaseDate", "2024-12", document=d) for d in "abc")
    dates = {"a" * 64: "2025-01-09", "b" * 64: "2025-09"}
    assert list(as_of([old, new, undated], "2025-01-31", dates)) == [old]
    assert list(as_of([old, new], "2025-09", dates)) == [old, new]


def test_a_document_says_when_it_was_published() -> None:
    said = say("document", "publicationDate", "2025-01-09")
    assert document_dates([said]) == {} | {"a" * 64: "2025-01-09"}


def test_the_cell_a_figure_stands_in_is_no_part_of_its_scope() -> None:
    cell = {"row": "3", "column": "TDP (W)", "notes": "1-9", "confidence": "Likely"}
    assert comparable_qualifiers(say("chip/x", "power", 700, "W", cell)) == {}


def test_the_precision_of_a_peak_rate_tells_facts_apart() -> None:
    assert comparable_qualifiers(say("chip/x", "peakFlops", 1e15, "FLOP/s", {"precision": "FP8"})) == {"precision": "fp8"}


def test_a_text_that_tells_facts_apart_is_no_entity() -> None:
    (fact,) = survey([say("model/x", "technique", "sideways [gating]")]).facts
    assert (fact.object, fact.object_id) == ("sideways [gating]", "")
