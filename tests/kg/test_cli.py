"""The command line: one line and status 1 for a mistake, never a traceback; every command answers and has help."""

import json
from pathlib import Path

import pytest

from kg.cli import run

COMMANDS = ("serve", "load", "extract", "query", "path", "show", "checks", "disagreements", "documents", "release")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cli") / "home")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_listed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert f"\n  {command} " in capsys.readouterr().out
    assert run([command, "--help"]) == 0
    assert "Usage: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nope"], "No such command 'nope'"),
        (["load"], "Missing argument"),
        (["load", "--colour", "x"], "No such option: --colour"),
        (["load", "x", "--min-confidence", "3"], "--min-confidence"),
        (["load", "x", "--extractor", "magic"], "expected one of offline, llm, both"),
        (["extract", "x", "--format", "pdf"], "expected one of jsonl, table, html"),
        (["show", "Nobody at All"], "no entity named 'Nobody at All'"),
        (["path", "High-Flyer", "Nobody at All"], "no entity named"),
        (["path", "High-Flyer", "DeepSeek", "--max-steps", "99"], "choose 1 to 6"),
        (["query", "no-such-question"], "no query named 'no-such-question'"),
        (["query", "gone.rq"], "gone.rq: cannot be read"),
        (["query", "-", "--format", "xml"], "expected one of table, csv, json, ttl"),
        (["documents", "show", "gone.txt"], "no document named 'gone.txt'"),
        (["validate", "--format", "pdf"], "no report format named 'pdf'"),
        (["serve", "--host", "192.0.2.1"], "cannot be listened on"),
    ],
)
def test_a_mistake_is_one_line_and_status_1(
    arguments: list[str], expected: str, home: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_HOME", home)
    assert run(arguments) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("kg: ")
    assert expected in lines[0]


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    assert run(["show", "DeepSeek", "--home", str(blocked / "home")]) == 1
    assert "give another folder with --home" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sparql", "place"), [("SELECT ?s WHERE {\n  ?s ?p ?o ", "line 1, column 17"), ("SELECT ?s WHERE {\n  ?s ?p ]\n}", "line 2, column")]
)
def test_wrong_sparql_names_line_and_column(sparql: str, place: str, home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = tmp_path / "wrong.rq"
    query.write_text(sparql, "utf-8")
    assert run(["query", str(query), "--home", home]) == 1
    assert place in capsys.readouterr().err


@pytest.mark.parametrize("sparql", ["SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }", "DROP ALL", "LOAD <http://192.0.2.1/>"])
def test_services_and_updates_are_refused(sparql: str, home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = tmp_path / "wrong.rq"
    query.write_text(sparql, "utf-8")
    assert run(["query", str(query), "--home", home]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert sparql.split("{")[-1].split()[0] in lines[0] or "SERVICE" in lines[0]


def test_an_empty_home_is_filled_from_the_packaged_release(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["documents", "list", "--home", home]) == 0
    assert "high-flyer.toml" in capsys.readouterr().out
    assert run(["show", "High-Flyer", "--home", home]) == 0
    shown = capsys.readouterr().out
    assert "2016-02" in shown
    assert "2008" in shown
    assert run(["path", "High-Flyer", "A100", "--home", home]) == 0
    assert "Fire-Flyer 2" in capsys.readouterr().out


def test_statements_facts_and_entities_are_shown_by_their_ids(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["show", "Fire-Flyer 2", "--home", home])
    shown = capsys.readouterr().out
    statement = shown.split("statement ")[1].split()[0]
    fact = shown.split("(fact ")[1].split(")")[0]
    assert run(["show", statement, "--home", home]) == 0
    assert "passage" in capsys.readouterr().out
    assert run(["show", fact, "--home", home]) == 0
    assert f"(fact {fact})" in capsys.readouterr().out


def test_what_extract_prints_can_be_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from loaders.notes import documents

    (notes, *_) = documents()
    assert run(["extract", str(notes)]) == 0
    printed = capsys.readouterr().out
    assert all(json.loads(line)["quote"] for line in printed.splitlines())
    records = tmp_path / "records.jsonl"
    records.write_text(printed, "utf-8")
    assert run(["load", "--bare", str(records), "--home", str(tmp_path / "home")]) == 0
    assert f"loaded {len(printed.splitlines())} statements of 1 documents" in capsys.readouterr().out


@pytest.mark.parametrize(("format", "expected"), [("table", "subject"), ("html", "<mark ")])
def test_extract_prints_other_formats(format: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    from loaders.notes import documents

    assert run(["extract", str(documents()[0]), "--format", format]) == 0
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(
    ("format", "expected"), [("text", "of"), ("json", '"conforms": true'), ("html", "<h1>"), ("ttl", "sh:ValidationReport")]
)
def test_validate_reports_and_its_status_says_whether_all_conforms(
    format: str, expected: str, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", "--home", home, "--format", format]) == 0
    assert expected in capsys.readouterr().out


def test_validate_exits_1_when_a_statement_is_in_quarantine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "note.toml"
    note.write_text(
        'format = "lab-facts notes"\ntitle = "T"\n[sources.a]\nclaimant = "A"\ntitle = "B"\n[[notes]]\nsource = "a"\n'
        'sentence = "Zeta costs 5 parsec."\n'
        'statements = [{ subject = "Zeta", predicate = "trainingCost", value = 5, unit = "parsec", lexical = "5" }]\n',
        "utf-8",
    )
    home = str(tmp_path / "home")
    assert run(["load", "--bare", str(note), "--home", home]) == 0
    assert "1 quarantined" in capsys.readouterr().out
    assert run(["validate", "--home", home]) == 1
    assert "Zeta" in capsys.readouterr().out
