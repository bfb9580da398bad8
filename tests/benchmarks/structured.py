"""Structured sources at scale: `python -m tests.benchmarks.structured [FOLDER]` loads Epoch AI's five tables into a new home.

Prints statements a second end to end (read, resolve, compare, validate, store), of wall and of processor time, the size of the home
against the files', how long a server takes until it answers, and how long the questions about structured sources take.
"""

import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from fastapi.testclient import TestClient

from kg import iris
from kg.api.app import create_app
from kg.pipeline import load
from kg.query import bound, solve
from kg.questions import library
from kg.store import open_store
from tests.shared import SHARED


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def processors() -> float:
    """Seconds of processor this process and its children have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main(folder: Path) -> None:
    """Load, measure and print."""
    logging.disable(logging.INFO)
    files = sorted(folder.glob("*.csv"))
    given = sum(file.stat().st_size for file in files)
    with tempfile.TemporaryDirectory() as working:
        home = Path(working) / "home"
        wall, processor = time.perf_counter(), processors()
        report = load(files, home, beside=True)
        wall, processor = time.perf_counter() - wall, processors() - processor
        print(f"{report.statements} statements of {report.documents} tables, {len(report.problems)} problems, {report.counts}")
        rates = f"{report.statements / wall:.0f} and {report.statements / processor:.0f} a second"
        print(f"load            {wall:8.1f} s wall, {processor:.1f} s processor: {rates}")
        held = size(home)
        (release,) = (home / "releases").iterdir()
        parts = {path.name: size(path) if path.is_dir() else path.stat().st_size for path in release.iterdir()}
        shown = ", ".join(f"{name} {part / 1e6:.1f}" for name, part in sorted(parts.items()))
        print(f"home            {held / 1e6:8.1f} MB, {held / given:.1f} times the tables' {given / 1e6:.1f} MB ({shown})")
        wall = time.perf_counter()
        with TestClient(create_app(home)) as client:
            assert client.get("/models").status_code == 200
            print(f"serve           {time.perf_counter() - wall:8.2f} s until the first page")
            for address in ("/page/model/deepseek-v3", "/clusters", "/search?q=deepseek"):
                wall = time.perf_counter()
                assert client.get(address).status_code == 200, address
                print(f"{address:24} {(time.perf_counter() - wall) * 1000:8.0f} ms")
        store = open_store(home)
        for name, question in library().items():
            if question.needs == "epoch":
                wall = time.perf_counter()
                rows = sum(1 for _ in solve(store, question, bound(question, {}, iris.entity)))
                print(f"{name:24} {(time.perf_counter() - wall) * 1000:8.0f} ms, {rows} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "data" / "epoch")
