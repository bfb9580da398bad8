"""The block tree: what stands under what, tables with their headers, fields, footnotes."""

import pytest

from loaders.blocks import LONGEST_SENTENCE, blocks, heading_of, introduction, sentences, tables
from loaders.readers import read
from tests.readers.examples import document, shown, tree

NOTE = """---
title: "Alpha: a note"
tags:
  - chips
  - labs
description: >-
  Two lines
  of it.
---
# Alpha[^1]

Intro paragraph.

## Cost

Total: $5.5M

- Pre-training: $5M (2664K GPU hours)
  - nested item
1. numbered

> A quoted line.
>
> - an item in it[^2]

```python
x = 1
```

[^1]: The first note
[^2]: [Second](https://b.example)
"""


def test_the_tree_of_a_note() -> None:
    text, found = tree(NOTE)
    assert [(block.kind, block.level, block.label) for block in found] == [
        ("front-matter", 0, ""),
        ("field", 0, "title"),
        ("field", 0, "tags"),
        ("field", 0, "tags"),
        ("field", 0, "description"),
        ("heading", 1, ""),
        ("paragraph", 0, ""),
        ("heading", 2, ""),
        ("paragraph", 0, ""),
        ("field", 0, "Total"),
        ("item", 1, "-"),
        ("field", 0, "Pre-training"),
        ("item", 2, "-"),
        ("item", 1, "1."),
        ("quote", 1, "2"),
        ("paragraph", 0, ""),
        ("item", 1, "-"),
        ("code", 0, "python"),
        ("footnote", 0, "1"),
        ("footnote", 0, "2"),
    ]
    words = [text.content[block.start : block.end] for block in found]
    assert words[1] == "Alpha: a note"
    assert words[2:4] == ["chips", "labs"]
    assert words[5] == "Alpha[^1]"
    assert words[9] == "$5.5M"
    assert words[11] == "$5M (2664K GPU hours)"
    assert words[17] == "x = 1"
    parents = [block.parent for block in found]
    assert parents[7] == 5
    assert parents[8] == 7
    assert parents[12] == 10
    assert parents[15] == parents[16] == 14
    assert heading_of(found, 16) == 7


def test_a_quote_knows_what_introduces_it() -> None:
    text, found = tree("The rival said:\n\n> It is cheap.\n\nNothing more.\n\n> Alone.")
    quotes = [number for number, block in enumerate(found) if block.kind == "quote"]
    first, second = (introduction(found, number, text) for number in quotes)
    assert first is not None
    assert text.content[found[first].start : found[first].end] == "The rival said:"
    assert second is None


def cells(raw: str) -> list[list[str]]:
    text = read(document(raw))
    found = blocks(text)
    return [[text.content[start:end] for start, end in row] for table in tables(found, text) for row in table.rows]


