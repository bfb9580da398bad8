"""The arithmetic of the graph: every planted error is found, nothing else is."""

from decimal import Decimal
from pathlib import Path

import pytest

from kg.checks import KINDS, MAX_ALIKE, MAX_FIGURES, VERDICTS, Check, checks
from kg.resources import resource
from kg.statements import Statement
from tests.kg.planted import KINDS as PLANTED
from tests.kg.planted import synthetic
from tests.kg.test_facts import say


def of(found: tuple[Check, ...], kind: str) -> list[Check]:
    return [check for check in found if check.kind == kind]


def run(subject: str, stage: str, hours: float, cost: float | None = None) -> list[Statement]:
    said = [say(subject, "gpuHours", hours, "GPU-hour", {"stage": stage, "chip": "C9"}, lexical=f"{hours / 1000:.0f}K")]
    return said + ([say(subject, "trainingCost", cost, "USD", {"stage": stage})] if cost else [])


def test_parts_add_up_within_their_precision() -> None:
    parts = [*run("model/a", "pre-training", 2.664e6), *run("model/a", "context-extension", 119e3), *run("model/a", "post-training", 5e3)]
    total = say("model/a", "gpuHours", 2.788e6, "GPU-hour", {"stage": "full-training"}, lexical="2.788M")
    rounded = say("model/a", "gpuHours", 2.8e6, "GPU-hour", document="b", lexical="2.8M")
    wrong = say("model/a", "gpuHours", 2.9e6, "GPU-hour", {"stage": "full-training"}, document="c", lexical="2.9M")
    found = {check.target: check for check in of(checks([*parts, total, rounded, wrong]), "parts-sum")}
    assert found[total.id].verdict == found[rounded.id].verdict == "holds" and found[wrong.id].verdict == "does-not-hold"
    assert found[total.id].value == Decimal(2788000) and set(found[total.id].inputs) == {s.id for s in [*parts, total]}


def test_hours_times_an_assumed_price_is_exact() -> None:
    hours = run("model/a", "full-training", 2.788e6)
    price = say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", {"modality": "assumption"}, lexical="$2")
    cost = say("model/a", "trainingCost", 5.576e6, "USD", lexical="$5.576M")
    off = say("model/a", "trainingCost", 5.676e6, "USD", document="b", lexical="$5.676M")
    found = {check.target: check.verdict for check in of(checks([*hours, price, cost, off]), "hours-times-price")}
    assert found == {cost.id: "holds", off.id: "does-not-hold"}


def test_a_market_price_of_another_source_is_not_used() -> None:
    hours = run("model/a", "full-training", 1e6)
    price = say("chip/c9", "rentalPricePerGpuHour", 8, "USD/GPU-hour", {"time": "2023"}, document="c")
    cost = say("model/a", "trainingCost", 2e6, "USD", document="b")
    assert not of(checks([*hours, price, cost]), "hours-times-price")


