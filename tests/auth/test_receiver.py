"""The loopback receiver: takes the one right answer, turns all else away, and leaves nothing behind."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permdesk.auth import receiver as module
from permdesk.auth.page import Page
from permdesk.auth.receiver import LoopbackReceiver
from permdesk.errors import Cancelled, SignInError
from tests.auth.loopback import Reply, closed, form, port_of, post, raw, read, request

STATE = "kUwJ3nTf"
NEVER = threading.Event()


@pytest.fixture
def receiver() -> Iterator[LoopbackReceiver]:
    with LoopbackReceiver() as receiver:
        receiver.expect(STATE)
        yield receiver


@pytest.fixture
def port(receiver: LoopbackReceiver) -> int:
    return port_of(receiver.redirect)


def threads() -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread.name == "permdesk-sign-in" or "process_request" in thread.name
    ]


def answer_still_taken(receiver: LoopbackReceiver) -> None:
    reply = post(port_of(receiver.redirect), code="right", state=STATE)
    assert reply.status == 200
    assert receiver.wait(cancel=NEVER, seconds=5) == {"code": "right", "state": STATE}


class TestTheRightAnswer:
    def test_its_fields_are_returned(self, receiver: LoopbackReceiver, port: int) -> None:
        reply = post(port, code="0.AX&=+ü", state=STATE, client_info="e30")
        assert (reply.status, "You can close this page" in reply.body) == (200, True)
        fields = receiver.wait(cancel=NEVER, seconds=5)
        assert fields == {"code": "0.AX&=+ü", "state": STATE, "client_info": "e30"}

    def test_an_error_is_an_answer_too_and_its_page_says_so(self, receiver: LoopbackReceiver, port: int) -> None:
        reply = post(port, error="access_denied", error_description="<b>no</b>", state=STATE)
        assert (reply.status, "did not go through" in reply.body) == (200, True)
        assert receiver.wait(cancel=NEVER, seconds=5)["error"] == "access_denied"

    def test_the_page_arrives_whole_though_the_wait_is_over(
        self, receiver: LoopbackReceiver, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        show = module._Handler._show

        def slowly(handler: module._Handler, page: Page) -> None:
            time.sleep(0.4)
            show(handler, page)

        monkeypatch.setattr(module._Handler, "_show", slowly)
        replies: list[Reply] = []
        browser = threading.Thread(target=lambda: replies.append(post(port, code="right", state=STATE)))
        browser.start()
        receiver.wait(cancel=NEVER, seconds=5)
        receiver.__exit__(None, None, None)
        browser.join()
        assert replies[0].body.encode() == Page.RECEIVED.html()

    def test_a_browser_that_hangs_up_early_has_answered_all_the_same(
        self, receiver: LoopbackReceiver, port: int
    ) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(request(port, body=form(code="right", state=STATE)))
        assert receiver.wait(cancel=NEVER, seconds=5)["code"] == "right"

    def test_one_that_comes_piece_by_piece_is_taken(self, receiver: LoopbackReceiver, port: int) -> None:
        whole = request(port, body=form(code="right", state=STATE))
        with socket.create_connection(("127.0.0.1", port)) as line:
            for start in range(0, len(whole), 40):
                line.sendall(whole[start : start + 40])
                time.sleep(0.01)
            assert read(line).status == 200
        assert receiver.wait(cancel=NEVER, seconds=5)["code"] == "right"

    def test_the_second_is_not(self, receiver: LoopbackReceiver, port: int) -> None:
        assert post(port, code="first", state=STATE).status == 200
        second = post(port, code="second", state=STATE)
        assert (second.status, "answered before" in second.body) == (409, True)
        assert receiver.wait(cancel=NEVER, seconds=5)["code"] == "first"

    def test_of_many_at_once_one_is_taken(self, receiver: LoopbackReceiver, port: int) -> None:
        replies: list[Reply] = []
        browsers = [
            threading.Thread(target=lambda n=n: replies.append(post(port, code=str(n), state=STATE))) for n in range(8)
        ]
        for browser in browsers:
            browser.start()
        for browser in browsers:
            browser.join()
        assert sorted(reply.status for reply in replies) == [200] + [409] * 7
        receiver.wait(cancel=NEVER, seconds=5)


LONG = b"state=" + STATE.encode() + b"&code=" + b"x" * 70_000

#: What is turned away: bytes by port, status, words of the page.
FOREIGN = {
    "wrong state": (lambda port: request(port, body=form(code="c", state="other")), 400, "not the sign-in"),
    "no state": (lambda port: request(port, body=form(code="c")), 400, "not the sign-in"),
    "empty state": (lambda port: request(port, body=form(code="c", state="")), 400, "not the sign-in"),
    "state of another length": (lambda port: request(port, body=form(state=STATE + STATE)), 400, "not the sign-in"),
    "state not ASCII": (lambda port: request(port, body=form(state="kUwJ3nTſ")), 400, "not the sign-in"),
    "two states": (lambda port: request(port, body=b"state=x&state=" + STATE.encode()), 400, "not the sign-in"),
    "two codes": (lambda port: request(port, body=f"code=a&code=b&state={STATE}".encode()), 400, "not the sign-in"),
    "many fields": (
        lambda port: request(port, body=b"&".join(b"f%d=1" % n for n in range(40)) + b"&state=" + STATE.encode()),
        400,
        "not the sign-in",
    ),
    "bytes": (lambda port: request(port, body=b"state=\xff\xfe"), 400, "not the sign-in"),
    "oversized": (lambda port: request(port, body=LONG), 413, "too much"),
    "oversized by far": (
        lambda port: request(port, body=b"x").replace(b"Content-Length: 1", b"Content-Length: 99999999999"),
        413,
        "too much",
    ),
    "no length": (
        lambda port: (
            f"POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: "
            f"application/x-www-form-urlencoded\r\n\r\n".encode()
        ),
        413,
        "too much",
    ),
    "negative length": (
        lambda port: request(port, body=b"x").replace(b"Content-Length: 1", b"Content-Length: -1"),
        413,
        "too much",
    ),
    "GET": (lambda port: request(port, "GET", path=f"/?code=c&state={STATE}"), 405, "leads back here by itself"),
    "HEAD": (lambda port: request(port, "HEAD"), 405, ""),
    "PUT": (lambda port: request(port, "PUT", body=form(code="c", state=STATE)), 405, "waits for a sign-in"),
    "OPTIONS": (lambda port: request(port, "OPTIONS"), 405, "waits for a sign-in"),
    "another path": (
        lambda port: request(port, path="/favicon.ico", body=form(code="c", state=STATE)),
        405,
        "waits for a sign-in",
    ),
    "another host": (
        lambda port: request(port, body=form(code="c", state=STATE), host=f"rebound.example:{port}"),
        400,
        "not the sign-in",
    ),
    "no port in the host": (
        lambda port: request(port, body=form(code="c", state=STATE), host="localhost"),
        400,
        "not the sign-in",
    ),
    "another port in the host": (
        lambda port: request(port, body=form(code="c", state=STATE), host="localhost:1"),
        400,
        "not the sign-in",
    ),
    "JSON": (
        lambda port: request(port, body=b'{"state": "kUwJ3nTf"}', kind="application/json"),
        405,
        "waits for a sign-in",
    ),
    "text/plain": (
        lambda port: request(port, body=form(code="c", state=STATE), kind="text/plain"),
        405,
        "waits for a sign-in",
    ),
    "garbage": (lambda port: b"\x16\x03\x01 hello\r\n\r\n", 405, "waits for a sign-in"),
    "no version": (lambda port: b"POST\r\n\r\n", 405, "waits for a sign-in"),
    "another protocol": (lambda port: b"GET / HTTP/3.7\r\n\r\n", 405, "waits for a sign-in"),
    "a long line": (lambda port: b"POST /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 405, ""),
    "many headers": (lambda port: b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 405, "waits for a sign-in"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_whatever_else_is_turned_away_and_changes_nothing(receiver: LoopbackReceiver, port: int, name: str) -> None:
    sent, status, words = FOREIGN[name]
    reply = raw(port, sent(port), half_close="far" in name)
    assert reply.status == status
    assert words in reply.body
    assert STATE not in reply.body
    answer_still_taken(receiver)


def test_a_body_that_stops_short_is_no_answer(receiver: LoopbackReceiver, port: int) -> None:
    whole = request(port, body=form(code="c", state=STATE) + b"&more=yes")
    assert raw(port, whole[:-9], half_close=True).status == 400
    answer_still_taken(receiver)


def test_before_a_state_is_expected_nothing_is_taken() -> None:
    with LoopbackReceiver() as receiver:
        assert post(port_of(receiver.redirect), code="c", state="").status == 400
        assert post(port_of(receiver.redirect), code="c", state=STATE).status == 400
        receiver.expect(STATE)
        answer_still_taken(receiver)


def test_the_silent_hold_nobody_up(receiver: LoopbackReceiver, port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    try:
        for line in lines[:10]:
            line.sendall(b"POST / HTTP/1.1\r\nHost: local")
        answer_still_taken(receiver)
        start = time.monotonic()
        receiver.__exit__(None, None, None)
        assert time.monotonic() - start < 2.0
        assert threads() == []
    finally:
        for line in lines:
            line.close()


def test_the_silent_are_hung_up_on(receiver: LoopbackReceiver, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module._Handler, "timeout", 0.2)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: local")
        assert line.recv(10) == b""
    answer_still_taken(receiver)


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_cancelled_it_stops_at_once_and_leaves_nothing(after: float) -> None:
    cancel = threading.Event()
    with LoopbackReceiver() as receiver:
        receiver.expect(STATE)
        port = port_of(receiver.redirect)
        line = socket.create_connection(("127.0.0.1", port))
        timer = threading.Timer(after, cancel.set)
        timer.start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            receiver.wait(cancel=cancel, seconds=300)
    assert time.monotonic() - start - after < 1.0
    assert closed(port)
    assert threads() == []
    line.close()


def test_too_late_is_said_and_leaves_nothing() -> None:
    with LoopbackReceiver() as receiver:
        receiver.expect(STATE)
        port = port_of(receiver.redirect)
        with pytest.raises(SignInError) as told:
            receiver.wait(cancel=NEVER, seconds=0.2)
    assert told.value.title == "Nobody signed in in time"
    assert "Start the sign-in again" in told.value.remedy
    assert closed(port)
    assert threads() == []


def test_the_clock_decides_when_five_minutes_are_over(receiver: LoopbackReceiver) -> None:
    times = iter([0.0, 299.9, 300.0])
    with pytest.raises(SignInError, match="Nobody signed in within five minutes"):
        receiver.wait(cancel=NEVER, seconds=300, now=lambda: next(times))


def test_it_listens_on_this_computer_alone(receiver: LoopbackReceiver) -> None:
    assert receiver._server.server_address[0] == "127.0.0.1"
    assert receiver.redirect.startswith("http://localhost:")


def test_nobody_else_gets_the_port_meanwhile(port: int) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match=r"in use|permitted|forbidden"):
            other.bind(("127.0.0.1", port))


def test_nothing_is_logged(receiver: LoopbackReceiver, port: int, capfd: pytest.CaptureFixture[str]) -> None:
    post(port, code="codeThatNobodyMaySee", state="other")
    raw(port, request(port, "GET", path="/?code=codeThatNobodyMaySee"))
    raw(port, b"\x16\x03\x01 codeThatNobodyMaySee\r\n\r\n")
    answer_still_taken(receiver)
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=5).map(lambda fields: form(**fields)),
        st.from_regex(rb"(state|code|error|%[0-9a-f]{0,2}|[&=;+]){0,20}", fullmatch=True),
    )
)
def test_no_body_without_the_state_is_taken_or_shown(receiver: LoopbackReceiver, body: bytes) -> None:
    port = port_of(receiver.redirect)
    reply = raw(port, request(port, body=body))
    assert reply.status == 400
    assert reply.body.encode() == Page.FOREIGN.html()
    assert receiver._server.answers.empty()
