"""Facts, checks and origins over many statements: `python -m tests.benchmarks.checks [MODELS]` (5,500 models are 99,000 statements)."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from kg.checks import checks
from kg.facts import survey
from kg.origins import origins
from tests.kg.planted import KINDS, synthetic

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    """Run and print wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what:24} {time.perf_counter() - wall:8.2f} s wall {time.process_time() - processor:8.2f} s processor")
    return done


def main(arguments: Sequence[str]) -> None:
    """Plant 2 % errors of each kind, and say how long everything takes, what was found and what was not."""
    planted = synthetic(int(arguments[0]) if arguments else 5500, share=0.02)
    print(f"{len(planted.statements)} statements, {sum(map(len, planted.errors.values()))} of them made wrong")
    found = timed("facts and pairs", lambda: survey(planted.statements))
    tested = timed("checks", lambda: checks(planted.statements, found))
    timed("origins", lambda: origins(planted.statements, found))
    failing = [check for check in tested if check.verdict == "does-not-hold"]
    blamed = {identity for check in failing for identity in check.inputs}
    wrong = {identity for kind in KINDS for identity in planted.errors[kind]}
    print(f"{len(tested)} checks, {len(failing)} do not hold")
    print(f"planted errors missed: {len(wrong - blamed)}; false alarms: {sum(not wrong & set(check.inputs) for check in failing)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
