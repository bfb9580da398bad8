"""How fast the pages are: `python -m tests.benchmarks.pages HOME [ROUNDS]` asks for every kind of page over and over, after one warm-up.

Prints for each kind the number of requests, the median, the 95th percentile and the slowest, in milliseconds, measured in this process
without a network between.
"""

import statistics
import sys
import time
from pathlib import Path

from fastapi.testclient import TestClient

from kg.api.app import create_app
from kg.catalogue import Catalogue

KINDS = ("fact", "statement", "document", "model", "organisation", "lists", "other")


def addresses(catalogue: Catalogue) -> dict[str, list[str]]:
    """Up to 60 addresses of each kind."""
    entities = {kind: [f"/page/{row.id}" for row in catalogue.entities(type=kind, limit=60).items] for kind in ("model", "organisation")}
    return {
        "fact": [f"/fact/{row.id}" for row in catalogue.facts(limit=60).items],
        "statement": [f"/statement/{row.statement.id}" for row in catalogue.statements(limit=60).items],
        "document": [f"/document/{row.id}" for row in catalogue.documents()[:60]],
        **entities,
        "lists": ["/labs", "/models", "/chips", "/clusters", "/people", "/documents"],
        "other": ["/", "/path?start=High-Flyer&end=A100", "/disagreements", "/checks", "/validation", "/charts", "/sparql", "/queries",
                  "/search?q=deepseek", "/suggest?q=deep"],
    }  # fmt: skip


def main(home: Path, rounds: int) -> None:
    """Measure and print."""
    asked = addresses(Catalogue.open(home))
    every: list[float] = []
    with TestClient(create_app(home), headers={"accept": "text/html"}) as client:
        for kind in KINDS:
            spent = []
            for round_ in range(rounds + 1):
                for address in asked[kind]:
                    began = time.perf_counter()
                    answer = client.get(address)
                    assert answer.status_code == 200, (address, answer.status_code)
                    if round_:
                        spent.append((time.perf_counter() - began) * 1000)
            every += spent
            line(kind, spent)
    line("all", every)


def line(kind: str, spent: list[float]) -> None:
    """One line of the report."""
    ordered = sorted(spent)
    high = ordered[int(len(ordered) * 0.95)]
    print(f"{kind:13} {len(spent):6} requests  median {statistics.median(spent):7.1f}  p95 {high:7.1f}  slowest {ordered[-1]:7.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
