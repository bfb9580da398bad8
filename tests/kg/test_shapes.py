"""Every constraint of every shape has an example that violates it, and the valid examples violate none.

tests/shapes/<file>/invalid-<property shape>-<parameter>.ttl violates that parameter of that shape of ontology/shapes/<file>.ttl;
tests/shapes/<file>/valid-*.ttl violates nothing. For the shapes made from the ontology one example a kind of part is enough.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kg import iris, ontology
from kg.resources import resource
from kg.shacl import validate_quads
from kg.shapes import PREDICATES_FILE, SH, class_files, file_text, names_turtle, predicate_turtle, shapes, year_pattern
from kg.violations import Violation

EXAMPLES = Path(__file__).parents[1] / "shapes"
NOT_CONSTRAINTS = {"path", "severity", "message", "property", "targetClass", "targetNode", "targetSubjectsOf", "name", "description"}
FILES = (*class_files(), PREDICATES_FILE)
VALID = sorted(EXAMPLES.glob("*/valid-*.ttl"))
INVALID = sorted(EXAMPLES.glob("*/invalid-*.ttl"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def constraints(file: str) -> frozenset[tuple[str, str]]:
    """(property shape, parameter) of every constraint of a shape file."""
    root = iris.shape("")
    found = set()
    for quad in parse(path=str(resource("ontology", "shapes", file)), format=RdfFormat.TURTLE):
        parameter = quad.predicate.value.removeprefix(SH)
        if isinstance(quad.subject, NamedNode) and quad.predicate.value.startswith(SH) and parameter not in NOT_CONSTRAINTS:
            found.add((quad.subject.value.removeprefix(root), parameter))
    return frozenset(found)


def violations(path: Path) -> tuple[Violation, ...]:
    return validate_quads(parse(path=str(path), format=RdfFormat.TURTLE))


def kind(shape: str) -> str:
    """A predicate's part without the predicate's name: gpuHours-unit -> unit."""
    return shape.partition("-")[2] if shape.partition("-")[0] in ontology.predicates() else shape


@pytest.mark.parametrize("file", FILES)
def test_every_constraint_has_an_invalid_example(file: str) -> None:
    folder = EXAMPLES / Path(file).stem
    there = {tuple(path.stem.removeprefix("invalid-").rsplit("-", 1)) for path in folder.glob("invalid-*.ttl")}
    wanted = constraints(file)
    assert there <= wanted, f"examples of constraints that do not exist: {sorted(there - wanted)}"
    if file == PREDICATES_FILE:
        missing = {(kind(shape), parameter) for shape, parameter in wanted} - {(kind(str(shape)), parameter) for shape, parameter in there}
    else:
        missing = set(wanted - there)
    assert not missing, f"write tests/shapes/{folder.name}/invalid-<shape>-<parameter>.ttl for {sorted(missing)}"
    assert list(folder.glob("valid-*.ttl")), f"write tests/shapes/{folder.name}/valid-<what>.ttl"


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid_example_violates_its_constraint(path: Path) -> None:
    shape, parameter = path.stem.removeprefix("invalid-").rsplit("-", 1)
    found = [(violation.name, violation.constraint) for violation in violations(path)]
    assert (shape, parameter) in found


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid_example_violates_nothing(path: Path) -> None:
    assert violations(path) == ()


def test_the_shapes_of_predicates_are_those_of_the_ontology() -> None:
    shipped = resource("ontology", "shapes", PREDICATES_FILE).read_text(encoding="utf-8")
    assert shipped == file_text(), "run `python -m kg.shapes`"


def test_every_property_shape_has_a_message_that_says_what_to_do_and_a_severity() -> None:
    assert len(shapes()) > 400
    for shape in shapes().values():
        assert shape.severity in ("violation", "warning", "info")
        assert re.search(r"[:;] \w+", shape.message) and shape.message.endswith("."), shape.name


def test_code_lists_hold_iris_only_and_no_constraint_is_a_sparql_query() -> None:
    """Plain strings in sh:in give false violations on graphs backed by Oxigraph; the severity of a SPARQL constraint is ignored."""
    for file in FILES:
        quads = list(parse(path=str(resource("ontology", "shapes", file)), format=RdfFormat.TURTLE))
        items = {quad.object for quad in quads if quad.predicate.value.endswith("#first")}
        assert all(not hasattr(item, "datatype") for item in items), file
        assert not {"sparql", "hasValue", "js"} & {quad.predicate.value.removeprefix(SH) for quad in quads}, file


def test_a_code_list_is_its_scheme() -> None:
    """A warning's list may be shorter: it holds what needs no word."""
    import rdflib

    root, checked = iris.scheme(""), set()
    for file in class_files():
        lists: dict[str, set[str]] = {}
        graph = rdflib.Graph().parse(resource("ontology", "shapes", file))
        for shape, head in graph.subject_objects(rdflib.URIRef(SH + "in")):
            lists[str(shape)] = {str(item) for item in graph.items(head)}
        for shape_iri, listed in lists.items():
            schemes = {item.removeprefix(root).partition("/")[0] for item in listed if item.startswith(root)}
            if schemes and shapes()[shape_iri].severity == "violation":
                (name_,) = schemes
                assert listed == {concept.iri for concept in ontology.scheme(name_).values()}, shape_iri
                checked.add(name_)
    assert {"status", "bound", "relation", "verdict", "check-kind", "fact-status", "cost-component", "cost-method"} <= checked


def test_a_year_pattern_is_the_years_and_no_others() -> None:
    pattern = re.compile(year_pattern(1600, 2035))
    assert [year for year in range(1000, 3000) if pattern.search(str(year))] == list(range(1600, 2036))


def test_shapes_that_target_statements_say_what_the_shipped_ones_say() -> None:
    """The run rewrites nested shapes for speed; pyshacl on the files as they are shipped finds the same."""
    import pyshacl
    import rdflib

    shipped = rdflib.Graph()
    for file in FILES[:-1]:
        shipped.parse(resource("ontology", "shapes", file))
    used = ("developer", "gpuHours", "license", "releaseDate", "totalParameters", "trainingCost")
    shipped.parse(data=names_turtle() + predicate_turtle(used), format="turtle")
    sh = rdflib.Namespace(SH)
    for path in sorted((EXAMPLES / "predicate").glob("*.ttl")):
        data = rdflib.Graph().parse(path)
        predicate = str(next(data.objects(None, rdflib.URIRef(iris.term("predicate"))))).removeprefix(iris.KG)
        if predicate not in used:
            continue
        _, report, _ = pyshacl.validate(data, shacl_graph=shipped)
        found = {
            (str(report.value(result, sh.sourceShape)), str(report.value(result, sh.focusNode)))
            for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
        }
        assert found == {(violation.shape, violation.focus) for violation in violations(path)}, path.name
