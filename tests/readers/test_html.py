"""HTML: structure stays, tags go, spanning cells are repeated."""

import pytest

from loaders.readers import read
from tests.readers.examples import content, document, quote

CASES = {
    "entities": ("R&amp;D &#8364;5&nbsp;bn &lt;b&gt;", "R&D €5 bn <b>"),
    "signs are no tags": ("a < b and c > d, x<5", "a < b and c > d, x<5"),
    "placeholders stay": ("replace <data> and <source> by <title>, then <br>go", "replace <data> and <source> by <title>, then \ngo"),
    "words in a form stay": ("<button>Press</button> it", "Press it"),
    "unknown tags stay": ("the <think> token", "the <think> token"),
    "comment": ("one <!-- two --> three", "one  three"),
    "power": ("10<sup>25</sup> FLOP", "10^25 FLOP"),
    "raised footnote": ('grew <sup id="r9"><a href="#fn9">9</a></sup>.', "grew [^9]."),
    "script": ("one<script>var a = '<b>';</script> two", "one two"),
    "attribute with a bracket": ('<img alt="a > b" src="x"/>after', "after"),
    "break in a Markdown row": ("| a | b<br>c |\n|---|---|\n| 1 | 2 |", "| a | b c |\n|---|---|\n| 1 | 2 |"),
    "code is left alone": ("`<b>` and <b>x</b>", "<b> and x"),
}


@pytest.mark.parametrize("name", CASES)
def test_tags_go(name: str) -> None:
    raw, expected = CASES[name]
    assert content(raw) == expected


TABLE = """<table>
<tr><th>Family</th><th>Size</th><th>Tokens</th></tr>
<tr><td rowspan="2">Alpha &amp; Co</td><td><b>8</b>B</td><td rowspan="2">over 15T</td></tr>
<tr><td>70B
</td></tr>
<tr><td colspan="2">both</td><td>a | b</td></tr>
</table>"""


def test_a_table_becomes_pipe_rows_with_spanning_cells_repeated() -> None:
    assert content(TABLE).strip().split("\n") == [
        "| Family | Size | Tokens |",
        "|---|---|---|",
        "| Alpha & Co | 8B | over 15T |",
        "| Alpha & Co | 70B | over 15T |",
        "| both | both | a ¦ b |",
    ]


def test_a_repeated_cell_is_quoted_where_it_stands() -> None:
    text = read(document(TABLE))
    second = text.content.index("over 15T", text.content.index("over 15T") + 1)
    low, high = text.raw_span(second, second + len("over 15T"))
    assert TABLE[low:high] == "over 15T"
    assert TABLE.count("over 15T") == 1


def test_a_row_with_repeated_cells_is_quoted_without_the_row_above() -> None:
    text = read(document(TABLE))
    start = text.content.index("| Alpha & Co | 70B")
    low, high = text.raw_span(start, text.content.index("\n", start))
    assert "70B" in TABLE[low:high]
    assert "Alpha" not in TABLE[low:high]


def test_bold_in_a_cell_leaves_the_figure_whole() -> None:
    assert quote(TABLE, "8B") == "8</b>B"


PAGE = """<!DOCTYPE html><html><head><title>Alpha opens a cluster | Example News</title>
<meta property="og:site_name" content="Example News"><meta name="author" content="Ann Example">
<meta property="article:published_time" content="2025-03-04T10:00:00Z"><style>p {color: red}</style></head>
<body><nav><a href="/">Home</a></nav><h1>Alpha opens a cluster</h1>
<p>It holds
512 chips.</p><ul><li>first</li><li>second</li></ul></body></html>"""


def test_a_page_keeps_headings_paragraphs_and_items() -> None:
    lines = [line for line in content(PAGE).split("\n") if line.strip()]
    assert [line.strip() for line in lines] == ["# Alpha opens a cluster", "It holds 512 chips.", "- first", "- second"]


def test_a_page_tells_its_metadata() -> None:
    notes = read(document(PAGE)).notes
    assert notes["title"] == "Alpha opens a cluster | Example News"
    assert notes["publisher"] == "Example News"
    assert notes["author"] == "Ann Example"
    assert notes["date"].startswith("2025-03-04")


ARTICLE = """<!doctype html><html><body>
<header><a href="/">Example News</a></header>
<article><h1>Alpha
 opens</h1>
<p>It holds <a href="https://a.example/x">512 chips</a>.</p>
<ul>
 <li><p>first</p></li>
 <li>second
  <ol><li>inner</li></ol>
 </li>
</ul>
<blockquote>
 <p>One.</p>
 <p>Two.</p>
</blockquote>
<dl><dt>Power</dt><dd>1 MW</dd><dt>Owner</dt> <dd>Alpha</dd></dl>
<pre>a  b
c  d</pre>
<table><tr><th>Chip</th><td>H100</td></tr></table>
</article><aside>Read also</aside><footer>All rights</footer></body></html>"""


def test_an_article_keeps_its_structure() -> None:
    lines = [line.rstrip() for line in content(ARTICLE).split("\n") if line.strip(" >")]
    assert [line if line.startswith(" ") and line.lstrip()[0].isdigit() else line.strip() for line in lines] == [
        "Example News",
        "# Alpha opens",
        "It holds 512 chips.",
        "- first",
        "- second",
        "  1. inner",
        "> One.",
        "> Two.",
        "Power: 1 MW",
        "Owner: Alpha",
        "```",
        "a  b",
        "c  d",
        "```",
        "| Chip | H100 |",
    ]
