"""Debian's chromium against the service on a made home. Without chromium these tests skip, except in CI, where they fail."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kg.api.app import create_app
from kg.api.serving import settings
from kg.catalogue import Catalogue
from tests.pages.made import make_home

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(slots=True)
class Served:
    """The address of the running service and the catalogue it reads."""

    address: str
    catalogue: Catalogue
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = make_home(tmp_path_factory.mktemp("browser"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(settings(create_app(home), "error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", Catalogue.open(home))
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed; .ci/run installs it")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield made
        made.close()


def watched(context: BrowserContext, served: Served) -> Page:
    """A page that notes errors on its console and every request that leaves the service."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", lambda request: None if _inside(request.url, served) else complaints.append(f"{page.url}: asks for {request.url}"))
    served.complaints = complaints
    return page


def _inside(address: str, served: Served) -> bool:
    return address.startswith((served.address, "data:", "blob:"))


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, base_url=served.address)
    yield watched(context, served)
    context.close()


def addresses(served: Served) -> list[str]:
    """One page of every kind."""
    catalogue = served.catalogue
    fact = next(item for item in catalogue.facts(subject="model/nimbus-2", predicate="trainingCost").items if item.status == "contradicted")
    statement = catalogue.statements().items[0].statement.id
    checks = [f"/check/{item.id}" for item in catalogue.checks(limit=1).items]
    return [
        "/", "/labs", "/models", "/chips", "/clusters", "/people", "/documents", "/page/model/nimbus-2", "/page/organisation/cirrus-labs",
        f"/fact/{fact.id}", f"/statement/{statement}", f"/document/{catalogue.document('report.txt').row.id}",
        "/path?start=Ada+Moreau&end=X100", "/path", "/disagreements", "/checks", *checks, "/validation", "/charts", "/sparql", "/queries",
        "/search?q=nimbus", "/no/such/page",
    ]  # fmt: skip
