"""The quantity and date grammars read figures as people write them."""

import time
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


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "one hundred and twelve engineers", "person 112"),
        ("en", "two hundred ninety-four thousand dollars", "money 294000 USD"),
        ("en", "two point one million tokens", "token 2100000"),
        ("en", "on eight H100s", "gpu 8"),
        ("en", "sixty-four of these A100s", "gpu 64"),
        ("en", "$40 grand", "money 40000 USD"),
        ("en", "10,000-odd GPUs", "gpu 10000 ~"),
        ("en", "Rs 1,372 crore", "money 13720000000 INR"),
        ("en", "1,03,720 lakh", "bare 10372000000"),
        ("en", "4 to 5 × 10^26 FLOP", "flop 400000000000000000000000000..500000000000000000000000000"),
        ("en", "640 A100 days", "gpu_hour 15360"),
        ("en", "about 300 kg of CO2", "emission 0.300 tCO2eq ~"),
        ("de", "zweiundzwanzig Milliarden Parameter", "parameter 22000000000"),
        ("de", "zwölftausend Chips", "gpu 12000"),
        ("de", "eine Billion Parameter", "parameter 1000000000000"),
        ("de", "$1.2 billion", "money 1200000000 USD"),
        ("fr", "soixante-dix salariés", "person 70"),
        ("fr", "une vingtaine de milliers de puces", "gpu 20000"),
        ("fr", "3,1 billions de jetons", "token 3100000000000"),
        ("es", "doscientos treinta y cinco empleados", "person 235"),
        ("es", "30 horas", "duration 30 hour"),
        ("pt", "duzentas e cinquenta pessoas", "person 250"),
        ("pt", "R$ 40 mi", "money 40000000 BRL"),
        ("ru", "сто двадцать восемь ускорителей", "gpu 128"),
        ("ru", "полтора миллиарда рублей", "money 1500000000 RUB"),
        ("ko", "14만 8000달러", "money 148000 USD"),
        ("zh", "四百多人", "person 400 >"),
        ("zh", "400多人", "person 400 >"),
        ("zh", "三十来人", "person 30 ~"),
        ("zh", "用掉640萬GPU小時", "gpu_hour 6400000"),
        ("zh", "卖９．５万元", "money 95000 CNY"),
        ("zh", "每秒 1.8TB", "bandwidth 1800 GB/s"),
    ],
)
def test_amounts_are_read_as_people_say_them(language: str, text: str, expected: str) -> None:
    assert [plainly(figure) for figure in figures(text, language)] == [expected]


def test_figures_behind_a_name_or_another_figure_are_read() -> None:
    assert [plainly(figure) for figure in figures("v2.5,340亿参数; Nord 2，310 亿")] == [
        "parameter 34000000000",
        "bare 2",
        "bare 31000000000",
    ]
    assert [plainly(figure) for figure in figures("a mixture (236B/21B)")] == ["bare 236000000000", "bare 21000000000"]
    assert [plainly(figure) for figure in figures("$3/15 per million tokens")] == [
        "money 3 USD/million-tokens",
        "money 15 USD/million-tokens",
    ]
    assert [plainly(figure) for figure in figures("$12 up to 200k")] == ["money 12 USD", "bare 200000 <="]
    assert [plainly(figure) for figure in figures("auf ARC 0,581", "de")] == ["bare 0.581"]


def test_times_of_subtitles_and_addresses_hold_no_figures_of_their_own() -> None:
    assert all(figure.value == 0 for figure in figures("00:00:00,300 --> 00:00:00,450"))
    assert list(figures("example.com/2026/03")) == []
    assert list(figures("un grand modèle de langue", "fr")) == []


