"""Pages as HTML: what they say, that hostile text stays text, that nothing inline or foreign is asked for."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Store

from kg import iris, ontology
from kg.api.pages import Site
from kg.api.pages.sparql import filled, term
from kg.catalogue import Catalogue, Filter
from kg.documents import document_id
from kg.home import Home
from kg.pipeline import load
from kg.query import bound, solve, tabulated
from kg.questions import Parameter, library
from kg.store import STORE
from tests.pages.conftest import client_of


def fact_of(catalogue: Catalogue, predicate: str, stage: str = "") -> str:
    facts = catalogue.facts(subject="model/nimbus-2", predicate=predicate).items
    return next(fact.id for fact in facts if fact.qualifiers.get("stage", "") == stage)


def test_fact_page_shows_every_claim_and_why_they_differ(client: TestClient, catalogue: Catalogue) -> None:
    page = client.get(f"/fact/{fact_of(catalogue, 'trainingCost', 'pre-training')}").text
    assert "<h1>Pre-training Nimbus-2 cost " in page
    assert "$600,000" in page and "$900,000" in page
    assert "Contradicts" in page and "Contradicted" in page
    assert "Stratus Media" in page
    assert "<mark>cost $600,000</mark>" in page or "<mark>the pre-training alone cost $900,000</mark>" in page


def test_claims_of_another_scope_stand_apart(client: TestClient, catalogue: Catalogue) -> None:
    page = client.get(f"/fact/{fact_of(catalogue, 'trainingCost', 'full-training')}").text
    apart = page.index("With another scope")
    assert page.index("$1.24 million") < apart < page.index("$900,000")


def test_document_full_of_markup_renders_as_text(client: TestClient, catalogue: Catalogue) -> None:
    document = catalogue.document("report.txt").row
    assert "<script>alert" not in client.get(f"/document/{document.id}").text
    page = client.get(f"/document/{document.id}?view=raw").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;page&#34;)&lt;/script&gt; &amp; &#34;quotes&#34; stay text." in page


def test_overlapping_spans_become_segments_under_both(client: TestClient, catalogue: Catalogue) -> None:
    document = catalogue.document("report.txt").row
    page = client.get(f"/document/{document.id}").text
    assert re.search(r'<mark[^>]* data-facts="\w+ \w+">took 300K GPU hours on X100 chips</mark>', page)
    spans = re.findall(r'id="span-(\w+)"', page)
    said = {row.statement.id for row in catalogue.statements().items if row.statement.document_id == document.id}
    assert sorted(spans) == sorted(said)


def test_text_of_a_document_survives_marking(client: TestClient, catalogue: Catalogue) -> None:
    detail = catalogue.document("article.txt")
    page = client.get(f"/document/{detail.row.id}?view=raw").text
    shown = re.search(r'<div class="document"[^>]*>(.*?)</div>', page, re.S)
    assert shown
    text = re.sub(r"<[^>]+>", "", shown[1]).replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert text.strip() == (detail.raw or "").strip()


def test_without_the_text_a_stand_in_names_place_and_figure(bare_client: TestClient, bare: Catalogue) -> None:
    fact = fact_of(bare, "trainingCost", "full-training")
    page = bare_client.get(f"/fact/{fact}").text
    assert "not on this machine" in page and "kg documents add FILE" in page
    assert "<mark>" not in page
    document = bare.document("report.txt").row
    page = bare_client.get(f"/document/{document.id}").text
    assert "not on this machine" in page and document.id in page


def test_statement_page_has_its_record_and_its_fact(client: TestClient, catalogue: Catalogue) -> None:
    row = next(row for row in catalogue.statements().items if row.statement.predicate == "ownsChip")
    page = client.get(f"/statement/{row.statement.id}").text
    assert "Alleged" in page and f"/fact/{row.fact_id}" in page and "by hand" in page


def test_entity_page_groups_facts_and_draws_relations(client: TestClient) -> None:
    page = client.get("/page/model/nimbus-2").text
    assert "<h2>Training runs by stage</h2>" in page
    assert 'aria-label="What Nimbus-2 stands in relation to"' in page
    assert "40 billion parameters" in page


def test_what_fits_no_predicate_stands_on_the_entity_page_in_its_words(client: TestClient) -> None:
    page = client.get("/page/organisation/cirrus-labs").text
    assert "In other words" in page and "has a Chinese name" in page


@pytest.mark.parametrize("address", ["/nothing", "/fact/none", "/statement/none", "/document/none", "/page/model/none"])
def test_unknown_addresses_are_pages_for_browsers_and_data_for_others(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404 and "<h1>" in page.text
    data = client.get(address, headers={"accept": "application/json"})
    assert data.status_code == 404 and data.headers["content-type"].startswith("application/json")


def test_an_error_page_escapes_what_was_asked_for(client: TestClient) -> None:
    page = client.get("/fact/<script>alert(1)<script>").text
    assert "<script>alert" not in page


def test_pages_forbid_inline_scripts_and_hold_none(client: TestClient, catalogue: Catalogue) -> None:
    for address in ("/page/model/nimbus-2", f"/fact/{fact_of(catalogue, 'trainingCost', 'pre-training')}"):
        answer = client.get(address)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert " style=" not in answer.text and not re.search(r"\son\w+=", answer.text)
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.S):
            assert "application/ld+json" in attributes or not body.strip()
        assert not re.search(r'(?:src|href)="https?://', answer.text.replace("http://testserver", ""))


def test_a_page_seen_before_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/page/model/nimbus-2")
    again = client.get("/page/model/nimbus-2", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_home_says_what_this_is_and_shows_what_is_contested(client: TestClient) -> None:
    page = client.get("/").text
    assert "<h1>What is said about AI labs" in page
    contested = page[page.index("Most contested") :]
    assert "Pre-training Nimbus-2 cost" in contested and "Contradicted" in contested
    assert "report.txt" in page and 'href="/validation"' in page


@pytest.mark.parametrize("address", ["/labs", "/models", "/chips", "/clusters", "/people", "/things/place", "/documents"])
def test_lists_open(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.text.count("<h1>") == 1


def test_list_of_models_links_each_figure_to_its_fact(client: TestClient, catalogue: Catalogue) -> None:
    page = client.get("/models").text
    assert f'<a href="/fact/{fact_of(catalogue, "totalParameters")}">40 billion parameters</a>' in page


def test_paths_are_drawn_in_words_and_both_ways(client: TestClient) -> None:
    page = client.get("/path", params={"start": "Ada Moreau", "end": "X100"}).text
    assert page.count('class="graph graph-across"') == 1 and page.count('class="graph graph-down"') == 1
    assert "Cirrus Labs" in page and "alleged" in page and "edge-disputed" in page
    assert "Cirrus Labs was founded by" in page.replace("</a>", "").replace('<a href="/page/organisation/cirrus-labs">', "")


def test_path_to_nothing_known_says_so(client: TestClient) -> None:
    page = client.get("/path", params={"start": "Nimbus-2", "end": "zzzz"}).text
    assert "Nothing here is named “zzzz”" in page


def test_disagreements_have_both_passages(client: TestClient) -> None:
    page = client.get("/disagreements").text
    assert "Contradicts" in page
    assert "<mark>cost $600,000</mark>" in page and "<mark>the pre-training alone cost $900,000</mark>" in page


def test_search_finds_names_in_any_script_and_statements(client: TestClient) -> None:
    page = client.get("/search", params={"q": "云层实验室"})
    assert page.status_code == 200
    page = client.get("/search", params={"q": "nimbus"})
    assert "/page/model/nimbus-2" in page.text and "/statement/" in page.text
    found = client.get("/suggest", params={"q": "nim"}).json()
    assert found[0] == {"id": "model/nimbus-2", "label": "Nimbus-2", "kind": "Model", "href": "/page/model/nimbus-2"}


def test_charts_are_drawn_and_are_tables(client: TestClient) -> None:
    page = client.get("/charts").text
    assert 'aria-label="Training cost per model"' in page and "Source: Lab Facts, release " in page
    table = client.get("/charts/training-cost.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[0] == "model,low_usd,leading_usd,high_usd,statements,fact"
    assert table.text.splitlines()[1].startswith("Nimbus-2,1200000,1240000,1240000,2,")
    assert client.get("/charts/none.csv").status_code == 404


@pytest.mark.parametrize("address", ["/checks", "/validation", "/queries", "/sparql"])
def test_other_pages_open(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.text.count("<h1>") == 1


def test_questions_open_in_the_editor_with_their_values_quoted(client: TestClient) -> None:
    hostile = 'x" } DROP ALL #'
    parameter = Parameter("name", "string", "x")
    assert term(Site(lambda: pytest.fail("not asked")), parameter, hostile) == '"x\\" } DROP ALL #"'
    iri = term(Site(lambda: pytest.fail("not asked")), Parameter("name", "iri", "x"), "http://e.org/> } #")
    assert iri == "<http://e.org/#>"


def test_results_become_a_drawing_where_columns_allow(client: TestClient) -> None:
    base = "https://w3id.org/lab-facts/id/"
    double = "http://www.w3.org/2001/XMLSchema#double"
    rows = [[{"value": f"{base}model/m{n}", "type": "uri", "label": f"m{n}"}, {"value": str(n), "type": double}] for n in range(1, 4)]
    bars = client.post("/sparql/drawing", json={"columns": ["model", "cost"], "rows": rows})
    assert bars.status_code == 200 and 'href="/page/model/m1"' in bars.text
    pairs = [[{"value": f"{base}model/m{n}", "type": "uri"}, {"value": f"{base}chip/c", "type": "uri"}] for n in range(1, 4)]
    graph = client.post("/sparql/drawing", json={"columns": ["model", "chip"], "rows": pairs})
    assert 'class="graph graph-across"' in graph.text and graph.text.count('class="node ') == 8
    texts = [[{"value": "a", "type": "literal"}, {"value": "b", "type": "literal"}]] * 3
    assert client.post("/sparql/drawing", json={"columns": ["a", "b"], "rows": texts}).status_code == 204
    assert client.post("/sparql/drawing", content=b"[1, 2").status_code == 400
    hostile = [[{"value": "<script>", "type": "literal"}, {"value": str(n), "type": double}] for n in range(3)]
    assert "<script>" not in client.post("/sparql/drawing", json={"columns": ["a", "b"], "rows": hostile}).text


def test_damaged_characters_are_shown_restored_and_as_they_came(tmp_path: Path) -> None:
    sound = "云层实验室的超级计算机装有一万张显卡，投入十亿元人民币用于建设第二代集群。" * 12
    damaged = sound.encode("utf-8").decode("windows-1254", errors="ignore")
    content = f"Notes on a cluster.\n\n{damaged}\n".encode()
    home = tmp_path / "home"
    Home(home).keep(content)
    start = content.decode().index("a cluster")
    record = {"document": "damaged.txt", "documentId": document_id(content), "start": start, "end": start + 9, "quote": "a cluster"}
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps({**record, "subject": "Cluster", "predicate": "clusterOwner", "object": "Cirrus Labs"}) + "\n")
    load([source], home)
    with client_of(Catalogue.open(home)) as client:
        page = client.get(f"/document/{document_id(content)}").text
        assert 'class="repaired"' in page and "This file was damaged" in page
        assert damaged[:20] not in page
        raw = client.get(f"/document/{document_id(content)}?view=raw").text
        assert damaged[:20] in raw and 'class="repaired"' not in raw


def test_questions_in_the_editor_answer_as_they_do_in_a_terminal(catalogue: Catalogue) -> None:
    site = Site(lambda: catalogue)
    store = Store.read_only(str(catalogue.path.parent / STORE))
    answered = 0
    for name, asked in library().items():
        entities = {parameter.name for parameter in asked.params if parameter.type == "entity"}
        if name.startswith("construct/") or len(entities) > 1:
            continue
        example = {"model": "model/nimbus-2", "subject": "model/nimbus-2", "lab": "organisation/cirrus-labs"}
        given = {item.name: example.get(item.name, item.example) for item in asked.params}
        expected = tabulated(solve(store, asked, bound(asked, given, iris.entity)))
        solutions = store.query(filled(site, asked, given), prefixes=dict(ontology.prefixes()), use_default_graph_as_union=True)
        assert sorted(map(str, tabulated(solutions).rows)) == sorted(map(str, expected.rows)), name
        answered += bool(expected.rows)
    assert answered > 5


def test_long_documents_are_shown_in_parts_and_spans_are_found_in_theirs(tmp_path: Path) -> None:
    text = "".join(f"Line {number} of a long record without anything in it.\n" for number in range(3000)) + "Cirrus Labs owns X100 chips.\n"
    content = text.encode()
    home = tmp_path / "home"
    Home(home).keep(content)
    start = text.index("Cirrus")
    record = {"document": "long.txt", "documentId": document_id(content), "start": start, "end": len(text) - 1, "quote": text[start:-1]}
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps({**record, "subject": "Cirrus Labs", "predicate": "ownsChip", "object": "X100"}) + "\n")
    load([source], home)
    catalogue = Catalogue.open(home)
    row = catalogue.statements(Filter(document=document_id(content))).items[0]
    with client_of(catalogue) as client:
        address = f"/document/{document_id(content)}"
        first = client.get(address).text
        assert "Line 0 of" in first and "Line 2999 of" not in first and 'rel="next"' in first
        fact = client.get(f"/fact/{row.fact_id}").text
        part = f"{address}?at={start // 24_000 * 24_000}"
        assert f'href="{part}#span-{row.statement.id}"' in fact
        assert f'id="span-{row.statement.id}"' in client.get(part).text
