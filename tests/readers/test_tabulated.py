"""Tables read by their headers."""

import pytest

from kg.loading import LoadOptions
from kg.statements import check_span
from loaders.blocks import blocks
from loaders.offline.analysis import Analysis
from loaders.offline.tabulated import tabulated
from loaders.prose import loader
from loaders.provenance import metadata
from loaders.readers import read
from tests.readers.examples import document


def said(raw: str) -> list[tuple[str, str, object, str]]:
    given = document(raw)
    text = read(given)
    found = blocks(text)
    statements = tabulated(given, Analysis(text, found, metadata(given, text, found)))
    for statement in statements:
        check_span(statement, raw)
    return [(each.subject, each.predicate, each.object or each.value or (each.low, each.high), each.unit) for each in statements]


def test_a_table_of_models() -> None:
    raw = (
        "| Model | Total | Active params | Context | Tokens | License | Developer |\n|---|---|---|---|---|---|---|\n"
        "| Llama 3 8B | 8B | 8B | 8K | 15T | Apache 2.0 | Meta |\n"
    )
    assert said(raw) == [
        ("Llama 3 8B", "totalParameters", 8e9, "parameter"),
        ("Llama 3 8B", "activeParameters", 8e9, "parameter"),
        ("Llama 3 8B", "contextLength", 8000.0, "token"),
        ("Llama 3 8B", "trainingTokens", 15e12, "token"),
        ("Llama 3 8B", "license", "Apache 2.0", ""),
        ("Llama 3 8B", "developer", "Meta", ""),
    ]


def test_a_fact_sheet_is_about_the_documents_model() -> None:
    raw = (
        "# TinyLlama\n\nTinyLlama is a small model.\n\n| What | Value |\n|---|---|\n| Parameters | 1,100,048,384 |\n"
        "| Activation | SwiGLU |\n| FlashAttention | ✅ |\n| Heads | 32 |\n"
    )
    found = said(raw)
    assert ("TinyLlama", "totalParameters", 1100048384.0, "parameter") in found
    assert ("TinyLlama", "technique", "SwiGLU", "") in found
    assert len(found) == 3


def test_names_over_columns_and_a_scale_in_the_label() -> None:
    raw = "| | Llama 2 70B | Llama 3 70B |\n|---|---|---|\n| Parameters (B) | 69 | 70.6 |\n| Maximum sequence length | 4096 | 8192 |\n"
    assert said(raw) == [
        ("Llama 2 70B", "totalParameters", 69e9, "parameter"),
        ("Llama 3 70B", "totalParameters", 70.6e9, "parameter"),
        ("Llama 2 70B", "contextLength", 4096.0, "token"),
        ("Llama 3 70B", "contextLength", 8192.0, "token"),
    ]


def test_prices_take_the_currency_of_their_header() -> None:
    raw = "| Card | 2nd-hand (USD) |\n|---|---|\n| H100 | 18k–22k |\n| Total | 40k |\n"
    assert said(raw) == [("H100", "chipPrice", (18000.0, 22000.0), "USD")]


@pytest.mark.parametrize("cell", ("-", "n/a", "unknown", "未公开", ""))
def test_an_empty_cell_says_nothing(cell: str) -> None:
    assert said(f"| Model | Tokens |\n|---|---|\n| Llama 3 8B | {cell} |\n| Llama 3 70B | 15T |\n") == [
        ("Llama 3 70B", "trainingTokens", 15e12, "token")
    ]


@pytest.mark.parametrize("label", ("Embedding parameters", "Active users", "Batch tokens", "Attention heads", "Price per hour"))
def test_labels_that_only_look_alike(label: str) -> None:
    assert said(f"| Model | {label} |\n|---|---|\n| Llama 3 8B | 500,000,000 |\n") == []


def test_a_cell_that_was_read_already_is_left_alone() -> None:
    raw = "| Model | Training tokens |\n|---|---|\n| Llama 3 8B | 15T |\n"
    statements = [each for each in loader.load(document(raw), LoadOptions()).statements if each.predicate == "trainingTokens"]
    assert len(statements) == 1
