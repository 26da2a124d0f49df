"""One service for the tests of a module, as at the start before each of them, and a client for it."""

from collections.abc import Iterator

import pytest

from tests.graph_service.client import Client
from tests.graph_service.process import GraphService


@pytest.fixture(scope="module")
def running() -> Iterator[GraphService]:
    with GraphService(size="tiny") as service:
        yield service


@pytest.fixture
def service(running: GraphService) -> GraphService:
    running.reset()
    return running


@pytest.fixture
def client(service: GraphService) -> Iterator[Client]:
    client = Client(service)
    yield client
    client.close()
