"""Boxed text, recognised slides, JSON, plain text: each undone by what is in it."""

import pytest

from loaders.readers import read
from loaders.readers.ocr import is_noise, is_recognised
from tests.readers.examples import content, document, quote

BOX = "\n".join(
    f"{line} | |"
    for line in (
        " _____  ,--.",
        "/ ___/ |  /",
        "alpha.example - on gopher - inofficial",
        "Alpha has told the regulator that it trained the model on 512 chips,",
        "which is fewer than the rivals need, and that the whole training had",
        "cost $294,000.",
        "Model distillation",
        "A spokesman for the rival, who asked not to be named, called the sum",
        "implausible.",
    )
)


def test_frame_art_and_hard_wraps_go() -> None:
    assert [line for line in content(BOX).split("\n") if line.strip()] == [
        "alpha.example - on gopher - inofficial",
        "Alpha has told the regulator that it trained the model on 512 chips, which is fewer than the rivals need, and that the "
        "whole training had cost $294,000.",
        "Model distillation",
        "A spokesman for the rival, who asked not to be named, called the sum implausible.",
    ]


def test_a_joined_line_is_quoted_with_its_frame() -> None:
    assert quote(BOX, "had cost $294,000") == "had | |\ncost $294,000"


def test_a_table_is_no_box() -> None:
    raw = "| a | b |\n|---|---|\n" + "| some longer words in a cell here | 2 |\n" * 8
    assert content(raw) == raw


SLIDES = """ Cheaper training could boost
its impact on the market

OpenAl keen to work with everybody, the chief says,

as markets fall
[O7F |A= 2RO 227t M= AF|o
Lastly, we emphasize again that training the Alpha
on H800 GPU hours, i.e., 3.7 days on our cluster is
cheap.
£ BAA-V3S |ZE 28 BT ZEE|H, A A7 5l
82 HQE LT op7|HA, E02|F E& COJE{0) &
Training Costs | Pre-Training  Context Extension Post-Training | Total
in H800 GPU Hours | 2664K 119K 5K | 2788K
in USD $5.328M $0.238M $0.0IM | $5.576M
"""


def test_noise_of_recognition_goes_and_words_stay() -> None:
    assert is_recognised(SLIDES)
    found = content(SLIDES)
    assert "HQE" not in found
    assert "Cheaper training could boost its impact on the market" in found
    assert "the Alpha on H800 GPU hours, i.e., 3.7 days on our cluster is cheap." in found
    assert "OpenAI keen to work with everybody, the chief says, as markets fall" in found


def test_a_split_table_is_put_together() -> None:
    assert content(SLIDES).strip().split("\n")[-4:] == [
        "| Training Costs | Pre-Training | Context Extension | Post-Training | Total |",
        "|---|---|---|---|---|",
        "| in H800 GPU Hours | 2664K | 119K | 5K | 2788K |",
        "| in USD | $5.328M | $0.238M | $0.01M | $5.576M |",
    ]


def test_a_letter_read_for_a_digit_is_quoted_as_it_stands_and_marked() -> None:
    assert quote(SLIDES, "$0.01M") == "$0.0IM"
    text = read(document(SLIDES))
    at = text.content.index("$0.01M") + 4
    assert (at, at + 1) in text.repaired


def test_figures_and_code_are_no_noise() -> None:
    for line in ("Ascend 910B | 7nm | 400 W", "A100 400W → H100 700W", "2024-05-01: v3.1 (128K)", "모델 7B | 32K", "if x == y: return z"):
        assert not is_noise(line), line


RECORDS = '{"id": 7, "text": "Alpha said \\"yes\\"\\nto \\u4e07 chips", "tags": ["a", {"b": 1.5}]}\n{"id": 8, "text": "cut o'


def test_json_becomes_a_line_for_every_value() -> None:
    assert [line for line in content(RECORDS).split("\n") if line] == [
        "id: 7",
        'text: Alpha said "yes"',
        "to 万 chips",
        "tags: a",
        "tags.b: 1.5",
        "id: 8",
        "text: cut o",
    ]


def test_a_json_string_is_quoted_with_its_escapes() -> None:
    assert quote(RECORDS, '"yes"') == '\\"yes\\"'
    assert quote(RECORDS, "万 chips") == "\\u4e07 chips"


def test_line_ends_and_unseen_characters_are_evened_out() -> None:
    assert content("one\r\ntwo\rthree\u200b x\u00ady\ufeff\x00") == "one\ntwo\nthree xy"


LANGUAGES = (
    "Společnost vycvičila nový jazykový model na vlastních čipech a zveřejnila jeho váhy.",
    "Spółka wytrenowała nowy model językowy na własnych układach i udostępniła jego wagi.",
    "Şirket yeni dil modelini kendi çiplerinde eğitti ve ağırlıklarını yayımladı.",
    "Công ty đã huấn luyện mô hình ngôn ngữ mới trên các chip của riêng mình.",
    "A vállalat új nyelvi modellt tanított be saját chipjein, és közzétette a súlyait.",
    "Compania a antrenat un nou model lingvistic pe propriile cipuri și l-a publicat.",
    "La société n’a pas publié les poids, d’après l’annonce faite à l’été.",
    "Το μοντέλο εκπαιδεύτηκε σε δικά τους τσιπ.",
)


@pytest.mark.parametrize("line", LANGUAGES)
def test_no_language_is_noise(line: str) -> None:
    assert not is_noise(line)
    assert content("\n".join([line] * 12)).count(line[:12]) == 12


LOG = "\n".join(f"2024-01-0{n} 12:00:0{n} [INFO] loss={n}.5e-3 lr=1e-4 gpu=H100 step={n}000 tok/s=3.5k" for n in range(1, 10)) + "\n"


def test_a_log_is_kept() -> None:
    assert content(LOG).count("step=") == 9
