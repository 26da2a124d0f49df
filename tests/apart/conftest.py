"""A tenant to read, and permdesk as a window builds it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from permdesk.composition import build
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.tenant import Account
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.target import TokenTarget
from tests.graph_service.process import GraphService


class Token:
    """A token source that counts what it is asked, and can be told what to answer."""

    account = Account("reader@larkfield.example")
    tenant_id: str | None = "0c8f3d1e-5b7a-4f62-9d20-7e1a4b6c8d95"

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked = 0
        self.demanded: list[str | None] = []
        self.problem: Exception | None = None

    def token(self) -> str:
        self.asked += 1
        if self.problem is not None:
            raise self.problem
        return self.tokens[0]

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        assert refused == self.tokens[0]
        self.demanded.append(claims)
        if len(self.tokens) < 2:
            return None
        del self.tokens[0]
        return self.tokens[0]


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


def target(service: GraphService, token: Token | None = None) -> TokenTarget:
    return TokenTarget(custom_cloud(service.origin), token or Token(service.token), service.ca_file)
