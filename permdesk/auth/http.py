"""What MSAL needs of an HTTP client, so that sign-in and Graph go the same way through the network."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol


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
    """Sends MSAL's requests; raises ReadError where no answer comes."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
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
        **rest: Any,
    ) -> HttpAnswer:
        """POST of a form."""
        ...


#: Makes a client that trusts what the operating system trusts, and one file of certificates more.
HttpClients = Callable[[Path | None], HttpClient]
