"""The quantity and date grammars read figures as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.offline.dates import dates
from loaders.offline.quantities import Figure, figures


def only(text: str, language: str = "en") -> Figure:
    """The one figure of a text."""
    (figure,) = figures(text, language)
    return figure


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("$5.576M", "money", "5576000", "USD"),
        ("2.788M H800 GPU hours", "gpu_hour", "2788000", ""),
        ("a million tokens", "token", "1000000", ""),
        ("1.6 trillion", "bare", "1600000000000", ""),
        ("29.4 萬美元", "money", "294000", "USD"),
        ("1万张英伟达A100显卡", "gpu", "10000", ""),
        ("1조 2000억 원", "money", "1200000000000", "KRW"),
        ("11,390 t CO2eq", "emission", "11390", "tCO2eq"),
        ("559 kW", "power", "559000", "W"),
        ("900 GB/s", "bandwidth", "900", "GB/s"),
        ("3.14e23 FLOP", "flop", "3.14E+23", ""),
        ("less than two months", "duration", "2", "month"),
    ],
)
def test_a_figure_is_read_with_its_unit(text: str, kind: str, value: str, unit: str) -> None:
    figure = only(text)
    assert (figure.kind, figure.value, figure.unit) == (kind, Decimal(value), unit)


def test_a_decimal_comma_before_a_magnitude_is_no_thousands_mark() -> None:
    assert only("1,25 Milliarden Euro", "de").value == Decimal("1.25E+9")
    assert only("4,096 Token", "de").value == 4096


@pytest.mark.parametrize(("text", "low", "high"), [("$80-90B", 80, 90), ("between $20B and $30B", 20, 30), ("$1.5-2B", 1.5, 2)])
def test_a_range_keeps_both_ends(text: str, low: float, high: float) -> None:
    figure = only(text)
    assert figure.value is None
    assert figure.low is not None and figure.high is not None
    assert (float(figure.low), float(figure.high)) == (low * 1e9, high * 1e9)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("about $5M", "~"),
        ("more than $5M", ">"),
        ("up to $5M", "<="),
        ("at least $5M", ">="),
        ("under $5M", "<"),
        ("逾5亿元", ">"),
        ("5亿多元", ">"),
        ("$5M", ""),
    ],
)
def test_the_words_around_a_figure_bound_it(text: str, bound: str) -> None:
    assert only(text).bound == bound


def test_a_rate_knows_what_it_is_measured_by() -> None:
    assert only("$2 per GPU hour").per == "gpu-hour"
    assert only("$2 billion a month").per == "month"
    assert only("$0.60 per million tokens").per == "million-tokens"


def test_partial_dates_stay_partial() -> None:
    assert [date.value for date in dates("In May 2023, on 23 July 2024, 2024年12月 and 10/2025; in 2022")] == [
        "2023-05", "2024-07-23", "2024-12", "2025-10", "2022",
    ]  # fmt: skip


def test_a_number_of_things_is_no_year() -> None:
    assert list(dates("2024 GPUs and $2,024")) == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789.,$€ KMBTkmb%+-~万亿億多元GPUhourstokensabc两百\n"), max_size=60))
def test_any_text_gives_figures_in_order_and_inside_it(text: str) -> None:
    found = list(figures(text))
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)
    assert found == list(figures(text))
