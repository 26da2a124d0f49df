"""The transport over a true https connection to this machine."""

from pathlib import Path

import pytest

from permdesk.errors import BugError, StorageError
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.https import HttpsSession
from permdesk.graph.transport import HttpsTransport
from tests.graph.loopback import Handler


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
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test"))
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
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test"))
    with pytest.raises(NoAnswerError, match="not trusted"):
        transport.send("GET", server, headers={})
    transport.close()


def test_the_bundle_of_the_library_is_not_trusted(server: str, monkeypatch: pytest.MonkeyPatch, ca_file: Path) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(ca_file))
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test"))
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
        HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=path))


def test_a_header_that_cannot_be_sent_is_not_repeated(server: str, transport: HttpsTransport) -> None:
    with pytest.raises(NoAnswerError) as caught:
        transport.send("GET", server, headers={"authorization": "Bearer secret\r\nX: 1"})
    assert "secret" not in repr(caught.value) + str(caught.value)
    assert Handler.seen == []
