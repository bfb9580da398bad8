"""Bytes become text in whatever encoding they are, or a sentence says why not."""

import pytest

from kg.decoding import BINARY, decode
from kg.documents import document_from_bytes
from kg.errors import InputError

ENCODED = {
    "utf-8": "幻方 Ünal 5 €",
    "gb18030": "该公司成立于2015年，总部在杭州，购买了一万张显卡，用来训练自己的大语言模型。",
    "big5": "這家公司成立於二零一五年，總部設在杭州，購買了一萬張顯示卡，用來訓練自己的模型。",
    "cp932": "この会社は去年設立され、東京に本社を置き、大きな言語モデルを自社で学習させている。",
    "cp949": "이 회사는 작년에 설립되었고 서울에 본사를 두고 있으며 큰 언어 모델을 학습시켰다.",
    "cp1251": "Компания основана в прошлом году и уже обучила большую языковую модель на своих чипах.",
    "cp1252": "Das Training kostete fünf Millionen €, und die Ärzte müssen nicht länger auf größere Rechner warten.",
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_an_encoding_is_told_by_its_letters(encoding: str) -> None:
    assert decode(ENCODED[encoding].encode(encoding))[0] == ENCODED[encoding]


@pytest.mark.parametrize("encoding", ("utf-16", "utf-32", "utf-8-sig"))
def test_a_byte_order_mark_decides_and_stays(encoding: str) -> None:
    assert decode("幻方 R1".encode(encoding))[0] == "\ufeff幻方 R1"


def test_utf_16_without_a_mark() -> None:
    assert decode("DeepSeek trained it on 2048 chips".encode("utf-16-le"))[0] == "DeepSeek trained it on 2048 chips"


def test_a_character_cut_off_at_the_end_is_one_replacement() -> None:
    assert decode("一万张显卡".encode()[:-1]) == ("一万张显\ufffd", "utf-8")


def test_a_stray_byte_in_good_utf_8_is_damage() -> None:
    text, name = decode("该公司成立于".encode() * 100 + b"\xff" + "总部在杭州".encode() * 100)
    assert (name, text.count("\ufffd")) == ("utf-8", 1)


def test_no_newline_is_translated() -> None:
    assert document_from_bytes("a.txt", b"one\r\ntwo\rthree\n").raw == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize("kind", [kind for _, kind in BINARY])
def test_binary_formats_are_named(kind: str) -> None:
    magic = next(magic for magic, name in BINARY if name == kind)
    with pytest.raises(InputError, match="not text") as raised:
        document_from_bytes("a.bin", magic + b"rest")
    assert str(raised.value).startswith(f"a.bin is {kind}")


@pytest.mark.parametrize("content", (b"", b" \n\t", bytes(range(256)) * 20, b"\0" * 500))
def test_nothing_and_noise_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"is empty|is binary"):
        decode(content)


MEDIA = {
    "<!DOCTYPE html><html>": "text/html",
    '{"a": 1}': "application/json",
    "---\ntitle: x\n---\n": "text/markdown",
    "Just words.": "text/plain",
}


@pytest.mark.parametrize("raw", MEDIA)
def test_the_media_type_is_told_by_content(raw: str) -> None:
    assert document_from_bytes("x", raw.encode()).media_type == MEDIA[raw]
