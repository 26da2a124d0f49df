"""Cancelling while Microsoft stalls: within two seconds, with no port and no thread left, over true sockets."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from msgspec.structs import replace

from permdesk.auth.http import CancellableClient
from permdesk.auth.session import MsalSession
from permdesk.auth.vault import Vault
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.ports import BrowserWaiting
from permdesk.domain.sign_in import SignInRequest
from permdesk.errors import Cancelled, ReadError
from permdesk.graph.form_client import FormClient
from permdesk.graph.https import HttpsSession
from tests.auth.backends import CLIENT, TENANT
from tests.auth.entra import GRAPH, NoKeys
from tests.auth.loopback import closed, port_of, post
from tests.auth.vaults import Place, keep

PATIENCE = 2.0


class Stalling:
    """A sign-in service that stalls where it is told; everything else it answers as Entra does.

    Attributes:
        stalls: the end of the paths that are never answered.
        reached: set once somebody waits there.
    """

    def __init__(self, folder: Path) -> None:
        self.stalls = "nowhere"
        self.reached = threading.Event()
        self.go = threading.Event()
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.answer()

            def answer(self) -> None:
                if self.path.endswith(service.stalls):
                    service.reached.set()
                    service.go.wait(30)
                    return
                content = service.discovery(self.path)
                self.send_response(200)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Lines break here."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def login(self) -> str:
        return f"https://localhost:{self.server.server_port}"

    def discovery(self, path: str) -> bytes:
        base = f"{self.login}/{TENANT}"
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        ends["device_authorization_endpoint"] = "devicecode"
        told = {name: f"{base}/oauth2/v2.0/{end}" for name, end in ends.items()}
        code = {"user_code": "ABCD", "device_code": "d", "verification_uri": base, "interval": 1, "expires_in": 900}
        return json.dumps(code if path.endswith("devicecode") else {"issuer": f"{base}/v2.0", **told}).encode()

    def close(self) -> None:
        self.go.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Stalling]:
    made = Stalling(tmp_path)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def session_for(ca_file: Path) -> Iterator[MsalSession]:
    https = HttpsSession(user_agent="permdesk/test", ca_file=ca_file)
    client = FormClient(https)
    yield MsalSession(vault=Vault(None, NoKeys(), tell=print), http=lambda _ca_file: client, version="test")
    https.close()


def requests_left() -> list[str]:
    """Return the threads that still carry a request."""
    names = ("permdesk-sign-in-request", "permdesk-sign-in")
    return [thread.name for thread in threading.enumerate() if thread.name in names]


@contextmanager
def within_patience(cancel: threading.Event, reached: threading.Event) -> Iterator[None]:
    """Cancel once the server is reached, and hold whoever waits to two seconds from then on."""
    cancelled_at: list[float] = []

    def person() -> None:
        reached.wait(10)
        time.sleep(0.1)
        cancelled_at.append(time.monotonic())
        cancel.set()

    thread = threading.Thread(target=person)
    thread.start()
    with pytest.raises(Cancelled):
        yield
    taken = time.monotonic() - cancelled_at[0]
    thread.join()
    assert taken < PATIENCE
    end = time.monotonic() + PATIENCE
    while requests_left() and time.monotonic() < end:
        time.sleep(0.02)
    # Its line is broken: the request ends, too.
    assert requests_left() == []


@pytest.mark.parametrize("tenant", ["larkfield.example", TENANT], ids=["looking the tenant up", "making MSAL ready"])
def test_while_the_tenant_is_looked_up(service: Stalling, tenant: str) -> None:
    service.stalls, cancel = "openid-configuration", threading.Event()
    request = SignInRequest(custom_cloud(GRAPH, service.login), CLIENT, tenant)
    opened: list[object] = []
    with session_for(service.ca_file) as session, within_patience(cancel, service.reached):
        session.browser(request, waiting=opened.append, cancel=cancel)
    assert opened == []


def test_while_the_code_is_redeemed(service: Stalling) -> None:
    service.stalls, cancel = "/token", threading.Event()
    ports: list[int] = []

    def waiting(told: BrowserWaiting) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(told.address).query).items()}
        ports.append(port_of(asked["redirect_uri"]))
        assert post(ports[0], code="c", state=asked["state"]).status == 200

    request = SignInRequest(custom_cloud(GRAPH, service.login), CLIENT, TENANT)
    with session_for(service.ca_file) as session:
        with within_patience(cancel, service.reached):
            session.browser(request, waiting=waiting, cancel=cancel)
        assert session.sign_ins() == ()
    assert closed(ports[0])


@pytest.mark.parametrize("stalls", ["openid-configuration", "devicecode", "/token"])
def test_with_a_code_for_another_device(service: Stalling, stalls: str) -> None:
    service.stalls, cancel = stalls, threading.Event()
    request = SignInRequest(custom_cloud(GRAPH, service.login), CLIENT, TENANT)
    with session_for(service.ca_file) as session, within_patience(cancel, service.reached):
        session.device(request, waiting=lambda _told: None, cancel=cancel)


def test_before_a_handshake_that_never_comes(tmp_path: Path) -> None:
    cancel, reached = threading.Event(), threading.Event()
    ca_file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(ca_file)
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def knocked_at() -> None:
            line, _ = silent.accept()
            lines.append(line)
            reached.set()

        lines: list[socket.socket] = []
        thread = threading.Thread(target=knocked_at)
        thread.start()
        login = f"https://localhost:{silent.getsockname()[1]}"
        request = SignInRequest(custom_cloud(GRAPH, login), CLIENT, TENANT)
        with session_for(ca_file) as session, within_patience(cancel, reached):
            session.browser(request, waiting=lambda _told: None, cancel=cancel)
        thread.join()
        lines[0].close()


class Nameless:
    """Looks a server's name up for ever: there is no line yet that could be broken."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def get(self, url: str, **_more: Any) -> Any:
        self.asked.set()
        self.go.wait(30)
        raise ReadError("The server could not be reached, or broke off")

    post = get

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("send", ["get", "post"])
def test_where_nothing_can_be_broken_the_request_is_left_to_itself(send: str) -> None:
    nameless, cancel = Nameless(), threading.Event()
    ask: Callable[[str], object] = getattr(CancellableClient(nameless, cancel), send)
    threading.Timer(0.2, cancel.set).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        ask("https://login.larkfield.example")
    assert time.monotonic() - begin < PATIENCE
    (left,) = [thread for thread in threading.enumerate() if thread.name == "permdesk-sign-in-request"]
    assert left.daemon
    nameless.go.set()
    left.join(timeout=5)


