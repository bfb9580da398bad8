"""A crawler over every page a release has: no link leads nowhere, no anchor is missing, every figure leads to its evidence."""

import re
from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from kg.api.app import create_app
from kg.catalogue import Catalogue
from kg.release import filled
from tests.pages.made import make_home

BASE = "http://testserver/"
DATA = ("/api/", "/data/", "/oembed", "/badge/", "/embed/", "/openapi.json", "/mcp")
SUMMARIES = ("", "labs", "models", "chips", "page", "disagreements", "checks", "check", "charts")
SUFFIX = re.compile(r"\.(json|jsonld|ttl|csv)$")


class Anatomy(HTMLParser):
    """The links and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("id"):
            self.ids.add(str(found["id"]))
        target = found.get("href") or found.get("src")
        if target and tag == "link" and found.get("rel") == "alternate":
            self.data.append(target)
        elif target:
            self.links.append(target)


@dataclass(frozen=True, slots=True)
class Crawled:
    """Pages by address, what did not answer, and the pages' HTML."""

    pages: dict[str, Anatomy]
    wrong: list[str]
    texts: dict[str, str]


def crawl(home: Path) -> Crawled:
    """Every page that can be reached from the first one."""
    pages: dict[str, Anatomy] = {}
    texts: dict[str, str] = {}
    wrong: list[str] = []
    with TestClient(create_app(home), headers={"accept": "text/html"}, raise_server_exceptions=False) as client:
        queue, seen = deque([BASE]), {BASE}
        while queue:
            address = queue.popleft()
            path = urlsplit(address).path
            if path.startswith(DATA):
                continue
            answer = client.get(address, follow_redirects=True)
            if answer.status_code != 200:
                wrong.append(f"{address}: {answer.status_code}")
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            anatomy = Anatomy()
            anatomy.feed(answer.text)
            pages[address], texts[address] = anatomy, answer.text
            for link in anatomy.links:
                target = urldefrag(urljoin(address, link)).url
                inside = urlsplit(target).netloc == "testserver"
                if inside and target not in seen and not SUFFIX.search(urlsplit(target).path):
                    seen.add(target)
                    queue.append(target)
    return Crawled(pages, wrong, texts)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl(make_home(tmp_path_factory.mktemp("crawl")))


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The release that comes with the package."""
    home = tmp_path_factory.mktemp("packaged") / "home"
    filled(home)
    return crawl(home)


@pytest.mark.parametrize("home", ["made", "packaged"])
def test_no_link_leads_nowhere(home: str, request: pytest.FixtureRequest) -> None:
    crawled: Crawled = request.getfixturevalue(home)
    assert not crawled.wrong, "\n".join(crawled.wrong)
    kinds = {urlsplit(address).path.split("/")[1] for address in crawled.pages}
    assert {"fact", "statement", "document", "page", "path", "charts", "checks", "disagreements"} <= kinds
    assert len(crawled.pages) > 40


@pytest.mark.parametrize("home", ["made", "packaged"])
def test_no_anchor_is_missing(home: str, request: pytest.FixtureRequest) -> None:
    pages: dict[str, Anatomy] = request.getfixturevalue(home).pages
    missing = []
    for address, anatomy in pages.items():
        for link in anatomy.links:
            target, anchor = urldefrag(urljoin(address, link))
            if anchor and target in pages and anchor not in pages[target].ids:
                missing.append(f"{address}: {link}")
    assert not missing, "\n".join(missing[:20])


def test_every_figure_leads_to_its_evidence(made: Crawled) -> None:
    pages, texts = made.pages, made.texts
    figures = ("$600,000", "$900,000", "$1.24 million", "about $1.2 million", "300,000 GPU-hours", "40 billion parameters")
    loose = []
    for address, text in texts.items():
        if urlsplit(address).path.split("/")[1] not in (
            "",
            "labs",
            "models",
            "chips",
            "page",
            "disagreements",
            "checks",
            "check",
            "charts",
        ):
            continue
        evidence = [link for link in pages[address].links if re.match(r"/(fact|statement)/", link)]
        shown = [figure for figure in figures if figure in text]
        if shown and not evidence:
            loose.append(f"{address}: {', '.join(shown)}")
    assert not loose, "\n".join(loose)
    assert any(figures[0] in text for text in texts.values())


def test_every_page_is_there_as_the_data_it_names(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with TestClient(create_app(home), raise_server_exceptions=False) as client:
        html = {"accept": "text/html"}
        catalogue = Catalogue.open(home)
        fact = catalogue.facts().items[0].id
        check = [f"/check/{item.id}" for item in catalogue.checks(limit=1).items]
        statement = catalogue.statements().items[0].statement
        pages = ["/", "/labs", "/models", "/documents", "/page/model/nimbus-2", f"/fact/{fact}", f"/statement/{statement.id}", *check]
        pages += [f"/document/{statement.document_id}", "/path?start=Ada+Moreau&end=X100", "/disagreements", "/checks", "/validation"]
        pages += ["/charts", "/search?q=nimbus"]
        wrong, seen = [], 0
        for page in pages:
            anatomy = Anatomy()
            anatomy.feed(client.get(page, headers=html).text)
            assert anatomy.data, page
            for address in anatomy.data:
                answer = client.get(urljoin(BASE, address))
                seen += 1
                if answer.status_code != 200 or "text/html" in answer.headers["content-type"]:
                    wrong.append(f"{page}: {address}: {answer.status_code} {answer.text[:120]}")
    assert not wrong, "\n".join(wrong)
    assert seen > 25
