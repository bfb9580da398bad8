"""The whole service over the small home of the page tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.api.app import create_app
from tests.pages.made import make_home
from tests.serving import ROOMY, served


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short documents of invented companies."""
    return make_home(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="session")
def client(home: Path) -> Iterator[TestClient]:
    """The service in this process."""
    with TestClient(create_app(home, ROOMY), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The service over real HTTP."""
    with served(create_app(home, ROOMY)) as running:
        yield running
