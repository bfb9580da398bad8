"""The ontology read as data: every term is defined, every reference inside it leads somewhere."""

import re

import pytest
from pyoxigraph import NamedNode

from kg import iris, ontology
from kg.errors import UnknownName
from kg.statements import BOUNDS, STATUSES
from tests.shared import SHARED, needs_shared

DEFINED = [
    *ontology.predicates().values(),
    *ontology.units().values(),
    *ontology.qualifiers().values(),
    *ontology.entity_classes().values(),
]


@pytest.mark.parametrize("term", DEFINED, ids=lambda term: term.iri)
def test_every_term_has_a_label_and_a_definition_that_is_a_sentence(term: ontology.Term) -> None:
    assert term.label
    assert len(term.definition.split()) > 1 and term.definition[-1] == "."


def test_every_minted_term_says_where_it_is_defined() -> None:
    triples = ontology.triples()
    typed = {t.subject.value for t in triples if t.predicate.value == ontology.RDF_TYPE and t.subject.value.startswith(iris.BASE)}
    defined = {t.subject.value for t in triples if t.predicate.value == ontology.RDFS + "isDefinedBy"}
    assert typed - defined == {iris.ONTOLOGY}


def test_predicates_have_subjects_and_what_their_kind_needs() -> None:
    for predicate in ontology.predicates().values():
        assert predicate.subjects, predicate.name
        assert bool(predicate.units) == (predicate.kind == "quantity"), predicate.name
        assert (predicate.earliest_year is not None) == (predicate.kind == "date"), predicate.name
        assert predicate.kind != "entity" or predicate.objects, predicate.name


def test_every_term_used_in_the_ontology_is_defined_in_it() -> None:
    triples = ontology.triples()
    used = {node.value for t in triples for node in (t.predicate, t.object) if node.__class__.__name__ == "NamedNode"}
    subjects = {t.subject.value for t in triples}
    assert {iri for iri in used if iri.startswith(iris.BASE)} <= subjects


def test_inverses_are_known_from_both_sides() -> None:
    assert ontology.predicate("parentOrganization").inverse == "parentOf"
    assert ontology.predicate("clusterOwner").inverse == "owns"


def test_units_of_one_dimension_convert() -> None:
    units = ontology.units()
    assert units["day"].dimension == units["hour"].dimension
    assert units["day"].factor / units["hour"].factor == 24


def test_code_lists_cover_the_record() -> None:
    assert tuple(ontology.scheme("status")) == STATUSES
    assert set(ontology.bounds()) == set(BOUNDS)


def test_unknown_predicate_lists_near_names() -> None:
    with pytest.raises(UnknownName, match="trainingCost"):
        ontology.predicate("trainingCosts")


def test_prefixes_come_from_the_table() -> None:
    assert ontology.prefixes()["kg"] == iris.KG
    assert ontology.prefixes()["model"] + "x" == iris.entity("model/x")


def test_entity_ids_survive_the_way_to_an_iri_and_back() -> None:
    for entity_id in ("model/deepseek-v3", "organisation/幻方", "concept/a b%/c?", "document/" + "0" * 64):
        assert iris.entity_id(iris.entity(entity_id)) == entity_id
    assert iris.entity_id(iris.statement("abc")) is None
    assert iris.statement_id(iris.statement("abc")) == "abc"


def test_whatever_a_name_holds_its_iri_is_one() -> None:
    for code in (*range(0x3000), *range(0xD7A0, 0xE010), *range(0xFDC0, 0x10010), 0x1FFFE, 0x1F600, 0xE0001, 0xF0000, 0x10FFFF):
        NamedNode(iris.entity(f"concept/a{chr(code)}b"))
        assert iris.entity_id(iris.entity(f"concept/a{chr(code)}b")) is not None


@needs_shared
def test_every_predicate_and_unit_of_the_design_is_in_the_ontology() -> None:
    rows = [
        line.split("|") for line in (SHARED / "design" / "PREDICATES.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    wanted = {name.strip(): row for row in rows[1:] for name in row[1].split(",")}
    assert wanted.keys() <= ontology.predicates().keys()
    for name, row in wanted.items():
        asked = {word.strip("., ") for word in re.split(r"[ ,]+", row[3].replace("...", "")) if word.strip("., ") in ontology.units()}
        known = ontology.predicate(name)
        assert known.kind != "quantity" or asked <= set(known.units), name
