"""Each export is read by a program that is not ours and says there what the catalogue says."""

import csv as csv_module
import io
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.catalogue import Catalogue
from kg.documents import Metadata
from kg.errors import UsageError
from kg.export import FORMATS, write
from kg.export.source import Source
from kg.export.wikidata import properties
from kg.statements import Statement, identified
from kg.store import open_store
from tests.kg.homes import DOCUMENT, home_of
from tests.pages.made import SAID, make_home


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The small home of the page tests."""
    home = make_home(tmp_path_factory.mktemp("export"))
    return Source(Catalogue.open(home), open_store(home))


def written(source: Source, name: str, folder: Path) -> Path:
    """The export's file."""
    write(source, name, folder / f"out.{name}")
    return folder / f"out.{name}"


@pytest.mark.parametrize(("name", "form"), [("nquads", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_rdf_is_read_by_rdflib_with_every_quad(source: Source, tmp_path: Path, name: str, form: str) -> None:
    import rdflib

    dataset = rdflib.Dataset()
    dataset.parse(written(source, name, tmp_path), format=form)
    assert sum(1 for _ in dataset.quads()) == len(source.store)


def test_csv_is_read_by_pandas_with_every_statement(source: Source, tmp_path: Path) -> None:
    import pandas

    frame = pandas.read_csv(written(source, "csv", tmp_path))
    assert len(frame) == len(SAID)
    assert frame.columns[0] == "id"
    assert frame["value"].max() == 4e10


def test_parquet_is_read_by_pandas_with_its_types(source: Source, tmp_path: Path) -> None:
    import pandas

    frame = pandas.read_parquet(written(source, "parquet", tmp_path))
    assert len(frame) == len(SAID)
    assert frame["value"].dtype.kind == "f" and frame["start"].dtype.kind == "i"
    assert ["Stratus Media"] in [list(item) for item in frame["attributedTo"]]


def test_graphml_is_read_by_networkx_with_every_relation(source: Source, tmp_path: Path) -> None:
    import networkx

    graph = networkx.read_graphml(written(source, "graphml", tmp_path), force_multigraph=True)
    relations = [row for row in source.statements() if row.statement.object_id]
    assert graph.number_of_edges() == len(relations) > 0
    assert graph.nodes["organisation/cirrus-labs"]["label"] == "Cirrus Labs"
    statuses = {data["status"] for _, _, data in graph.edges(data=True)}
    assert statuses == {"asserted", "alleged"}


def test_nanopublications_are_valid_for_the_nanopub_library(source: Source, tmp_path: Path) -> None:
    import rdflib
    from nanopub import Nanopub

    everything = Store()
    everything.load(path=str(written(source, "nanopub", tmp_path)), format=RdfFormat.TRIG)
    rows = list(source.statements())
    for row in rows[:3]:
        root = f"https://w3id.org/lab-facts/statement/{row.statement.id}/nanopub"
        graph = rdflib.ConjunctiveGraph()
        for quad in everything:
            if str(quad.graph_name.value).startswith(root):  # type: ignore[union-attr]
                graph.parse(data=f"{quad} .", format="nquads")
        publication = Nanopub(rdf=graph)
        assert publication.is_valid
        assert len(publication.assertion) > 3 and len(publication.provenance) > 3 and len(publication.pubinfo) > 0


def test_croissant_is_valid_for_mlcroissant_and_gives_the_records(source: Source, tmp_path: Path) -> None:
    import mlcroissant

    write(source, "croissant", tmp_path / "data")
    dataset = mlcroissant.Dataset(jsonld=tmp_path / "data" / "croissant.json")
    assert not dataset.metadata.issues.errors
    found = list(dataset.records("statements"))
    assert len(found) == len(SAID)
    assert {record["statements/id"] for record in found} == {row.statement.id.encode() for row in source.statements()}
    with pytest.raises(UsageError, match="folder"):
        write(source, "croissant", None)


def test_quickstatements_are_lines_of_version_one_with_references(tmp_path: Path) -> None:
    said = [
        Statement("a.txt", DOCUMENT, "OpenAI", "foundingDate", 0, 1, "x", object="2015-12-11"),
        Statement("a.txt", DOCUMENT, "OpenAI", "chiefExecutive", 1, 2, "x", object="Sam Altman"),
        Statement("a.txt", DOCUMENT, "OpenAI", "employeeCount", 2, 3, "x", value=770.0, unit="person"),
        Statement("a.txt", DOCUMENT, "OpenAI", "revenue", 3, 4, "x", value=3.7e9, unit="USD", status="estimated"),
        Statement("a.txt", DOCUMENT, "Some unknown lab", "foundingDate", 4, 5, "x", object="2020"),
    ]
    catalogue = home_of(tmp_path / "home", map(identified, said), Metadata(title="T", address="https://example.org/a"))
    source = Source(catalogue, open_store(tmp_path / "home"))
    path = written(source, "quickstatements", tmp_path)
    rows = list(csv_module.reader(io.StringIO(path.read_text("utf-8")), delimiter="\t", quoting=csv_module.QUOTE_NONE))
    values = r'Q\d+|"[^"\t]*"|[a-z-]+:"[^"\t]*"|\+\d{4}-\d\d-\d\dT00:00:00Z/(9|10|11)|[+-]?\d+(U\d+)?'
    assert {row[1] for row in rows} == {"P571", "P169", "P1128"}
    for row in rows:
        assert re.fullmatch(r"Q\d+", row[0]) and re.fullmatch(r"P\d+", row[1])
        assert all(re.fullmatch(values, value) for value in row[2::2]), row
        assert all(re.fullmatch(r"S\d+", name) for name in row[3::2])
        assert row[3:5] == ["S854", '"https://example.org/a"']
    assert next(row[2] for row in rows if row[1] == "P571") == "+2015-12-11T00:00:00Z/11"


def test_properties_name_predicates_of_the_ontology() -> None:
    from kg.ontology import predicates

    for kind in ("entity", "date", "quantity"):
        assert set(properties()[kind]) <= set(predicates())


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("croissant", "parquet", "quickstatements")])
def test_same_release_gives_the_same_bytes(source: Source, tmp_path: Path, name: str) -> None:
    first = written(source, name, tmp_path).read_bytes()
    assert first and written(source, name, tmp_path).read_bytes() == first
