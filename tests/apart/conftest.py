"""A tenant to read, and permdesk as a window builds it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from tests.graph_service.process import GraphService


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_PROXY", "localhost,127.0.0.1")


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphService]:
    with GraphService(size="tiny") as service:
        yield service


@pytest.fixture
def service(graph: GraphService) -> Iterator[GraphService]:
    graph.reset()
    yield graph
    graph.reset()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.isolated(tmp_path / "data")


@pytest.fixture
def services(paths: Paths) -> Services:
    return build(paths, scans_apart=True)
