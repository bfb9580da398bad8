"""Whatever a file holds, the readers give a text whose every character maps back, and the same one twice."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import Document
from kg.loading import LoadOptions
from kg.statements import check_span
from kg.text import Text
from loaders.blocks import Block, blocks, sentences, tables
from loaders.citations import citations
from loaders.prose import loader
from loaders.provenance import metadata
from loaders.readers import read

# Pieces of every format, so that the readers meet their own syntax broken in every way.
PIECES = (
    *(
        "# ",
        "## A",
        "> ",
        "- ",
        "1. ",
        "| a | b |",
        "|---|---|",
        "| |",
        "\n",
        "\n\n",
        "\r\n",
        "  ",
        "\t",
        "**",
        "*",
        "_",
        "`",
        "```",
        "~~~",
    ),
    *("+---+---+\n", "│ a │ b │", "├──┼──┤", "|---+---|"),
    *(
        "\n```mermaid\ngraph TD\n",
        "A[b] --> C(d)\n",
        "A -->|x| B{{y}}\n",
        "\n```\n",
        "\n```yaml\n",
        "- a: b\n",
        "\n```json\n",
        '{"a": "b", "c": 1}\n',
    ),
    *("\n```math\n", "x \\times 10^{3}\n", "\n```toml\n[a]\n", "b = 1\n"),
    *("[^1]", "[^1]: ", "[x](y)", "![i](j)", "[[w|v]]", "\\", "\\$5", "$x^2$", "{{term:a|b}}", "---\n", "key: v", ":::", "<!--", "-->"),
    *(
        "<table>",
        "<tr>",
        '<td rowspan="3">',
        '<td colspan="2">',
        "<th>",
        "</td>",
        "</tr>",
        "</table>",
        "<b>",
        "</b>",
        "<p>",
        "<br>",
        "<li>",
    ),
    *(
        "<script>",
        "</script>",
        "<a href='u'>",
        "</a>",
        "<sup>",
        "</sup>",
        "&amp;",
        "&#65;",
        "<",
        ">",
        "â€™",
        "å¹»æ–¹",
        "ä¸",
        "幻方",
        "١٢",
        "🐋",
    ),
    *(
        "DeepSeek-V3",
        "$5.576M",
        "2664K 119K 5K",
        "$0.0IM",
        "OpenAl",
        "O[F |7z",
        "1",
        "。",
        "．",
        "word ",
        "another line of words",
        "\x00",
        "\u200b",
    ),
)
mixed = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join)


def document(raw: str) -> Document:
    return Document("0" * 64, "any.txt", raw)


def assert_mapped(text: Text, raw: str) -> None:
    assert len(text.content) == len(text.starts) == len(text.ends)
    assert all(0 <= start <= end <= len(raw) for start, end in zip(text.starts, text.ends, strict=True))
    for low, high in (*text.repaired, *text.copies, *((link.start, link.end) for link in text.links)):
        assert 0 <= low < high <= len(text.content)


@settings(max_examples=400, deadline=None)
@given(mixed)
def test_every_character_maps_into_the_raw_document(raw: str) -> None:
    text = read(document(raw))
    assert_mapped(text, raw)
    if not text.copies:
        assert list(text.starts) == sorted(text.starts)
        assert list(text.ends) == sorted(text.ends)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_unicode_is_read(raw: str) -> None:
    assert_mapped(read(document(raw)), raw)


@settings(max_examples=150, deadline=None)
@given(mixed, st.data())
def test_any_part_of_the_content_has_a_raw_span(raw: str, data: st.DataObject) -> None:
    text = read(document(raw))
    if text.content:
        start = data.draw(st.integers(0, len(text.content) - 1))
        end = data.draw(st.integers(start + 1, len(text.content)))
        low, high = text.raw_span(start, end)
        assert 0 <= low <= high <= len(raw)


@settings(max_examples=100, deadline=None)
@given(mixed)
def test_the_same_document_is_read_the_same_twice(raw: str) -> None:
    assert read(document(raw)) == read(document(raw))


@settings(max_examples=300, deadline=None)
@given(mixed)
def test_blocks_are_nested_and_sentences_lie_in_them(raw: str) -> None:
    text = read(document(raw))
    found = blocks(text)
    for number, block in enumerate(found):
        assert 0 <= block.start <= block.end <= len(text.content)
        assert block.parent is None or block.parent < number
        last = block.start
        for start, end in sentences(text, block):
            assert last <= start < end <= block.end
            last = end
    for table in tables(found, text):
        assert table.header_rows <= len(table.rows)
        assert all(found[row].kind == "row" for row in table.row_blocks)


SIZE = 120_000
WORST = {
    "a megabyte on one line": "word " * 200_000,
    "ten thousand columns": "| 7 " * 10_000 + "|\n" + "|---" * 10_000 + "|\n" + "| 8 " * 10_000 + "|\n",
    "open brackets": "[" * 200_000,
    "open links": "[a](" * 50_000,
    "images in links": "[![" * 60_000,
    "stars": "*a " * 100_000,
    "runs of stars": "*" * 200_000,
    "underscores": "_a" * 100_000,
    "ticks": "`" * 100_000 + " " + "` " * 50_000,
    "open tags": "<a " * 100_000,
    "open quotes in tags": '<a b="' * 60_000,
    "open comments": "<!--" * 60_000,
    "open scripts": "<script>" * 40_000,
    "a page of titles": "<html>" + "<title>" * 40_000,
    "a page of breaks": "<html><body>" + "<p><b><i>" * 30_000,
    "nested tables": "<table><tr><td>" * 20_000,
    "wide spans": '<table><tr><td rowspan="1000" colspan="1000">x</td></tr>' + "<tr><td>y</td></tr>" * 900 + "</table>",
    "many wide spans": "<table>" + '<tr><td rowspan="1000" colspan="1000">x</td></tr>' * 300 + "</table>",
    "ampersands": "&amp" * 100_000,
    "spaces": " " * 300_000 + "x",
    "spaces between words": ("x" + " " * 1000) * 300,
    "dots": "." * 300_000,
    "digits": "1" * 300_000,
    "quotes": "> " * 100_000,
    "hashes": "#" * 200_000,
    "dashes": "-" * 300_000 + "x",
    "dashes and bars": "-|" * 100_000 + "x",
    "newlines": "\n" * 300_000,
    "colons": "a:" * 150_000,
    "dollars": "$a" * 100_000 + "\\",
    "braces": "{{term:" * 40_000,
    "mojibake leads": "å" * 200_000,
    "mojibake without end": "ä¸­å›½" * 20_000,
    "footnotes": "[^1" * 80_000,
    "right to left": "مرحبا 5 مليون " * 20_000,
    "emoji": "👨‍👩‍👧 🐋" * 20_000,
    "zeros": "\x00a" * 100_000,
    "escapes": "\\" * 200_000,
    "divs": ":::\n" * 50_000,
    "rows of figures": "a  1 2\n" * 40_000,
    "items": "- a\n" * 60_000,
    "deep items": "".join(" " * depth + "- a\n" for depth in range(800)),
    "borders": "+---+---+\n" * 20_000,
    "half a border": "+-" * 100_000 + "x",
    "open objects": '{"a":' * 40_000,
    "open lists": '{"a":' + "[" * 200_000,
    "records": '{"a": "b", "c": [1, {"d": "e\\n"}]}\n' * 10_000,
    "front matter": "---\n" + "a: b\n" * 60_000,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_inputs_take_time_in_proportion_to_their_length(name: str) -> None:
    """Six seconds: ten times what the slowest takes, far less than a pattern that runs away would."""
    raw = WORST[name] if "megabyte" in name else WORST[name][:SIZE]
    began = time.process_time()
    text = read(document(raw))
    found: tuple[Block, ...] = blocks(text)
    for block in found[:50]:
        sentences(text, block)
    tables(found, text)
    citations(document(raw), text, found, metadata(document(raw), text, found))
    assert time.process_time() - began < 6
    assert_mapped(text, raw) if len(text.content) < 200_000 else None


FACTS = (
    *(
        "DeepSeek-V3 cost $5.576M to train. ",
        "Llama 3 70B was trained by Meta on 15T tokens",
        " and ",
        "NVIDIA",
        "H100",
        "| 7B | 2T |\n",
        "2025年1月",
    ),
    *(
        "The model has 671B parameters, of which 37B are active.\n",
        "据报道，",
        "幻方拥有1万张A100",
        "Apache 2.0",
        "said",
        "> quoted ",
        "[^1]",
    ),
)
facts = st.lists(st.one_of(st.sampled_from(FACTS), st.sampled_from(PIECES), st.text(max_size=4)), max_size=25).map("".join)


@settings(max_examples=120, deadline=None)
@given(facts)
def test_every_statement_of_any_text_is_quoted_exactly_and_found_twice(raw: str) -> None:
    given_document = document(raw)
    first, second = loader.load(given_document, LoadOptions()), loader.load(given_document, LoadOptions())
    assert first.statements == second.statements
    for statement in first.statements:
        check_span(statement, raw)
        assert 0 <= statement.confidence <= 1
    for reference in first.metadata.references:
        assert reference.start is None or 0 <= reference.start <= (reference.end or 0) <= len(raw)
