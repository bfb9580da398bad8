"""Mojibake: what was lost is restored from a dictionary, and the repair can prove itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.text import Text, identity
from loaders.readers import read
from loaders.readers.mojibake import SURE, pages, repaired
from tests.readers.examples import document
from tests.shared import SHARED, needs_shared

WORST_PAGE = pages()[-1]
PAGES = {page.name: page for page in pages()}

# Written for this test.
NEWS = (
    "去年，这家公司成立了自己的研究团队，总投资近2亿元，购买了约1万张显卡。它的创始人认为，技术没有秘密，但是需要时间和成本。\n"
    "Nothing was lost in the English line: 1,100 GPUs.\n"
    "「我们的原则是不赔钱」，他说，训练大模型的门槛越来越低。第一个平台“萤火一号”已经投入使用，“萤火二号”正在建设。\n"
)


def restored(raw: str) -> Text:
    return repaired(identity(raw))


@pytest.mark.parametrize("name", PAGES)
def test_damaged_chinese_is_restored_whichever_decoder_damaged_it(name: str) -> None:
    text = restored(PAGES[name].damage(NEWS))
    wrong = sum(found != meant for found, meant in zip(text.content, NEWS, strict=True))
    assert wrong <= 0.03 * len(NEWS)
    assert text.kinds == ("mojibake",)


def test_nothing_wrong_is_held_for_certain() -> None:
    text = restored(WORST_PAGE.damage(NEWS))
    doubted = {position for mark in text.uncertain for position in range(mark.start, mark.end)}
    assert all(position in doubted for position, pair in enumerate(zip(text.content, NEWS, strict=True)) if pair[0] != pair[1])


def test_a_rare_name_comes_out_right() -> None:
    assert "萤火一号" in restored(WORST_PAGE.damage(NEWS)).content


def test_damaging_the_repaired_text_gives_the_file_back() -> None:
    damaged = WORST_PAGE.damage(NEWS)
    assert WORST_PAGE.damage(restored(damaged).content) == damaged


def test_a_guessed_figure_is_never_certain() -> None:
    # 十 (E5 8D 81) loses both of its continuation bytes.
    text = restored(WORST_PAGE.damage("他们在研究上投入了大约二十亿元，购买了很多显卡，训练自己的大语言模型。"))
    at = text.content.index("十")
    assert any(mark.start <= at < mark.end and mark.posterior < SURE for mark in text.uncertain)


def test_quotes_of_an_english_text_are_restored() -> None:
    damaged = "\u00e2\u20ac\u0153Yes,\u00e2\u20ac\u009d it\u00e2\u20ac\u2122s 5\u00e2\u20ac\u201c10 caf\u00c3\u00a9s"
    assert restored(damaged).content == "“Yes,” it’s 5–10 cafés"


HONEST = (
    "l’été à Paris coûte 5 M€ … «é» — ça va",
    "“naïve” café – déjà vu; Ünal Şimşek ığdır’da, fünf Straßen",
    NEWS,
    "Übermäßig große Ämter",
    "Ã is a letter, â too",
    "русский текст и 中文",
)


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_left_alone(text: str) -> None:
    assert restored(text) == identity(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞"
        ),
        max_size=60,
    ).map("".join)
)
def test_any_damaged_chinese_proves_its_repair(meant: str) -> None:
    damaged = WORST_PAGE.damage(meant)
    text = restored(damaged)
    assert WORST_PAGE.damage(text.content) == damaged or "mojibake" not in text.kinds
    assert len(text.content) == len(text.starts) == len(text.ends)
    assert list(text.starts) == sorted(text.starts)


def test_a_restored_character_is_quoted_as_it_stands_in_the_file() -> None:
    damaged = WORST_PAGE.damage(NEWS)
    text = read(document(damaged))
    at = text.content.index("萤火")
    low, high = text.raw_span(at, at + 2)
    assert damaged[low:high] == WORST_PAGE.damage("萤火")


@needs_shared
def test_the_notes_prove_their_repair() -> None:
    raw = next((SHARED / "documents").glob("003_*")).read_text("utf-8")
    text = restored(raw)
    assert WORST_PAGE.damage(text.content) == raw
    assert "萤火一号" in text.content
    assert "英伟达" in text.content
