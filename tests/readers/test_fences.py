"""Fenced blocks: what states something is read where it stands, programs are not."""

import time

import pytest

from loaders.blocks import blocks, tables
from loaders.fences import holding
from loaders.provenance import metadata
from loaders.readers import read
from tests.readers.examples import document, tree


def leaves(raw: str) -> list[tuple[str, str, str]]:
    """Kind, words of the block above (headings and code aside) and words of every block in the fences of a text."""
    text, found = tree(raw)
    shown = []
    for block in found:
        if block.parent is not None and block.kind not in ("field", "row", "table"):
            above = found[block.parent]
            over = text.content[above.start : above.end] if above.kind == "item" else ""
            shown.append((block.kind, over, text.content[block.start : block.end]))
    return shown


@pytest.mark.parametrize(
    ("info", "lines", "kind"),
    [
        ("mermaid", ["graph TD"], "graph"),
        ("", ["flowchart LR", "A --> B"], "graph"),
        ("YAML", ["a: b"], "settings"),
        ("math", ["x = 2"], "formula"),
        ("text", ["import tariffs rose"], "prose"),
        ("rust", ["Words, plain words."], "code"),
        ("", ["Words, plain words, then a stop."], "prose"),
        ("", ["$ ls", "notes.txt"], "code"),
        ("", ["def f(x):", "    return x"], "code"),
        ("", ["int a = 1;", "a += 2;"], "code"),
        ("", ["SELECT name FROM chips"], "code"),
        ("", ["├── data", "└── run.sh"], "code"),
        ("", ["serve small-model --port 80 -v"], "code"),
        ("", ["@book{key,", "  title = {A},", "}"], "code"),
        ("", ["width: 20", "", "# in metres", "depth = 3"], "settings"),
        ("", ['{"width": 20}'], "settings"),
        ("", ["  "], "code"),
    ],
)
def test_the_info_string_or_the_shape_says_what_a_fence_holds(info: str, lines: list[str], kind: str) -> None:
    assert holding(info, lines) == kind


def test_a_flow_chart_gives_its_labels_each_under_the_node_that_points_to_it() -> None:
    raw = (
        '```mermaid\ngraph TB\n    A[Lab One] --> B(Alpha: $2M)\n    A -->|bought 300 GPUs| C["Lab Two (2021)"]\n'
        "    B -- took 3 weeks --> D{{Beta}}\n    subgraph Before 2020\n    style A fill:#fff\n    end\n```\n"
    )
    assert leaves(raw) == [
        ("item", "", "Lab One"),
        ("item", "Lab One", "Alpha: $2M"),
        ("item", "Lab One", "bought 300 GPUs"),
        ("item", "Lab One", "Lab Two (2021)"),
        ("item", "Alpha: $2M", "took 3 weeks"),
        ("item", "Alpha: $2M", "Beta"),
        ("item", "", "Before 2020"),
    ]
    text, found = tree(raw)
    assert [(block.label, text.content[block.start : block.end]) for block in found if block.kind == "field"] == [("Alpha", "$2M")]


def test_other_diagrams_give_their_lines() -> None:
    assert leaves("```mermaid\ntimeline\n    2019 : Founded in Oslo\n    2020 : First model\n```") == [
        ("item", "", "2019 : Founded in Oslo"),
        ("item", "", "2020 : First model"),
    ]
    assert leaves("```mermaid\nsequenceDiagram\n    A->>B: sends 5 cards\n```") == [("item", "", "sends 5 cards")]


YAML = """```yaml
- name: North Hall
  owner: "The State"
  second:
    count: 512
- name: South Hall
  count: 9   # rented
```"""
JSON = """```json
{
  "model": "Alpha-7B",
  "made": {"tokens": "2T", "days": 30},
  "notes": ["free to use"]
}
```"""
TOML = """```toml
[first]
name = "alpha"
cards = 64
```"""