class TestTheEndOfTheProgram:
    def test_a_renewal_that_stalls_ends(self, service: Stalling) -> None:
        service.stalls = "openid-configuration"
        cloud = custom_cloud(GRAPH, service.login)
        with session_for(service.ca_file) as session:
            place = session._vault
            keep(place, 1)
            with place.open() as content:
                (sign_in,) = content.sign_ins = [replace(kept, cloud=cloud) for kept in content.sign_ins]
            ended = threading.Event()
            with within_patience(ended, service.reached):
                closing = threading.Thread(target=lambda: (ended.wait(20), session.close()))
                closing.start()
                session.token(sign_in).token()
            closing.join()

    def test_so_does_a_sign_in(self, service: Stalling) -> None:
        service.stalls = "openid-configuration"
        request = SignInRequest(custom_cloud(GRAPH, service.login), CLIENT, TENANT)
        with session_for(service.ca_file) as session:
            ended = threading.Event()
            with within_patience(ended, service.reached):
                closing = threading.Thread(target=lambda: (ended.wait(20), session.close()))
                closing.start()
                session.browser(request, waiting=lambda _told: None, cancel=threading.Event())
            closing.join()

    def test_so_does_waiting_for_another_process(self, tmp_path: Path) -> None:
        place = Place(tmp_path)
        keep(place.vault(), 1)
        waiting = place.vault()
        with place.vault().open():
            threading.Timer(0.2, waiting.close).start()
            begin = time.monotonic()
            with pytest.raises(Cancelled):
                waiting.look()
            assert time.monotonic() - begin < PATIENCE
