"""Everything that permdesk says over a network: https, trusting what the operating system trusts."""

import functools
import os
import ssl
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import HTTPError, NewConnectionError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as NoTimeError

from permdesk.domain.ports import Answer, CancelToken
from permdesk.domain.wording import counted
from permdesk.errors import BugError, Cancelled
from permdesk.graph.body import PACKINGS, read_body
from permdesk.graph.deadline import WatchedPool, Watchman
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.trust import Trust

#: Seconds to reach the server, and between two pieces of its answer.
_CONNECT_TIMEOUT = 15.0
_READ_TIMEOUT = 90.0
#: Seconds one answer may take altogether: one that drips forever is none. A slow line brings a full page in half.
_ANSWER_TIMEOUT = 300.0
#: Bytes, unpacked. A page of 999 rows, or a batch of twenty, stays far below.
_LARGEST_BODY = 128 * 1024 * 1024
_PIECE = 1024 * 1024
#: Seconds for which the operating system's word about proxies holds: asking costs as much as a small page.
_PROXY_SECONDS = 2.0
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


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
        self._timeout = Timeout(connect=connect_timeout, read=read_timeout)
        self._answer_timeout = answer_timeout
        self._largest_body = largest_body
        self._headers = {"user-agent": user_agent, "accept-encoding": PACKINGS}
        self._trust = Trust(ca_file)
        self._connections = connections
        self._watchman = Watchman()
        self._lock = threading.Lock()
        self._managers: dict[str | None, PoolManager] = {}

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Return the service's answer, whatever its status; a redirect is an answer like any other.

        Args:
            method: of the request.
            url: https alone.
            headers: besides the session's own.
            body: of a POST.
            cancel: asked while the answer is waited for.

        Raises:
            NoAnswerError: none came, or one that is too long.
            Cancelled: the person cancelled.
        """
        if not url.lower().startswith("https://"):
            raise BugError("permdesk speaks https only")
        with self._watchman.over(self._answer_timeout, cancel) as watched:
            try:
                answer = self._exchange(method, url, headers=headers, body=body)
            except (NoAnswerError, HTTPError, OSError, ValueError) as error:
                _let_go(error)
                if watched.cancelled:
                    raise Cancelled from None
                if watched.passed:
                    raise self._too_slow() from None
                # Whatever the library says may repeat headers: only its kind is told.
                raise _no_answer(error) from None
        if watched.passed:
            raise self._too_slow()
        return answer

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            for manager in self._managers.values():
                manager.clear()
            self._managers.clear()
        self._watchman.close()

    def _exchange(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        response = self._manager(url).request(
            method,
            url,
            headers={**self._headers, **headers},
            body=body,
            timeout=self._timeout,
            redirect=False,
            retries=False,
            preload_content=False,
        )
        try:
            packing = response.headers.get("content-encoding", "")
            content = read_body(_pieces(response, self._largest_body), packing=packing, largest=self._largest_body)
            lower = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(response.status, lower, content)
        except BaseException:
            # What is left of the answer would be taken for the next one.
            response.close()
            raise
        response.release_conn()
        return answer

    def _manager(self, url: str) -> PoolManager:
        environment = tuple(os.environ.get(name) for name in _PROXY_VARIABLES)
        host = urlsplit(url).netloc.rpartition("@")[2]
        proxy = _proxy(host, environment, int(time.monotonic() / _PROXY_SECONDS))
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = self._made(proxy)
            return self._managers[proxy]

    def _made(self, proxy: str | None) -> PoolManager:
        manager: PoolManager
        if proxy is None:
            manager = PoolManager(num_pools=4, maxsize=self._connections, ssl_context=self._trust.context)
        else:
            parts = urlsplit(proxy)
            if parts.scheme not in ("http", "https"):
                raise NoAnswerError(
                    "The proxy of this computer is of a kind that permdesk does not know",
                    remedy="Set an http or https proxy.",
                    retry=False,
                )
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
            manager = ProxyManager(
                proxy,
                num_pools=4,
                maxsize=self._connections,
                ssl_context=self._trust.context,
                proxy_ssl_context=self._trust.context,
                proxy_headers=make_headers(proxy_basic_auth=login) if login else None,
            )
        manager.pool_classes_by_scheme = {"https": WatchedPool}
        return manager

    def _too_slow(self) -> NoAnswerError:
        minutes, seconds = self._answer_timeout / 60, self._answer_timeout
        limit = counted(round(minutes), "minute") if minutes >= 1 else f"{seconds:g} seconds"
        return NoAnswerError(
            f"The answer had not ended after {limit} and was given up",
            remedy="Check the network, then scan again.",
            retry=False,
        )


def _pieces(response: BaseHTTPResponse, largest: int) -> Iterator[bytes]:
    """The body as it comes over the line, still packed; in one piece where its length is told and no more than that."""
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= largest:
        yield response.read(decode_content=False)
        return
    while piece := response.read(_PIECE, decode_content=False):
        yield piece


@functools.lru_cache(maxsize=16)
def _proxy(host: str, _environment: tuple[str | None, ...], _moment: int) -> str | None:
    """Return the address of the proxy that the operating system names for this host, asked anew now and then."""
    found = getproxies()
    address = found.get("https") or found.get("all")
    if not address or proxy_bypass(host):
        return None
    return address if "://" in address else f"http://{address}"


def _broken_off(error: SSLError) -> bool:
    """True where the line ended amid the handshake: nothing was said about any certificate."""
    return any(isinstance(reason, ssl.SSLEOFError | ssl.SSLZeroReturnError) for reason in error.args)


def _let_go(error: BaseException) -> None:
    """Drop what the failed call still holds, its line and its headers: urllib3 ties it into a cycle with the error."""
    link: BaseException | None = error
    while link is not None:
        for frame, _ in traceback.walk_tb(link.__traceback__):
            # Python 3.11 forgets a line that is reset between connecting and the handshake, and leaves it open.
            forgotten = frame.f_locals.get("self") if frame.f_code.co_name == "_create" else None
            if isinstance(forgotten, ssl.SSLSocket):
                forgotten.close()
        traceback.clear_frames(link.__traceback__)
        link = link.__context__


def _no_answer(error: Exception) -> NoAnswerError:
    if isinstance(error, NoAnswerError):
        return error
    if isinstance(error, ProxyError):
        return NoAnswerError(
            "The proxy did not let the request through",
            remedy="Check the proxy settings of this computer.",
            retry=False,
        )
    if isinstance(error, SSLError) and not _broken_off(error):
        return NoAnswerError(
            "The server's certificate is not trusted here",
            detail="Something between this computer and Microsoft may be reading along, or a trust anchor is missing.",
            remedy="If your organisation inspects https, install its certificate, or name it with --ca-file.",
            retry=False,
        )
    # urllib3 counts a refused connection and an unknown name among those.
    if isinstance(error, NoTimeError) and not isinstance(error, NewConnectionError):
        return NoAnswerError("The server took too long to answer", remedy="Check the network, then try again.")
    return NoAnswerError("The server could not be reached, or broke off", remedy="Check the network, then try again.")
