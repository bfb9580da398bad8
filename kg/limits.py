"""A time limit for work on one file: past it the work is stopped where it is, in the main thread of a process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kg.errors import InputError


@contextmanager
def at_most(seconds: float | None) -> Iterator[None]:
    """Stop the block after so many seconds; None, or another thread than the main one, sets no limit.

    Raises: InputError when the time is over.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def over(_: int, __: FrameType | None) -> None:
        raise InputError(f"took longer than {seconds:g} seconds to read; split it into smaller files")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