@pytest.mark.parametrize(
    ("language", "text", "bound"),
    [
        ("en", "somewhere between $2.2 and $2.4", "~"),
        ("en", "needs more than\n2.2 GW", ">"),
        ("en", "“much more” than $100 million", ">"),
        ("en", "might pass 5 GW", ">"),
        ("en", "just shy of 64 people", "<"),
        ("en", "do not reach one gigawatt", "<"),
        ("en", "not quite four months", "<"),
        ("en", "it adds up to 7.5 MW", ""),
        ("en", "anything up to 7.5 MW", "<="),
        ("en", "trained over two months", ""),
        ("en", "trained for over two months", ">"),
        ("en", "an estimated 500 tonnes", ""),
        ("en", "29 MW asked -> 25 MW", ""),
        ("en", "400-odd people", "~"),
        ("zh", "芯片融资 7 起、其他 8 起。", ""),
        ("zh", "月租 20 元起。", ">="),
        ("de", "fast 200 Mitarbeiter", "~"),
        ("de", "eine Rechnung über 92.000 Euro", ""),
        ("de", "es kostete über 92.000 Euro", ">"),
        ("de", "mindestens 5 MW", ">="),
        ("fr", "plus d'un million de jetons", ">"),
        ("fr", "près de 40 personnes", "~"),
        ("es", "en torno a 40 personas", "~"),
        ("es", "40 o más personas", ">="),
        ("pt", "no mínimo 40 pessoas", ">="),
        ("ru", "чуть меньше 40 человек", "<"),
        ("ru", "не более 40 человек", "<="),
        ("ja", "およそ40人", "~"),
        ("ja", "40人以上", ">="),
        ("ja", "40人足らず", "<"),
        ("ja", "40人を超える", ">"),
        ("ko", "40명 이상", ">="),
        ("ko", "40명가량", "~"),
        ("ko", "40명을 넘는다", ">"),
        ("ko", "40명 남짓", "~"),
        ("zh", "不止40人", ">"),
        ("zh", "近40人", "~"),
        ("zh", "40人出头", ">"),
        ("zh", "40人上下", "~"),
        ("zh", "支持 256K 上下文", ""),
        ("zh", "得 26% 超过对手", ""),
    ],
)
def test_bounds_are_read_in_every_language(language: str, text: str, bound: str) -> None:
    assert list(figures(text, language))[-1].bound == bound


def test_an_amount_said_again_in_brackets_is_bounded_alike() -> None:
    assert [figure.bound for figure in figures("およそ172B(1,720億)", "ja")] == ["~", "~"]


@pytest.mark.parametrize("piece", ["two hundred and ", "einund", "20", "fünf", "3/", "1,", "over ", "20.05.", "в ", "二十来", "９"])
def test_reading_figures_and_dates_stays_linear(piece: str) -> None:
    def seconds(times: int) -> float:
        text, begin = piece * times, time.process_time()
        list(figures(text, "de"))
        list(dates(text, "2025", "de"))
        return time.process_time() - begin

    seconds(100)
    assert seconds(8000) < 24 * max(seconds(1000), 0.004)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| 23.11.30 | 2023.05.30 |", ["2023-11-30", "2023-05-30"]),
        ("5.10.2025, 30/07/2024, 01/14/2026 und 12. 3. 2024", ["2025-10-05", "2024-07-30", "2026-01-14", "2024-03-12"]),
        ("10-Mar-2024; 7/ago/25; 6/29/23", ["2024-03-10", "2025-08-07", "2023-06-29"]),
        ("2H27, 1Q26, 26Q1, Q3'25, Q2 2026, H1 2025, FY26", ["2027", "2026", "2026", "2025", "2026", "2025", "2026"]),
        ("令和7年5月1日、平成30年、民國113年7月", ["2025-05-01", "2018", "2024-07"]),
        ("25年7月9日发布，1905年建校", ["2025-07-09", "1905"]),
        ("Opened in 2016, in Lund; due mid-2027, 2.2 km away", ["2016", "2027"]),
        ("в июле 2024, 1 января 2025, 14 giugno 2025, 3 déc. 2024", ["2024-07", "2025-01-01", "2025-06-14", "2024-12-03"]),
        ("Filed 20240723, seen (202405)", ["2024-07-23", "2024-05"]),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, expected: list[str]) -> None:
    assert [date.value for date in dates(text)] == expected


def test_a_day_that_could_be_a_month_is_not_guessed() -> None:
    assert [date.value for date in dates("3/4/2025; 24.03.25; 3/4/25")] == ["2025"]
    assert [date.value for date in dates("3/4/2025, 24.03.25", language="fr")] == ["2025-04-03", "2025-03-24"]


