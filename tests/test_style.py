"""Style, types and the layers of imports hold for the whole repository."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-m", "ruff", "check", "."], id="ruff"),
        pytest.param([sys.executable, "-m", "ruff", "format", "--check", "."], id="ruff-format"),
        pytest.param([sys.executable, "-m", "mypy", "-p", "kg", "-p", "loaders"], id="mypy"),
        pytest.param([str(SCRIPTS / "lint-imports")], id="lint-imports"),
    ],
)
def test_style(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


FORBIDDEN_WORDS = {"utils", "helpers", "common", "manager", "base", "misc"}


def test_modules_are_named_by_what_they_hold_and_say_it_in_their_first_line() -> None:
    for path in [*(ROOT / "kg").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]:
        assert path.stem not in FORBIDDEN_WORDS, path
        assert path.read_text("utf-8").startswith('"""'), f"{path} has no sentence at its head"
