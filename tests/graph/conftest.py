"""A loopback server, the anchor it is trusted by, and the transport that asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from permdesk.graph.https import HttpsSession
from permdesk.graph.transport import HttpsTransport
from tests.graph.loopback import Handler, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[str]:
    Handler.seen = []
    yield from serving(authority, "localhost")


@pytest.fixture
def stranger(authority: trustme.CA) -> Iterator[str]:
    """A server whose certificate bears another name."""
    Handler.seen = []
    yield from serving(authority, "elsewhere.example")


@pytest.fixture
def transport(ca_file: Path) -> Iterator[HttpsTransport]:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, largest_body=2_000_000))
    yield transport
    transport.close()