TABLES = {
    "pipes": ("| A | B |\n|---|--:|\n| x | 1 |\n", [["A", "B"], ["x", "1"]], 1),
    "pipes without frame": ("A | B |\n---|---|\nx | 1 |\n", [["A", "B"], ["x", "1"]], 1),
    "pipes without separator": ("| layers | 48 |\n| heads | 64 |\n", [["layers", "48"], ["heads", "64"]], 0),
    "header told by figures": (
        "| Card | TDP | HBM |\n| H1 | 700 W | 80 |\n| H2 | 400 W | 96 |\n",
        [["Card", "TDP", "HBM"], ["H1", "700 W", "80"], ["H2", "400 W", "96"]],
        1,
    ),
    "tabs": ("name\tsize\nA\t7B\n", [["name", "size"], ["A", "7B"]], 0),
    "spaces": (
        "rank 0      embed\nrank 1-10   6 blocks\nrank 11     5 blocks\n",
        [["rank 0", "embed"], ["rank 1-10", "6 blocks"], ["rank 11", "5 blocks"]],
        0,
    ),
    "dashes under every column": (
        "lab      city    sum\n-------  ------  -----\nAlpha    Oslo    $3m\nBeta     Rome    tbd\n",
        [["lab", "city", "sum"], ["Alpha", "Oslo", "$3m"], ["Beta", "Rome", "tbd"]],
        1,
    ),
    "commas": (
        'model,params,note\nA,7B,"big, open"\nB,13B,\nC,70B,x\n',
        [["model", "params", "note"], ["A", "7B", "big, open"], ["B", "13B", ""], ["C", "70B", "x"]],
        1,
    ),
    "drawn with plus and minus": (
        "+-------+------+\n| Model | Size |\n+=======+======+\n| A     | 7B   |\n+-------+------+\n| B     | 13B  |\n+-------+------+\n",
        [["Model", "Size"], ["A", "7B"], ["B", "13B"]],
        1,
    ),
    "drawn with box characters": (
        "┌───────┬──────┐\n│ Model │ Size │\n├───────┼──────┤\n│ A     │ 7B   │\n│ B     │ 13B  │\n└───────┴──────┘\n",
        [["Model", "Size"], ["A", "7B"], ["B", "13B"]],
        1,
    ),
    "of Org mode": ("| A | B |\n|---+---|\n| x | 1 |\n", [["A", "B"], ["x", "1"]], 1),
    "in a quote": ("> | A | B |\n> |---|---|\n> | x | 1 |\n", [["A", "B"], ["x", "1"]], 1),
    "empty cells": ("| | B |\n|---|---|\n| x | |\n", [["", "B"], ["x", ""]], 1),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_every_make(name: str) -> None:
    raw, expected, header = TABLES[name]
    assert cells(raw) == expected
    text, found = tree(raw)
    assert [table.header_rows for table in tables(found, text)] == [header]


NO_TABLES = (
    "One, two, and 3.\nFour, five, and 6.\nSeven, eight, and 9.",
    "One sentence.  Another one.\nA third.  And a fourth.",
    "- 2023 | the price fell\n- 2024 | it rose\n",
    "year      = {2022},\nmonth     = {June},",
    "a | b",
)


@pytest.mark.parametrize("raw", NO_TABLES)
def test_what_is_no_table(raw: str) -> None:
    assert cells(raw) == []


def test_a_table_has_caption_heading_and_header_column() -> None:
    text, found = tree("# Costs\n\nWhat it cost:\n\n| Model | USD |\n|---|---|\n| A | 5 |\n| B | 6 |\n")
    (table,) = tables(found, text)
    assert table.caption is not None
    assert text.content[slice(*table.caption)] == "What it cost:"
    assert table.heading == 0
    assert table.header_column


FIELDS = {
    "Parameters: 176B": ("Parameters", "176B"),
    "**Built by:** Alpha": ("Built by", "Alpha"),
    "中文能力：很强，领先幅度很大": ("中文能力", "很强，领先幅度很大"),
    "Licences : Apache 2.0": ("Licences", "Apache 2.0"),
    "key: value with: two": ("key", "value with: two"),
}


@pytest.mark.parametrize("raw", FIELDS)
def test_a_line_with_a_key_has_a_field(raw: str) -> None:
    assert shown(raw, "field") == [("field", *FIELDS[raw])]


@pytest.mark.parametrize("raw", ("at 12:46 it ended", "see https://a.example", "He left. She said: no", "(see: there", "ratio 3:1"))
def test_a_colon_alone_is_no_field(raw: str) -> None:
    assert shown(raw, "field") == []


SENTENCES = (
    ("It cost $5.576M. The rest is rent.", ["It cost $5.576M.", "The rest is rent."]),
    ("Alpha Inc. and the U.S. agreed. J. Smith did, too.", ["Alpha Inc. and the U.S. agreed.", "J. Smith did, too."]),
    (
        "It was led by A.B. Vale Partners, C.D.E. Holt and J. Moss. Others joined.",
        ["It was led by A.B. Vale Partners, C.D.E. Holt and J. Moss.", "Others joined."],
    ),
    ("It moved to the U.S. The rest stayed.", ["It moved to the U.S.", "The rest stayed."]),
    ("Use e.g. H100s, i.e. 80 GB cards. Done.", ["Use e.g. H100s, i.e. 80 GB cards.", "Done."]),
    ("Rund 14 Mio. Euro kamen dazu. Das reicht.", ["Rund 14 Mio. Euro kamen dazu.", "Das reicht."]),
    ("总投资近2亿元。“规模很大。”他说。", ["总投资近2亿元。", "“规模很大。”", "他说。"]),
    ("「安い。」と述べた。次は来年。", ["「安い。」と述べた。", "次は来年。"]),
    ("크기는 7.8B다. 성능이 좋다.", ["크기는 7.8B다.", "성능이 좋다."]),
    ("It grew.[^3] Then it fell. [^4] End", ["It grew.[^3]", "Then it fell. [^4]", "End"]),
    ("“Why?” he asked. “Because!”", ["“Why?” he asked.", "“Because!”"]),
    ("V3.1 and GPT-4.5 differ", ["V3.1 and GPT-4.5 differ"]),
    ("Eröffnet am 5. September 2025 in Lund. Es läuft.", ["Eröffnet am 5. September 2025 in Lund.", "Es läuft."]),
    ("등록 2025. 7. 3. 오후에 시작한다.", ["등록 2025. 7. 3.", "오후에 시작한다."]),
    ("It grew by 5. Sales fell in 2024. 3 left.", ["It grew by 5.", "Sales fell in 2024.", "3 left."]),
    ("... and so on. . .", ["... and so on. . ."]),
)


@pytest.mark.parametrize(("raw", "expected"), SENTENCES)
def test_sentences(raw: str, expected: list[str]) -> None:
    text, found = tree(raw)
    assert [text.content[start:end] for start, end in sentences(text, found[0])] == expected


def test_what_never_stops_is_divided() -> None:
    text, found = tree("word, " * 3000)
    parts = sentences(text, found[0])
    assert max(end - start for start, end in parts) <= LONGEST_SENTENCE
    assert "".join(text.content[start:end].replace(" ", "") for start, end in parts) == ("word," * 3000)
