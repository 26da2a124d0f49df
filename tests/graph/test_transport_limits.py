"""How much, and for how long, the transport takes in of an answer; over a true https connection to this machine."""

import contextlib
import gc
import socket
import struct
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from permdesk.errors import Cancelled
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.https import HttpsSession
from permdesk.graph.transport import HttpsTransport
from tests.graph.loopback import BOMB_UNPACKED, MEGABYTE


def test_zipped_answers_are_unpacked(server: str, transport: HttpsTransport) -> None:
    assert transport.send("GET", server + "zipped", headers={}).body == b"zipped"


def test_an_answer_packed_in_several_pieces_is_whole(server: str, transport: HttpsTransport) -> None:
    assert transport.send("GET", server + "members", headers={}).body == b"zipped"


@pytest.mark.parametrize("path", ["halfzip", "nozip"])
def test_a_packed_answer_that_was_spoiled_may_be_asked_for_again(
    server: str, transport: HttpsTransport, path: str
) -> None:
    with pytest.raises(NoAnswerError, match=r"broke off|spoiled") as caught:
        transport.send("GET", server + path, headers={})
    assert caught.value.retry


@pytest.mark.parametrize("path", ["large", "bomb", "chunkbomb"])
def test_an_answer_without_end_is_cut_off(server: str, transport: HttpsTransport, path: str) -> None:
    with pytest.raises(NoAnswerError, match=r"larger than 1\.91 MB") as caught:
        transport.send("GET", server + path, headers={})
    assert not caught.value.retry


def test_what_is_packed_twice_is_not_unpacked(server: str, transport: HttpsTransport) -> None:
    with pytest.raises(NoAnswerError, match="not asked for"):
        transport.send("GET", server + "nested", headers={})


@pytest.mark.parametrize("path", ["bomb", "chunkbomb"])
def test_unpacking_takes_no_more_memory_than_the_limit(server: str, ca_file: Path, path: str) -> None:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, largest_body=16 * MEGABYTE))
    transport.send("GET", server + "plain", headers={})
    tracemalloc.start()
    try:
        with pytest.raises(NoAnswerError, match="larger than 16 MB"):
            transport.send("GET", server + path, headers={})
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    finally:
        tracemalloc.stop()
        transport.close()


def test_an_answer_that_may_be_that_long_is_not_held_twice(server: str, ca_file: Path) -> None:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, largest_body=BOMB_UNPACKED))
    transport.send("GET", server + "plain", headers={})
    tracemalloc.start()
    try:
        assert len(transport.send("GET", server + "bomb", headers={}).body) == BOMB_UNPACKED
        assert tracemalloc.get_traced_memory()[1] < BOMB_UNPACKED * 1.125 + 4 * MEGABYTE
    finally:
        tracemalloc.stop()
        transport.close()


@pytest.mark.parametrize("path", ["dripbody", "dripopen", "dripchunk", "driphead"])
def test_an_answer_that_drips_is_given_up(server: str, ca_file: Path, path: str) -> None:
    transport = HttpsTransport(
        HttpsSession(user_agent="permdesk/test", ca_file=ca_file, read_timeout=5, answer_timeout=0.4)
    )
    begun = time.monotonic()
    with pytest.raises(NoAnswerError, match=r"not ended after 0\.4 seconds") as caught:
        transport.send("GET", server + path, headers={})
    assert time.monotonic() - begun < 3
    assert not caught.value.retry
    assert transport.send("GET", server + "plain", headers={}).status == 200
    transport.close()


def test_a_handshake_that_drips_is_given_up(ca_file: Path) -> None:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, answer_timeout=0.4))
    over = threading.Event()

    def drip() -> None:
        line, _ = listener.accept()
        with line, contextlib.suppress(OSError):
            # The head of a TLS record that announces 8 kB of handshake.
            for byte in b"\x16\x03\x03\x20\x00\x02\x00\x1f\xfc" + bytes(8000):
                line.sendall(bytes([byte]))
                if over.wait(0.05):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(NoAnswerError, match="not ended"):
            transport.send("GET", f"https://localhost:{listener.getsockname()[1]}/", headers={})
        assert time.monotonic() - begun < 3
        over.set()
        thread.join()
    transport.close()


def test_a_deadline_spares_the_requests_after_it(server: str, ca_file: Path) -> None:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, answer_timeout=0.5))
    begun = time.monotonic()
    while time.monotonic() - begun < 1.0:
        assert transport.send("GET", server + "plain", headers={}).status == 200
    transport.close()


