"""The allocator's settings reach processes that are started, and a program that starts itself again runs once, with its arguments."""

import os
import subprocess
import sys

import pytest

from kg import allocation

PROGRAM = """
import os, sys
from kg import allocation
before = os.getpid()
print("start", before, flush=True)
allocation.restart()
print("run", os.getpid(), sys.argv[1:], allocation.environment()[allocation.VARIABLE], flush=True)
"""


def run(settings: str | None) -> list[str]:
    """The lines of the program under these settings."""
    environment = {name: value for name, value in os.environ.items() if name != allocation.VARIABLE}
    if settings is not None:
        environment[allocation.VARIABLE] = settings
    command = [sys.executable, "-c", PROGRAM, "--port", "0"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="the C library is not glibc")
def test_program_starts_again_once_as_the_same_process_with_its_arguments() -> None:
    first, second, last = run(None)
    assert first == second and first.startswith("start")
    assert last == f"run {first.split()[1]} ['--port', '0'] {allocation.SETTINGS}"


def test_settings_of_the_user_stay() -> None:
    own = "glibc.malloc.arena_max=3"
    first, last = run(own)
    assert first.startswith("start") and last.endswith(own)
