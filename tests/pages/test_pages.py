"""Pages as HTML: what they say, that hostile text stays text, that nothing inline or foreign is asked for."""

import re

import pytest
from fastapi.testclient import TestClient

from kg.catalogue import Catalogue


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
    page = client.get(f"/document/{document.id}").text
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
    page = client.get(f"/document/{detail.row.id}").text
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