@pytest.mark.linux
def test_no_line_stays_open(server: str, ca_file: Path) -> None:
    fds = Path("/proc/self/fd")
    before = len(list(fds.iterdir()))
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, answer_timeout=0.3))
    for path in ("plain", "dripopen", "reset", "plain"):
        with contextlib.suppress(NoAnswerError):
            transport.send("GET", server + path, headers={})
    transport.close()
    # The watchman's own handles go with its thread.
    deadline = time.monotonic() + 2
    while len(list(fds.iterdir())) > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(list(fds.iterdir())) <= before


@pytest.mark.parametrize("path", ["reset", "short", "silent"])
def test_a_request_that_failed_leaves_nothing_behind(server: str, ca_file: Path, path: str) -> None:
    """What it held, its line and its headers, is let go at once: nothing waits for a look at the garbage."""
    session = HttpsSession(user_agent="permdesk/test", ca_file=ca_file, read_timeout=0.2)
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(NoAnswerError):
            session.exchange("GET", server + path, headers={"authorization": "Bearer t"})
        session.close()
        left = [one for one in gc.get_objects() if isinstance(one, HTTPError | HTTPException | HTTPSConnectionPool)]
        assert left == []
    finally:
        gc.enable()


def test_lines_that_are_reset_before_their_handshake_are_closed(ca_file: Path) -> None:
    """What is left open would be told when it is let go; here that is an error."""
    session = HttpsSession(user_agent="permdesk/test", ca_file=ca_file)
    told: list[object] = []
    hook, sys.unraisablehook = sys.unraisablehook, told.append
    try:
        with socket.create_server(("127.0.0.1", 0)) as rude, ThreadPoolExecutor(1) as pool:
            for _ in range(30):
                ended = pool.submit(_reset, rude)
                with pytest.raises(NoAnswerError):
                    session.exchange("GET", f"https://localhost:{rude.getsockname()[1]}/", headers={})
                ended.result()
        session.close()
        gc.collect()
    finally:
        sys.unraisablehook = hook
    assert told == []


def _reset(rude: socket.socket) -> None:
    line, _ = rude.accept()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _hear_and_hang_up(rude: socket.socket) -> None:
    line, _ = rude.accept()
    with line:
        line.recv(4096)


def test_a_line_that_ends_amid_the_handshake_says_nothing_about_certificates(ca_file: Path) -> None:
    session = HttpsSession(user_agent="permdesk/test", ca_file=ca_file)
    with socket.create_server(("127.0.0.1", 0)) as rude, ThreadPoolExecutor(1) as pool:
        ended = pool.submit(_hear_and_hang_up, rude)
        with pytest.raises(NoAnswerError, match="broke off") as caught:
            session.exchange("GET", f"https://localhost:{rude.getsockname()[1]}/", headers={})
        ended.result()
    assert caught.value.retry
    session.close()


def test_silence_is_not_waited_for(server: str, ca_file: Path) -> None:
    transport = HttpsTransport(HttpsSession(user_agent="permdesk/test", ca_file=ca_file, read_timeout=0.2))
    with pytest.raises(NoAnswerError, match="took too long") as caught:
        transport.send("GET", server + "silent", headers={})
    assert caught.value.retry
    transport.close()


@pytest.mark.parametrize("path", ["silent", "dripbody", "driphead"])
def test_a_cancel_ends_a_request_under_way(server: str, ca_file: Path, path: str) -> None:
    session = HttpsSession(user_agent="permdesk/test", ca_file=ca_file)
    cancel = threading.Event()
    clock = threading.Timer(0.3, cancel.set)
    clock.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        session.exchange("GET", server + path, headers={}, cancel=cancel)
    assert time.monotonic() - begun < 1.3
    clock.join()
    assert session.exchange("GET", server + "plain", headers={}, cancel=threading.Event()).status == 200
    session.close()


def test_many_handshakes_at_once_do_not_wait_for_each_other(server: str, ca_file: Path) -> None:
    session = HttpsSession(user_agent="permdesk/test", ca_file=ca_file, answer_timeout=1.0)
    with socket.create_server(("127.0.0.1", 0)) as mute, ThreadPoolExecutor(1) as pool:
        # Its handshake never ends: it must hold up nobody else's.
        slow = pool.submit(session.exchange, "GET", f"https://localhost:{mute.getsockname()[1]}/", headers={})
        begun = time.monotonic()
        assert session.exchange("GET", server + "plain", headers={}).status == 200
        assert time.monotonic() - begun < 0.9
        assert isinstance(slow.exception(), NoAnswerError)
    session.close()
