"""The worked example of the README does what the README says."""

import json
import re
from pathlib import Path

from kg.documents import Document
from kg.loading import Loaded, LoadOptions
from loaders.tables.loader import loader
from tests.tables.made import document

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return str(found)


def read(made: Document, folder: Path) -> Loaded:
    (folder / "chips.toml").write_text(block("toml"), encoding="utf-8")
    return loader.load(made, LoadOptions(settings={"table": str(folder / "chips.toml")}))


def test_the_table_gives_two_statements_and_two_problems(tmp_path: Path) -> None:
    loaded = read(document(block("csv")), tmp_path)
    assert [(item.subject, item.value, item.bound, item.qualifiers["certainty"]) for item in loaded.statements] == [
        ("Zeta 1", 700.0, "", "yes"),
        ("Zeta 2", 350.0, "~", "no"),
    ]
    assert sorted(problem.where for problem in loaded.problems) == ["column 'Weight'", "row 4, column 'Power (W)'"]


def test_a_json_array_with_the_same_keys_is_read_by_the_same_description(tmp_path: Path) -> None:
    header, *rows = [line.split(",") for line in block("csv").splitlines()]
    raw = json.dumps([dict(zip(header, row, strict=True)) for row in rows])
    assert [item.value for item in read(document(raw, "chips.json"), tmp_path).statements] == [700.0, 350.0]
