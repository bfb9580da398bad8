"""How fast and how steady the SPARQL service is beside the `oxigraph` server and rdflib-endpoint on the same store, in one run.

    python -m tests.benchmarks.service [--statements N] [--seconds S] [--mixed S] [--without-rdflib]

Needs the extra `bench` (rdflib-endpoint) unless told to go without.
Prints one line a figure. Every server is its own process; the load comes from this one, over keep-alive connections, the same for each.
A line says whether its queries are *new*, each text asked once in the whole run, so that no server answers from a cache (what an
analyst does), or *again*, the same fifty texts over and over (what an embed does). A `lookup` is one triple pattern, which the service
answers without a reader process; `entity` joins five of them in a reader; `join` and `scan` give about 60 kB of JSON.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg import allocation
from tests.servers.running import free_port, oxigraph

BASE = "https://w3id.org/lab-facts/"
KG = BASE + "ontology#"
STATEMENTS = 100_000
MODELS = 400
HOSTILE = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }} # {}"


def quads(statements: int) -> Iterator[Quad]:
    """A store in the shape of ours: eight triples a statement, one named graph for each hundred of them."""
    double = NamedNode("http://www.w3.org/2001/XMLSchema#double")
    names = ("subject", "predicate", "value", "lexical", "quote", "status", "claimant")
    properties = {name: NamedNode(KG + name) for name in names}
    kind, statement_class = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(KG + "Statement")
    for number in range(statements):
        node = NamedNode(f"{BASE}statement/{number:024x}")
        graph = NamedNode(f"{BASE}graph/document/{number // 100:064x}")
        yield Quad(node, kind, statement_class, graph)
        yield Quad(node, properties["subject"], NamedNode(f"{BASE}id/model/m{number % MODELS}"), graph)
        yield Quad(node, properties["predicate"], NamedNode(f"{KG}p{number % 60}"), graph)
        yield Quad(node, properties["value"], Literal(str(number * 1.5), datatype=double), graph)
        yield Quad(node, properties["lexical"], Literal(f"{number}K"), graph)
        yield Quad(node, properties["quote"], Literal(f"The model took {number}K hours on chips of kind {number % 17}."), graph)
        yield Quad(node, properties["status"], NamedNode(f"{BASE}vocab/status/asserted"), graph)
        yield Quad(node, properties["claimant"], NamedNode(f"{BASE}id/organisation/o{number % 50}"), graph)


def lookup(number: int) -> str:
    """One statement's triples."""
    return f"SELECT ?p ?o {{ <{BASE}statement/{number % STATEMENTS:024x}> ?p ?o }} LIMIT {1000 + number // STATEMENTS}"


def entity(number: int) -> str:
    """Ten of an entity's statements with their values."""
    about = f"?s <{KG}subject> <{BASE}id/model/m{number % MODELS}> ; <{KG}predicate> ?p ; <{KG}value> ?v ; <{KG}lexical> ?l"
    return f"SELECT ?s ?p ?v ?l {{ {about} ; <{KG}status> ?status }} LIMIT 10 # {number}"


def join(number: int) -> str:
    """All statements on one model with value and quote: 66 kB of JSON for 250 of them."""
    return f"SELECT ?s ?v ?q {{ ?s <{KG}subject> <{BASE}id/model/m{number % MODELS}> ; <{KG}value> ?v ; <{KG}quote> ?q }} # {number}"


def scan(number: int) -> str:
    """Some triples of the store, whatever they say: 57 kB of JSON for 240."""
    return f"SELECT ?s ?p ?o {{ ?s ?p ?o }} OFFSET {number % 100} LIMIT 240 # {number}"


Text = Callable[[int], str]
_numbers = itertools.count(1)


def new(query: Text) -> Callable[[], str]:
    """Texts that were not asked before."""
    return lambda: query(next(_numbers))


def again(query: Text) -> Callable[[], str]:
    """The same fifty texts over and over."""
    return lambda: query(-1 - next(_numbers) % 50)


class Connection:
    """A keep-alive HTTP/1.1 connection that sends GET requests and reads whole answers."""

    def __init__(self, address: str) -> None:
        self.host, _, port = address.removeprefix("http://").partition("/")[0].partition(":")
        self.port = int(port)
        self.path = "/" + address.removeprefix("http://").partition("/")[2]

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 24)

    async def ask(self, query: str) -> tuple[int, int]:
        """Status and number of bytes of the answer."""
        head = f"GET {self.path}?query={quote(query)} HTTP/1.1\r\nHost: {self.host}\r\nAccept: application/sparql-results+json\r\n\r\n"
        self.writer.write(head.encode())
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        status = int(lines[0].split()[1])
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if "content-length" in headers:
            size = int(headers["content-length"])
            await self.reader.readexactly(size)
            return status, size
        size = 0
        while True:
            chunk = int((await self.reader.readline()).split(b";")[0], 16)
            await self.reader.readexactly(chunk + 2)
            if chunk == 0:
                return status, size
            size += chunk

    def close(self) -> None:
        """Hang up."""
        self.writer.close()


