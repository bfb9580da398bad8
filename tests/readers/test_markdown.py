"""Markdown: markup goes, words and their places stay."""

import pytest

from loaders.readers import read
from tests.readers.examples import content, document, quote

CASES = {
    "bold inside a figure": ("It took **39.3** million hours.", "It took 39.3 million hours."),
    "bold and italics nested": ("***Both*** and **one *two* three**", "Both and one two three"),
    "underscores inside names stay": ("the `hidden_size` of my_model_name", "the hidden_size of my_model_name"),
    "underscore emphasis": ("only the _GPUs_ count", "only the GPUs count"),
    "a product is no emphasis": ("2 * 3 * 4 and 5*6*7", "2 * 3 * 4 and 5*6*7"),
    "footnote stars stay": ("Crawl*7 and Code*8", "Crawl*7 and Code*8"),
    "bold beside Chinese marks": ("据报道，**“甲公司”拥有1万枚芯片。**乙没有", "据报道，“甲公司”拥有1万枚芯片。乙没有"),
    "struck and marked": ("~~old~~ ==new==", "old new"),
    "about sign": ("~33 days, ~40 more", "~33 days, ~40 more"),
    "link": ("see [the report](https://a.example/r.pdf) here", "see the report here"),
    "link with parentheses": ("[Alpha](https://a.example/x_(y)) is", "Alpha is"),
    "link with brackets": ("[Alpha [v2]](https://a.example) is", "Alpha [v2] is"),
    "image": ("before ![a **chart**](c.png) after", "before  after"),
    "image in a link": ("[![badge](b.svg)](https://a.example) text", " text"),
    "reference link": ("see [Alpha][a]\n\n[a]: https://a.example", "see Alpha\n\n[a]: https://a.example"),
    "wiki link": ("[[High-Flyer]] and [[people/liang|Liang]]", "High-Flyer and Liang"),
    "angle link": ("at <https://a.example/x>", "at https://a.example/x"),
    "escapes": ("\\$20 billion, 1\\. not a list, a\\_b", "$20 billion, 1. not a list, a_b"),
    "code is left alone": ("`**not bold**` and\n```\n**nor this**\n```", "**not bold** and\n```\n**nor this**\n```"),
    "formula": ("about $2 \\times 10^{25}$ FLOP and $N$ weights", "about 2 × 10^25 FLOP and N weights"),
    "prices are no formula": ("between $5 and $6^ a piece", "between $5 and $6^ a piece"),
    "gloss": ("for {{term:compute|The capacity.}} alone", "for compute alone"),
    "shortcode": ('by Ann ({{<handle name="@ann">}}) today', "by Ann () today"),
    "exported footnote": ('done.[1](#footnote-1){#anchor .x target="_self"} Next', "done.[^1] Next"),
    "callout": ("> [!NOTE]\n> Text of it.", "> \n> Text of it."),
    "remark": ("It sold a million. ^[inferred]", "It sold a million."),
}


@pytest.mark.parametrize("name", CASES)
def test_inline_markup_goes(name: str) -> None:
    raw, expected = CASES[name]
    assert content(raw) == expected


def test_a_figure_with_markup_is_quoted_as_it_stands() -> None:
    assert quote("It took **39.3** million hours.", "39.3 million") == "39.3** million"


def test_links_keep_words_and_address() -> None:
    text = read(document("see [the report](https://a.example/r.pdf) and [[People/Liang|Liang]]"))
    assert [(text.content[link.start : link.end], link.address) for link in text.links] == [
        ("the report", "https://a.example/r.pdf"),
        ("Liang", "People/Liang"),
    ]


def test_exported_footnotes_become_footnotes() -> None:
    raw = (
        "Text.[2](#footnote-2){#a .b}\n\n"
        ':::: {.footnote component-name="F"}\n[2](#footnote-anchor-2){#footnote-2 .n target="_self"}\n\n'
        "::: footnote-content\nThe explanation.\n:::\n::::\n"
    )
    assert "[^2]: The explanation." in content(raw)
    assert "Text.[^2]" in content(raw)


def test_wrapped_lines_of_a_paragraph_are_joined() -> None:
    raw = (
        "The company that runs the first of these clusters said on Monday that\nthe second would follow within the year, "
        "provided that the power supply\nis ready by then, which nobody at the site was prepared to promise when\nasked."
    )
    assert "\n" not in content(raw)
    assert quote(raw, "Monday that the second") == "Monday that\nthe second"


def test_paragraphs_on_one_line_each_stay_apart() -> None:
    raw = "A short line.\nAnother one that is a good deal longer than the first.\nA third."
    assert content(raw) == raw


def test_double_spaced_lines_are_joined() -> None:
    raw = "\n\n".join(
        (
            "A further sum of money has gone to the company, which is a",
            "startup for infrastructure. The money is meant for a data",
            "center that the firm is building near the lake, and which",
            "is to grow from two buildings to eight in the year to",
            "come, it said. Nobody knows when the power for that will",
            "be there.",
        )
    )
    assert "\n" not in content(raw)
