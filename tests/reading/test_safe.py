"""The token goes to the chosen Graph host and nowhere else, whatever an answer says."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.errors import ReadError
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.graph_service.service import TOKEN
from tests.reading.desk import Desk, entry, unread

HELD = "appRoleAssignedTo"


class Stranger:
    """Somebody else's server: listens, and tells whether anybody came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("localhost", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    def visited(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    stranger = Stranger()
    yield stranger
    stranger.close()


def test_the_stranger_notices_visitors(stranger: Stranger) -> None:
    assert not stranger.visited()
    socket.create_connection(("localhost", stranger.port)).close()
    assert stranger.visited()


#: Addresses that are not the chosen one; {port} is the service's, {other} somebody else's.
ELSEWHERE = [
    "https://localhost:{other}",
    "http://localhost:{other}",
    "http://localhost:{port}",
    "https://127.0.0.1:{port}",
    "https://localhost.:{port}",
    "https://admin@localhost:{port}",
    "https://localhost:{port}@localhost:{other}",
    "https://localhost:{other}\\@localhost:{port}",
    "https://localhost:{port}.evil.example",
    "https://evil.example:{port}",
    "https://ⅼocalhost:{port}",
    "//localhost:{port}",
    "https://localhost:{port}/beta/..",
    "https://localhost:{port}/v1.0/../beta",
    "javascript:",
    "",
]


@pytest.mark.parametrize(
    ("address", "where"),
    [*((address, "get") for address in ELSEWHERE), *((address, "inner") for address in ELSEWHERE[:4])],
)
def test_a_link_to_elsewhere_is_not_followed(
    service: GraphService, desk: Desk, stranger: Stranger, address: str, where: str
) -> None:
    service.set(most_rows=5 if where == "get" else 1)
    to = address.format(port=service.port, other=stranger.port)
    # What a link leads to would be asked for here, if it were followed.
    service.faults(Fault(kind="link", path="oauth2PermissionGrants" if where == "get" else HELD, where=where, to=to))
    snapshot = desk.read()
    lost = unread(snapshot)
    assert lost
    name = ReadName.OAUTH2_PERMISSION_GRANTS if where == "get" else ReadName.APP_ROLE_ASSIGNMENTS
    assert {read.read for read in lost} == {name}
    assert {read.status for read in lost} == {ReadStatus.PARTIAL}
    assert all("was not followed" in (read.detail or "") for read in lost)
    assert all(TOKEN not in repr(read) for read in lost)
    assert not stranger.visited()
    # Nor does anybody ask for the page that such a link names: the lists that it spoils end with their first.
    targets = [one["target"] for one in service.log() if "skiptoken" in one["target"]]
    spoiled = [one for one in targets if "oauth2PermissionGrants" in one or (HELD in one and GRAPH_APP_ID not in one)]
    assert not [one for one in spoiled if (HELD in one) == (where == "inner")]


@pytest.mark.parametrize("where", ["get", "batch", "inner"])
def test_a_redirect_is_not_followed(service: GraphService, desk: Desk, stranger: Stranger, where: str) -> None:
    path = {"get": "oauth2PermissionGrants", "batch": "batch", "inner": HELD}[where]
    service.faults(Fault(kind="redirect", path=path, where=where, to=f"https://localhost:{stranger.port}"))
    snapshot = desk.read()
    lost = unread(snapshot)
    assert lost
    assert {read.status for read in lost} == {ReadStatus.FAILED}
    assert all("pointed to another address, which was not followed" in (read.detail or "") for read in lost)
    assert not stranger.visited()


def test_a_redirect_to_the_same_place_is_not_followed_either(service: GraphService, desk: Desk) -> None:
    service.faults(Fault(kind="redirect", path="^/oauth2PermissionGrants.*top=999"))
    snapshot = desk.read()
    assert entry(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS).status is ReadStatus.FAILED
    assert len([one for one in service.log() if "top=999" in one["target"] and "Grants" in one["target"]]) == 2


def test_a_server_that_nobody_trusts_never_sees_a_request(service: GraphService, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    desk = Desk(service, ca_file=tmp_path / "other.pem")
    with pytest.raises(ReadError) as caught:
        desk.read()
    desk.close()
    assert "certificate is not trusted" in caught.value.detail
    assert service.stats()["requests"] == 0
