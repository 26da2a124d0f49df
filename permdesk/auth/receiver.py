"""Receives the browser's answer to one sign-in on a loopback port, and can be told to stop."""

import contextlib
import hmac
import queue
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from permdesk.auth.explain import nobody_in_time
from permdesk.auth.page import HEADERS, Page
from permdesk.auth.waiting import LOOK
from permdesk.domain.ports import CancelToken
from permdesk.domain.sign_in import LOOPBACK_REDIRECT
from permdesk.errors import Cancelled

#: Bytes of a form; Microsoft's are a few thousand.
_LARGEST_FORM = 64 * 1024
_DRAINED = 1024 * 1024
#: Seconds that a connection may stay silent.
_SILENCE = 5.0
_FORM = "application/x-www-form-urlencoded"


class LoopbackReceiver:
    """Listens on 127.0.0.1 from ``with`` to its end, for one answer of the response mode form_post.

    Answers with a wrong state, a second answer, an oversized one and whatever is no form are turned away with a page
    and change nothing (RFC 8252, section 7.3; RFC 6749, section 10.12).
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": LOOK}, name="permdesk-sign-in", daemon=True
        )

    @property
    def redirect(self) -> str:
        """The address that Microsoft sends the browser back to."""
        return f"{LOOPBACK_REDIRECT}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def expect(self, state: str) -> None:
        """Take the first answer that carries this state."""
        self._server.state = state

    def wait(self, *, cancel: CancelToken, seconds: float, now: Callable[[], float] = time.monotonic) -> dict[str, str]:
        """Return the fields of the answer.

        Raises:
            Cancelled: the person cancelled.
            SignInError: no answer came in time.
        """
        end = now() + seconds
        while True:
            if cancel.is_set():
                raise Cancelled
            with contextlib.suppress(queue.Empty):
                return self._server.answers.get(timeout=LOOK)
            if now() >= end:
                raise nobody_in_time(seconds)


class _Server(ThreadingHTTPServer):
    # Joined when the server closes: no thread is left.
    daemon_threads = False
    # Browsers open several connections at once, some of which they never use.
    request_queue_size = 32
    # A second permdesk must not take over a port that is waited on.
    allow_reuse_address = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.state: str | None = None
        self.answers: queue.Queue[dict[str, str]] = queue.Queue(maxsize=1)
        self.lock = threading.Lock()
        self.answered = False
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # The parent looks up the host's name, which may take seconds where there is no network.
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection that is still open, so that its thread ends."""
        with self.lock:
            left = tuple(self._open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # The default prints a traceback, with what the browser sent in its frames.
        return

    def judge(self, form: dict[str, str]) -> Page:
        """Return the page for an answer; it is taken if it is the first with the state that is waited for."""
        sent = form.get("state", "")
        with self.lock:
            if self.state is None or not hmac.compare_digest(sent.encode(), self.state.encode()):
                return Page.FOREIGN
            if self.answered:
                return Page.ANSWERED
            self.answered = True
        return Page.DECLINED if "error" in form else Page.RECEIVED


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE
    protocol_version = "HTTP/1.1"
    server_version = "permdesk"
    sys_version = ""

    def do_POST(self) -> None:
        """Take a form, or turn it away."""
        page, answer = self._received()
        try:
            self._show(page)
        finally:
            # Only now: whoever waits for the answer ends every connection, this one too.
            if answer is not None:
                self.server.answers.put_nowait(answer)

    def do_GET(self) -> None:
        """Say that a form is waited for."""
        self._show(Page.NO_FORM)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request, or of another method, as politely."""
        # What is no request names no version, and would get a page without a head.
        self.request_version = self.protocol_version
        self._show(Page.NO_FORM)

    def _received(self) -> tuple[Page, dict[str, str] | None]:
        form = self._form()
        if isinstance(form, Page):
            return form, None
        page = self.server.judge(form)
        return page, form if page in (Page.RECEIVED, Page.DECLINED) else None

    def _form(self) -> dict[str, str] | Page:
        port = self.server.server_port
        if self.headers.get("host", "") not in (f"localhost:{port}", f"127.0.0.1:{port}"):
            return Page.FOREIGN
        if self.headers.get_content_type() != _FORM or self.path.partition("?")[0] != "/":
            return Page.NO_FORM
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > _LARGEST_FORM:
            # Read to a point, or the browser takes the closed connection for a fault and shows no page.
            self.rfile.read(min(_DRAINED, int(length) if length.isdecimal() and len(length) <= 9 else 0))
            return Page.TOO_LARGE
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            return Page.FOREIGN
        try:
            fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=32)
        except ValueError:
            return Page.FOREIGN
        if any(len(values) != 1 for values in fields.values()):
            return Page.FOREIGN
        return {name: values[0] for name, values in fields.items()}

    def _show(self, page: Page) -> None:
        content = page.html()
        self.close_connection = True
        self.send_response(page.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if page is Page.NO_FORM:
            self.send_header("Allow", "POST")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if getattr(self, "command", None) != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep silent: the request line may hold a code."""
