"""A true https server on this machine that answers well, badly, slowly or not at all."""

import contextlib
import gzip
import http.server
import ssl
import threading
import time
from collections.abc import Iterator

import trustme

MEGABYTE = 1024 * 1024
#: Bytes that the bomb unpacks to.
BOMB_UNPACKED = 40_000_000
BOMB = gzip.compress(b"0" * BOMB_UNPACKED)


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

    def members(self) -> None:
        self.answer(
            gzip.compress(b"zip") + gzip.compress(b"") + gzip.compress(b"ped") + bytes(8), Content_Encoding="gzip"
        )

    def halfzip(self) -> None:
        self.answer(gzip.compress(bytes(range(256)))[:-12], Content_Encoding="GZip")

    def nozip(self) -> None:
        self.answer(b"not gzip", Content_Encoding="gzip")

    def chunkbomb(self) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(BOMB), BOMB))

    def nested(self) -> None:
        self.answer(gzip.compress(BOMB), Content_Encoding="gzip, gzip")

    def drip(self, *parts: bytes) -> None:
        with contextlib.suppress(OSError):
            for byte in b"".join(parts):
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        self.close_connection = True

    def dripbody(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.drip(b"x" * 1000)

    def dripopen(self) -> None:
        """A body that ends with its connection."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.drip(b"x" * 1000)

    def dripchunk(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.drip(b"0" * 1000)

    def driphead(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000)

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
