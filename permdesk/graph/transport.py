"""Carries reads to Microsoft Graph: nothing but GET and ``$batch`` leaves this computer."""

from collections.abc import Mapping

from permdesk.domain.ports import Answer, CancelToken
from permdesk.errors import BugError
from permdesk.graph.https import HttpsSession


class HttpsTransport:
    """Implements ``Transport`` over https.

    Args:
        session: carries the requests; closed with this transport.
    """

    def __init__(self, session: HttpsSession) -> None:
        self._session = session

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Return the service's answer, whatever its status; a redirect is an answer like any other.

        Raises:
            NoAnswerError: none came, or one that is too long.
            Cancelled: the person cancelled.
        """
        if method != "GET" and not (method == "POST" and url.endswith("/$batch")):
            raise BugError(f"permdesk reads only: {method} is not for it")
        return self._session.exchange(method, url, headers=headers, body=body, cancel=cancel)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
