"""The made home as a catalogue and as an app with nothing but the pages."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kg.api.pages import Site, register
from kg.catalogue import Catalogue
from tests.pages.made import make_home


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue.open(make_home(tmp_path_factory.mktemp("made")))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The same release on a machine that has none of the documents."""
    return Catalogue.open(make_home(tmp_path_factory.mktemp("bare"), keep=False))


def client_of(catalogue: Catalogue) -> TestClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    register(app, Site(lambda: catalogue))
    return TestClient(app, headers={"accept": "text/html"})


@pytest.fixture(scope="session")
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    with client_of(catalogue) as made:
        yield made


@pytest.fixture(scope="session")
def bare_client(bare: Catalogue) -> Iterator[TestClient]:
    with client_of(bare) as made:
        yield made