@contextlib.asynccontextmanager
async def connections(address: str, count: int) -> AsyncIterator[list[Connection]]:
    """Open connections."""
    made = [Connection(address) for _ in range(count)]
    for connection in made:
        await connection.open()
    try:
        yield made
    finally:
        for connection in made:
            connection.close()


async def rate(address: str, text: Callable[[], str], seconds: float, parallel: int) -> tuple[float, list[float], int]:
    """Answers a second, the sorted times of each in seconds, and the size of the last one."""
    times: list[float] = []
    size = 0
    end = time.perf_counter() + seconds

    async def client(connection: Connection) -> None:
        nonlocal size
        while time.perf_counter() < end:
            query = text()
            started = time.perf_counter()
            status, size = await connection.ask(query)
            assert status == 200, status
            times.append(time.perf_counter() - started)

    async with connections(address, parallel) as made:
        started = time.perf_counter()
        await asyncio.gather(*map(client, made))
        elapsed = time.perf_counter() - started
    return len(times) / elapsed, sorted(times), size


@contextlib.contextmanager
def process(code: str, *arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A server in its own process; gives it and its address."""
    port = free_port()
    command = [sys.executable, "-c", code, str(port), *arguments]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=allocation.environment())  # as `kg serve`
    address = f"http://127.0.0.1:{port}/sparql"
    try:
        deadline = time.monotonic() + 1200
        while time.monotonic() < deadline:
            assert running.poll() is None, "the server ended"
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(address, params={"query": "ASK {}"}, timeout=5).status_code == 200:
                    break
            time.sleep(0.2)
        yield running, address
    finally:
        running.terminate()
        running.wait(20)


OURS = """
import socket, sys
from pathlib import Path
from kg.api.app import create_app
from kg.api.serving import run
from kg.sparql.pool import WorkerPool
store = Path(sys.argv[2])
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
run(listener, create_app(store.parent / "no-home", backend=WorkerPool(lambda: store)))
"""
RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[2], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


KINDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("lookup, new", new(lookup)),
    ("lookup, again", again(lookup)),
    ("entity, new", new(entity)),
    ("entity, again", again(entity)),
    ("scan of 57 kB, new", new(scan)),
    ("scan of 57 kB, again", again(scan)),
    ("join of 66 kB, new", new(join)),
    ("join of 66 kB, again", again(join)),
)


def other_pid() -> str:
    """The process of the oxigraph server that was started last."""
    return subprocess.run(["pgrep", "-n", "-f", "oxigraph serve"], capture_output=True, text=True, check=True).stdout


def spent(pid: int) -> float:
    """Seconds of processor time of a process and its children, ended ones included."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid or stat.parent.name == str(pid):
                total += sum(map(int, fields[11:15])) if stat.parent.name == str(pid) else sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


async def side_by_side(
    addresses: dict[str, str], pids: dict[str, int], text: Callable[[], str], parallel: int, seconds: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Answers a second and milliseconds of processor time an answer by server, asked in turn every half second.

    In turn, so that whatever else the machine does falls on all of them.
    """
    answers = dict.fromkeys(addresses, 0.0)
    costs = dict.fromkeys(addresses, 0.0)
    turns = max(2, int(seconds / 0.5))
    for address in addresses.values():
        await rate(address, text, 0.5, parallel)
    for _ in range(turns):
        for name, address in addresses.items():
            before = spent(pids[name])
            found, times, _ = await rate(address, text, 0.5, parallel)
            answers[name] += found / turns
            costs[name] += (spent(pids[name]) - before) / len(times) * 1e3 / turns
    return answers, costs


def resident(pid: int, children: bool = True) -> float:
    """MiB of memory of its own that a process and its children have; pages of the store's files, which they share, are left out."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            if int(fields["Pid"]) == pid or (children and int(fields["PPid"]) == pid):
                total += int(fields.get("RssAnon", "0 kB").split()[0])
    return total / 1024


async def hostile_load(address: str, text: Callable[[], str], seconds: float) -> tuple[float, float]:
    """The p99 of cheap queries, quiet and beside two hostile ones that never stop, in seconds."""
    _, quiet, _ = await rate(address, text, seconds, 2)
    stop = asyncio.Event()

    async def attack() -> None:
        async with httpx.AsyncClient(timeout=120) as client:
            while not stop.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    await client.get(address, params={"query": HOSTILE.format(next(_numbers))})

    attackers = [asyncio.create_task(attack()) for _ in range(2)]
    await asyncio.sleep(1)
    _, busy, _ = await rate(address, text, seconds, 2)
    stop.set()
    for task in attackers:
        task.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    return quiet[int(len(quiet) * 0.99)], busy[int(len(busy) * 0.99)]


@dataclass(slots=True)
class Mixed:
    """What a mixed load came to. `memory`: MiB of the service's process, and with its readers, each quarter of a second."""

    answers: int = 0
    errors: int = 0
    stopped: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)

    def median(self, part: int, column: int) -> float:
        """The median memory in the tenth numbered `part` of the time, 0..9."""
        start, end = len(self.memory) * part // 10, len(self.memory) * (part + 1) // 10
        return statistics.median(pair[column] for pair in self.memory[min(start, len(self.memory) - 1) : max(end, start + 1)])


async def mixed(address: str, pid: int, seconds: float) -> Mixed:
    """Cheap, large, repeated and hostile queries together, as many as four clients and an attacker can send."""
    found = Mixed()
    end = time.perf_counter() + seconds
    kinds = (new(lookup), new(entity), again(lookup), new(lookup), new(join), new(lookup), again(join), new(entity), new(scan), new(lookup))

    async def client(connection: Connection) -> None:
        for text in itertools.cycle(kinds):
            if time.perf_counter() > end:
                return
            status, _ = await connection.ask(text())
            found.answers += 1
            found.errors += status != 200

    async def attack() -> None:
        async with httpx.AsyncClient(timeout=120) as client:
            while time.perf_counter() < end:
                response = await client.get(address, params={"query": HOSTILE.format(next(_numbers))})
                found.errors += response.status_code not in (413, 503, 504)  # its memory, its place or its time came to an end
                found.stopped += 1

    async def watch() -> None:
        while True:
            found.memory.append((resident(pid, children=False), resident(pid)))
            await asyncio.sleep(0.25)

    async with connections(address, 4) as made:
        beside = [asyncio.create_task(attack()), asyncio.create_task(watch())]
        await asyncio.gather(*map(client, made))
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    return found


def line(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name:64} {value}", flush=True)


async def measure(folder: Path, seconds: float, mixed_seconds: float, with_rdflib: bool) -> None:
    """Every figure."""
    store = folder / "store"
    results: dict[str, float] = {}
    with process(OURS, str(store)) as (running, ours), oxigraph(folder / "copy") as other:
        pids = {"ours": running.pid, "oxigraph": int(other_pid())}
        for (kind, text), parallel in itertools.product(KINDS, (1, 4)):
            rates, costs = await side_by_side({"ours": ours, "oxigraph": other.query}, pids, text, parallel, seconds)
            results[f"{kind}, {parallel}"] = rates["ours"]
            shown = f"{rates['ours']:6.0f} {rates['oxigraph']:6.0f}   {rates['ours'] / rates['oxigraph']:5.2f}"
            line(
                f"{kind}, {parallel} at once: answers/s, oxigraph's, ratio",
                f"{shown}   ({costs['ours']:.2f} {costs['oxigraph']:.2f} ms each)",
            )
        for name, text in (("lookup", new(lookup)), ("entity", new(entity))):
            quiet, busy = await hostile_load(ours, text, seconds)
            line(f"p99 of {name}: quiet ms, beside hostile ms, ratio", f"{quiet * 1e3:.1f}  {busy * 1e3:.1f}  {busy / quiet:.2f}")
        found = await mixed(ours, running.pid, mixed_seconds)
        line(
            f"mixed load for {mixed_seconds:.0f} s: answers, errors",
            f"{found.answers}  {found.errors}   ({found.stopped} hostile ones stopped)",
        )
        for column, name in enumerate(("service", "service and readers")):
            tenths = "  ".join(f"{found.median(part, column):.0f}" for part in (1, 4, 9))
            line(f"MiB of {name}: tenths 2, 5, 10 of it", tenths)
    if with_rdflib:
        dump = folder / "store.nq"
        with dump.open("wb") as file:
            Store.read_only(str(store)).dump(file, RdfFormat.N_QUADS)
        with process(RDFLIB, str(dump)) as (_, address):
            for kind, text in KINDS:
                slow, times, _ = await rate(address, text, seconds, 1)
                shown = f"{slow:6.2f}   {results[f'{kind}, 1'] / slow:5.0f}   ({statistics.median(times) * 1e3:.0f} ms each)"
                line(f"{kind}: rdflib-endpoint's answers/s, ours / it", shown)


def main() -> None:
    """Read the arguments, build the store, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--mixed", type=float, default=600.0)
    parser.add_argument("--without-rdflib", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(str(folder / "store"))
        store.bulk_extend(quads(chosen.statements))
        store.flush()
        line("statements, quads, processors", f"{chosen.statements}  {len(store)}  {os.cpu_count()}")
        del store
        shutil.copytree(folder / "store", folder / "copy")
        asyncio.run(measure(folder, chosen.seconds, chosen.mixed, not chosen.without_rdflib))


if __name__ == "__main__":
    main()
