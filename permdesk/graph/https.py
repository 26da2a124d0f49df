"""Everything that permdesk says over a network: https, trusting what the operating system trusts."""

import os
import ssl
from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.exceptions import HTTPError

from permdesk.domain.ports import Answer
from permdesk.domain.wording import counted
from permdesk.errors import BugError, StorageError
from permdesk.graph.body import PACKINGS, read_body
from permdesk.graph.deadline import Deadline, WatchedPool
from permdesk.graph.faults import NoAnswerError

#: Seconds to reach the server, and between two pieces of its answer.
_CONNECT_TIMEOUT = 15.0
_READ_TIMEOUT = 90.0
#: Seconds one answer may take altogether: one that drips forever is none. A slow line brings a full page in half.
_ANSWER_TIMEOUT = 300.0
#: Bytes, unpacked. A page of 999 rows, or a batch of twenty, stays far below.
_LARGEST_BODY = 128 * 1024 * 1024
_PIECE = 128 * 1024


class HttpsSession:
    """One pooled session over https for everything that permdesk says: no redirects, no cookies, no netrc.

    Args:
        user_agent: names the program and its version.
        ca_file: a PEM file with one more trust anchor, beside the operating system's.
        connections: how many requests may be under way at once.
        connect_timeout: seconds.
        read_timeout: seconds between two pieces of an answer.
        answer_timeout: seconds from the beginning of a request to the end of its answer.
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
        answer_timeout: float = _ANSWER_TIMEOUT,
        largest_body: int = _LARGEST_BODY,
    ) -> None:
        self._timeout = (connect_timeout, read_timeout)
        self._answer_timeout = answer_timeout
        self._largest_body = largest_body
        self._session = requests.Session()
        # Of the environment only its proxies are asked (below): its .netrc would replace the token.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update({"user-agent": user_agent, "accept-encoding": PACKINGS})
        self._session.mount("https://", _SystemTrustAdapter(_context(ca_file), connections))

    def exchange(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Return the service's answer, whatever its status; a redirect is an answer like any other.

        Raises:
            NoAnswerError: none came, or one that is too long.
        """
        if not url.lower().startswith("https://"):
            raise BugError("permdesk speaks https only")
        with Deadline(self._answer_timeout) as deadline:
            try:
                answer = self._exchange(method, url, headers=headers, body=body)
            except (NoAnswerError, requests.RequestException, HTTPError, OSError, ValueError) as error:
                if deadline.passed:
                    raise self._too_slow() from None
                # Whatever the library says may repeat headers: only its kind is told.
                raise _no_answer(error) from None
        if deadline.passed:
            raise self._too_slow()
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _exchange(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
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
            packing = response.headers.get("content-encoding", "")
            content = read_body(_pieces(response), packing=packing, largest=self._largest_body)
            lower = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lower, content)

    def _too_slow(self) -> NoAnswerError:
        minutes, seconds = self._answer_timeout / 60, self._answer_timeout
        limit = counted(round(minutes), "minute") if minutes >= 1 else f"{seconds:g} seconds"
        return NoAnswerError(
            f"The answer had not ended after {limit} and was given up",
            remedy="Check the network, then scan again.",
            retry=False,
        )


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes over the line, still packed."""
    while piece := response.raw.read(_PIECE, decode_content=False):
        yield piece


class _SystemTrustAdapter(HTTPAdapter):
    """Uses one TLS context for servers and proxies alike, and adds no certificates of its own."""

    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=2, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        _watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, proxy_ssl_context=self._context, **kwargs)
        if not known:
            _watch(manager)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # The parent would load the certifi bundle into our context: a second list of whom to trust.
        conn.cert_reqs = "CERT_REQUIRED"


def _watch(manager: PoolManager) -> None:
    # A SOCKS proxy brings connections of its own kind, which no deadline reaches.
    if manager.pool_classes_by_scheme["https"] is HTTPSConnectionPool:
        manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": WatchedPool}


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


def _no_answer(error: Exception) -> NoAnswerError:
    if isinstance(error, NoAnswerError):
        return error
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
