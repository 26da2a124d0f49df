"""The sample tenant behind a real https server, as a tenant of a custom cloud."""

import http.server
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import trustme

from permdesk.domain.ports import Answer, Transport
from permdesk.paths import resources
from permdesk.sample import sample_transport

_SAMPLE_ORIGIN = "https://graph.microsoft.com"


class SampleServer:
    """The complete sample tenant on a free port of localhost, for whoever asks.

    Attributes:
        origin: where it is, scheme, host and port.
    """

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self._sample: Transport = sample_transport(complete=True, resources=resources())
        self._server = http.server.ThreadingHTTPServer(("localhost", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.origin = f"https://localhost:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Return the answer to one request; ``path`` begins with the version, names of headers are lower-case."""
        answer = self._sample.send(method, _SAMPLE_ORIGIN + path, headers=headers, body=body)
        ours = answer.body.replace(_SAMPLE_ORIGIN.encode(), self.origin.encode())
        return Answer(answer.status, answer.headers, ours)

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
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = owner.respond(self.command, self.path, headers, body)
                self.send_response(answer.status)
                for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler


class GraphServer(SampleServer):
    """Answers whoever shows one token; ``authorization`` collects what came in that header.

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
        super().__init__(authority.issue_cert("localhost"))

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Return the answer to one request."""
        self.methods.add(f"{method} {path.partition('?')[0]}" if method != "GET" else "GET")
        self.authorization.add(headers.get("authorization", ""))
        if headers.get("authorization") != f"Bearer {self.accepts}":
            return error(401, "InvalidAuthenticationToken")
        if path.partition("?")[0].removeprefix("/v1.0/") in self.refused:
            return error(403, "Authorization_RequestDenied")
        answer = super().respond(method, path, headers, body)
        return self._refusing(answer, body) if body is not None and self.refused else answer

    def _refusing(self, answer: Answer, body: bytes) -> Answer:
        """Refuse inside a batch what is refused outside."""
        urls = {request["id"]: request["url"] for request in json.loads(body)["requests"]}
        content = json.loads(answer.body)
        for response in content["responses"]:
            if urls[response["id"]].partition("?")[0].removeprefix("/") in self.refused:
                denied = error(403, "Authorization_RequestDenied")
                response |= {"status": denied.status, "body": json.loads(denied.body)}
        return Answer(answer.status, answer.headers, json.dumps(content).encode())


def error(status: int, code: str, **headers: str) -> Answer:
    """Return an answer that is none, as Graph shapes them."""
    body = f'{{"error": {{"code": "{code}", "message": "No."}}}}'.encode()
    return Answer(status, {"content-type": "application/json"} | headers, body)
