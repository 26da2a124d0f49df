"""A plain client for the tests of the service: one connection, no retries, nothing of permdesk's."""

import http.client
import json
import ssl
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tests.graph_service.process import GraphService


class Answer(Struct):
    """What came back: status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Graph's code of an error."""
        code: str = self.json["error"]["code"]
        return code


class Client:
    """Asks a service; addresses are below the version (``/applications``) or whole ones."""

    def __init__(self, service: GraphService, *, token: str | None = None, timeout: float = 10.0) -> None:
        self.service, self.token = service, service.token if token is None else token
        context = ssl.create_default_context(cafile=str(service.ca_file))
        self._connection = http.client.HTTPSConnection("localhost", service.port, context=context, timeout=timeout)

    def close(self) -> None:
        self._connection.close()

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> Answer:
        target = address.removeprefix(self.service.origin)
        if target == address:
            target = "/v1.0" + address
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        try:
            self._connection.request(method, target.replace(" ", "%20"), body, named)
            response = self._connection.getresponse()
            return Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def get(self, address: str, *, eventual: bool = False, **headers: str) -> Answer:
        if eventual:
            headers["ConsistencyLevel"] = "eventual"
        return self.ask("GET", address, None, **headers)

    def pages(self, address: str | None, *, eventual: bool = False) -> Iterator[dict[str, Any]]:
        """Go through a list page by page; every page must be there."""
        while address:
            answer = self.get(address, eventual=eventual)
            assert answer.status == 200, answer.body
            page = answer.json
            yield page
            address = page.get("@odata.nextLink")

    def rows(self, address: str, *, eventual: bool = False) -> list[Any]:
        return [row for page in self.pages(address, eventual=eventual) for row in page["value"]]

    def batch(self, requests: list[dict[str, Any]]) -> Answer:
        body = json.dumps({"requests": requests}).encode()
        return self.ask("POST", "/$batch", body, Content_Type="application/json")

    def batched(self, *urls: str) -> dict[str, dict[str, Any]]:
        """Send GETs as one batch; return the answers by address."""
        answer = self.batch([{"id": str(n), "method": "GET", "url": url} for n, url in enumerate(urls)])
        assert answer.status == 200, answer.body
        return {urls[int(one["id"])]: one for one in answer.json["responses"]}
