"""Statements as RDF: nothing of the record is lost, standard vocabularies are used as they are meant, and bytes repeat."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, RdfFormat, Store, parse

from kg import iris, ontology
from kg.documents import Metadata, Reference
from kg.graph import document_quads, entity_quads, ontology_quads, relation_quads, statement_quads, to_nquads, to_turtle
from kg.graph.entities import Named
from kg.holdings import DocumentRecord
from kg.ontology import fold, prefixes
from kg.statements import Statement, identified

SHA = "ab" * 32


def identify(label: str, kind: str) -> str:
    return f"{kind}/{fold(label)}"


def statement(subject: str, predicate: str, **fields: object) -> Statement:
    known = ontology.predicate(predicate)
    given = {"document": "a.txt", "document_id": SHA, "start": 3, "end": 9, "quote": "quoted", "extractor": "rule/1", **fields}
    item = Statement(subject=subject, predicate=predicate, subject_id=identify(subject, known.subjects[0]), **given)  # type: ignore[arg-type]
    if known.kind == "entity" and item.object and item.object_id is None:
        item = replace(item, object_id=identify(item.object, known.objects[0]))
    claimants = tuple(identify(label, "organisation") for label in item.attributed_to)
    return identified(replace(item, attributed_to_ids=claimants))


COST = statement(
    "Aurora 2", "trainingCost", value=5.576e6, unit="USD", lexical="$5.576M", bound="~", status="estimated",
    qualifiers={"stage": "pre-training", "price": "2 USD/GPU-hour"}, attributed_to=("US officials", "Reuters"), confidence=0.75,
)  # fmt: skip
CHAIN = (
    statement("Borealis", "parentOrganization", object="Pole Star"),
    statement("Aurora 2", "developer", object="Borealis"),
    statement("Aurora 2", "trainingHardware", object="H800", qualifiers={"stage": "pretraining"}),
    statement("Borealis", "ownsChip", object="A100", status="alleged"),
    statement("Borealis", "usesChip", object="H100", status="denied"),
    statement("Borealis", "usesChip", object="B200", qualifiers={"planned": "yes"}),
    statement("Aurora 2", "gpuHours", value=1e6, unit="GPU-hour", qualifiers={"stage": "post-training", "chip": "H20"}),
    COST,
)
RECORD = DocumentRecord(
    SHA, "a.txt", size=120,
    metadata=Metadata(
        title="On costs", publisher="Daily Lab", authors=("Ada Writer",), date="2025-09", address="https://example.org/a",
        references=(Reference("mirror", "Wire report", "https://example.org/wire", "2025-09-18"), Reference("link", "Model card")),
    ),
)  # fmt: skip


def store(*quads: object) -> Store:
    made = Store()
    for part in quads:
        made.extend(part)  # type: ignore[arg-type]
    return made


def rows(made: Store, query: str) -> list[tuple[str, ...]]:
    found = made.query(query, prefixes=dict(prefixes()), use_default_graph_as_union=True)
    return sorted(tuple("" if value is None else value.value for value in row) for row in found)  # type: ignore[union-attr]


def test_every_field_of_a_statement_is_in_its_node() -> None:
    made = store(document_quads(RECORD, [COST], identify))
    query = f"SELECT ?p ?o WHERE {{ <{iris.statement(COST.id)}> ?p ?o }}"
    said: dict[str, set[str]] = {}
    for name, value in rows(made, query):
        said.setdefault(name.rpartition("#")[2].rpartition("/")[2], set()).add(value)
    assert said["value"] == {"5576000"} and said["lexical"] == {"$5.576M"} and said["unit"] == {prefixes()["cur"] + "USD"}
    assert said["bound"] == {iris.concept("bound", "about")} and said["status"] == {iris.concept("status", "estimated")}
    assert said["claimant"] == {iris.entity("organisation/us-officials")} and said["claimantChain"] == {"US officials < Reuters"}
    assert said["wasAttributedTo"] == {iris.entity("organisation/us-officials"), iris.entity("organisation/reuters")}
    assert said["qualifier-stage"] == {"pre-training"} and said["qualifier-price"] == {"2 USD/GPU-hour"}
    assert said["start"] == {"3"} and said["end"] == {"9"} and said["quote"] == {"quoted"}
    assert said["wasQuotedFrom"] == {iris.document(SHA)} and said["trainingRun"] == {iris.run("model/aurora-2", "pre-training")}
    assert said["confidence"] == {"0.75"} and said["extractor"] == {"rule/1"}


def test_the_span_is_a_web_annotation() -> None:
    made = store(document_quads(RECORD, [COST], identify))
    query = """SELECT ?source ?start ?end ?exact WHERE { ?s a kg:Statement ; oa:hasTarget ?t .
        ?t a oa:SpecificResource ; oa:hasSource ?source ; oa:hasSelector ?x .
        ?x a oa:TextPositionSelector, oa:TextQuoteSelector ; oa:start ?start ; oa:end ?end ; oa:exact ?exact }"""
    assert rows(made, query) == [(iris.document(SHA), "3", "9", "quoted")]


def test_lean_statements_keep_their_evidence() -> None:
    lean, full = list(statement_quads([COST], lean=True)), list(statement_quads([COST]))
    assert set(lean) < set(full) and len(full) - len(lean) == 9
    assert {"start", "end", "quote"} <= {quad.predicate.value.rpartition("#")[2] for quad in lean}


@pytest.mark.parametrize(
    ("written", "datatype"), [("2024", "gYear"), ("2024-05", "gYearMonth"), ("2024-05-06", "date"), ("May 2024", "string")]
)
def test_a_partial_date_stays_partial(written: str, datatype: str) -> None:
    made = store(statement_quads([statement("Aurora 2", "releaseDate", object=written)]))
    assert rows(made, "SELECT ?d (DATATYPE(?d) AS ?t) WHERE { ?s kg:date ?d }") == [(written, prefixes()["xsd"] + datatype)]


def test_a_number_above_what_oxigraph_keeps_of_integers_survives() -> None:
    made = store(statement_quads([statement("Aurora 2", "trainingCompute", value=3.8e25, unit="FLOP")]))
    assert rows(made, "SELECT (?v > 3.7e25 AS ?big) WHERE { ?s kg:value ?v }") == [("true",)]


def test_one_path_leads_from_a_parent_to_the_chips_its_models_were_trained_on() -> None:
    made = store(relation_quads(CHAIN, identify))
    query = "SELECT DISTINCT ?chip WHERE { organisation:pole-star kg:parentOf/kg:developed/kg:trainedIn/kg:usedChip ?chip }"
    assert rows(made, query) == [(iris.entity("chip/h20"),), (iris.entity("chip/h800"),)]


def test_nothing_alleged_denied_or_planned_gives_a_plain_triple() -> None:
    text = to_nquads(relation_quads(CHAIN, identify)).decode()
    assert "h800" in text
    assert not any(chip in text for chip in ("a100", "h100", "b200"))


def test_a_run_has_its_model_stage_and_statements() -> None:
    made = store(relation_quads(CHAIN, identify, {"model/aurora-2": "Aurora 2"}), statement_quads(CHAIN))
    query = """SELECT ?label ?value WHERE { ?run a kg:TrainingRun ; rdfs:label ?label .
        ?run kg:runOf model:aurora-2 ; kg:stage stage:pre-training .
        ?run kg:figure ?s . ?s kg:trainingRun ?run ; kg:predicate kg:trainingCost ; kg:value ?value }"""
    assert rows(made, query) == [("pre-training of Aurora 2", "5576000")]


def test_a_document_says_what_it_mirrors() -> None:
    made = store(document_quads(RECORD, [], identify))
    query = """SELECT ?title ?issued ?t ?wire WHERE { ?d a kg:Document ; dcterms:title ?title ; dcterms:issued ?issued ; kg:mirrorOf ?wire .
        ?wire a kg:Publication BIND(DATATYPE(?issued) AS ?t) }"""
    assert rows(made, query) == [("On costs", "2025-09", prefixes()["xsd"] + "gYearMonth", iris.entity("publication/wire-report"))]


def test_entities_have_names_and_what_registers_call_them() -> None:
    class Lab:
        id, label, aliases = "organisation/borealis", "Borealis", ("Borealis AI", "北极光")
        identifiers = {"wikidata": "Q42", "iso3166": "NO"}  # noqa: RUF012

    lab: Named = Lab()  # type: ignore[assignment]
    made = store(entity_quads([lab]))
    query = "SELECT ?p ?o WHERE { organisation:borealis ?p ?o FILTER(?p != rdf:type) }"
    assert {value for _, value in rows(made, query)} == {"Borealis", "Borealis AI", "北极光", prefixes()["wd"] + "Q42", "iso3166:NO"}


def test_an_entity_of_an_unknown_type_has_no_class() -> None:
    class Odd:
        id, label, aliases, identifiers = "planet", "Mars", (), {}

    odd: Named = Odd()  # type: ignore[assignment]
    assert [quad.object.value for quad in entity_quads([odd])] == ["Mars"]  # type: ignore[union-attr]


def all_quads() -> bytes:
    return to_nquads([*document_quads(RECORD, CHAIN, identify), *relation_quads(CHAIN, identify), *ontology_quads()])


def test_no_blank_nodes_and_every_document_in_its_own_graph() -> None:
    quads = list(parse(all_quads(), format=RdfFormat.N_QUADS))
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    graphs = {quad.graph_name.value for quad in quads}  # type: ignore[union-attr]
    assert graphs == {iris.document_graph(SHA), iris.GRAPH_RELATIONS, iris.GRAPH_ONTOLOGY}


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from tests.kg.test_graph import *; o = sys.stdout.buffer;"
        "o.write(all_quads()); o.write(to_turtle(relation_quads(CHAIN, identify)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and runs[0].startswith(all_quads())


def test_every_property_used_is_defined_or_from_a_known_vocabulary() -> None:
    defined = {triple.subject.value for triple in ontology.triples()}
    used = {quad.predicate.value for quad in parse(all_quads(), format=RdfFormat.N_QUADS)}
    assert {iri for iri in used if iri.startswith(iris.BASE)} <= defined


def test_turtle_reads_back_as_the_same_triples() -> None:
    quads = list(relation_quads(CHAIN, identify))
    back = {(quad.subject, quad.predicate, quad.object) for quad in parse(to_turtle(quads), format=RdfFormat.TURTLE)}
    assert back == {(quad.subject, quad.predicate, quad.object) for quad in quads}
