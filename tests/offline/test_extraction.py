"""The offline extractor: spans never lie, the same answer every time, nothing where nothing is said."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.documents import document_from_bytes
from kg.loading import LoadOptions
from kg.statements import Statement, check_span
from loaders.prose import loader

ROOT = Path(__file__).parents[2]
ARTICLE = """# Northwind AI raises $40 million

Berlin-based Northwind AI has raised $40 million in a Series A round led by Accel, the company said on 3 March 2025.
Its model Northwind-7B has 7 billion parameters and was trained on 2 trillion tokens with 512 Nvidia H100 GPUs.
It is released under the Apache 2.0 licence.
"""


def extracted(text: str) -> tuple[Statement, ...]:
    """The statements of a text, every span checked."""
    document = document_from_bytes("article.txt", text.encode())
    statements = loader.load(document, LoadOptions()).statements
    for statement in statements:
        check_span(statement, document.raw)
    return statements


def test_an_article_states_its_plain_facts() -> None:
    said = {(statement.predicate, statement.object or statement.value) for statement in extracted(ARTICLE)}
    assert ("manufacturer", "Nvidia") in said
    assert ("license", "Apache 2.0 licence") in said
    assert ("trainingTokens", 2e12) in said
    assert ("totalParameters", 7e9) in said


def test_what_two_claimants_say_is_two_statements() -> None:
    raised = "{} reported on 3 March 2025 that Northwind AI has raised $40 million in a Series A round led by Accel.\n\n"
    said = extracted("".join(raised.format(name) for name in ("Reuters", "Bloomberg", "Reuters")))
    assert sorted(statement.attributed_to for statement in said if statement.predicate == "fundingAmount") == [("Bloomberg",), ("Reuters",)]


def test_every_statement_has_an_id_of_its_own() -> None:
    ids = [statement.id for statement in extracted(ARTICLE)]
    assert all(ids)
    assert len(ids) == len(set(ids))


def test_the_same_text_gives_the_same_statements() -> None:
    assert extracted(ARTICLE) == extracted(ARTICLE)


def test_a_text_without_facts_states_nothing() -> None:
    assert extracted("The weather was fine. We walked along the river and had lunch.\n") == ()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_any_text_gives_spans_that_hold(text: str) -> None:
    extracted("A note on GPT-4. " + text)


def test_hostile_shapes_keep_their_spans() -> None:
    cells = "| a " * 300 + "\n" + "| 1 " * 300
    for text in ("A" * 20_000, "1" * 20_000, "$" * 2_000 + "5M", "(" * 2_000, "GPT-4 " * 100, cells, "\u202e7B\u202c" * 50):
        extracted(text)


CROWDED = (
    "# Vela-7B and its rivals\n\n"
    + " ".join(
        f"Lab{name} AI trained {name}-{size}B on the {chip} in Berlin."
        for name, size, chip in zip(
            ("Vela", "Corvo", "Lyra", "Norma", "Hydra", "Ara", "Musca", "Pavo"),
            range(7, 90, 11),
            ("H100", "A100", "H800", "H20", "B200", "MI300X", "H200", "A800"),
            strict=True,
        )
    )
    + "\n\nAnn Smith founded the company in 2021. It raised $40 million from Accel and Nvidia, and the cluster draws 20 MW.\n"
)


def test_the_same_text_gives_the_same_statements_in_every_process() -> None:
    script = (
        "from tests.offline.test_extraction import CROWDED, extracted\n"
        "import json; print(json.dumps([statement.to_json() for statement in extracted(CROWDED)], sort_keys=True))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(said) == 1
    assert "trainingHardware" in said.pop()
