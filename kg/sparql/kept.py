"""Answer each query once: what a store that cannot change has answered is kept, and who asks the same at the same time shares one run.

A release is never changed, only followed by another, so an answer is right for as long as its release is current; all are dropped when it
is not. Kept are whole, small answers that do not depend on chance or the clock: none that was cut, none that ended in an error.
"""

import asyncio
import os
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from kg.errors import KgError
from kg.sparql.jobs import Backend, Job, Limits, Outcome

CAPACITY = 64 << 20
"""Bytes of answers kept, with their queries and what else each needs."""

MOST = 256 << 10
"""Bytes of the largest answer that is kept, with its query."""

BESIDE = 1 << 10
"""Bytes an answer needs beside its body and its query."""

_Key = tuple[object, ...]


def _key(job: Job) -> _Key:
    """All of a job that its answer depends on."""
    bindings = tuple(sorted(job.bindings.items())) if job.bindings else ()
    formats = (job.table, job.boolean, job.graph)
    return (job.text, *formats, job.default_graphs, job.named_graphs, job.base, bindings, job.notice, job.rows)


def entity_tag(job: Job, version: str) -> str:
    """What names the answer of a query from the store of this version, whenever it is asked; 32 hexadecimal digits."""
    _, *others = _key(job)
    return blake2b(f"{version}\n{others}\n{job.text}".encode(), digest_size=16).hexdigest()


def lasting(outcome: Outcome) -> bool:
    """Whether the same query gives this answer for as long as the store is the same."""
    return bool(outcome.version) and not outcome.volatile and not outcome.truncated


def _weight(job: Job, outcome: Outcome) -> int:
    graphs = sum(map(len, (*(job.default_graphs or ()), *(job.named_graphs or ()))))
    return outcome.size + 4 * (len(job.text) + graphs) + BESIDE  # a character takes up to four bytes


@dataclass(slots=True)
class _Run:
    """A query that is being answered, and copies of a result that is a file: one for each that waits, as whoever reads one removes it."""

    result: asyncio.Future[Outcome | None]
    waiting: int = 0
    copies: list[Path] = field(default_factory=list)

    def give(self, outcome: Outcome) -> None:
        """Give the outcome to all that wait."""
        if outcome.path is not None:
            for number in range(self.waiting):
                copy = outcome.path.with_name(f"{outcome.path.name}-{number}")
                os.link(outcome.path, copy)
                self.copies.append(copy)
        self.result.set_result(outcome)

    def leave(self) -> None:
        """One that waited has gone away."""
        self.waiting -= 1
        if self.copies:
            self.copies.pop().unlink()

    def take(self, outcome: Outcome) -> Outcome:
        """The outcome for one that waited."""
        self.waiting -= 1
        return replace(outcome, path=self.copies.pop()) if self.copies else outcome


class KeptAnswers:
    """A backend in front of another. Where that one's store may change at any time (its version is ""), every query goes to it."""

    def __init__(self, backend: Backend, capacity: int = CAPACITY) -> None:
        self.backend = backend
        self.limits: Limits = backend.limits
        self.capacity = capacity
        self.size = 0
        self.kept: OrderedDict[_Key, tuple[Outcome, int]] = OrderedDict()
        self.running: dict[_Key, _Run] = {}
        self.current = ""

    async def start(self) -> None:
        """Make the backend ready."""
        await self.backend.start()

    async def close(self) -> None:
        """Stop the backend and forget all answers."""
        await self.backend.close()
        self._forget("")

    def version(self) -> str:
        """The backend's."""
        version = self.backend.version()
        if version != self.current:
            self._forget(version)
        return version

    def _forget(self, version: str) -> None:
        self.current = version
        self.size = 0
        self.kept.clear()
        self.running = {}  # those that wait have asked the store before; who asks from now on asks the new one

    def at_once(self, job: Job) -> Outcome | None:
        """A kept answer, or one that the backend can give without waiting."""
        if not self.version():
            return None
        key = _key(job)
        found = self._kept(key)
        if found is None:
            found = self.backend.at_once(job)
            if found is not None:
                self._keep(key, job, found)
        return found

    def _kept(self, key: _Key) -> Outcome | None:
        found = self.kept.get(key)
        if found is None:
            return None
        self.kept.move_to_end(key)
        return found[0]

    async def run(self, job: Job) -> Outcome:
        """Answer one query; cancelling the call stops the query unless others wait for the same.

        Raises: QueryError and its kinds, StoreError, ServiceError.
        """
        key = _key(job)
        while True:
            if not self.version():
                return await self.backend.run(job)
            found = self._kept(key)
            if found is not None:
                return found
            run = self.running.get(key)
            if run is None:
                return await self._first(job, key)
            run.waiting += 1
            try:
                outcome = await asyncio.shield(run.result)  # one that goes away does not end the wait of the others
            except asyncio.CancelledError:
                run.leave()
                raise
            if outcome is not None:
                return run.take(outcome)
            # Whoever ran it went away: the first of those that waited runs it.

    async def _first(self, job: Job, key: _Key) -> Outcome:
        run = _Run(asyncio.get_running_loop().create_future())
        running = self.running
        running[key] = run
        try:
            outcome = await self.backend.run(job)
            self._keep(key, job, outcome)
            run.give(outcome)
            return outcome
        except KgError as error:
            if run.waiting:
                run.result.set_exception(error)
                run.result.exception()  # all that wait may have gone away before they see it
            raise
        finally:
            del running[key]
            if not run.result.done():
                run.result.set_result(None)

    def _keep(self, key: _Key, job: Job, outcome: Outcome) -> None:
        if outcome.path is not None or not lasting(outcome) or outcome.version != self.current:
            return
        weight = _weight(job, outcome)
        if weight > MOST or key in self.kept:
            return
        self.kept[key] = outcome, weight
        self.size += weight
        while self.size > self.capacity:
            self.size -= self.kept.popitem(last=False)[1][1]
