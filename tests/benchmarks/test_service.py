"""The benchmark's own load, short: under mixed load no answer fails and memory does not grow."""

import asyncio
from pathlib import Path

from pyoxigraph import Store

from tests.benchmarks.service import KINDS, OURS, Mixed, mixed, process, quads, rate


def test_mixed_load_has_no_error_and_keeps_its_memory(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.bulk_extend(quads(4000))
    store.flush()
    del store
    with process(OURS, str(tmp_path / "store")) as (running, address):

        async def load() -> Mixed:
            for _, text in KINDS:
                found, times, size = await rate(address, text, 0.2, 2)
                assert found > 0 and times and size
            return await mixed(address, running.pid, 6)

        found = asyncio.run(load())
    assert found.answers > 50 and found.errors == 0
    assert found.median(9, 1) < found.median(1, 1) + 400, "MiB; a hostile query's reader may be in it, nothing that stays"


def test_memory_of_a_short_load_is_told_too() -> None:
    found = Mixed(memory=[(1.0, 2.0), (3.0, 4.0)])
    assert [found.median(part, 1) for part in (0, 4, 9)] == [2.0, 2.0, 4.0]
