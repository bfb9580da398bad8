"""The JSON API: lists, pages of lists, filters, fields, CSV, entity tags, errors, and its published description."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from kg.api import models
from kg.api.app import create_app
from kg.api.tables import BOM, cell
from tests.pages.made import SAID, make_home

OPERATIONS = Path(__file__).parent / "operations.txt"


def get(client: TestClient, path: str, accept: str = "application/json", **params: object) -> httpx.Response:
    """A GET whose answer must be 200."""
    response = client.get(path, params=params or None, headers={"Accept": accept})  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return response


LISTS = {
    "/api/v1/statements": models.StatementList,
    "/api/v1/facts": models.FactList,
    "/api/v1/entities": models.EntityList,
    "/api/v1/documents": models.DocumentList,
    "/api/v1/checks": models.CheckList,
    "/api/v1/disagreements": models.DisagreementList,
    "/api/v1/origins": models.OriginList,
    "/api/v1/violations": models.ViolationList,
    "/api/v1/queries": models.QuestionList,
    "/api/v1/search?q=cirrus": models.HitList,
    "/api/v1/suggest?q=nim": models.EntityList,
    "/api/v1/paths?from=Cirrus Labs&to=X100": models.PathList,
}


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_as_its_description_says(client: TestClient, path: str) -> None:
    response = get(client, path)
    LISTS[path].model_validate_json(response.content)


@pytest.mark.parametrize("words", ["cirrus\0", "\0cirrus", 'cirrus "', "cirrus*", "NOT cirrus", "(cirrus", "\U000f30f2cirrus", "'; --"])
def test_search_takes_any_characters(client: TestClient, words: str) -> None:
    assert isinstance(get(client, "/api/v1/search", q=words).json()["items"], list)
    with_nul = get(client, "/api/v1/search", q="cirrus\0labs").json()
    assert with_nul["items"] == get(client, "/api/v1/search", q="cirrus labs").json()["items"] != []


def test_single_records_are_as_their_descriptions_say(client: TestClient) -> None:
    statement = get(client, "/api/v1/statements").json()["items"][0]
    models.StatementDetails.model_validate_json(get(client, f"/api/v1/statements/{statement['id']}").content)
    models.FactDetails.model_validate_json(get(client, f"/api/v1/facts/{statement['factId']}").content)
    models.EntityItem.model_validate_json(get(client, f"/api/v1/entities/{statement['subjectId']}").content)
    models.DocumentItem.model_validate_json(get(client, f"/api/v1/documents/{statement['documentId']}").content)
    models.ReleaseItem.model_validate_json(get(client, "/api/v1/release").content)
    models.CitationItem.model_validate_json(get(client, f"/api/v1/statements/{statement['id']}/citation").content)


def test_following_next_gives_every_item_once(client: TestClient) -> None:
    for path in ("/api/v1/statements", "/api/v1/facts", "/api/v1/entities", "/api/v1/documents"):
        whole = [item["id"] for item in get(client, path, limit=1000).json()["items"]]
        seen: list[str] = []
        following: str | None = f"{path}?limit=2"
        while following:
            page = get(client, following).json()
            seen += [item["id"] for item in page["items"]]
            following = page["next"]
            assert page["total"] == len(whole)
        assert seen == whole


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"predicate": "trainingCost"}, 4),
        ({"predicate": "trainingCost", "min": 1_000_000}, 2),
        ({"predicate": "trainingCost", "max": 700_000}, 1),
        ({"unit": "parameter"}, 1),
        ({"status": "alleged"}, 1),
        ({"subject": "model/nimbus-2", "predicate": "developer"}, 1),
        ({"claimant": "organisation/stratus-media"}, 2),
        ({"date_from": "2024-03-01", "date_to": "2024-03-31"}, 1),
        ({"date": "2024-03"}, 1),
        ({"date": "2023"}, 0),
        ({"as_of": "1999"}, 0),
        ({"quarantined": "true"}, 0),
    ],
)
def test_filters_pick_the_statements_that_fit(client: TestClient, filter: dict[str, object], expected: int) -> None:
    assert get(client, "/api/v1/statements", **filter).json()["total"] == expected


def test_every_statement_says_where_it_comes_from(client: TestClient) -> None:
    for item in get(client, "/api/v1/statements").json()["items"]:
        text = get(client, f"/api/v1/documents/{item['documentId']}/text", accept="text/plain").text
        assert text[item["start"] : item["end"]] == item["quote"]
        assert item["source"]["documentId"] == item["documentId"]
    for item in get(client, "/api/v1/disagreements").json()["items"]:
        assert item["left"]["quote"] and item["right"]["quote"] and item["explanation"]


def test_fields_choose_members_and_unknown_ones_are_named(client: TestClient) -> None:
    items = get(client, "/api/v1/statements", fields="id,value").json()["items"]
    assert all(list(item) == ["id", "value"] for item in items)
    wrong = client.get("/api/v1/statements", params={"fields": "id,valu"})
    assert wrong.status_code == 400 and "'valu'" in wrong.json()["detail"] and "value" in wrong.json()["detail"]


def test_csv_of_a_list_has_its_rows_and_opens_in_a_spreadsheet(client: TestClient) -> None:
    for response in (
        get(client, "/api/v1/statements.csv"),
        get(client, "/api/v1/statements", accept="text/csv"),
        get(client, "/api/v1/statements", format="csv"),
    ):
        assert response.headers["content-type"].startswith("text/csv")
        assert response.text.startswith(BOM)
        rows = list(csv.DictReader(io.StringIO(response.text.removeprefix(BOM), newline="")))
        assert len(rows) == len(SAID)
        assert {row["value"] for row in rows} >= {"600000", "1240000", "40000000000"}
        assert rows[0]["source.documentId"] == rows[0]["documentId"]
    for path in LISTS:
        assert get(client, path, accept="text/csv").headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", "\t=1", "\r=1"])
def test_no_cell_starts_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers_in_a_cell() -> None:
    assert [cell(value) for value in (-3, -3.5, "-3.5", "+1e6", 5576000.0, None, True)] == [
        "-3",
        "-3.5",
        "-3.5",
        "+1e6",
        "5576000",
        "",
        "true",
    ]


def test_entity_tag_is_the_releases_and_saves_the_second_answer(client: TestClient) -> None:
    first = get(client, "/api/v1/facts")
    assert client.get("/api/v1/facts", headers={"If-None-Match": first.headers["etag"], "Accept": "application/json"}).status_code == 304
    other = client.get("/api/v1/facts", headers={"If-None-Match": first.headers["etag"], "Accept": "text/csv"})
    assert other.status_code == 200
    release = get(client, "/api/v1/release").json()["hash"]
    assert release in first.headers["etag"]


def test_what_an_id_is_the_hash_of_may_be_kept_for_ever(client: TestClient) -> None:
    statement = get(client, "/api/v1/statements").json()["items"][0]
    content = get(client, f"/api/v1/statements/{statement['id']}/content")
    assert "immutable" in content.headers["cache-control"]
    assert content.json()["quote"] == statement["quote"]
    assert "immutable" in get(client, f"/api/v1/documents/{statement['documentId']}/text", accept="*/*").headers["cache-control"]
    assert "immutable" not in get(client, f"/api/v1/statements/{statement['id']}").headers["cache-control"]


def test_every_error_is_a_problem_document(client: TestClient) -> None:
    for response, status in (
        (client.get("/api/v1/nothing"), 404),
        (client.get("/api/v1/statements/ffffffffffffffffffffffff"), 404),
        (client.get("/api/v1/entities/model/none"), 404),
        (client.get("/api/v1/queries/none"), 404),
        (client.delete("/api/v1/statements"), 405),
        (client.get("/api/v1/statements", params={"limit": 0}), 422),
        (client.get("/api/v1/statements", params={"cursor": "x"}), 400),
        (client.get("/api/v1/documents", params={"cursor": "99999999999999999999"}), 400),
        (client.get("/api/v1/statements", params={"date_from": "yesterday"}), 400),
        (client.get("/api/v1/statements", headers={"Accept": "image/png"}), 406),
        (client.get("/api/v1/search"), 422),
        (client.get("/api/v1/paths", params={"from": "Cirrus Labs", "to": "Cirrus Labs"}), 400),
    ):
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status and response.json()["detail"] and response.json()["type"].startswith("https://")
        assert response.headers["access-control-allow-origin"] == "*"


def test_what_was_once_known_is_gone_not_unknown(tmp_path: Path) -> None:
    from kg.pipeline import load

    home = make_home(tmp_path)
    with TestClient(create_app(home)) as client:
        statement = next(item for item in get(client, "/api/v1/statements").json()["items"] if item["quote"] == "cost $600,000")
        records = [json.loads(line) for line in (tmp_path / "statements.jsonl").read_text().splitlines()]
        kept = [record for record in records if record["quote"] != "cost $600,000"]
        (tmp_path / "fewer.jsonl").write_text("".join(json.dumps(record) + "\n" for record in kept))
        load([tmp_path / "fewer.jsonl"], home)
        response = client.get(f"/api/v1/statements/{statement['id']}")
        assert response.status_code == 410 and response.headers["content-type"] == "application/problem+json"
        assert response.json()["document"] == statement["documentId"]
        page = client.get(f"/statement/{statement['id']}", headers={"Accept": "text/html"})
        assert page.status_code == 410 and page.headers["content-type"].startswith("text/html")
        assert client.get("/api/v1/statements/ffffffffffffffffffffffff").status_code == 404


def test_any_origin_may_read_without_credentials(client: TestClient) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    preflight = client.options("/api/v1/facts", headers=headers)
    assert preflight.status_code == 204
    for response in (preflight, client.get("/api/v1/facts", headers=headers), client.get("/openapi.json", headers=headers)):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


def test_head_is_get_without_a_body(client: TestClient) -> None:
    head = client.head("/api/v1/facts")
    assert head.status_code == 200 and head.content == b"" and head.headers["etag"]


def test_iri_leads_to_a_page_or_to_data(client: TestClient) -> None:
    for accept, to in (
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/page/model/nimbus-2"),
        ("text/turtle", "/data/model/nimbus-2"),
        ("application/json", "/data/model/nimbus-2"),
        ("", "/data/model/nimbus-2"),
    ):
        response = client.get("/id/model/nimbus-2", headers={"Accept": accept}, follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (303, to)
    suffixed = client.get("/id/model/nimbus-2.ttl", follow_redirects=False)
    assert suffixed.headers["location"] == "/data/model/nimbus-2.ttl"
    assert client.get("/id/model/none", follow_redirects=False, headers={"Accept": "application/json"}).status_code == 404


def test_data_comes_in_every_format_that_a_reader_takes(client: TestClient) -> None:
    import rdflib

    statement = get(client, "/api/v1/statements", predicate="trainingCost").json()["items"][0]
    for path in (
        "/data/model/nimbus-2",
        f"/statement/{statement['id']}",
        f"/fact/{statement['factId']}",
        f"/document/{statement['documentId']}",
    ):
        for suffix, form in (("ttl", "turtle"), ("jsonld", "json-ld")):
            response = get(client, f"{path}.{suffix}")
            graph = rdflib.Graph().parse(data=response.content, format=form)
            assert len(graph) > 3, (path, suffix)
            assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple), (path, suffix)
        assert get(client, f"{path}.json").json()["iri"].startswith("https://w3id.org/lab-facts/")
        assert get(client, f"{path}.csv").text.startswith(BOM)
        assert get(client, path, accept="application/json").json()["iri"]
        page = client.get(path.replace("/data/", "/page/"), headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")


def test_questions_are_asked_by_name_with_typed_parameters(client: TestClient) -> None:
    questions = get(client, "/api/v1/queries").json()["items"]
    assert questions
    for question in questions:
        response = client.get(f"/api/v1/queries/{question['name']}", params={"limit": 5})
        if "CONSTRUCT" in question["sparql"]:
            assert response.status_code == 400 and "/sparql" in response.json()["detail"]
        else:
            assert response.status_code == 200, response.text
            models.RowList.model_validate_json(response.content)
    wrong = client.get(f"/api/v1/queries/{questions[0]['name']}", params={"no-such-parameter": "x"})
    assert wrong.status_code == 404 and "no-such-parameter" in wrong.json()["detail"]


def test_graph_store_reads_and_refuses_to_write(client: TestClient) -> None:
    import rdflib

    iri = "https://w3id.org/lab-facts/graph/entities"
    named = get(client, "/graph-store", accept="application/n-triples", graph=iri)
    direct = get(client, "/graph/entities", accept="application/n-triples")
    assert sorted(named.text.splitlines()) == sorted(direct.text.splitlines())
    assert len(rdflib.Graph().parse(data=get(client, "/graph-store?default", accept="application/n-triples").content, format="nt")) > 100
    assert client.head("/graph-store", params={"graph": iri}).status_code == 200
    assert client.get("/graph-store", params={"graph": "http://none.example/"}, headers={"Accept": "text/turtle"}).status_code == 404
    assert client.get("/graph-store").status_code == 400
    for refused in (
        client.put("/graph/entities", content="x"),
        client.post("/graph-store?default", content="x"),
        client.delete("/graph/x"),
    ):
        assert refused.status_code == 405 and "kg load" in refused.json()["detail"]


def test_operation_ids_are_the_published_ones(client: TestClient) -> None:
    description = get(client, "/openapi.json").json()
    found = sorted(
        f"{operation['operationId']} {verb.upper()} {path}"
        for path, verbs in description["paths"].items()
        for verb, operation in verbs.items()
    )
    assert found == OPERATIONS.read_text("utf-8").splitlines(), "clients rely on these; a change of this list is a change for them"
    ids = [line.split()[0] for line in found]
    assert len(set(ids)) == len(ids)


class References(HTMLParser):
    """Addresses a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element loads."""
        for name, value in attrs:
            if name == "src" or (name == "href" and tag == "link"):
                self.found.append(value or "")


def test_documentation_lists_every_operation_and_loads_nothing_from_outside(client: TestClient) -> None:
    page = get(client, "/api/docs", accept="text/html").text
    for line in OPERATIONS.read_text("utf-8").splitlines():
        assert line.split()[2] in page
    references = References()
    references.feed(page)
    assert references.found and all(re.match(r"/[^/]", address) for address in references.found)
