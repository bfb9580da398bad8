"""The JSON-LD context: current, and a node written with its names is the node of the graph."""

import json
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg import iris, ontology
from kg.context import FILE, context, file_text
from kg.graph import statement_quads
from kg.resources import resource
from tests.kg.test_graph import SHA, statement

DOUBLE = NamedNode("http://www.w3.org/2001/XMLSchema#double")


def triples(quads: Iterable[Quad]) -> set[tuple[object, ...]]:
    """Triples with doubles as numbers: JSON-LD writes them with an exponent."""
    return {
        (quad.subject, quad.predicate, float(quad.object.value) if getattr(quad.object, "datatype", None) == DOUBLE else quad.object)  # type: ignore[union-attr]
        for quad in quads
    }


def test_the_shipped_context_is_that_of_the_ontology() -> None:
    assert resource("ontology", FILE).read_text(encoding="utf-8") == file_text(), "run `python -m kg.context`"


def test_every_predicate_and_class_has_a_short_name() -> None:
    names = context()["@context"]
    missing = {name for name in (*ontology.predicates(), *(term.name for term in ontology.entity_classes().values())) if name not in names}
    assert not missing


def test_a_statement_written_with_the_names_is_the_statement_of_the_graph() -> None:
    item = statement("Aurora 2", "trainingCost", value=5.576e6, unit="USD", lexical="$5.576M", qualifiers={"stage": "pre-training"})
    document = {
        **context(),
        "id": f"lf:statement/{item.id}",
        "type": "Statement",
        "subject": "model:aurora-2",
        "subjectLabel": "Aurora 2",
        "predicate": "trainingCost",
        "value": 5.576e6,
        "unit": "cur:USD",
        "lexical": "$5.576M",
        "qualifier-stage": "pre-training",
        "trainingRun": iris.run("model/aurora-2", "pre-training"),
        "status": "lf:vocab/status/asserted",
        "quotedFrom": f"document:{SHA}",
        "start": 3,
        "end": 9,
        "quote": "quoted",
        "confidence": 1.0,
        "extractor": "rule/1",
    }
    assert triples(parse(json.dumps(document), format=RdfFormat.JSON_LD)) == triples(statement_quads([item], lean=True))
