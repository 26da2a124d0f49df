"""One Graph service for the tests of a module, as at the start before each of them, and a desk that reads from it."""

from collections.abc import Iterator

import pytest

from tests.graph_service.process import GraphService
from tests.reading.desk import Desk


@pytest.fixture(scope="module")
def running() -> Iterator[GraphService]:
    with GraphService(size="tiny") as service:
        yield service


@pytest.fixture
def service(running: GraphService) -> GraphService:
    running.reset()
    return running


@pytest.fixture(scope="module")
def sitting(running: GraphService) -> Iterator[Desk]:
    desk = Desk(running)
    yield desk
    desk.close()


@pytest.fixture
def desk(sitting: Desk, service: GraphService) -> Desk:
    assert sitting.service is service
    sitting.waited = 0.0
    return sitting
