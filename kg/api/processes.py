"""Several processes that run the same function: started together, replaced when killed, stopped together by a signal."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any

from kg.errors import KgError


def together(count: int, run: Callable[..., None], *arguments: Any) -> None:
    """Run `run(*arguments)` in `count` new processes until SIGTERM or SIGINT; each then gets SIGTERM, and as long as it needs to end.

    One that was killed is replaced. Must be called in the main thread.

    Raises: KgError when one ends by itself, as any that replaced it would; the others are stopped first.
    """
    running: list[SpawnProcess] = []
    stopping = failed = False

    def stop(number: int = 0, frame: FrameType | None = None) -> None:
        nonlocal stopping
        stopping = True
        for process in running:
            process.terminate()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for _ in range(count):
            _start(running, run, arguments)
        while running:
            if stopping:
                stop()  # also those that were being started when the signal came
            wait([process.sentinel for process in running])
            for process in [one for one in running if one.exitcode is not None]:
                running.remove(process)
                killed = (process.exitcode or 0) < 0
                if not stopping and killed:
                    _start(running, run, arguments)
                elif not stopping:
                    failed = True
                    stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if failed:
        raise KgError("a process of the service ended by itself; what it printed above says why")


def _start(running: list[SpawnProcess], run: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    # Ctrl+C reaches all processes of a terminal; only this one is to hear it. What is blocked here is blocked in what starts here.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = multiprocessing.get_context("spawn").Process(target=_followed, args=(run, arguments))
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    running.append(process)


def _followed(run: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Run, and end when the process that started this one has ended, however it did."""
    threading.Thread(target=_follow, daemon=True).start()
    run(*arguments)


def _follow() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
