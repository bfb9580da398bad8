"""The validation report is apart: no query over all graphs meets it, and whoever names its graph gets it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib

from kg import iris
from kg.api.app import create_app
from tests.pages.made import make_home
from tests.serving import ROOMY, served

SH = "http://www.w3.org/ns/shacl#"
NODES = f"SELECT ?s ?p {{ ?s ?p ?o FILTER(STRSTARTS(STR(?p), '{SH}') && ?p != <{SH}path>) }}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service over a small home."""
    home: Path = make_home(tmp_path_factory.mktemp("report"))
    with served(create_app(home, ROOMY)) as address, httpx.Client(base_url=address, timeout=60) as made:
        yield made


def rows(client: httpx.Client, query: str, **parameters: str) -> list[dict[str, dict[str, str]]]:
    """The rows of a table."""
    response = client.get("/sparql", params={"query": query, **parameters})
    assert response.status_code == 200, response.text
    found: list[dict[str, dict[str, str]]] = response.json()["results"]["bindings"]
    return found


def test_a_query_over_all_graphs_does_not_meet_the_report(client: httpx.Client) -> None:
    report = f"{{ ?r a <{SH}ValidationReport> }}"
    assert rows(client, f"SELECT * {report}") == []
    assert rows(client, f"SELECT * {{ GRAPH ?g {report} }}") == []
    assert rows(client, f"SELECT * {{ <{iris.result('report')}> ?p ?o }}") == []
    graphs = {row["g"]["value"] for row in rows(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert iris.GRAPH_FACTS in graphs and iris.GRAPH_QUARANTINE not in graphs


def test_who_names_its_graph_gets_the_report(client: httpx.Client) -> None:
    asked = [
        rows(client, f"SELECT ?r FROM <{iris.GRAPH_QUARANTINE}> {{ ?r a <{SH}ValidationReport> }}"),
        rows(client, f"SELECT ?r FROM NAMED <{iris.GRAPH_QUARANTINE}> {{ GRAPH ?g {{ ?r a <{SH}ValidationReport> }} }}"),
        rows(client, f"SELECT ?r {{ ?r a <{SH}ValidationReport> }}", **{"default-graph-uri": iris.GRAPH_QUARANTINE}),
        rows(client, f"SELECT ?r {{ GRAPH ?g {{ ?r a <{SH}ValidationReport> }} }}", **{"named-graph-uri": iris.GRAPH_QUARANTINE}),
    ]
    assert [[row["r"]["value"] for row in found] for found in asked] == [[iris.result("report")]] * 4


def test_its_own_address_and_the_graph_store_give_it(client: httpx.Client) -> None:
    for path, parameters in (("/graph/quarantine", {}), ("/graph-store", {"graph": iris.GRAPH_QUARANTINE})):
        response = client.get(path, params=parameters, headers={"Accept": "application/n-triples"})
        graph = rdflib.Graph().parse(data=response.content, format="nt")
        assert len(list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{SH}ValidationReport")))) == 1
    union = client.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    assert union.status_code == 200 and "ValidationReport" not in union.text
    assert client.get("/graph/nothing", headers={"Accept": "text/turtle"}).status_code == 404


def test_it_is_not_joined_with_what_is_said(client: httpx.Client) -> None:
    query = f"SELECT * FROM <{iris.GRAPH_QUARANTINE}> FROM <{iris.GRAPH_FACTS}> {{ ?s ?p ?o }}"
    response = client.get("/sparql", params={"query": query})
    assert response.status_code == 403 and "by itself" in response.json()["detail"]


def test_the_service_description_names_it(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).content, format="turtle")
    name = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#name")
    assert {rdflib.URIRef(iris.GRAPH_QUARANTINE), rdflib.URIRef(iris.GRAPH_FACTS)} <= set(graph.objects(None, name))


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_dataset_of_what_is_no_iri_is_a_wrong_request(client: httpx.Client, name: str) -> None:
    for value in ("not an iri", "graph", "", "http://e/<>"):
        response = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", name: value})
        assert response.status_code == 400 and response.headers["content-type"] == "application/problem+json", (value, response.text)
        assert "IRI" in response.json()["detail"]


def test_a_graph_of_what_is_no_iri_is_a_wrong_request(client: httpx.Client) -> None:
    for path in ("/graph-store?graph=nothing", "/graph-store?graph=http://e/%3E", "/graph/a%20b", "/graph/%3Cx%3E"):
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 400, path