def test_cost_that_hours_of_one_run_do_not_explain() -> None:
    said = [
        say("model/r", "chipCount", 512, "GPU", {"chip": "C9"}),
        say("model/r", "trainingDuration", 80, "hour", {"cluster": "512 C9"}),
        say("model/r", "developer", "organisation/d"),
        say("organisation/d", "usesChip", "chip/c1", qualifiers={"stage": "preparatory"}),
        say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", status="estimated", document="b"),
    ]
    cost = say("model/r", "trainingCost", 294000, "USD", lexical="$294,000")
    # A price assumed in a document that speaks of nothing of this maker does not count.
    assert not of(checks([*said, cost]), "chips-time-price")
    said.append(say("model/v", "developer", "organisation/d", document="b"))
    said.append(say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", document="c"))
    (check,) = of(checks([*said, cost]), "chips-time-price")
    assert (check.verdict, check.value, check.stated) == ("does-not-hold", Decimal(81920), Decimal(294000))
    assert "one run on 512 C9" in check.explanation and "preparatory" in check.explanation


def test_reason_comes_from_the_scopes_and_not_from_the_figures() -> None:
    said = [
        say("model/r", "chipCount", 512, "GPU", {"chip": "C9"}),
        say("model/r", "trainingDuration", 80, "hour", {"stage": "post-training"}),
        say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", status="estimated"),
        say("model/r", "trainingCost", 294000, "USD", {"stage": "post-training"}),
    ]
    (check,) = of(checks(said), "chips-time-price")
    assert check.verdict == "does-not-hold" and "Likely reason" not in check.explanation


def test_durations_agree_with_hours_and_chips() -> None:
    said = [*run("model/a", "pre-training", 2.664e6), say("model/a", "chipCount", 2048, "GPU", {"chip": "C9"})]
    less = say("model/a", "trainingDuration", 2, "month", {"stage": "pre-training"}, bound="<")
    about = say("model/a", "trainingDuration", 55, "day", bound="~", document="b", lexical="55")
    wrong = say("model/a", "trainingDuration", 30, "day", {"stage": "pre-training"}, document="c", lexical="30 days")
    found = {check.target: check.verdict for check in of(checks([*said, less, about, wrong]), "chips-times-time")}
    assert found == {less.id: "holds", about.id: "holds", wrong.id: "does-not-hold"}


def test_rates_times_tokens_give_hours_and_time() -> None:
    rate = {"stage": "pre-training", "per": "trillion tokens"}
    said = [
        *run("model/a", "pre-training", 2.664e6),
        say("model/a", "gpuHours", 180e3, "GPU-hour", rate, lexical="180K"),
        say("model/a", "trainingDuration", 3.7, "day", rate, lexical="3.7 days"),
        say("model/a", "trainingTokens", 14.8e12, "token", lexical="14.8T"),
        say("model/a", "chipCount", 2048, "GPU", {"chip": "C9"}),
        say("model/a", "trainingDuration", 2, "month", {"stage": "pre-training"}, bound="<"),
    ]
    found = of(checks(said), "rate-times-tokens")
    assert {check.verdict for check in found} == {"holds"} and len(found) == 3
    assert Decimal(2664000) in {check.value for check in found}


def test_a_figure_whose_rate_is_left_open_is_not_judged() -> None:
    said = [*run("model/a", "pre-training", 2.664e6), say("model/a", "chipCount", 2048, "GPU")]
    said.append(say("model/a", "trainingDuration", 3.7, "day", {"stage": "pre-training", "per": "trillion tokens"}, document="b"))
    damaged = say("model/a", "trainingDuration", 3.7, "day", {"stage": "pre-training"})
    (check,) = [check for check in of(checks([*said, damaged]), "chips-times-time") if check.target == damaged.id]
    assert check.verdict == "not-comparable" and "trillion tokens" in check.explanation


def test_ratio_of_two_models() -> None:
    said = [*run("model/a", "full-training", 2.8e6), say("model/b", "gpuHours", 30.8e6, "GPU-hour", lexical="30.8M")]
    about = say("model/a", "ratio", 11, "times", {"versus": "b", "of": "gpuHours", "direction": "less"}, bound="~", lexical="~11X")
    wrong = say("model/a", "ratio", 20, "times", {"versus": "b", "of": "gpuHours", "direction": "less"}, document="b", lexical="20X")
    found = {check.target: check for check in of(checks([*said, about, wrong]), "ratio")}
    assert found[about.id].verdict == "holds" and found[wrong.id].verdict == "does-not-hold"
    assert found[about.id].value == Decimal(11)


def test_cost_of_a_chip_is_derived_and_says_so() -> None:
    said = [
        say("cluster/f", "capitalExpenditure", 1e9, "CNY", lexical="10亿元"),
        say("cluster/f", "clusterChipCount", 10000, "GPU", bound="~", lexical="1万"),
    ]
    (check,) = of(checks(said), "cost-per-chip")
    assert check.value == Decimal(100000) and check.stated is None and check.verdict == "not-comparable" and "Derived" in check.explanation


@pytest.mark.parametrize(("release", "verdict"), [("2023-11", "holds"), ("2023", "holds"), ("2022-12", "does-not-hold")])
def test_dates_come_in_order(release: str, verdict: str) -> None:
    said = [
        say("model/a", "developer", "organisation/d"),
        say("organisation/d", "foundingDate", "2023-07"),
        say("model/a", "releaseDate", release),
    ]
    assert [check.verdict for check in of(checks(said), "date-order")] == [verdict]


def test_currencies_are_never_converted() -> None:
    hours = run("model/a", "full-training", 1e6)
    price = say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", {"modality": "assumption"})
    cost = say("model/a", "trainingCost", 14e6, "CNY")
    assert not of(checks([*hours, price, cost]), "hours-times-price")


def test_planned_denied_and_partial_figures_do_not_enter() -> None:
    total = say("model/a", "totalParameters", 10e9, "parameter")
    planned = say("model/a", "activeParameters", 20e9, "parameter", {"planned": "True"})
    denied = say("model/a", "activeParameters", 30e9, "parameter", status="denied")
    part = say("model/a", "activeParameters", 40e9, "parameter", {"scope": "dense part"})
    assert not checks([total, planned, denied, part])


def test_consistent_statements_raise_no_alarm() -> None:
    found = checks(synthetic(60).statements)
    assert not [check.explanation for check in found if check.verdict == "does-not-hold"]
    assert {check.kind for check in found} >= set(PLANTED)


def test_every_planted_error_is_found_and_nothing_else() -> None:
    planted = synthetic(100, share=0.02)
    found = checks(planted.statements)
    for kind in PLANTED:
        caught = {check.target for check in found if check.verdict == "does-not-hold" and check.kind == kind}
        missed = set(planted.errors[kind]) - {identity for check in found if check.verdict == "does-not-hold" for identity in check.inputs}
        assert planted.errors[kind] and not missed, kind
        assert caught or kind == "rate-times-tokens"
    wrong = {identity for ids in planted.errors.values() for identity in ids}
    alarms = [check for check in found if check.verdict == "does-not-hold" and not set(check.inputs) & wrong]
    assert not [check.explanation for check in alarms]


def test_same_statements_in_any_order_give_the_same_checks() -> None:
    statements = synthetic(10, share=0.1).statements
    assert checks(statements) == checks(tuple(reversed(statements)))
    assert {check.verdict for check in checks(statements)} <= set(VERDICTS)


def test_every_kind_has_a_query_and_no_query_names_anybody() -> None:
    files = sorted(Path(resource("queries", "checks")).glob("*.rq"))
    assert sorted(path.stem for path in files) == sorted(KINDS)
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "/id/" not in text and "#+ summary:" in text


def test_thousands_of_figures_of_one_fact_stay_linear_and_wrong_ones_of_the_best_supported_are_found() -> None:
    hours = [
        say("model/a", "gpuHours", 1e6, "GPU-hour", {"stage": "pre-training", "chip": "C9"}, by=str(n), document=document)
        for n in range(500)
        for document in "abc"
    ]
    price = say("chip/c9", "rentalPricePerGpuHour", 2, "USD/GPU-hour", {"modality": "assumption"})
    right = [say("model/a", "trainingCost", 2e6, "USD", {"stage": "pre-training"}, by=str(n)) for n in range(1000)]
    wrong = [say("model/a", "trainingCost", 3e6, "USD", {"stage": "pre-training"}, document=document) for document in "bd"]
    many = [say("model/a", "trainingCost", 5e6 + 1e4 * n, "USD", {"stage": "pre-training"}, document="c", by=str(n)) for n in range(1000)]
    found = of(checks([*hours, price, *right, *wrong, *many]), "hours-times-price")
    assert len(found) <= MAX_ALIKE * (MAX_FIGURES + 1)
    assert {check.verdict for check in found if check.stated == Decimal(2000000)} == {"holds"}
    assert {check.verdict for check in found if check.target in {item.id for item in wrong}} == {"does-not-hold"}
