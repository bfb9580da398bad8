"""The README's commands run as printed and print what stands below them ("..." stands for anything)."""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SERVE, TEST = "uv run kg serve", "uv run --extra test pytest"


def commands() -> list[tuple[str, str]]:
    """Each command of the console blocks with the output printed below it."""
    found = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("readme")
    scripts = sysconfig.get_path("scripts")
    return {**os.environ, "HOME": str(folder), "PWD": str(folder), "PATH": f"{scripts}:{os.environ['PATH']}"} | {
        "KG_HOME": str(folder / ".lab-facts")
    }


def matches(expected: str, got: str) -> bool:
    """Whether the output is as printed: "..." alone on a line stands for any lines or none, inside a line for any text."""
    lines = [r"(?:.*\n)*?" if line == "..." else ".*?".join(map(re.escape, line.split("..."))) + r"\n" for line in expected.splitlines()]
    return re.fullmatch("".join(lines), got) is not None


def test_the_first_screen_has_the_two_commands() -> None:
    assert [command for command, _ in commands()][:2] == [SERVE, TEST]
    assert README.index(TEST) < 1500
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith(TEST)


def test_serve_prints_its_address_and_answers_there(environment: dict[str, str]) -> None:
    printed = dict(commands())[SERVE].splitlines()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, cwd=environment["HOME"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            counts, address = server.stdout.readline(), server.stdout.readline()
            shape = re.escape(re.sub(r"/root", "HOME", re.sub(r"\d+ ", "N ", printed[0])))
            assert re.fullmatch(shape, re.sub(r"\d+ ", "N ", counts.strip()).replace(environment["HOME"], "HOME"))
            assert counts.split()[0] == printed[0].split()[0], "the release has changed: put the new counts into the README"
            assert re.sub(r":\d+/", "/", address.strip()) == re.sub(r":\d+/", "/", printed[1])
            url = re.findall(r"http://\S+", address)[0]
            with urllib.request.urlopen(url, timeout=30) as answer:
                assert answer.status == 200
                assert b"Lab Facts" in answer.read()
        finally:
            server.terminate()


def test_the_other_commands_print_what_stands_below_them(environment: dict[str, str]) -> None:
    checked = 0
    for command, expected in commands():
        if command in (SERVE, TEST):
            continue
        words = command.removeprefix("uv run ")
        done = subprocess.run(["bash", "-c", words], env=environment, cwd=environment["HOME"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        assert matches(expected, done.stdout), f"$ {command}\n{done.stdout[:3000]}\nexpected\n{expected}"
        assert done.stderr == "", command
        checked += 1
    assert checked >= 5


def test_every_command_named_in_the_text_exists() -> None:
    from kg.cli import app

    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    named = {shlex.split(code)[1] for code in re.findall(r"`(kg [a-z][^`]*)`", README)}
    assert named <= known
