"""The client reads, retries what may help, and never says the token."""

import ast
import base64
import json
import threading
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest

import permdesk.graph
from permdesk.domain.ports import Answer
from permdesk.errors import BugError, Cancelled, FormatError, SignInError
from permdesk.graph.client import GraphClient
from permdesk.graph.faults import FaultKind, GraphFault, MalformedError, NoAnswerError
from permdesk.graph.patience import TRIES, Listener, Wait
from tests.graph.doubles import GLOBAL, ROOT, TOKEN, Scripted, Sleeper, Token, client, error, ok, page


def decode(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise MalformedError("The answer is no JSON") from None


def test_a_get_carries_the_token_and_the_headers_it_was_given() -> None:
    transport = Scripted(ok({"id": 1}))
    assert client(transport).get("organization?$select=id", decode, headers={"consistencylevel": "eventual"}) == {
        "id": 1
    }
    (request,) = transport.requests
    assert (request.method, request.url, request.body) == ("GET", ROOT + "organization?$select=id", None)
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["consistencylevel"] == "eventual"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 509])
def test_what_may_pass_is_tried_again(status: int) -> None:
    sleep = Sleeper()
    transport = Scripted(error(status, "x"), error(status, "x"), ok({"a": 1}))
    assert client(transport, sleep=sleep).get("x", decode) == {"a": 1}
    assert len(transport.requests) == 3
    # One second, then two; each give or take half, so that not everybody comes back at once.
    assert 1.5 <= sleep.seconds <= 4.5


@pytest.mark.parametrize(
    "spoiled",
    [
        NoAnswerError("The connection was reset"),
        Answer(200, {}, b'{"value": [1, 2'),
        Answer(200, {"content-type": "text/html"}, b"<html>Sign in to the network</html>"),
        Answer(200, {}, b""),
    ],
)
def test_resets_and_broken_answers_are_tried_again(spoiled: Answer | Exception) -> None:
    transport = Scripted(spoiled, ok({"a": 1}))
    assert client(transport).get("x", decode) == {"a": 1}


def test_tries_end() -> None:
    transport = Scripted(*[error(503, "serviceNotAvailable")] * TRIES)
    with pytest.raises(GraphFault, match=r"Microsoft could not answer \(503 serviceNotAvailable\)"):
        client(transport).get("x", decode)
    assert len(transport.requests) == TRIES


def test_a_connection_that_no_patience_mends_is_tried_once() -> None:
    transport = Scripted(NoAnswerError("The server's certificate is not trusted here", retry=False))
    with pytest.raises(GraphFault, match="certificate"):
        client(transport).get("x", decode)
    assert len(transport.requests) == 1


def test_retry_after_in_seconds_and_as_a_date_is_kept() -> None:
    sleep = Sleeper()
    later = formatdate(1_800_000_007, usegmt=True)
    transport = Scripted(error(429, "x", retry_after="5"), error(429, "x", retry_after=later), ok({}))
    client(transport, sleep=sleep).get("x", decode)
    assert sleep.seconds == pytest.approx(12.0)
    assert max(sleep.naps) <= 0.25


@pytest.mark.parametrize("header", ["", "soon", "-5", "5.5", "9" * 400, "Wed, 99 Foo 2026", "\u0665"])
def test_a_retry_after_that_means_nothing_is_ignored(header: str) -> None:
    sleep = Sleeper()
    client(Scripted(error(429, "x", retry_after=header), ok({})), sleep=sleep).get("x", decode)
    assert 0.5 <= sleep.seconds <= 1.5


def test_a_wait_is_told_while_it_lasts() -> None:
    told: list[Wait] = []
    transport = Scripted(error(503, "x", retry_after="1"), error(429, "x", retry_after="5"), ok({}))
    client(transport).get("x", decode, listener=Listener(told=told.append))
    assert list(dict.fromkeys(told)) == [Wait(1, True, 2), *(Wait(left, True, 3) for left in (5, 4, 3, 2, 1))]


def test_an_answer_in_countless_pieces_is_not_taken_apart() -> None:
    transport = Scripted(ok(b'{"value":[' + b"{}," * 4_000_001 + b"{}]}"))
    with pytest.raises(GraphFault, match="more pieces"):
        client(transport).get("x", decode)
    assert len(transport.requests) == 1


def test_an_hour_is_not_waited() -> None:
    sleep = Sleeper()
    with pytest.raises(GraphFault, match="slow down"):
        client(Scripted(error(429, "TooManyRequests", retry_after="3600")), sleep=sleep).get("x", decode)
    assert sleep.seconds == 0


def bearer(transport: Scripted) -> list[str]:
    return [request.headers["authorization"].removeprefix("Bearer ") for request in transport.requests]


def test_401_renews_the_token_once() -> None:
    transport = Scripted(error(401, "InvalidAuthenticationToken"), ok({"value": []}))
    tokens = Token("theNext")
    GraphClient(transport, tokens, GLOBAL).get("x", decode)
    assert bearer(transport) == [TOKEN, "theNext"]
    assert tokens.demanded == [None]


def test_a_second_401_ends_everything() -> None:
    transport = Scripted(error(401, "InvalidAuthenticationToken"), error(401, "InvalidAuthenticationToken"))
    with pytest.raises(SignInError):
        GraphClient(transport, Token("theNext", "oneMore"), GLOBAL).get("x", decode)
    assert bearer(transport) == [TOKEN, "theNext"]


CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["", "="])
def test_a_claims_challenge_is_handed_to_the_sign_in(encode: Callable[[bytes], bytes], padding: str) -> None:
    claims = encode(CLAIMS.encode()).decode().rstrip("=")
    claims += "=" * (-len(claims) % 4) if padding else ""
    header = f'Bearer realm="", error="insufficient_claims", claims="{claims}"'
    tokens = Token("theNext")
    transport = Scripted(error(401, "", www_authenticate=header), ok({"value": []}))
    GraphClient(transport, tokens, GLOBAL).get("x", decode)
    assert tokens.demanded == [CLAIMS]


@pytest.mark.parametrize(
    "header",
    [
        "",
        'Bearer error="invalid_token", claims="e30="',
        'Bearer error="insufficient_claims"',
        'Bearer error="insufficient_claims", claims="no base64!"',
        'Bearer error="insufficient_claims", claims="W10="',
        'Bearer error="insufficient_claims", claims="' + "W1" * 20_000 + '"',
    ],
)
def test_what_is_no_challenge_is_none(header: str) -> None:
    tokens = Token("theNext")
    transport = Scripted(error(401, "", www_authenticate=header), ok({"value": []}))
    GraphClient(transport, tokens, GLOBAL).get("x", decode)
    assert tokens.demanded == [None]


def test_401_ends_everything_with_a_remedy() -> None:
    with pytest.raises(SignInError) as caught:
        client(Scripted(error(401, "InvalidAuthenticationToken"))).get("x", decode)
    assert "InvalidAuthenticationToken" in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "Authorization_RequestDenied", FaultKind.REFUSED),
        (404, "Request_ResourceNotFound", FaultKind.GONE),
        (400, "Request_UnsupportedQuery", FaultKind.UNSUPPORTED),
        (400, "Directory_ExpiredPageToken", FaultKind.EXPIRED_PAGE),
        (302, "", FaultKind.FAILED),
        (204, "", FaultKind.FAILED),
        (418, "", FaultKind.FAILED),
    ],
)
def test_errors_are_told_apart_in_one_place(status: int, code: str, kind: FaultKind) -> None:
    transport = Scripted(error(status, code, location="https://evil.example/"))
    with pytest.raises(GraphFault) as caught:
        client(transport).get("x", decode)
    assert caught.value.kind is kind
    assert str(status) in caught.value.title
    assert code in caught.value.title
    assert len(transport.requests) == 1


def test_the_words_of_a_refusal() -> None:
    with pytest.raises(GraphFault) as caught:
        client(Scripted(error(403, "Authorization_RequestDenied"))).get("x", decode)
    assert caught.value.title == "Microsoft refused this read (403 Authorization_RequestDenied)"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"error": {"code": TOKEN, "message": TOKEN}}),
        json.dumps({"error": {"code": f"x{TOKEN}x"}}),
        json.dumps({"error": {"code": TOKEN[:12]}}),
        json.dumps({"error": {"code": "a\u202eb\x1b[31m"}}),
        json.dumps({"error": {"code": "x" * 5000}}),
        json.dumps({"error": {"code": 7}}),
        json.dumps({"error": None}),
        json.dumps([TOKEN]),
        "[" * 100_000,
        TOKEN,
        "",
    ],
)
def test_no_error_says_the_token_or_anything_odd(body: str) -> None:
    for status in (400, 403, 404, 418, 503):
        with pytest.raises(GraphFault) as caught:
            client(Scripted(*[Answer(status, {}, body.encode())] * TRIES)).get("x", decode)
        said = repr(caught.value) + str(caught.value) + repr(caught.value.__dict__)
        assert TOKEN not in said
        assert TOKEN[:12] not in said
        assert caught.value.title.endswith(f"({status})")


def test_a_format_error_is_not_tried_again() -> None:
    def wrong(body: bytes) -> object:
        raise FormatError("appId is missing")

    transport = Scripted(ok({}))
    with pytest.raises(FormatError, match="appId"):
        client(transport).get("x", wrong)
    assert len(transport.requests) == 1


# ---- cancel -------------------------------------------------------------------------------------------------------


def test_a_cancelled_read_sends_nothing_more() -> None:
    transport, cancel = Scripted(page([])), threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        client(transport).get("x", decode, listener=Listener(cancel))
    with pytest.raises(Cancelled):
        client(transport).follow(ROOT + "x?y=1", listener=Listener(cancel))
    with pytest.raises(Cancelled):
        client(transport).batch(["x"], listener=Listener(cancel))
    assert transport.requests == []


def test_a_cancel_is_heard_while_waiting() -> None:
    cancel = threading.Event()
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            cancel.set()

    with pytest.raises(Cancelled):
        client(Scripted(error(429, "x", retry_after="200")), sleep=sleep).get("x", decode, listener=Listener(cancel))
    assert len(naps) == 3


# ---- read-only by construction ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", ROOT + "applications"),
        ("POST", ROOT + "$batch?x"),
        ("POST", "https://graph.microsoft.com/beta/$batch"),
        ("PATCH", ROOT + "applications/1"),
        ("PUT", ROOT + "applications/1"),
        ("DELETE", ROOT + "applications/1"),
        ("get", ROOT + "applications"),
    ],
)
def test_nothing_but_get_and_the_batch_leaves_the_client(method: str, url: str) -> None:
    transport = Scripted()
    with pytest.raises(BugError, match="reads only"):
        client(transport)._send(method, url, {}, None, None)
    assert transport.requests == []


def test_the_code_knows_no_other_method() -> None:
    folder = Path(permdesk.graph.__file__).parent
    verbs = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "MERGE"}
    named: dict[str, set[str]] = {}
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in verbs:
                named.setdefault(str(node.value), set()).add(path.name)
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"post", "put", "patch", "delete", "head", "options"}, path.name
    assert named.keys() == {"GET", "POST"}
    assert named["POST"] == {"client.py", "transport.py", "form_client.py"}
