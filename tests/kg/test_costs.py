"""What a cost covers is read from what the documents say of it."""

import tomllib

import pytest

from kg.costs import components, cost_scopes, method
from kg.ontology import scheme
from kg.resources import PACKAGE
from tests.kg.test_facts import say


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("prior research", ("prior-research",)),
        ("ablation experiments on architectures, algorithms, or data", ("ablations",)),
        ("data costs", ("data",)),
        ("employee salaries", ("staff",)),
        ("training infrastructure", ("infrastructure",)),
        ("facilities", ("facilities",)),
        ("other typical business expenses", ("overhead",)),
        ("the official training of the model", ("final-run",)),
        ("电费", ("energy",)),
        ("prior-research", ("prior-research",)),
        ("something else", ()),
    ],
)
def test_texts_name_parts_of_a_cost(text: str, parts: tuple[str, ...]) -> None:
    assert components(text) == parts


def test_every_pattern_is_of_a_concept() -> None:
    table = tomllib.loads((PACKAGE / "costs.toml").read_text(encoding="utf-8"))
    assert table["components"].keys() == scheme("cost-component").keys()
    assert table["methods"].keys() <= scheme("cost-method").keys()


def test_a_cost_covers_what_its_document_says() -> None:
    cost = say("model/a", "trainingCost", 5.576e6, "USD", {"scope": "official training run", "basis": "average rental prices"})
    stage = say("model/a", "trainingCost", 5.328e6, "USD", {"stage": "pre-training"})
    elsewhere = say("model/a", "trainingCost", 6e6, "USD", document="b")
    out = [say("model/a", "costExcludes", text) for text in ("prior research", "employee salaries")]
    found = {scope.statement_id: scope for scope in cost_scopes([cost, stage, elsewhere, *out])}
    assert (found[cost.id].includes, found[cost.id].excludes) == (("final-run", "rental"), ("prior-research", "staff"))
    assert found[cost.id].method == "rental-price" and found[cost.id].told_by["staff"] == (out[1].id,)
    assert "energy" in found[cost.id].unstated and not {"staff", "research"} & set(found[cost.id].unstated)
    assert found[stage.id].includes == ("pre-training",) and not found[stage.id].excludes
    assert not found[elsewhere.id].excludes and found[elsewhere.id].method == "unstated"


def test_a_cost_of_the_same_origin_covers_the_same() -> None:
    cost = say("model/a", "trainingCost", 6e6, "USD", document="b")
    out = say("model/a", "costExcludes", "prior research")
    (scope,) = cost_scopes([cost, out], {cost.id: "o", out.id: "o"})
    assert scope.excludes == ("prior-research",)


def test_an_all_in_cost_leaves_nothing_unstated() -> None:
    (scope,) = cost_scopes([say("model/a", "trainingCost", 1e9, "USD", {"scope": "all-in"})])
    assert not scope.unstated and scope.method == "full-development"


def test_ways_to_reckon_are_read() -> None:
    assert (method("cloud-equivalent"), method("amortised hardware"), method("2 USD/GPU-hour"), method("guess")) == (
        "rental-price",
        "amortised",
        "rental-price",
        None,
    )