def test_a_month_alone_is_a_date_only_of_a_known_year() -> None:
    text = "It opened in March and may close in May; 去年 9 月, 8월부터"
    assert list(dates(text)) == []
    assert [date.value for date in dates(text, "2025")] == ["2025-03", "2025-05", "2024-09", "2025-08"]


def test_versions_and_counts_are_no_dates() -> None:
    assert list(dates("v24.04.12, Ubuntu 24.04.2, 10.0.0.1, 202405 tokens, H100, 1.10.12, 12/7, 24/7/365, 2,024")) == []


def test_partial_dates_stay_partial() -> None:
    assert [date.value for date in dates("In May 2023, on 23 July 2024, 2024年12月 and 10/2025; in 2022")] == [
        "2023-05", "2024-07-23", "2024-12", "2025-10", "2022",
    ]  # fmt: skip


def test_a_number_of_things_is_no_year() -> None:
    assert list(dates("2024 GPUs and $2,024")) == []
    assert list(dates("共 2000 亿，2048 张卡，2000多人，2000元, 2,024, 2000억 원, 2020 million")) == []
    assert [date.value for date in dates("始于,2021 又,2024人工智能,2023元旦")] == ["2021", "2024", "2023"]


READ = {
    "en": {
        "rows cost 21k–26k apiece": ["bare 21000..26000"],
        "lowest 3.35, then 2.75–3.40 and up": ["bare 3.35", "bare 2.75..3.40 >="],
        "a fund of \\$7 billion": ["money 7000000000 USD"],
        "$0.30/$1.20 per 1M tokens": ["money 0.30 USD/million-tokens", "money 1.20 USD/million-tokens"],
        "$3.10/hr to $3.60/hr": ["money 3.10..3.60 USD/hour"],
        "$50–55k": ["money 50000..55000 USD"],
        "hundreds of millions of euros": ["money 100000000..1000000000 EUR"],
        "tens of thousands of accelerators": ["gpu 10000..100000"],
        "4.2 \\times 10^{24} FLOPs": ["flop 4.2E+24"],
        "4.2×10²⁴ FLOP": ["flop 4.2E+24"],
        "above 10^26 FLOP": ["flop 1E+26 >"],
        "5.5+23 FLOPs": ["flop 5.5E+23"],
        "5.5+23 is a sum": ["bare 5.5", "bare 23"],
        "96 such cards": ["gpu 96"],
        "2,048 of its MI250s": ["gpu 2048"],
        "700 weeks of GPU time": ["gpu_hour 117600"],
        "30 GPU-weeks": ["gpu_hour 5040"],
        "a year and a half": ["duration 1.5 year"],
        "two and a half weeks": ["duration 2.5 week"],
        "a fortnight": ["duration 2 week"],
        "from five to six weeks": ["duration 5..6 week"],
        "two or three million dollars": ["money 2000000..3000000 USD"],
        "told one to ten people": ["person 1..10"],
        "half an hour": ["duration 0.5 hour"],
        "a dozen GPUs": ["gpu 12"],
        "echo $five_TIMES": [],
        "nearly one gigawatt": ["power 1000 MW ~"],
        "at 10:45, 3:1": ["bare 10", "bare 3"],
        "more than half of the TPUs": [],
    },
    "zh": {
        "价格每台 8W": ["money 80000 CNY"],
        "每片卖 11-12.5W，不贵": ["money 110000..125000.0 CNY"],
        "单卡功耗 8W": ["power 8 W"],
        "峰值 700W": ["power 700 W"],
        "12.5 万至 14 万美元": ["money 125000..140000 USD"],
        "看过 3000 多亿个 token": ["token 300000000000 >"],
        "2 千余名员工": ["person 2000 >"],
        "20多亿欧元": ["money 2000000000 EUR >"],
        "近千亿": ["bare 100000000000 ~"],
        "上千张": ["gpu 1000 >="],
        "数百张": [],
        "百亿参数": ["parameter 10000000000 ~"],
        "千卡": ["gpu 1000"],
        "三十二万卡": ["gpu 320000"],
        "四千七百二十亿": ["bare 472000000000"],
        "三四百张": ["gpu 300..400"],
        "两年半": ["duration 2.5 year"],
        "四个半月": ["duration 4.5 month"],
        "要三到四个月": ["duration 3..4 month"],
        "破万张": ["gpu 10000 >"],
        "单位：亿元，千万别信，百度、万科和千问": [],
        "第三块，下半年，二〇二四年": [],
        "两兆瓦": ["power 2 MW"],
        "机架,96张卡,成本:3亿": ["gpu 96", "bare 300000000"],
        "英文Web1,250亿": ["bare 125000000000"],
        "2025人工智能": ["bare 2025"],
    },
    "ko": {
        "아홉 장": ["gpu 9"],
        "GPU 서른여섯 대": ["gpu 36"],
        "가속기 12기": ["gpu 12"],
        "3만여 장": ["gpu 30000 >"],
        "오백억 원": ["money 50000000000 KRW"],
        "세 달": ["duration 3 month"],
        "서너 달": ["duration 3..4 month"],
        "두 달 반": ["duration 2.5 month"],
        "만장일치, 구조 원리, 다음 세대": [],
        "5 주요 과제": ["bare 5"],
    },
    "ja": {"三万枚": ["gpu 30000"], "24基": ["gpu 24"], "一万二千枚": ["gpu 12000"], "二か月": ["duration 2 month"]},
    "de": {
        "2.097.152 Werte": ["bare 2097152"],
        "262.144": ["bare 262144"],
        "1’048’576 Token": ["token 1048576"],
        "3.141M H100 GPU hours": ["gpu_hour 3141000"],
        "0.125": ["bare 0.125"],
        "zwei Wochen": ["duration 2 week"],
        "fünf bis sechs Monate": ["duration 5..6 month"],
        "anderthalb Jahre": ["duration 1.5 year"],
    },
    "it": {"3.500 miliardi di token": ["token 3500000000000"], "$5.125 million": ["money 5125000 USD"]},
    "nl": {"16.384 kaarten": ["bare 16384"]},
    "fr": {"2 097 152": ["bare 2097152"], "40 millions de dollars": ["money 40000000 USD"], "une centaine de personnes": ["person 100"]},
}


