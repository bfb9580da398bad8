"""Figures as written become exact intervals; rounding, cutting and contradiction are told apart."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.statements import Statement
from kg.values import compare, date_interval, decimal, figures, interval, period, rounds, truncates


def figure(lexical: str, value: float | None = None, unit: str = "USD", bound: str = "", **more: object) -> Statement:
    read = next(iter(figures(lexical)), None)
    number = float(read.value) if value is None and read is not None and read.low is None else value
    made = Statement("d", "0" * 64, "S", "trainingCost", 0, 1, lexical, value=number, unit=unit, lexical=lexical, bound=bound)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lexical", "bound", "low", "high"),
    [
        ("$5.576M", "", "5575500", "5576500"),
        ("2.6M", "", "2550000", "2650000"),
        ("2664K", "", "2663500", "2664500"),
        ("2,664K", "", "2663500", "2664500"),
        ("~55 days", "~", "53", "57"),
        ("more than $100 million", ">", "100000000", None),
        ("10K+", ">=", "10000", None),
        ("less than 2 months", "<", None, "2"),
        ("10亿元", "", "950000000", "1050000000"),
        ("1万", "", "9000", "11000"),
        ("29.4 萬美元", "", "293500", "294500"),
        ("3,5 Mrd.", "", "3450000000", "3550000000"),
        ("1.234.567 €", "", "1234566.5", "1234567.5"),
        ("2 048", "", "2047.5", "2048.5"),
        ("671B", "", "670500000000", "671500000000"),
        ("$294,000", "", "293999.5", "294000.5"),
        ("4.30E+23 FLOPs", "~", "428000000000000000000000", "432000000000000000000000"),
    ],
)
def test_figure_as_written_is_an_interval(lexical: str, bound: str, low: str | None, high: str | None) -> None:
    found = interval(figure(lexical, bound=bound))
    assert found is not None
    assert (found.low, found.high) == (low and Decimal(low), high and Decimal(high))


@pytest.mark.parametrize(
    ("words", "low", "high"), [("tens of millions", 10**7, 10**8), ("数亿美元", 2 * 10**8, 10**9), ("hundreds of thousands", 10**5, 10**6)]
)
def test_vague_words_are_ranges(words: str, low: int, high: int) -> None:
    found = interval(figure(words))
    assert found is not None and (found.low, found.high) == (Decimal(low), Decimal(high))


def test_stated_range_is_taken_as_it_is() -> None:
    found = interval(figure("$25-40k", 0.0, low=25000.0, high=40000.0))
    assert found is not None and (found.low, found.high) == (Decimal(25000), Decimal(40000))


def test_digit_misread_by_character_recognition_keeps_the_recorded_precision() -> None:
    found = interval(figure("$0.0IM", 10000.0))
    assert found is not None and (found.low, found.high) == (Decimal(9000), Decimal(11000))


def test_precision_of_a_figure_in_other_units_is_that_of_its_digits() -> None:
    found = interval(figure("560 kW", 0.56, unit="MW"))
    assert found is not None and (found.low, found.high) == (Decimal("0.5595"), Decimal("0.5605"))


def test_assumed_price_is_exact() -> None:
    found = interval(figure("$2", 2.0, qualifiers={"modality": "assumption"}))
    assert found is not None and found.low == found.high == Decimal(2)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("$5.576M", "$5.576 million", "same"),
        ("$6 million", "$5.576M", "rounding"),
        ("$5.5M", "$5.576M", "truncation"),
        ("$5M", "$5.576M", "truncation"),
        ("2.8M", "2.788M", "rounding"),
        ("2.6M", "2.664M", "truncation"),
        ("2.6M", "2.788M", "contradicts"),
        ("$5.576M", "$5.328M", "contradicts"),
        ("5,000", "1万", "contradicts"),
        ("2,000", "2,048", "rounding"),
        ("$5M", "$6 million", "contradicts"),
        ("100,000", "150,000", "contradicts"),
    ],
)
def test_two_figures_relate(left: str, right: str, expected: str) -> None:
    one, other = interval(figure(left)), interval(figure(right))
    assert one is not None and other is not None
    assert compare(one, other) == compare(other, one) == expected


def test_bound_agrees_with_what_it_allows() -> None:
    more, less, exact = (interval(figure("100 million", bound=bound)) for bound in (">", "<", ""))
    assert more is not None and less is not None and exact is not None
    assert compare(more, interval(figure("$294,000")) or exact) == "contradicts"
    assert compare(more, interval(figure("$1 billion")) or less) == "agrees"


def test_two_months_are_compared_with_days_and_currencies_are_not_compared() -> None:
    months, days = interval(figure("2", 2.0, "month", "<")), interval(figure("54.2", 54.2, "day"))
    assert months is not None and days is not None and compare(months, days) == "agrees"
    yuan, dollars = interval(figure("1亿", unit="CNY")), interval(figure("$1M"))
    assert yuan is not None and dollars is not None and compare(yuan, dollars) is None


def test_partial_dates_agree_with_the_days_in_them() -> None:
    month, day, year = date_interval("2024-12"), date_interval("2024-12-26"), date_interval("2023")
    assert month and day and year
    assert compare(month, day) == "agrees" and compare(year, day) == "contradicts"
    assert date_interval("2024-13") is None and date_interval("soon") is None


def test_stated_times_are_periods() -> None:
    quarter, month, year = period("Q3 2025"), period("August 2025"), period("2024-2025")
    assert quarter and month and year and quarter.overlaps(month) and year.overlaps(month)
    assert period("former") is None


@settings(max_examples=200)
@given(st.integers(1, 10**12), st.integers(1, 6))
def test_rounded_and_cut_figures_are_recognised(number: int, digits: int) -> None:
    exact = interval(figure(str(number), float(number), "GPU"))
    text = str(number)
    place = max(0, len(text) - digits)
    cut, up = int(text[: len(text) - place]) * 10**place, round(number, -place)
    assert exact is not None
    for coarse in {cut, up} - {0, number}:
        found = interval(figure(str(coarse), float(coarse), "GPU"))
        assert found is not None
        if abs(coarse - number) * 10 <= number:
            assert rounds(found, exact) or truncates(found, exact)
            assert compare(found, exact) in ("rounding", "truncation")


@settings(max_examples=200)
@given(st.floats(min_value=1e-3, max_value=1e26, allow_nan=False))
def test_an_interval_holds_its_value_and_uses_the_shortest_decimal(number: float) -> None:
    found = interval(figure("", number))
    assert found is not None and found.low is not None and found.high is not None
    assert found.low <= decimal(number) <= found.high and float(decimal(number)) == number
