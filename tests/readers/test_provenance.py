"""What documents say of themselves, in the ways they say it."""

import pytest

from kg.documents import Metadata
from loaders.blocks import blocks
from loaders.provenance import language, metadata
from loaders.readers import read
from tests.readers.examples import document
from tests.shared import SHARED, needs_shared


def about(raw: str) -> Metadata:
    given = document(raw)
    text = read(given)
    return metadata(given, text, blocks(text))


BODY = "\n\nThe company trained the model on the chips that it had bought for this in the year before.\n"


def test_front_matter() -> None:
    found = about(
        '---\ntitle: "Alpha: costs"\ndate: 2025-01-09T20:54:34Z\nauthor: Ann Example, Bob Example\nlang: en\ntype: note\n---' + BODY
    )
    assert (found.title, found.date, found.language, found.kind) == ("Alpha: costs", "2025-01-09", "en", "note")
    assert found.authors == ("Ann Example", "Bob Example")


DATES = {
    "Updated: 4:33 AM EDT, Fri September 19, 2025": "2025-09-19",
    "date 2025-02-10 No. It did not, reportedly, and nobody ever said that it would do so in public.": "2025-02-10",
    "2/27/2025 | written by Ann Example": "2025-02-27",
    "2026-01-15 15:40　編譯／王小明（某某網）": "2026-01-15",
    "某某财经 2025-12-15 14:52 ·": "2025-12-15",
    "2024년 9월 17일": "2024-09-17",
    "January 7, 2022": "2022-01-07",
    "17. März 2024": "2024-03-17",
}


@pytest.mark.parametrize("line", DATES)
def test_the_date_in_a_line_near_the_top(line: str) -> None:
    assert about("# A title of this" + "\n\n" + line + BODY).date == DATES[line]


@pytest.mark.parametrize(
    "line", ("Out since: 23 July 2024", "- 2024-03-20 we released it", "The model of 23 July 2024 was the first of them all")
)
def test_a_date_of_something_else_is_not_the_documents(line: str) -> None:
    assert about("# A title of this" + "\n\n" + line + BODY).date is None


LANGUAGES = {
    "The model was trained on the chips that it had": "en",
    "Das Modell wurde auf den Chips trainiert und ist nicht für die Cloud": "de",
    "Le modèle est entraîné sur les puces que la société a dans le pays": "fr",
    "El modelo se entrena en las máquinas de la empresa y es más barato que los otros": "es",
    "O modelo não é mais do que um dos que a empresa treinou com os dados": "pt",
    "这个模型是在自己的芯片上训练的": "zh",
    "このモデルは自社のチップで学習した": "ja",
    "이 모델은 자체 칩으로 학습했다": "ko",
    "Модель обучили на собственных чипах": "ru",
    "42": None,
}


@pytest.mark.parametrize("words", LANGUAGES)
def test_language(words: str) -> None:
    assert language(words) == LANGUAGES[words]


def test_a_copy_of_a_copy_names_both() -> None:
    lines = (
        "lite.alpha-news.com - on gopher - inofficial",
        "ARTICLE VIEW:",
        "Alpha trained its model for less than others",
        "Reuters",
        "Updated:",
    )
    found = about("\n".join((*lines, "4:33 AM EDT, Fri September 19, 2025", "Source: Reuters")) + BODY)
    assert [(reference.relation, reference.label) for reference in found.references] == [("mirror", "Alpha News"), ("mirror", "Reuters")]
    assert found.title == "Alpha trained its model for less than others"
    assert found.date == "2025-09-19"


def test_an_agencys_dateline_names_it() -> None:
    found = about("# Money for Alpha\n\nParis, May 21 (AFP) - A further sum has gone to Alpha." + BODY)
    assert ("mirror", "AFP") in [(reference.relation, reference.label) for reference in found.references]


def test_reports_are_primary_sources_once_each() -> None:
    found = about(
        "# On costs\n\nThey released Alpha-V3 with a detailed [technical report](https://arxiv.org/abs/2412.19437). "
        "The Alpha-V3 paper says so. See [SwiGLU](https://arxiv.org/abs/2002.05202). A report from Example Analysis disagrees." + BODY
    )
    assert [(reference.relation, reference.label, reference.address) for reference in found.references] == [
        ("primary-source", "Alpha-V3 technical report", "https://arxiv.org/abs/2412.19437"),
        ("primary-source", "Example Analysis report", None),
    ]


def test_a_report_named_with_its_number_and_date() -> None:
    (reference,) = about("# Slides\n\nAlpha-V3 Technical Report (2024.12.27.) arXiv:2412.19437" + BODY).references
    assert (reference.label, reference.address, reference.date) == (
        "Alpha-V3 Technical Report",
        "https://arxiv.org/abs/2412.19437",
        "2024-12-27",
    )


def test_quotes_name_their_publications() -> None:
    raw = (
        "## V3\n\n> It took 2.788M hours.[^3]\n\n### [疯狂的故事](https://mp.example.com/s/1) #tag\n\n(Posted on [[202405]])\n\n"
        "> 一句话。\n\n> 另一句话。\n\n"
        "[^3]: [Weekly: Alpha](https://weekly.example/p/1)\n"
    )
    found = [(reference.relation, reference.label, reference.address, reference.date) for reference in about(raw).references]
    assert found == [
        ("quoted", "Weekly: Alpha", "https://weekly.example/p/1", None),
        ("quoted", "疯狂的故事", "https://mp.example.com/s/1", "2024-05"),
    ]


def test_a_reference_says_where_it_stands() -> None:
    raw = "# On costs\n\nThe Alpha-V3 paper says so." + BODY
    (reference,) = about(raw).references
    assert raw[reference.start : reference.end] == "Alpha-V3 paper"


def test_a_newsletters_own_address() -> None:
    links = " ".join(f"[more](https://www.letters.example/p/post-{number})" for number in range(3))
    found = about(f"---\ntitle: Costs\npost_id: 154176259.the-cost-of-it\n---\n{links}{BODY}")
    assert (found.publisher, found.address) == ("Letters", "https://www.letters.example/p/the-cost-of-it")


def test_a_document_that_says_nothing_of_itself() -> None:
    found = about("It trained the model on the chips." + BODY)
    assert found == Metadata(language="en")


@needs_shared
def test_the_documents_say_when_and_what_they_are() -> None:
    dates = {}
    for path in sorted((SHARED / "documents").glob("00*.txt")):
        found = about(path.read_text("utf-8"))
        dates[path.name[:3]] = (found.date, found.language)
    assert dates == {
        "000": (None, "en"),
        "001": ("2025-01-09", "en"),
        "002": ("2025-09-19", "en"),
        "003": (None, "zh"),
        "004": ("2025-02-10", "en"),
    }
