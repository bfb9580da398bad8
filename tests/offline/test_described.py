"""Things described instead of named: models told by their size, sites told by their place."""

from itertools import pairwise

import pytest

from loaders.offline.described import described
from loaders.offline.mentions import mentions


def _found(text: str) -> list[tuple[str, str]]:
    names = mentions(text)
    found = described(text, names)
    spans = sorted([*((name.start, name.end) for name in names), *((each.start, each.end) for each in found)])
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    return [(each.label, text[each.start : each.end]) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By June their 90B model had ended.", [("90B model", "model")]),
        ("A dense 1.1T model costs more than that.", [("1.1T model", "model")]),
        ("Falkor-7B is small. The 7-billion-parameter model runs anywhere.", [("Falkor-7B", "model")]),
        ("他们开源了7B对话模型。", [("7B model", "模型")]),
        ("It has 70 billion parameters and costs $7 million.", []),
    ],
)
def test_models_told_by_their_size(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A data center near Lyon opens. The site grows.",
            [("Lyon data center", "data center"), ("Lyon data center", "site")],
        ),
        ("In Brisk, Idaho, where Quillon runs a facility", [("Brisk facility", "facility")]),
        ("the Memphis campus and its staff", [("Memphis campus", "campus")]),
        ("A web site and a facility of no place", []),
        ("data centers in China", []),
    ],
)
def test_sites_told_by_their_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


def test_a_named_site_is_not_another_one() -> None:
    ((label, noun),) = _found("Colossus is a supercomputer in Memphis.")
    assert (label, noun) == ("Colossus", "supercomputer")


def test_a_long_text_takes_time_in_proportion() -> None:
    text = "the data center in the campus of the site near " * 4000
    assert len(_found(text)) == 0
