"""Compute is held against parameters and tokens, and against chips and hours; `kg mismatches` lists what does not fit, worst first."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from kg.checks import Check, checks
from kg.commands.mismatches import mismatches
from kg.statements import Statement, identified
from kg.store import open_store
from tests.kg.homes import DOCUMENT, home_of

STARTS = iter(range(10**6))


def say(subject: str, predicate: str, value: float | None = None, unit: str = "", document: str = "a", **more: object) -> Statement:
    start = next(STARTS)
    made = Statement(
        f"{document}.csv", document * 64, subject.split("/")[1], predicate, start, start + 1, "x", value=value, unit=unit,
        subject_id=subject, extractor="test", **more,
    )  # type: ignore[arg-type]  # fmt: skip
    return identified(made)


def model(name: str, flop: float, parameters: float = 1e9, tokens: float = 1e12, **more: object) -> list[Statement]:
    return [
        say(name, "trainingCompute", flop, "FLOP"),
        say(name, "totalParameters", parameters, "parameter"),
        say(name, "trainingTokens", tokens, "token"),
    ]


def compute(statements: list[Statement]) -> list[Check]:
    return [check for check in checks(statements) if check.kind.startswith("compute-of-")]


def test_what_fits_holds() -> None:
    (check,) = compute(model("model/fits", 6e21))
    assert check.verdict == "holds" and check.value == check.stated == 6 * 10**21 and len(check.inputs) == 3
    assert check.inputs[-1] == check.target


def test_too_little_does_not_hold_and_too_much_may_be_a_mixture_of_experts() -> None:
    (little,), (much,) = compute(model("model/ten", 6e22)), compute(model("model/three", 2e21))
    assert little.verdict == "does-not-hold" and "question" in little.explanation
    assert much.verdict == "not-comparable" and "mixture of experts" in much.explanation


def test_with_active_parameters_stated_too_much_does_not_hold() -> None:
    (check,) = compute([*model("model/moe", 2e21), say("model/moe", "activeParameters", 1e9, "parameter")])
    assert check.verdict == "does-not-hold" and check.formula.startswith("6 × active")


def test_active_parameters_said_elsewhere_are_preferred() -> None:
    (check,) = compute([*model("model/moe", 6e20), say("model/moe", "activeParameters", 1e8, "parameter", document="b")])
    assert check.verdict == "holds"


def test_epochs_count() -> None:
    (check,) = compute([*model("model/twice", 2.4e22), say("model/twice", "epochs", 4.0, "epoch")])
    assert check.verdict == "holds" and "epochs" in check.formula and len(check.inputs) == 4


def test_chips_times_time_times_peak_times_utilisation() -> None:
    said = [
        say("model/z", "trainingCompute", 2e24, "FLOP"),
        say("model/z", "chipCount", 1000.0, "GPU"),
        say("model/z", "trainingDuration", 10.0, "day"),
        say("model/z", "hardwareUtilization", 50.0, "percent", qualifiers={"kind": "MFU"}),
        say("model/z", "trainingHardware", object="C", object_id="chip/c"),
        say("chip/c", "peakFlops", 1e15, "FLOP/s", qualifiers={"precision": "tensor FP16/BF16"}),
        say("chip/c", "peakFlops", 4e15, "FLOP/s", qualifiers={"precision": "FP8"}),
    ]
    (check,) = compute(said)
    assert float(check.value or 0) == pytest.approx(1000 * 864000 * 1e15 * 0.5)
    assert len(check.inputs) == 5 and check.verdict == "does-not-hold"
    other = [
        say("model/z", "trainingHardware", object="D", object_id="chip/d"),
        say("chip/d", "peakFlops", 2e15, "FLOP/s", qualifiers={"precision": "FP16"}),
    ]
    assert compute([*said, *other]) == []  # which chip did how much is not said


@pytest.mark.parametrize(
    "more", [{"bound": ">="}, {"status": "denied"}, {"qualifiers": {"scope": "synthetic data"}}, {"qualifiers": {"stage": "post-training"}}]
)
def test_a_bound_a_denial_and_a_part_of_training_are_no_stated_compute(more: dict[str, object]) -> None:
    assert compute([*model("model/z", 1e24)[1:], say("model/z", "trainingCompute", 1e24, "FLOP", **more)]) == []


def test_a_model_built_on_another_one_is_not_held_against_its_own_tokens() -> None:
    assert compute([*model("model/tuned", 1e24), say("model/tuned", "baseModel", object="Z", object_id="model/z")]) == []


def test_the_worst_comes_first_and_is_a_check_of_the_store(tmp_path: Path) -> None:
    said = [*model("model/three", 2e21), *model("model/ten", 6e22), *model("model/fits", 5e21)]
    catalogue = home_of(tmp_path, [identified(replace(item, document_id=DOCUMENT)) for item in said])
    found = mismatches(catalogue, 2.0)
    assert [(one.target.statement.subject_id, round(one.ratio, 2)) for one in found] == [("model/ten", 0.1), ("model/three", 3.0)]
    assert [check.id for check in catalogue.checks("compute-of-tokens", "does-not-hold").items] == [found[0].check.id]
    asked = """PREFIX kg: <https://w3id.org/lab-facts/ontology#> PREFIX kind: <https://w3id.org/lab-facts/vocab/check-kind/>
    SELECT ?check WHERE { GRAPH ?graph { ?check a kg:Check ; kg:checkKind kind:compute-of-tokens ; kg:target ?target } }"""
    solutions = open_store(tmp_path).query(asked)
    assert isinstance(solutions, QuerySolutions) and len(list(solutions)) == 3