def plainly(figure: Figure) -> str:
    """Kind, value or ends, unit with its rate, bound."""
    amount = f"{figure.low:f}..{figure.high:f}" if figure.low is not None and figure.high is not None else ""
    if figure.value is not None:
        amount = (
            str(figure.value) if figure.value >= Decimal("1e20") else f"{figure.value.normalize() if figure.magnitude else figure.value:f}"
        )
    return " ".join(part for part in (figure.kind, amount, figure.unit + (f"/{figure.per}" if figure.per else ""), figure.bound) if part)


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, cases in READ.items() for text in cases])
def test_figures_are_read_as_each_language_writes_them(language: str, text: str) -> None:
    assert [plainly(figure) for figure in figures(text, language)] == READ[language][text]


def test_a_figure_in_words_is_quoted_whole() -> None:
    text = "他们买了八千五百多张卡，用了两年半。"
    assert [text[figure.start : figure.end] for figure in figures(text, "zh")] == ["八千五百多张卡", "两年半"]


@pytest.mark.parametrize("sign", ["一", "千", "万", "1.000", "두 ", "백", "9W ", "10^", "half ", "多", "$1/", "3,000 of its "])
def test_long_runs_of_signs_take_time_in_proportion_to_their_length(sign: str) -> None:
    began = time.process_time()
    list(figures(sign * (40_000 // len(sign)), "zh"))
    assert time.process_time() - began < 5


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"0123456789.,$€ KMBTkmb%+-~万亿億多元两百千三半个張W年卡数上近만천백억두여장원달'’^{}",
                "GPU",
                " hours",
                "tokens",
                "\n",
                "\\times 10",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_any_text_gives_figures_in_order_and_inside_it(text: str) -> None:
    found = list(figures(text))
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)
    assert found == list(figures(text))
