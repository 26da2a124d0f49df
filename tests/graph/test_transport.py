"""The transport over a true https connection to this machine."""

import gzip
import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from permdesk.errors import BugError, StorageError
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.transport import HttpsTransport

#: Forty megabytes, packed.
BOMB = gzip.compress(b"0" * 40_000_000)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: Seconds an idle connection is kept: a raised error may hold on to one.
    timeout = 0.3
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def handle_any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        type(self).seen.append((self.command, self.path, headers, self.rfile.read(length)))
        getattr(self, self.path.strip("/").partition("?")[0].replace("$", "") or "plain", self.plain)()

    do_GET = do_POST = handle_any  # noqa: N815 - the server's own names

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def plain(self) -> None:
        self.answer(b'{"value": []}', Set_Cookie="a=b", X_Mixed="Case")

    def redirect(self) -> None:
        self.answer(b"", 302, Location="/plain")

    def refused(self) -> None:
        self.answer(b'{"error": {}}', 403)

    def zipped(self) -> None:
        self.answer(gzip.compress(b"zipped"), Content_Encoding="gzip")

    def bomb(self) -> None:
        self.answer(BOMB, Content_Encoding="gzip")

    def large(self) -> None:
        self.answer(b"0" * 3_000_000)

    def short(self) -> None:
        self.answer(b"half", length="1000")
        self.close_connection = True

    def silent(self) -> None:
        time.sleep(0.8)

    def reset(self) -> None:
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up in the middle are what these tests are about."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def serving(authority: trustme.CA, name: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://localhost:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


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
    transport = HttpsTransport(user_agent="permdesk/test", ca_file=ca_file, largest_body=2_000_000)
    yield transport
    transport.close()


def test_a_request_and_its_answer(server: str, transport: HttpsTransport) -> None:
    answer = transport.send("GET", server + "plain?a=b", headers={"authorization": "Bearer t", "accept": "x"})
    assert (answer.status, answer.body, answer.headers["x-mixed"]) == (200, b'{"value": []}', "Case")
    ((method, path, headers, _),) = Handler.seen
    assert (method, path) == ("GET", "/plain?a=b")
    assert headers["authorization"] == "Bearer t"
    assert headers["user-agent"] == "permdesk/test"


def test_a_batch_is_posted(server: str, transport: HttpsTransport) -> None:
    transport.send(
        "POST", server + "v1.0/$batch", headers={"content-type": "application/json"}, body=b'{"requests": []}'
    )
    ((method, path, headers, body),) = Handler.seen
    assert (method, path, body) == ("POST", "/v1.0/$batch", b'{"requests": []}')
    assert headers["content-type"] == "application/json"


def test_a_refusal_is_an_answer(server: str, transport: HttpsTransport) -> None:
    assert transport.send("GET", server + "refused", headers={}).status == 403


def test_a_redirect_is_not_followed(server: str, transport: HttpsTransport) -> None:
    assert transport.send("GET", server + "redirect", headers={"authorization": "Bearer t"}).status == 302
    assert len(Handler.seen) == 1


def test_no_cookie_comes_back(server: str, transport: HttpsTransport) -> None:
    for _ in range(2):
        transport.send("GET", server + "plain", headers={})
    assert all("cookie" not in headers for _, _, headers, _ in Handler.seen)


def test_a_netrc_file_changes_nothing(
    server: str, transport: HttpsTransport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    transport.send("GET", server + "plain", headers={"authorization": "Bearer t"})
    transport.send("GET", server + "plain", headers={})
    assert [headers.get("authorization") for _, _, headers, _ in Handler.seen] == ["Bearer t", None]


def test_zipped_answers_are_unpacked(server: str, transport: HttpsTransport) -> None:
    assert transport.send("GET", server + "zipped", headers={}).body == b"zipped"


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_an_answer_without_end_is_cut_off(server: str, transport: HttpsTransport, path: str) -> None:
    with pytest.raises(NoAnswerError, match="larger than") as caught:
        transport.send("GET", server + path, headers={})
    assert not caught.value.retry


def test_silence_is_not_waited_for(server: str, ca_file: Path) -> None:
    transport = HttpsTransport(user_agent="permdesk/test", ca_file=ca_file, read_timeout=0.2)
    with pytest.raises(NoAnswerError, match="took too long") as caught:
        transport.send("GET", server + "silent", headers={})
    assert caught.value.retry
    transport.close()


@pytest.mark.parametrize("path", ["short", "reset"])
def test_an_answer_that_breaks_off_may_be_asked_for_again(server: str, transport: HttpsTransport, path: str) -> None:
    with pytest.raises(NoAnswerError) as caught:
        transport.send("GET", server + path, headers={"authorization": "Bearer secret-token"})
    assert caught.value.retry
    assert "secret-token" not in repr(caught.value) + str(caught.value)


def test_a_server_that_is_not_there(transport: HttpsTransport) -> None:
    with pytest.raises(NoAnswerError) as caught:
        transport.send("GET", "https://localhost:1/", headers={})
    assert caught.value.retry


def test_without_its_anchor_the_server_is_not_trusted(server: str) -> None:
    transport = HttpsTransport(user_agent="permdesk/test")
    with pytest.raises(NoAnswerError, match="not trusted") as caught:
        transport.send("GET", server, headers={"authorization": "Bearer t"})
    assert not caught.value.retry
    assert "--ca-file" in caught.value.remedy
    assert Handler.seen == []
    transport.close()


def test_another_name_is_not_trusted(stranger: str, transport: HttpsTransport) -> None:
    with pytest.raises(NoAnswerError, match="not trusted"):
        transport.send("GET", stranger, headers={"authorization": "Bearer t"})
    assert Handler.seen == []


def test_the_environment_cannot_switch_trust_off(server: str, monkeypatch: pytest.MonkeyPatch, ca_file: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(ca_file))
    transport = HttpsTransport(user_agent="permdesk/test")
    with pytest.raises(NoAnswerError, match="not trusted"):
        transport.send("GET", server, headers={})
    transport.close()


def test_the_bundle_of_the_library_is_not_trusted(server: str, monkeypatch: pytest.MonkeyPatch, ca_file: Path) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(ca_file))
    transport = HttpsTransport(user_agent="permdesk/test")
    with pytest.raises(NoAnswerError, match="not trusted"):
        transport.send("GET", server, headers={})
    transport.close()


def test_a_proxy_of_the_environment_is_used(
    server: str, transport: HttpsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NoAnswerError, match="proxy"):
        transport.send("GET", server, headers={})
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert transport.send("GET", server, headers={}).status == 200


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "http://localhost/"),
        ("GET", "ftp://localhost/"),
        ("PATCH", "https://localhost/v1.0/applications/1"),
        ("DELETE", "https://localhost/v1.0/$batch"),
        ("POST", "https://localhost/v1.0/applications"),
    ],
)
def test_what_never_leaves(transport: HttpsTransport, method: str, url: str) -> None:
    with pytest.raises(BugError):
        transport.send(method, url, headers={})


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_anchor_that_is_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "anchor.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(StorageError, match=r"anchor\.pem"):
        HttpsTransport(user_agent="permdesk/test", ca_file=path)


def test_a_header_that_cannot_be_sent_is_not_repeated(server: str, transport: HttpsTransport) -> None:
    with pytest.raises(NoAnswerError) as caught:
        transport.send("GET", server, headers={"authorization": "Bearer secret\r\nX: 1"})
    assert "secret" not in repr(caught.value) + str(caught.value)
    assert Handler.seen == []
