"""Ratios between two figures of a document become statements."""

import pytest

from kg.documents import Document
from kg.statements import Statement, check_span, identified
from loaders.comparisons import ratios


def figure(raw: str, words: str, subject: str, value: float, predicate: str = "gpuHours", unit: str = "GPU-hour") -> Statement:
    start = raw.index(words)
    return identified(Statement("d.txt", "0" * 64, subject, predicate, start, start + len(words), words, value=value, unit=unit))


@pytest.mark.parametrize(
    ("phrase", "value", "bound", "direction"),
    [
        ("(~4X less compute)", 4.0, "~", "less"),
        ("about 4 times less", 4.0, "~", "less"),
        ("4.5 times more than that", 4.5, "", "more"),
        ("4倍更少", 4.0, "", "less"),
        ("4-fold lower", 4.0, "", "less"),
    ],
)
def test_ratio_speaks_of_the_two_nearest_figures(phrase: str, value: float, bound: str, direction: str) -> None:
    raw = f"Zorblax needed 12M GPU-hours, while Quux got by with 3M GPU-hours {phrase}."
    document = Document("0" * 64, "d.txt", raw)
    said = [figure(raw, "12M GPU-hours", "Zorblax", 12e6), figure(raw, "3M GPU-hours", "Quux", 3e6)]
    (ratio,) = ratios(document, said)
    check_span(ratio, raw)
    assert (ratio.subject, ratio.predicate, ratio.value, ratio.bound) == ("Quux", "ratio", value, bound)
    assert ratio.qualifiers == {"versus": "Zorblax", "of": "gpuHours", "direction": direction}


@pytest.mark.parametrize(
    "raw",
    [
        "Quux got by with 3M GPU-hours, 4 times less than planned.",
        "Zorblax needed 12M GPU-hours.\n\nQuux 3M GPU-hours.\n\nPrices fell 4 times less.",
        "Zorblax needed 12M GPU-hours, Quux 3M GPU-hours, and 4 times it failed.",
    ],
)
def test_no_ratio_without_two_figures_beside_it(raw: str) -> None:
    said = [figure(raw, "3M GPU-hours", "Quux", 3e6)]
    if "12M" in raw:
        said.append(figure(raw, "12M GPU-hours", "Zorblax", 12e6))
    assert not list(ratios(Document("0" * 64, "d.txt", raw), said))
