"""Compute is held against parameters and tokens, and against chips and hours; what does not fit is reported, worst first."""

import pytest

from kg.mismatches import mismatches
from kg.statements import Statement, identified


def say(subject: str, predicate: str, value: float | None = None, unit: str = "", document: str = "a", **more: object) -> Statement:
    made = Statement(
        f"{document}.csv", document * 64, subject.split("/")[1], predicate, 0, 1, "x", value=value, unit=unit, subject_id=subject, **more
    )  # type: ignore[arg-type]
    return identified(made)


def model(name: str, flop: float, parameters: float = 1e9, tokens: float = 1e12, **more: object) -> list[Statement]:
    return [
        say(name, "trainingCompute", flop, "FLOP"),
        say(name, "totalParameters", parameters, "parameter"),
        say(name, "trainingTokens", tokens, "token"),
    ]


def test_what_fits_is_not_reported() -> None:
    assert mismatches(model("model/fits", 6e21)) == ()


def test_the_worst_comes_first_with_its_inputs() -> None:
    found = mismatches([*model("model/three", 2e21), *model("model/ten", 6e22), *model("model/fits", 5e21)])
    assert [(one.model_id, round(one.ratio, 2)) for one in found] == [("model/ten", 0.1), ("model/three", 3.0)]
    assert found[0].computed == pytest.approx(6e21) and len(found[0].inputs) == 2


def test_active_parameters_said_elsewhere_are_preferred() -> None:
    assert mismatches([*model("model/moe", 6e20), say("model/moe", "activeParameters", 1e8, "parameter", document="b")]) == ()


def test_epochs_count() -> None:
    assert mismatches([*model("model/twice", 2.4e22), say("model/twice", "epochs", 4.0, "epoch")]) == ()


def test_chips_times_time_times_peak_times_utilisation() -> None:
    said = [
        say("model/z", "trainingCompute", 1e24, "FLOP"),
        say("model/z", "chipCount", 1000.0, "GPU"),
        say("model/z", "trainingDuration", 10.0, "day"),
        say("model/z", "hardwareUtilization", 50.0, "percent", qualifiers={"kind": "MFU"}),
        say("model/z", "trainingHardware", object="C", object_id="chip/c"),
        say("chip/c", "peakFlops", 1e15, "FLOP/s", qualifiers={"precision": "tensor FP16/BF16"}),
    ]
    (found,) = mismatches(said)
    assert found.computed == pytest.approx(1000 * 864000 * 1e15 * 0.5)
    assert len(found.inputs) == 4


def test_a_bound_a_denial_and_a_part_of_training_are_no_stated_compute() -> None:
    plain = model("model/z", 1e24)[1:]
    for more in ({"bound": ">="}, {"status": "denied"}, {"qualifiers": {"scope": "synthetic data"}}):
        assert mismatches([*plain, say("model/z", "trainingCompute", 1e24, "FLOP", **more)]) == ()


def test_a_model_built_on_another_one_is_not_held_against_its_own_tokens() -> None:
    assert mismatches([*model("model/tuned", 1e24), say("model/tuned", "baseModel", object="Z", object_id="model/z")]) == ()
