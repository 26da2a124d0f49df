"""What MSAL needs of an HTTP client, so that sign-in and Graph go the same way through the network."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from permdesk.auth.waiting import awaited
from permdesk.domain.ports import CancelToken


class HttpAnswer(Protocol):
    """An answer as MSAL reads it."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        ...

    @property
    def text(self) -> str:
        """The body."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by lower-case name."""
        ...

    def raise_for_status(self) -> None:
        """Raise for a status of 400 or more."""
        ...


class HttpClient(Protocol):
    """Sends MSAL's requests; raises ReadError where no answer comes, Cancelled once the cancel token is set."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        **rest: Any,
    ) -> HttpAnswer:
        """GET."""
        ...

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        **rest: Any,
    ) -> HttpAnswer:
        """POST of a form."""
        ...


#: Makes a client that trusts what the operating system trusts, and one file of certificates more.
HttpClients = Callable[[Path | None], HttpClient]


class CancellableClient:
    """Implements ``HttpClient`` so that whoever cancels waits for no server: not for its name, nor its first byte.

    The request under way is told, and its line broken where there is one; looking up a name, or knocking at a server
    that says nothing, goes on behind until its own deadline.

    Args:
        client: sends the requests.
        cancel: asked while an answer is waited for.
    """

    def __init__(self, client: HttpClient, cancel: CancelToken) -> None:
        self._client = client
        self._cancel = cancel

    def get(self, url: str, **more: Any) -> HttpAnswer:
        """GET; raises Cancelled besides."""
        return self._awaited(lambda: self._client.get(url, cancel=self._cancel, **more))

    def post(self, url: str, **more: Any) -> HttpAnswer:
        """POST of a form; raises Cancelled besides."""
        return self._awaited(lambda: self._client.post(url, cancel=self._cancel, **more))

    def close(self) -> None:
        """Leave the connections to whoever made them: MSAL wants to close what it is done with."""

    def _awaited(self, send: Callable[[], HttpAnswer]) -> HttpAnswer:
        return awaited(send, name="permdesk-sign-in-request", cancel=self._cancel)
