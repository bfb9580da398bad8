"""Paths between entities: all of them, shortest first, with direction, statements and disputes."""

from pathlib import Path

import pytest

from kg.catalogue import Catalogue
from kg.errors import UnknownName, UsageError
from kg.naming import entity_named
from kg.network import Connections, connections
from tests.kg.homes import home_of, relation


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return home_of(
        tmp_path_factory.mktemp("home"),
        [
            relation("Alpha Cluster", "clusterOwner", "Owner Corp", start=1),
            relation("Alpha Cluster", "clusterChip", "Chip Q7", start=2),
            relation("Child Lab", "parentOrganization", "Owner Corp", start=3),
            relation("Child Lab", "parentOrganization", "Owner Corp", status="denied", start=4),
            relation("Child Lab", "usesChip", "Chip Q7", status="alleged", start=5),
            relation("Owner Corp", "ownsChip", "Chip Q9", status="denied", start=6),
        ],
    )


def ways(catalogue: Catalogue, start: str, end: str, **options: int) -> Connections:
    first, last = (entity_named(catalogue, name).id for name in (start, end))
    return connections(catalogue, first, last, **options)


def stops(found: Connections) -> list[list[str]]:
    return [[found.labels[way.steps[0].start], *(found.labels[step.end] for step in way.steps)] for way in found.items]


def test_every_way_is_found_shortest_first(catalogue: Catalogue) -> None:
    assert stops(ways(catalogue, "Owner Corp", "Chip Q7")) == [
        ["Owner Corp", "Alpha Cluster", "Chip Q7"],
        ["Owner Corp", "Child Lab", "Chip Q7"],
    ]


def test_a_step_knows_its_direction_statements_and_documents(catalogue: Catalogue) -> None:
    first, second = ways(catalogue, "Owner Corp", "Chip Q7").items[0].steps
    assert [relation.forward for relation in first.relations] == [False]  # the cluster is the subject, the walk comes from its owner
    assert [relation.forward for relation in second.relations] == [True]
    row = catalogue.statement(second.relations[0].statements[0]).row
    assert (row.statement.predicate, row.statement.document_id) == ("clusterChip", second.relations[0].documents[0])


def test_what_is_alleged_or_denied_by_some_is_disputed(catalogue: Catalogue) -> None:
    sure, doubtful = ways(catalogue, "Owner Corp", "Chip Q7").items
    assert not sure.disputed
    assert doubtful.disputed
    assert [step.disputed for step in doubtful.steps] == [True, True]
    assert doubtful.steps[0].relations[0].statuses == ("asserted", "denied")


def test_what_is_only_denied_is_no_connection(catalogue: Catalogue) -> None:
    assert ways(catalogue, "Owner Corp", "Chip Q9").items == ()


def test_too_few_steps_find_nothing_and_too_many_are_refused(catalogue: Catalogue) -> None:
    assert ways(catalogue, "Owner Corp", "Chip Q7", max_steps=1).items == ()
    with pytest.raises(UsageError, match="1 to 6"):
        ways(catalogue, "Owner Corp", "Chip Q7", max_steps=7)


def test_a_limit_says_that_there_is_more(catalogue: Catalogue) -> None:
    found = ways(catalogue, "Owner Corp", "Chip Q7", limit=1)
    assert (len(found.items), found.more) == (1, True)


def test_unknown_and_equal_ends_are_named(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Chip Q"):
        ways(catalogue, "Owner Corp", "Chip Q")
    with pytest.raises(UsageError, match="both ends are Owner Corp"):
        ways(catalogue, "Owner Corp", "Owner Corp")
