"""A pool of killable reader processes: queries in, outcomes out, and nothing a query does reaches the service.

Cheap queries never wait behind costly ones: a query that runs longer than `Limits.patience` gives its place to a spare reader and goes
on at a low scheduling priority (a reader so demoted is used again only where its priority may be raised). When all places for slow
queries are taken, the next slow one is stopped (SIGSTOP) until one is free, and refused with QueryBusy when that takes too long.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from kg import errors
from kg.allocation import environment
from kg.errors import KgError, QueryBusy, QueryError, QueryTimeout, QueryTooLarge, StoreError
from kg.sparql.jobs import CHUNK, Job, Limits, Outcome
from kg.sparql.lookups import Lookups
from kg.sparql.worker import HEADER
from kg.store import REPORT

SPARE = 1
"""Idle readers beyond the quick places, so that a killed or demoted one is replaced at once."""

STARTING = 60.0
"""Seconds a new reader may take until it is ready."""

NICE = 12
"""Niceness of a demoted reader: about a fifteenth of the processor against a reader that is not, yet never nothing."""

PARKED = 4
"""How many stopped queries may wait for each place of a slow one."""

WATCH = 0.2
"""Seconds between looks at which store is current."""

GROWTH = 256 << 20
"""Bytes of memory a reader may hold before it is replaced after its query."""

TICK = 0.02
"""Seconds between looks at how long the running queries have run: one timer for all costs less than two for each."""

NEVER = float("inf")


class Worker:
    """One reader process and the query it runs."""

    def __init__(
        self, store: Path, name: str, limits: Limits, prefixes: str, loop: asyncio.AbstractEventLoop, lost: "Callable[[Worker], None]"
    ) -> None:
        self.store = store
        self.name = name
        self.limits = limits
        self.loop = loop
        self.lost = lost
        self.future: asyncio.Future[tuple[dict[str, Any], bytes]] | None = None
        self.reason: KgError | None = None
        self.demoted = False
        self.spent = 0.0
        self.seconds = 0.0
        self.deadline = NEVER
        self.late: KgError | None = None
        self.patience = NEVER
        self.began = 0.0
        self.ready = False
        self.buffer = bytearray()
        self.outgoing = b""
        self.writing = False
        self.socket, theirs = socket.socketpair()
        command = [sys.executable, "-m", "kg.sparql.worker"]
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(store), str(limits.memory), prefixes, str(store.parent / REPORT)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**environment(), "RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2"},
            )
        self.socket.setblocking(False)
        loop.add_reader(self.socket, self._readable)

    def ask(self, head: bytes, text: bytes) -> asyncio.Future[tuple[dict[str, Any], bytes]]:
        """Send a query; the future gives the outcome's JSON and the body."""
        self.future = self.loop.create_future()
        self.outgoing = HEADER.pack(len(head), len(text)) + head + text
        if self.ready:
            self.begin()
        else:  # a query's time does not run while its reader starts
            self.limit(STARTING, QueryBusy("no reader could be started in time; try again later"))
        self._writable()
        return self.future

    def limit(self, seconds: float, reason: KgError) -> None:
        """Kill the process that many seconds from now; whoever waits for its answer then gets `reason`."""
        self.deadline, self.late = self.loop.time() + seconds, reason

    def begin(self) -> None:
        """Let the query's time run from now."""
        self.began = self.loop.time()
        self.patience = self.began + self.limits.patience
        self.limit_time()

    def limit_time(self) -> None:
        """Give the query all its seconds from now."""
        self.limit(self.seconds, QueryTimeout(f"the query was stopped after {self.seconds:g} s; narrow it, or ask for fewer rows"))

    def _writable(self) -> None:
        try:
            sent = self.socket.send(self.outgoing)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            return  # the process died; reading will say so
        self.outgoing = self.outgoing[sent:]
        if self.outgoing and not self.writing:
            self.loop.add_writer(self.socket, self._writable)
        elif self.writing and not self.outgoing:
            self.loop.remove_writer(self.socket)
        self.writing = bool(self.outgoing)

    def _readable(self) -> None:
        try:
            data = self.socket.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._gone()
            return
        self.buffer += data
        while self._frame():
            pass

    def _frame(self) -> bool:
        """Take one whole frame from the buffer; False when there is none yet."""
        buffer = self.buffer
        if len(buffer) < HEADER.size:
            return False
        head, body = HEADER.unpack_from(buffer)
        end = HEADER.size + head + body
        if len(buffer) < end:
            return False
        with memoryview(buffer) as view:
            outcome = orjson.loads(view[HEADER.size : HEADER.size + head])
            result = bytes(view[HEADER.size + head : end])
        del buffer[:end]
        if "ready" in outcome:
            self.ready = True
            if self.future is not None:
                self.begin()
            return True
        future, self.future = self.future, None
        if future is not None and not future.done():
            future.set_result((outcome, result))
        return True

    def _gone(self) -> None:
        self.close()
        future, self.future = self.future, None
        if future is not None and not future.done():
            future.set_exception(self.reason or _death(self.process.wait()))
        self.lost(self)

    def kill(self, reason: KgError | None = None) -> None:
        """End the process; whoever waits for its answer gets `reason`."""
        self.reason = self.reason or reason
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def demote(self) -> None:
        """Let other queries go first from now on."""
        self.demoted = True
        with contextlib.suppress(OSError):
            for pid in self._tasks():
                os.setpriority(os.PRIO_PROCESS, pid, NICE)

    def _tasks(self) -> list[int]:
        """What priorities are set on: on Linux a process's threads, elsewhere the process."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return [int(task.name) for task in tasks.iterdir()] if tasks.is_dir() else [self.process.pid]

    def restore(self) -> bool:
        """Give the process its priority back; False where only root may."""
        try:
            for pid in self._tasks():
                os.setpriority(os.PRIO_PROCESS, pid, 0)
        except OSError:
            return False
        self.demoted = False
        return True

    def worked(self) -> float:
        """Seconds of processor time the current query has had; infinite where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("inf")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") - self.spent

    def stop(self) -> None:
        """Hold the process where it is."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a held process go on."""
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Hang up; an idle process ends by itself."""
        if self.socket.fileno() >= 0:
            self.loop.remove_reader(self.socket)
            self.loop.remove_writer(self.socket)
            self.socket.close()

    def reap(self) -> None:
        """End the process and wait for it."""
        self.close()
        self.kill()
        self.process.wait()


def _death(code: int) -> KgError:
    """What to tell whoever asked the query that a reader died of."""
    if -code in (signal.SIGSEGV, signal.SIGBUS):
        return QueryTooLarge("the query is nested too deeply or too long to be parsed; make it shorter")
    if -code in (signal.SIGABRT, signal.SIGKILL):
        return QueryTooLarge("the query needed more memory than one query may have; narrow it, or sort and group fewer rows")
    return QueryTooLarge(f"the query ended its reader (exit code {code}); make it simpler")


class WorkerPool:
    """Readers on the store that `locate` names; when it names another, new queries go to that one and running ones end on theirs.

    `prefixes` are declared for every query that does not declare them itself, and used in the RDF that is given back.
    """

    def __init__(self, locate: Callable[[], Path], limits: Limits | None = None, prefixes: Mapping[str, str] | None = None) -> None:
        self.locate = locate
        self.prefixes = json.dumps(dict(prefixes or {}))
        self.lookups = Lookups(prefixes or {})
        self.limits = limits or Limits()
        self.idle: deque[Worker] = deque()
        self.workers: set[Worker] = set()
        self.quick = 0
        self.slow: set[Worker] = set()
        self.parked: deque[Worker] = deque()
        self.queue: deque[asyncio.Future[None]] = deque()
        self.store: Path | None = None
        self.name = ""
        self.looked = 0.0
        self.spool = ""
        self.closed = True
        self.watching: asyncio.TimerHandle | None = None
        self.reaping: set[asyncio.Future[int]] = set()

    async def start(self) -> None:
        """Start the readers; an empty home is not an error until it is asked."""
        self.loop = asyncio.get_running_loop()
        self.spool = tempfile.mkdtemp(prefix="kg-results-")
        self.closed = False
        with contextlib.suppress(StoreError):
            self._look(force=True)
            self._refill()

    async def close(self) -> None:
        """Kill all readers."""
        self.closed = True
        if self.watching is not None:
            self.watching.cancel()
        for waiting in self.queue:
            waiting.cancel()
        self.lookups.close()
        for worker in list(self.workers):
            worker.reap()
            if worker.future is not None and not worker.future.done():
                worker.future.set_exception(QueryBusy("the service is stopping"))
        self.workers.clear()
        self.idle.clear()
        await asyncio.gather(*self.reaping, return_exceptions=True)
        shutil.rmtree(self.spool, ignore_errors=True)

    def _look(self, force: bool = False) -> Path:
        now = monotonic()
        if self.store is None or force or now - self.looked > WATCH:
            self.looked = now
            store = self.locate()
            if store != self.store:
                self.store = store
                self.name = f"{store.parent.name}/{store.name}"
                self.lookups.use(store, self.name)
                while self.idle:
                    self._discard(self.idle.popleft())
        return self.store

    def version(self) -> str:
        """The store's folder inside its release; "" while there is none."""
        try:
            self._look()
        except StoreError:
            return ""
        return self.name

    def _spawn(self, store: Path) -> Worker:
        worker = Worker(store, self.name, self.limits, self.prefixes, self.loop, self._lost)
        self.workers.add(worker)
        return worker

    def _discard(self, worker: Worker) -> None:
        self.workers.discard(worker)
        worker.close()
        worker.kill()
        future = self.loop.run_in_executor(None, worker.process.wait)
        self.reaping.add(future)
        future.add_done_callback(self.reaping.discard)

    def _lost(self, worker: Worker) -> None:
        """A reader's process ended."""
        if worker in self.idle:
            self.idle.remove(worker)
        self._discard(worker)

    def _refill(self) -> None:
        if self.closed or self.store is None:
            return
        while len(self.idle) + self.quick < self.limits.quick + SPARE:
            self.idle.append(self._spawn(self.store))

    async def _place(self) -> Worker:
        """A reader on the current store, once there is a place for a quick query."""
        if self.quick >= self.limits.quick or self.queue:
            if len(self.queue) >= self.limits.waiting:
                raise QueryBusy(f"{len(self.queue)} queries are waiting already; try again in a few seconds")
            turn = self.loop.create_future()
            self.queue.append(turn)
            try:
                async with asyncio.timeout(self.limits.wait):
                    await turn  # whoever wakes us has counted us in
            except TimeoutError:
                raise QueryBusy(f"no reader was free for {self.limits.wait:g} s; try again in a few seconds") from None
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._leave()
                raise
            finally:
                with contextlib.suppress(ValueError):
                    self.queue.remove(turn)
        else:
            self.quick += 1
        try:
            store = self._look()
            while self.idle:
                worker = self.idle.pop()  # the one used last: what it read is still in its caches
                if worker.process.poll() is None:
                    return worker
                self._discard(worker)
            return self._spawn(store)
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        """Give a quick place to whoever waits longest."""
        while self.queue:
            turn = self.queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.quick -= 1

    def _watch(self) -> None:
        """See which queries have run too long, and look again after a while unless none is running."""
        now = self.loop.time()
        running = [worker for worker in self.workers if worker.future is not None]
        for worker in running:
            if now >= worker.deadline:
                worker.kill(worker.late)
            elif now >= worker.patience:
                self._patience_ended(worker, now)
        self.watching = self.loop.call_later(TICK, self._watch) if running else None

    def _patience_ended(self, worker: Worker, now: float) -> None:
        patience = self.limits.patience
        if worker.worked() < patience / 2 and now - worker.began < 10 * patience:
            # The machine is busy and the query has hardly run: it is not a slow one yet.
            worker.patience = now + patience / 2
            return
        worker.patience = NEVER
        worker.demote()
        if len(self.slow) < self.limits.slow:
            self.slow.add(worker)
        elif len(self.parked) < self.limits.slow * PARKED:
            worker.stop()
            self.parked.append(worker)
            worker.limit(self.limits.wait, QueryBusy("too many long queries are running; try again later"))
        else:
            worker.kill(QueryBusy("too many long queries are running; try again later"))
        self._leave()
        self._refill()

    def _slow_ended(self, worker: Worker) -> None:
        self.slow.discard(worker)
        with contextlib.suppress(ValueError):
            self.parked.remove(worker)
        while self.parked and len(self.slow) < self.limits.slow:
            held = self.parked.popleft()
            self.slow.add(held)
            held.limit_time()
            held.resume()

    def at_once(self, job: Job) -> Outcome | None:
        """The outcome of a lookup; None for any other query."""
        return self.lookups.answer(job, min(job.rows or self.limits.rows, self.limits.rows)) if self.version() else None

    async def run(self, job: Job) -> Outcome:
        """Answer one query; cancelling the call kills the reader that runs it.

        Raises: QueryError and its kinds; StoreError when there is no store.
        """
        limits = self.limits
        text = job.text.encode()
        if len(text) > limits.length:
            raise QueryTooLarge(
                f"the query has {len(text)} bytes and may have {limits.length}; put long lists of values into several queries"
            )
        found = self.at_once(job)
        if found is not None:
            return found
        worker = await self._place()
        worker.seconds = min(job.seconds or limits.seconds, limits.seconds)
        head = {
            "seconds": worker.seconds,
            "rows": min(job.rows or limits.rows, limits.rows),
            "bytes": limits.size,
            "table": job.table,
            "boolean": job.boolean,
            "graph": job.graph,
            "default": job.default_graphs,
            "named": job.named_graphs,
            "base": job.base,
            "bindings": dict(job.bindings),
            "notice": job.notice,
            "spool": self.spool,
        }

        finished = False
        try:
            answer = worker.ask(orjson.dumps(head), text)
            if self.watching is None:
                self.watching = self.loop.call_later(TICK, self._watch)
            outcome, body = await answer
            finished = True
        finally:
            worker.deadline = worker.patience = NEVER
            if worker.demoted:
                self._slow_ended(worker)
            else:
                self._leave()
            if finished:
                worker.spent = outcome.get("spent", 0.0)
            if not finished or (worker.demoted and not worker.restore()) or worker.store != self.store or outcome["held"] > GROWTH:
                if worker in self.workers:
                    self._discard(worker)
            else:
                self.idle.append(worker)
            self._refill()
        if "error" in outcome:
            kind = getattr(errors, outcome["error"])
            if issubclass(kind, QueryError):
                raise kind(outcome["message"], outcome["line"], outcome["column"])
            raise kind(outcome["message"])
        path = Path(outcome["path"]) if "path" in outcome else None
        size = path.stat().st_size if path is not None else len(body)
        return Outcome(
            outcome["form"],
            outcome["format"],
            body,
            path,
            size,
            outcome["truncated"],
            outcome["volatile"],
            outcome["ms"],
            worker.name,
        )