@pytest.mark.parametrize(
    ("raw", "above", "fields"),
    [
        (
            YAML,
            ["", "name: North Hall", "name: North Hall", "second", "", "name: South Hall"],
            [("name", "North Hall"), ("owner", "The State"), ("count", "512"), ("name", "South Hall"), ("count", "9   # rented")],
        ),
        (
            JSON,
            ["", '"model": "Alpha-7B"', '"made"', '"made"', '"model": "Alpha-7B"'],
            [("model", "Alpha-7B"), ("tokens", "2T"), ("days", "30"), ("notes", "free to use")],
        ),
        (TOML, ["", "first", 'name = "alpha"'], [("name", "alpha"), ("cards", "64")]),
        ("```\nheight = 3\nwidth: 4\n```", ["", ""], [("height", "3"), ("width", "4")]),
    ],
)
def test_settings_give_fields_under_the_key_or_name_above_them(raw: str, above: list[str], fields: list[tuple[str, str]]) -> None:
    text, found = tree(raw)
    assert [(block.label, text.content[block.start : block.end]) for block in found if block.kind == "field"] == fields
    assert [over for _, over, _ in leaves(raw)] == above


def test_fenced_prose_is_joined_and_its_tables_are_tables() -> None:
    raw = (
        "```\nThe smaller one took a month on forty cards, and the bill that came was\nabout as high as everybody had feared.\n\n"
        "Model     Params   Tokens\nAlpha     7B       2T\nBeta      13B      4T\n```\n"
    )
    text, found = tree(raw)
    paragraphs = [text.content[block.start : block.end] for block in found if block.kind == "paragraph"]
    assert paragraphs == ["The smaller one took a month on forty cards, and the bill that came was about as high as everybody had feared."]
    (table,) = tables(found, text)
    assert [[text.content[start:end] for start, end in row] for row in table.rows][1] == ["Alpha", "7B", "2T"]


def test_fenced_formulas_are_plain_and_map_back() -> None:
    raw = "```math\nC = 6 \\times 2 \\cdot 10^{21} \\; FLOPs\n```\n"
    text, found = tree(raw)
    (line,) = [block for block in found if block.kind == "paragraph"]
    assert " ".join(text.content[line.start : line.end].split()) == "C = 6 × 2 · 10^21 FLOPs"
    low, high = text.raw_span(line.start, line.end)
    assert raw[low:high] == "C = 6 \\times 2 \\cdot 10^{21} \\; FLOPs"


def test_the_parts_of_a_long_fraction_stand_apart() -> None:
    text, _ = tree("```math\nt = \\frac{4.5\\times10^{24}}{9.5\\times10^{19}} = \\frac{1}{2}\n```\n")
    assert "4.5×10^24 / 9.5×10^19 = 1/2" in text.content


@pytest.mark.parametrize("info", ["python", "bash", "rust", "sql", "diff", "html", "bibtex"])
def test_programs_have_no_statements(info: str) -> None:
    _, found = tree(f"```{info}\nAlpha cost $5M.\n```\n")
    assert [block.kind for block in found] == ["code"]


def test_what_a_fence_says_is_not_said_of_the_document() -> None:
    raw = "# A note\n\nBy nobody.\n\n```yaml\nauthor: Ann Example\npublisher: The Press\ntitle: Other\ndate: 2019-01-02\n```\n"
    text = read(document(raw))
    about = metadata(document(raw), text, blocks(text))
    assert about.title == "A note"
    assert about.publisher is None
    assert "Ann Example" not in about.authors


LONG = {
    "nodes": "```mermaid\ngraph TD\n" + "A[" * 30_000 + "\n```",
    "edges": "```mermaid\ngraph TD\nA " + "-- a " * 20_000 + "\n```",
    "bars": "```mermaid\ngraph TD\nA[x] " + "|" * 60_000 + "\n```",
    "pairs": "```json\n{" + '"a":"' * 20_000 + "\n```",
    "objects": "```json\n" + '{"a":' * 20_000 + "\n```",
    "keys": "```yaml\n" + "".join(" " * depth + "a: b\n" for depth in range(400)) + "```",
    "spaces": "```yaml\na" + " " * 80_000 + "b\n```",
    "words and flags": "```\n" + "word " * 16_000 + "-\n```",
    "calls": "```\n" + "a." * 40_000 + "\n```",
    "colons": "```\nfor " + ": " * 40_000 + "x\n```",
    "fences": "```\na\n```\n" * 10_000,
    "formulas": "```math\n" + "\\frac{" * 10_000 + "\n" + "x_{" * 100 + "\n```",
}


@pytest.mark.parametrize("name", LONG)
def test_long_fences_take_time_in_proportion_to_their_length(name: str) -> None:
    began = time.process_time()
    text = read(document(LONG[name]))
    tables(blocks(text), text)
    assert time.process_time() - began < 6
