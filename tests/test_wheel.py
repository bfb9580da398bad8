"""The wheel works outside the checkout: in an empty environment, with its ontology, queries, templates and release inside."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UV = shutil.which("uv")


def ran(command: list[str], cwd: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "KG_"))}
    done = subprocess.run(command, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    builder = [UV, "build", "--wheel"] if UV else [sys.executable, "-m", "pip", "wheel", "--no-deps"]
    ran([*builder, *(["--out-dir"] if UV else ["-w"]), str(folder), str(ROOT)], folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in ("ontology/ontology.ttl", "ontology/prefixes.ttl"):
        assert f"kg/packaged/{part}" in names
    assert "kg/packaged_release/holdings.jsonl" in names
    assert any(name.startswith("kg/packaged/queries/") and name.endswith(".rq") for name in names)
    assert any(name.startswith("kg/api/templates/") for name in names)
    assert any(name.startswith("loaders/notes/") and name.endswith(".toml") for name in names)
    shipped = {path.relative_to(ROOT).as_posix() for path in [*(ROOT / "kg").rglob("*"), *(ROOT / "loaders").rglob("*")] if path.is_file()}
    learned_from = "loaders/offline/examples/"  # what the weights are learned from is read by nothing that runs
    assert {name for name in shipped if "__pycache__" not in name and not name.startswith(learned_from)} <= names
    assert not any(name.startswith(learned_from) for name in names)


def test_it_answers_in_an_empty_environment_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    if UV:
        ran([UV, "venv", "-q", "--python", sys.executable, str(environment)], tmp_path)
        ran([UV, "pip", "install", "-q", "--python", str(environment / "bin" / "python"), str(wheel)], tmp_path)
    else:
        ran([sys.executable, "-m", "venv", str(environment)], tmp_path)
        ran([str(environment / "bin" / "pip"), "install", "-q", str(wheel)], tmp_path)
    kg = str(environment / "bin" / "kg")
    home = str(tmp_path / "home")
    place = ran([str(environment / "bin" / "python"), "-c", "import kg, loaders; print(kg.__file__, loaders.__file__)"], tmp_path)
    assert str(ROOT) not in place
    assert "2016-02" in ran([kg, "show", "High-Flyer"], tmp_path, KG_HOME=home)
    assert "Fire-Flyer 2" in ran([kg, "path", "High-Flyer", "A100"], tmp_path, KG_HOME=home)
    listed = ran([kg, "query"], tmp_path, KG_HOME=home).splitlines()
    assert len(listed) > 10
    name = listed[0].split()[0]
    assert json.loads(ran([kg, "query", name, "--format", "json"], tmp_path, KG_HOME=home))["head"]["vars"]
    note = tmp_path / "note.txt"
    note.write_text("DeepSeek-V3 was trained on 14.8T tokens.\n", "utf-8")
    assert "of 1 documents" in ran([kg, "load", str(note)], tmp_path, KG_HOME=home)
