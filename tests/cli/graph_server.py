"""The sample tenant behind a real https server, as a tenant of a custom cloud."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from permdesk.domain.ports import Transport
from permdesk.paths import resources
from permdesk.sample import sample_transport

_SAMPLE_ORIGIN = "https://graph.microsoft.com"


class GraphServer:
    """Answers on localhost; ``authorization`` collects what came in that header.

    Attributes:
        refused: lists it answers 403 for, by the path that asks for them.
    """

    def __init__(self, folder: Path, *, accepts: str) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.accepts = accepts
        self.authorization: set[str] = set()
        self.methods: set[str] = set()
        self.refused: frozenset[str] = frozenset()
        self._sample: Transport = sample_transport(complete=True, resources=resources())
        self._server = http.server.ThreadingHTTPServer(("localhost", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.origin = f"https://localhost:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator["GraphServer"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes | None) -> None:
                owner.methods.add(f"{self.command} {self.path.partition('?')[0]}" if self.command != "GET" else "GET")
                owner.authorization.add(self.headers.get("Authorization", ""))
                if self.headers.get("Authorization") != f"Bearer {owner.accepts}":
                    refused = b'{"error": {"code": "InvalidAuthenticationToken", "message": "No."}}'
                    self._send(401, refused)
                    return
                if self.path.partition("?")[0].removeprefix("/v1.0/") in owner.refused:
                    self._send(403, b'{"error": {"code": "Authorization_RequestDenied", "message": "No."}}')
                    return
                answer = owner._sample.send(
                    self.command, _SAMPLE_ORIGIN + self.path, headers=dict(self.headers.items()), body=body
                )
                self._send(answer.status, answer.body.replace(_SAMPLE_ORIGIN.encode(), owner.origin.encode()))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler
