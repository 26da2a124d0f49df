"""Carries sign-in requests, forms and discovery documents, over the same session as reads."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.ports import CancelToken
from permdesk.errors import BugError, ReadError
from permdesk.graph.https import HttpsSession

_FORM = "application/x-www-form-urlencoded"


class FormAnswer(Struct, frozen=True):
    """An answer as MSAL reads it: status, headers, text."""

    status_code: int
    headers: Mapping[str, str]
    text: str

    def raise_for_status(self) -> None:
        """Raise ReadError for a status of 400 or more."""
        if self.status_code >= 400:
            raise ReadError(
                f"Microsoft\u2019s sign-in gave an unexpected answer ({self.status_code})",
                remedy="Try again in a minute.",
            )


class FormClient:
    """Sends GET, and POST of forms; what it raises is told as a sign-in that cannot be reached.

    Args:
        session: carries the requests.
    """

    def __init__(self, session: HttpsSession) -> None:
        self._session = session

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        **_rest: Any,
    ) -> FormAnswer:
        """Return the answer to GET.

        Raises:
            NoAnswerError: none came.
            Cancelled: the token was set before it came.
        """
        return self._sent("GET", url, params, headers, None, cancel)

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        **_rest: Any,
    ) -> FormAnswer:
        """Return the answer to POST of a form.

        Raises:
            NoAnswerError: none came.
            Cancelled: the token was set before it came.
        """
        form = data if isinstance(data, str) else urlencode(data or {})
        return self._sent("POST", url, params, {"content-type": _FORM, **(headers or {})}, form.encode(), cancel)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _sent(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        cancel: CancelToken | None,
    ) -> FormAnswer:
        if any(url.lower().startswith(f"{cloud.graph}/") for cloud in CLOUDS.values()):
            raise BugError("Microsoft Graph is read by another client, which cannot write")
        address = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        answer = self._session.exchange(method, address, headers=dict(headers or {}), body=body, cancel=cancel)
        return FormAnswer(answer.status, answer.headers, answer.body.decode("utf-8", "replace"))
