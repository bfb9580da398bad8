"""Embeds: cards, badges, oEmbed, citations, the web component in a browser, the Python client."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from kg.client import AsyncClient, Client, Records
from kg.errors import ServiceError, UnknownName
from tests.pages.made import SAID


@pytest.fixture(scope="session")
def costs(client: TestClient) -> list[dict[str, Any]]:
    """The statements on what pre-training Nimbus-2 cost: 600,000 against 900,000."""
    items = client.get("/api/v1/statements", params={"predicate": "trainingCost"}).json()["items"]
    return [item for item in items if item["qualifiers"].get("stage") == "pre-training"]


def test_card_is_framed_anywhere_and_pages_are_not(client: TestClient, costs: list[dict[str, Any]]) -> None:
    card = client.get(f"/embed/fact/{costs[0]['factId']}", headers={"Accept": "text/html"})
    assert card.status_code == 200 and "frame-ancestors *" in card.headers["content-security-policy"]
    assert "x-frame-options" not in card.headers and "script-src" not in card.headers["content-security-policy"]
    page = client.get(f"/fact/{costs[0]['factId']}", headers={"Accept": "text/html"})
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_card_says_that_sources_dispute_and_what_superseded_a_pinned_statement(client: TestClient, costs: list[dict[str, Any]]) -> None:
    fact = costs[0]["factId"]
    card = client.get(f"/embed/fact/{fact}.json").json()
    assert card["state"] == "disputed" and card["fact"] == fact
    states = {item["value"]: client.get(f"/embed/fact/{fact}.json", params={"pin": item["id"]}).json() for item in costs}
    superseded = next(one for one in states.values() if one["state"] == "superseded")
    leading = next(one for one in states.values() if one["state"] != "superseded")
    assert superseded["now"] == leading["value"] and superseded["value"] != leading["value"]
    assert client.get(f"/embed/fact/{fact}.json", params={"pin": "f" * 24}).status_code == 404


def test_badge_is_an_image_that_says_what_it_shows(client: TestClient, costs: list[dict[str, Any]]) -> None:
    response = client.get(f"/badge/{costs[0]['factId']}.svg")
    assert response.headers["content-type"] == "image/svg+xml" and response.headers["etag"]
    image = ElementTree.fromstring(response.text)
    assert image.get("role") == "img" and "Nimbus-2" in (image.get("aria-label") or "") and "disputed" in (image.get("aria-label") or "")
    assert client.get("/badge/none.svg").status_code == 404
    shields = client.get(f"/badge/{costs[0]['id']}.json").json()
    assert shields["schemaVersion"] == 1 and shields["label"] and shields["message"] and re.fullmatch("[0-9a-f]{6}", shields["color"])


def test_oembed_is_discovered_and_leads_to_the_card(client: TestClient, costs: list[dict[str, Any]]) -> None:
    page = client.get(f"/fact/{costs[0]['factId']}", headers={"Accept": "text/html"}).text
    link = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert link is not None
    answer = client.get(link[1].replace("&amp;", "&")).json()
    assert answer["type"] == "rich" and answer["version"] == "1.0"
    frame = re.search(r'src="([^"]+)"', answer["html"])
    assert frame is not None and client.get(frame[1]).status_code == 200
    by_iri = client.get(
        "/oembed", params={"url": f"https://w3id.org/lab-facts/statement/{costs[0]['id']}", "maxwidth": 300, "format": "xml"}
    )
    assert ElementTree.fromstring(by_iri.text).findtext("width") == "300"
    assert client.get("/oembed", params={"url": "https://elsewhere.example/fact/1"}).status_code == 404
    assert client.get("/oembed", params={"url": f"http://testserver/fact/{costs[0]['factId']}", "format": "yaml"}).status_code == 501


def test_citations_name_the_permanent_iri(client: TestClient, costs: list[dict[str, Any]]) -> None:
    iri = costs[0]["iri"]
    address = f"/api/v1/statements/{costs[0]['id']}/citation"
    assert iri in client.get(address, params={"style": "text"}).text
    bibtex = client.get(address, params={"style": "bibtex"}).text
    assert bibtex.startswith("@misc{") and iri in bibtex and bibtex.count("{") == bibtex.count("}")
    csl = json.loads(client.get(address, params={"style": "csl"}).text)
    assert csl[0]["URL"] == iri and csl[0]["title"] and csl[0]["type"] == "entry"
    assert iri in client.get(f"/api/v1/facts/{costs[0]['factId']}/citation").json()["text"] or len(costs) > 1


CHROMIUM = shutil.which("chromium")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another site: a folder and its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed")
def test_web_component_draws_the_card_in_a_page_of_another_site(
    address: str, costs: list[dict[str, Any]], elsewhere: tuple[Path, str], tmp_path: Path
) -> None:
    folder, site = elsewhere
    fact = costs[0]["factId"]
    elements = [f'<lab-fact src="{address}/fact/{fact}"></lab-fact>']
    elements += [f'<lab-fact src="{address}/fact/{fact}" pin="{item["id"]}"></lab-fact>' for item in costs]
    elements.append(f'<lab-fact src="{address}/fact/ffffffffffffffff"></lab-fact>')
    (folder / "page.html").write_text(
        f"""<!doctype html><script type="module" src="{address}/embed/fact-card.js"></script>{"".join(elements)}<pre id="seen"></pre>
        <script>
        const done = setInterval(() => {{
          const all = [...document.querySelectorAll("lab-fact")];
          if (!all.every((one) => one.dataset.state)) return;
          clearInterval(done);
          const said = (one) => `${{one.dataset.state}}: ${{one.shadowRoot.textContent.slice(-260)}}`;
          document.getElementById("seen").textContent = all.map(said).join("|");
        }}, 20);
        </script>""",
        encoding="utf-8",
    )
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--virtual-time-budget=20000", "--dump-dom", f"{site}/page.html"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    seen = re.search(r'<pre id="seen">([^<]*)</pre>', result.stdout)
    assert seen is not None and seen[1], result.stdout + result.stderr[-500:]
    states = [part.partition(":")[0] for part in seen[1].split("|")]
    assert states[0] == "disputed" and "superseded" in states[1:-1] and states[-1] == "missing"
    assert "Disputed: sources contradict each other." in seen[1] and "Superseded: the leading value is now" in seen[1]


def test_component_sets_text_never_markup() -> None:
    source = (Path(__file__).parents[2] / "kg" / "api" / "static" / "fact-card.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|import\s", source)


def test_client_pages_through_lists_and_keeps_provenance(address: str) -> None:
    with Client(address) as labs:
        statements = labs.statements()
        assert len(statements) == len(SAID) and all(record["quote"] and record["source"]["documentId"] for record in statements)
        assert len(list(labs.pages("/api/v1/statements", limit=2))) == len(SAID)
        assert len(labs.statements(most=3)) == 3
        assert labs.fact(statements[0]["factId"])["said"]
        assert labs.paths("Cirrus Labs", "X100")[0]["steps"]
        assert labs.search("Stratus")
        assert labs.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].isdigit()
        assert labs.checks() is not None and labs.disagreements()
        with pytest.raises(UnknownName):
            labs.statement("f" * 24)
        with pytest.raises(ServiceError, match="SERVICE"):
            labs.sparql("SELECT * { SERVICE <http://x/> {} }")


def test_async_client_gives_the_same(address: str) -> None:
    async def ask() -> tuple[Records, Records, Records]:
        async with AsyncClient(address) as labs:
            return await labs.statements(), await labs.facts(), await labs.sparql("SELECT ?s { ?s ?p ?o } LIMIT 1")

    statements, facts, rows = asyncio.run(ask())
    with Client(address) as labs:
        assert statements == labs.statements() and facts == labs.facts()
    assert rows[0]["s"].startswith("http")


def test_records_are_a_table_for_notebooks_and_pandas(address: str) -> None:
    pandas = pytest.importorskip("pandas")
    with Client(address) as labs:
        records = labs.statements()
    html = records._repr_html_()
    assert html.count("<tr>") == len(SAID) + 1 and "<th>quote</th>" in html and "<script>" not in html
    frame = records.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.shape[0] == len(SAID) and {"value", "quote", "source.title", "qualifiers"} <= set(frame.columns)


def test_client_says_what_the_service_said(address: str) -> None:
    with Client(address) as labs, pytest.raises(ServiceError, match="no field"):
        labs.statements(fields="none")
    with pytest.raises(httpx.ConnectError), Client("http://127.0.0.1:9") as nowhere:
        nowhere.facts()


def test_page_carries_claims_with_their_provenance_as_json_ld(client: TestClient, costs: list[dict[str, Any]]) -> None:
    import rdflib

    page = client.get(f"/fact/{costs[0]['factId']}", headers={"Accept": "text/html"}).text
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    graph = rdflib.Graph().parse(data=found[1], format="json-ld")
    claim, entity = rdflib.URIRef("https://schema.org/Claim"), rdflib.URIRef("http://www.w3.org/ns/prov#Entity")
    for item in costs:
        assert (rdflib.URIRef(item["iri"]), rdflib.RDF.type, claim) in graph
        assert (rdflib.URIRef(item["iri"]), rdflib.RDF.type, entity) in graph
        quoted = rdflib.URIRef("http://www.w3.org/ns/prov#wasQuotedFrom")
        assert (rdflib.URIRef(item["iri"]), quoted, rdflib.URIRef(item["source"]["iri"])) in graph
