"""`kg serve --processes 2`: two processes on one socket, replaced when killed, drained and ended by a signal, failures said."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from kg.api.processes import together
from kg.errors import KgError
from kg.release import filled

QUICK = "ASK {} # "
PART = "{ SELECT ?%s { ?%s ?p ?%s } LIMIT 600 }"
SLOW = f"SELECT (COUNT(*) AS ?n) {{ {PART % ('b', 'a', 'b')} {PART % ('d', 'c', 'd')} FILTER(STR(?b) < STR(?d)) }}"


def children(pid: int) -> set[int]:
    """The processes it has started that have not ended."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if int(fields["PPid"]) == pid and not fields["State"].startswith("Z"):
            found.add(int(fields["Pid"]))
    return found


def servers(pid: int) -> set[int]:
    """Those of its children that have readers."""
    return {child for child in children(pid) if children(child)}


def spent(pids: list[int]) -> float:
    """Seconds of processor time the processes have had."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(field[11]) for field in fields) / os.sysconf("SC_CLK_TCK")


def awaited(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Wait until the condition holds; a loaded machine may need long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A service of two processes and its address."""
    filled(tmp_path / "home")
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0", "--processes", "2"]
    with subprocess.Popen([*command, "--home", str(tmp_path / "home")], stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            running.stdout.readline()
            yield running, re.findall(r"http://[^/]+", running.stdout.readline())[0]
        finally:
            running.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_two_processes_answer_are_replaced_and_end_together_after_their_answers(service: tuple["subprocess.Popen[str]", str]) -> None:
    running, address = service
    awaited(lambda: len(servers(running.pid)) == 2)
    for number in range(8):
        assert httpx.get(f"{address}/sparql", params={"query": QUICK + str(number)}, timeout=300).status_code == 200
    victim = min(servers(running.pid))
    os.kill(victim, signal.SIGKILL)
    awaited(lambda: victim not in servers(running.pid) and len(servers(running.pid)) == 2)
    everything = [running.pid, *servers(running.pid), *(reader for one in servers(running.pid) for reader in children(one))]
    assert len(everything) <= 3 + 2 * 5, "two quick readers each, a spare one and two slow ones"
    time.sleep(1)
    asking = ["curl", "-s", "-G", "-o", "/dev/null", "-w", "%{http_code}", "--data-urlencode", f"query={SLOW}", f"{address}/sparql"]
    slow = subprocess.Popen(asking, stdout=subprocess.PIPE)
    before = spent(everything)
    awaited(lambda: spent(everything) > before + 0.2)
    running.send_signal(signal.SIGTERM)
    assert slow.communicate(timeout=300)[0] in (b"200", b"504"), "an answer, if only that it took too long on a loaded machine"
    assert running.wait(300) == 0
    awaited(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everything))


def _fails() -> None:
    raise SystemExit(7)


def test_a_process_that_ends_by_itself_ends_all() -> None:
    with pytest.raises(KgError, match="ended by itself"):
        together(2, _fails)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
