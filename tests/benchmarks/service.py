"""How fast and how steady the SPARQL service is beside the `oxigraph` server and rdflib-endpoint on the same store, in one run.

    python -m tests.benchmarks.service [--statements N] [--seconds S] [--mixed S] [--without-rdflib]

Needs the extra `bench` (rdflib-endpoint) unless told to go without.
Prints one line a figure. Every server is its own process; the load comes from this one, over keep-alive connections, the same for each.
Nothing is asked twice, so that no server answers from a cache, except where the line says so.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from tests.servers.running import free_port, oxigraph

BASE = "https://w3id.org/lab-facts/"
KG = BASE + "ontology#"
MODELS = 400
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


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


def cheap(number: int) -> str:
    """One statement's triples."""
    return f"SELECT ?p ?o {{ <{BASE}statement/{number:024x}> ?p ?o }}"


def large(number: int) -> str:
    """All statements on one model, about 55 kB of JSON for 250 of them; the number makes each text another."""
    return f"SELECT ?s ?v ?q {{ ?s <{KG}subject> <{BASE}id/model/m{number % MODELS}> ; <{KG}value> ?v ; <{KG}quote> ?q }} # {number}"


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


async def rate(address: str, query: object, seconds: float, parallel: int, first: int = 0) -> tuple[float, list[float], int]:
    """Answers a second, the sorted times of each in seconds, and the size of the last one; every query text is new."""
    times: list[float] = []
    number = first
    size = 0
    end = time.perf_counter() + seconds

    async def client(connection: Connection) -> None:
        nonlocal number, size
        while time.perf_counter() < end:
            number += 1
            started = time.perf_counter()
            status, size = await connection.ask(query(number))  # type: ignore[operator]
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
    running = subprocess.Popen([sys.executable, "-c", code, str(port), *arguments], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
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
import sys, uvicorn
from pathlib import Path
from kg.api.app import create_app
from kg.sparql.pool import WorkerPool
store = Path(sys.argv[2])
app = create_app(store.parent / "no-home", backend=WorkerPool(lambda: store))
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""
RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[2], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


KINDS = (("cheap", cheap, 1), ("cheap, 4 at once", cheap, 4), ("55 kB", large, 1), ("55 kB, 4 at once", large, 4))


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
    addresses: dict[str, str], pids: dict[str, int], query: object, parallel: int, seconds: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Answers a second and milliseconds of processor time an answer by server, asked in turn every half second.

    In turn, so that whatever else the machine does falls on all of them.
    """
    answers = dict.fromkeys(addresses, 0.0)
    costs = dict.fromkeys(addresses, 0.0)
    turns = max(2, int(seconds / 0.5))
    for address in addresses.values():
        await rate(address, query, 1.0, parallel, 70_000)
    for turn in range(turns):
        for name, address in addresses.items():
            before = spent(pids[name])
            found, times, _ = await rate(address, query, 0.5, parallel, turn * 5000)
            answers[name] += found / turns
            costs[name] += (spent(pids[name]) - before) / len(times) * 1e3 / turns
    return answers, costs


def resident(pid: int) -> int:
    """MiB of memory of its own that a process and its children have; pages of the store's files, which they share, are left out."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            if int(fields["PPid"]) == pid or int(fields["Pid"]) == pid:
                total += int(fields.get("RssAnon", "0 kB").split()[0])
    return total // 1024


async def hostile_load(address: str, seconds: float) -> tuple[float, float]:
    """Sorted p99 of cheap queries, quiet and beside two hostile ones that never stop, in seconds."""
    _, quiet, _ = await rate(address, cheap, seconds, 2, 50_000)
    stop = asyncio.Event()

    async def attack() -> None:
        async with httpx.AsyncClient(timeout=120) as client:
            while not stop.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    await client.get(address, params={"query": HOSTILE})

    attackers = [asyncio.create_task(attack()) for _ in range(2)]
    await asyncio.sleep(1)
    _, busy, _ = await rate(address, cheap, seconds, 2, 60_000)
    stop.set()
    for task in attackers:
        task.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    return quiet[int(len(quiet) * 0.99)], busy[int(len(busy) * 0.99)]


async def mixed(address: str, pid: int, seconds: float) -> tuple[int, int, int, int]:
    """Answers, errors, and memory in MiB after a tenth of the time and at the end, under cheap, large and hostile queries together."""
    done = errors = 0
    end = time.perf_counter() + seconds
    early = 0

    async def client(connection: Connection, offset: int) -> None:
        nonlocal done, errors, early
        number = offset
        while time.perf_counter() < end:
            number += 1
            status, _ = await connection.ask(large(number) if number % 5 == 0 else cheap(number % 100_000))
            done += 1
            errors += status != 200
            if not early and time.perf_counter() > end - seconds * 0.9:
                early = resident(pid)

    async def attack() -> None:
        async with httpx.AsyncClient(timeout=120) as client:
            while time.perf_counter() < end:
                response = await client.get(address, params={"query": HOSTILE})
                assert response.status_code in (503, 504), response.status_code

    async with connections(address, 4) as made:
        attacker = asyncio.create_task(attack())
        await asyncio.gather(*(client(connection, 100_000 * place) for place, connection in enumerate(made)))
        attacker.cancel()
        await asyncio.gather(attacker, return_exceptions=True)
    return done, errors, early, resident(pid)


def line(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name:52} {value}", flush=True)


async def measure(folder: Path, seconds: float, mixed_seconds: float, with_rdflib: bool) -> None:
    """Every figure."""
    store = folder / "store"
    results: dict[str, dict[str, float]] = {}
    with process(OURS, str(store)) as (running, ours), oxigraph(folder / "copy") as other:
        pids = {"ours": running.pid, "oxigraph": int(other_pid())}
        for kind, query, parallel in KINDS:
            rates, costs = await side_by_side({"ours": ours, "oxigraph": other.query}, pids, query, parallel, seconds)
            ratio = rates["ours"] / rates["oxigraph"]
            results[kind] = rates
            line(f"{kind}: answers/s ours, oxigraph, ratio", f"{rates['ours']:.0f}  {rates['oxigraph']:.0f}  {ratio:.2f}")
            line(f"{kind}: processor ms an answer ours, oxigraph", f"{costs['ours']:.2f}  {costs['oxigraph']:.2f}")
        again, _, size = await rate(ours, lambda number: large(number % 50), seconds, 1)
        line("55 kB asked again (kept answers): answers/s, bytes", f"{again:.0f}  {size}")
        quiet, busy = await hostile_load(ours, seconds)
        line("p99 of cheap: quiet ms, beside hostile ms, ratio", f"{quiet * 1e3:.1f}  {busy * 1e3:.1f}  {busy / quiet:.2f}")
        done, errors, early, late = await mixed(ours, running.pid, mixed_seconds)
        line(f"mixed load for {mixed_seconds:.0f} s: answers, errors", f"{done}  {errors}")
        line("memory in MiB after a tenth of it, at its end", f"{early}  {late}")
    if with_rdflib:
        dump = folder / "store.nq"
        with dump.open("wb") as file:
            Store.read_only(str(store)).dump(file, RdfFormat.N_QUADS)
        with process(RDFLIB, str(dump)) as (_, address):
            slow, times, _ = await rate(address, large, seconds, 1)
            line("55 kB: answers/s rdflib-endpoint, ours / it", f"{slow:.2f}  {results['55 kB']['ours'] / slow:.0f}")
            line("55 kB: median seconds rdflib-endpoint", f"{statistics.median(times):.2f}")


def main() -> None:
    """Read the arguments, build the store, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
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
