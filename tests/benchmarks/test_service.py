"""The benchmark's own load, short: under mixed load no answer fails and memory does not grow."""

import asyncio
from pathlib import Path

from pyoxigraph import Store

from tests.benchmarks.service import OURS, cheap, large, mixed, process, quads, rate


def test_mixed_load_has_no_error_and_keeps_its_memory(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.bulk_extend(quads(4000))
    store.flush()
    del store
    with process(OURS, str(tmp_path / "store")) as (running, address):

        async def load() -> tuple[int, int, int, int]:
            for query in (cheap, large):
                found, times, _ = await rate(address, lambda number: query(number % 4000), 0.5, 2)  # noqa: B023
                assert found > 0 and times
            return await mixed(address, running.pid, 6)

        done, errors, early, late = asyncio.run(load())
    assert done > 50 and errors == 0
    assert late < early + 400, "MiB; a hostile query's reader may be in it, nothing that stays"
