"""Names: where one begins and ends, what is none, and what is known of it over all its mentions."""

import pytest

from kg.documents import document_from_bytes
from loaders.blocks import blocks
from loaders.offline.analysis import Analysis
from loaders.offline.cues import Cues
from loaders.offline.features import words
from loaders.offline.mentions import mentions
from loaders.offline.naming import KINDS, LOOKS, kinds_by, looks_of, names_of
from loaders.offline.weights import packaged
from loaders.provenance import metadata
from loaders.readers import read


def _labels(text: str) -> list[str]:
    return [mention.label for mention in mentions(text)]


def _analysis(raw: str) -> Analysis:
    document = document_from_bytes("note.md", raw.encode())
    text = read(document)
    tree = blocks(text)
    return Analysis(text, tree, metadata(document, text, tree))


def test_a_web_address_holds_no_names() -> None:
    assert _labels("More at https://example.com/news/Lark-7B-by-OpenAI and www.example.com/Falkor-2 today.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we met Petra Lindqvist and Omar Haddad there", ["Petra Lindqvist", "Omar Haddad"]),
        ("it was Quillon and Brask who paid", ["Quillon", "Brask"]),
        ("the Department of Trade and Industry", ["Department of Trade and Industry"]),
        ("das Modell Falkor kostet viel", ["Falkor"]),
    ],
)
def test_names_joined_by_a_word_are_names_of_their_own(text: str, expected: list[str]) -> None:
    assert [label for label in _labels(text) if label in expected or any(label in each for each in expected)] == expected


def test_labels_and_rounds_of_money_are_no_names() -> None:
    assert not {"Equity", "Series", "Series C", "Levers", "Token", "Platz"} & set(
        _labels("They sold Equity in the Series C, two Levers. Der Token hat Platz.")
    )


def test_words_of_scripts_without_spaces_come_in_pairs() -> None:
    assert words("估值突破 Lark") == ["估值", "值突", "突破", "lark"]
    assert words("매개변수는 7") == ["매개", "매개변수는"]


def test_the_nearest_cue_is_the_one_beside_the_figure() -> None:
    low, classes = "it raised money and is valued at ", frozenset({"valuation", "funding"})
    cues = Cues(low)
    assert cues.nearest(0, len(low), True, classes) == {"valuation"}
    assert cues.nearest(0, len(low), False, classes) == {"funding"}
    assert cues.nearest(5, 5, True, classes) == set()


def test_a_name_is_judged_by_all_its_mentions() -> None:
    analysis = _analysis("# Falkor\n\nFalkor is a language model by Quillon AI. Quillon AI trained Falkor on 2T tokens. We like tokens.\n")
    names = names_of(analysis)
    key = next(mention.key for mention in analysis.mentions if mention.label == "Falkor")
    assert "in:heading" in names[key].plain and "f:3" in names[key].plain
    odds = packaged().models["name"].odds(names[key])
    assert len(odds) == len(KINDS) and odds[KINDS.index("model")] > odds[KINDS.index("person")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新しい手法Falkorを使う。FalkorはQuillonが作った", ["Falkor", "Falkor", "Quillon"]),
        ("여기에 더한 것이 FALKOR3입니다. 모델", ["FALKOR3"]),
        ("我们使用Falkor-7B训练，再与Brask3的结果比较", ["Falkor-7B", "Brask3"]),
        ("モデルとデルは別", ["デル"]),
    ],
)
def test_names_end_where_a_script_without_spaces_begins(text: str, expected: list[str]) -> None:
    assert _labels(text) == expected


def test_what_is_quoted_or_set_as_code_may_be_a_name() -> None:
    found = {mention.label: mention.source for mention in mentions("“飞马一号”已投入运行。Load `falkor-v1-2.ckpt` first.")}
    assert found["飞马一号"] == "quoted" and found["falkor-v1-2"] == "coded"


def test_people_of_chinese_bylines_and_titles() -> None:
    assert {"王思远", "陈晓"} <= set(_labels("晨风日报 王思远\n\n技术总监 [陈晓](https://example.org)说"))


def test_what_a_text_calls_a_model_is_one() -> None:
    analysis = _analysis(
        "# Neues\n\nQuillon aus Kiel stellt vor: Das jüngste Sprachmodell heißt **Falkor** und kam im Mai. Falkor rechnet schnell.\n"
    )
    key = next(mention.key for mention in analysis.mentions if mention.label == "Falkor")
    assert "called:model" in dict(looks_of(analysis))[key].lexical
    analysis.typed(kinds_by(packaged().models["kind"], analysis))
    assert {mention.type for mention in analysis.mentions if mention.key == key} == {"model"}
    assert [mention.label for mention in analysis.topics["model"]] == ["Falkor"]


def test_unknown_names_are_typed_by_where_they_stand() -> None:
    analysis = _analysis(
        "# Brask raises money\n\nThe start-up Brask raised $40 million in a Series A led by Quillon Ventures. "
        "Brask, an AI company from Kiel, was founded in 2023.\n"
    )
    key = next(mention.key for mention in analysis.mentions if mention.label == "Brask")
    odds = packaged().models["kind"].odds(dict(looks_of(analysis))[key])
    assert LOOKS[int(odds.argmax())] == "organisation"
