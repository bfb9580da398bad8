"""The linear models and the forest: what they give for a case is what their weights and trees say, and the same every time."""

import lightgbm
import numpy
import pytest

from kg.documents import document_from_bytes
from loaders.blocks import blocks
from loaders.offline.analysis import Analysis
from loaders.offline.forest import Forest, flattened
from loaders.offline.linear import Linear, common, cued
from loaders.offline.proposals import figure_proposals
from loaders.offline.readings import CATEGORIES, WIDTH, Proposals, Readings, evidence, readings
from loaders.offline.slots import slots
from loaders.offline.weights import packaged
from loaders.provenance import metadata
from loaders.readers import read

TEXT = b"# Acme Labs\n\nAcme raised $40 million at a $300 million valuation. Its model Lark-7B was trained on 2T tokens for $5.5M.\n"


def _analysis(raw: bytes) -> Analysis:
    document = document_from_bytes("note.md", raw)
    text = read(document)
    tree = blocks(text)
    return Analysis(text, tree, metadata(document, text, tree))


def test_odds_are_the_sum_of_the_columns_a_proposal_has() -> None:
    figures = tuple(sorted(name for name, slot in slots().items() if slot.kinds))
    proposal = next(figure_proposals(_analysis(TEXT)))
    names: dict[str, float] = {}
    for number, predicate in enumerate(figures):
        shared, single = common(proposal.features)
        tied, own = cued(proposal.features, figures, number)
        for column in (*shared, *tied, *(f"{predicate}|{name}" for name in (*single, *own))):
            names.setdefault(column, 0.001 * (len(names) % 97) - 0.03)
    odds = Linear(figures, names).odds(proposal.features)
    for number, predicate in enumerate(figures):
        shared, single = common(proposal.features)
        tied, own = cued(proposal.features, figures, number)
        expected = sum(names[each] for each in (*shared, *tied)) + sum(names[f"{predicate}|{each}"] for each in (*single, *own))
        assert odds[number] == pytest.approx(expected)


def test_a_forest_gives_what_the_library_that_grew_it_gives() -> None:
    random = numpy.random.default_rng(3)
    rows = random.normal(size=(600, 5))
    rows[:, 4] = random.integers(0, 6, size=600)
    truths = (rows[:, 0] + (rows[:, 4] == 2) * 2 + random.normal(size=600) * 0.3 > 0.5).astype(int)
    data = lightgbm.Dataset(rows, truths, categorical_feature=[4])
    options = {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_per_group": 5, "min_data_in_leaf": 5}
    booster = lightgbm.train(options, data, 30)
    ours = Forest(flattened(booster.dump_model()["tree_info"])).probabilities(rows)
    assert numpy.abs(ours - booster.predict(rows)).max() < 1e-3


def test_evidence_has_one_row_a_reading_and_the_columns_the_forest_knows() -> None:
    weights, analysis = packaged(), _analysis(TEXT)
    made = Proposals(analysis)
    found = readings(weights.models, made)
    rows = evidence(weights.models["name"], made, found, weights.predicates)
    assert rows.shape == (len(found), WIDTH)
    assert max(CATEGORIES) < WIDTH
    assert {reading.predicate for reading in found} >= {"fundingAmount", "valuation", "totalParameters"} - {"totalParameters"}
    assert evidence(weights.models["name"], made, Readings(), weights.predicates).shape == (0, WIDTH)
