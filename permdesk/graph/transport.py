"""Carries requests over https, trusting what the operating system trusts."""

import os
import ssl
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from permdesk.domain.ports import Answer
from permdesk.errors import BugError, ReadError, StorageError
from permdesk.graph.faults import NoAnswerError

#: Seconds to reach the server, and between two pieces of its answer.
_CONNECT_TIMEOUT = 15.0
_READ_TIMEOUT = 90.0
#: Seconds one answer may take altogether: one that drips forever is none.
_ANSWER_TIMEOUT = 600.0
#: Bytes, unpacked. A page of 999 rows, or a batch of twenty, stays far below.
_LARGEST_BODY = 128 * 1024 * 1024
_PIECE = 128 * 1024


class HttpsTransport:
    """Implements ``Transport`` with one pooled session: https only, no redirects, no cookies, no netrc.

    Args:
        user_agent: names the program and its version.
        ca_file: a PEM file with one more trust anchor, beside the operating system's.
        connections: how many requests may be under way at once.
        connect_timeout: seconds.
        read_timeout: seconds between two pieces of an answer.
        largest_body: bytes, unpacked.

    Raises:
        StorageError: ``ca_file`` cannot be read, or holds no certificate.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        ca_file: Path | None = None,
        connections: int = 16,
        connect_timeout: float = _CONNECT_TIMEOUT,
        read_timeout: float = _READ_TIMEOUT,
        largest_body: int = _LARGEST_BODY,
    ) -> None:
        self._timeout = (connect_timeout, read_timeout)
        self._largest_body = largest_body
        self._session = requests.Session()
        # Of the environment only its proxies are asked (below): its .netrc would replace the token.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update({"user-agent": user_agent, "accept-encoding": "gzip, deflate"})
        self._session.mount("https://", _SystemTrustAdapter(_context(ca_file), connections))

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Return the service's answer, whatever its status; a redirect is an answer like any other.

        Raises:
            NoAnswerError: none came, or one that is too long.
        """
        if not url.lower().startswith("https://"):
            raise BugError("permdesk speaks https only")
        if method != "GET" and not (method == "POST" and url.endswith("/$batch")):
            raise BugError(f"permdesk reads only: {method} is not for it")
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                proxies=_proxies(url),
            ) as response:
                content = self._content(response)
                lower = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, lower, content)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            # Whatever the library says may repeat headers: only its kind is told.
            raise _no_answer(error) from None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _content(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + _ANSWER_TIMEOUT
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > self._largest_body:
                raise NoAnswerError(
                    f"The answer is larger than {self._largest_body // (1024 * 1024)} MB and was cut off", retry=False
                )
            if time.monotonic() > deadline:
                raise NoAnswerError("The answer took longer than ten minutes")
            pieces.append(piece)
        return b"".join(pieces)


class _SystemTrustAdapter(HTTPAdapter):
    """Uses one TLS context for servers and proxies alike, and adds no certificates of its own."""

    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=2, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, proxy_ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # The parent would load the certifi bundle into our context: a second list of whom to trust.
        conn.cert_reqs = "CERT_REQUIRED"


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=os.fspath(ca_file))
        except (OSError, ssl.SSLError):
            raise StorageError(
                f"The trust anchor {ca_file} cannot be used",
                detail="It is missing, unreadable, or no PEM file with a certificate.",
                remedy="Give --ca-file a file that begins with BEGIN CERTIFICATE.",
            ) from None
    return context


def _proxies(url: str) -> dict[str, str]:
    found: Mapping[str, Any] = get_environ_proxies(url)
    return {scheme: str(address) for scheme, address in found.items()}


def _no_answer(error: Exception) -> ReadError:
    if isinstance(error, requests.exceptions.ProxyError):
        return NoAnswerError(
            "The proxy did not let the request through",
            remedy="Check the proxy settings of this computer.",
            retry=False,
        )
    if isinstance(error, requests.exceptions.SSLError):
        return NoAnswerError(
            "The server's certificate is not trusted here",
            detail="Something between this computer and Microsoft may be reading along, or a trust anchor is missing.",
            remedy="If your organisation inspects https, install its certificate, or name it with --ca-file.",
            retry=False,
        )
    if isinstance(error, requests.exceptions.Timeout):
        return NoAnswerError("The server took too long to answer", remedy="Check the network, then try again.")
    return NoAnswerError("The server could not be reached, or broke off", remedy="Check the network, then try again.")
