"""permdesk-cli with logs at full detail; where the first word is --crash=reading or --crash=signing-in, with a fault.

Everything is the program's own, what reports a fault above all. A fault befalls the carrying of requests, after the
answer came: in the middle of reading a tenant, or once tokens were asked for. Nobody foresees it, and its words repeat
what was sent and what came, in all the ways in which a library might.
"""

import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from permdesk import logs
from permdesk.cli.main import run
from permdesk.composition import build
from permdesk.graph import form_client, transport
from permdesk.paths import Paths

_MIDDLE = "/oauth2PermissionGrants"


class UnforeseenError(Exception):
    """Nothing in permdesk knows this one."""


class FailingTransport(transport.HttpsTransport):
    """Fails in the middle of a tenant, with the request in its words."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str], **more: Any) -> Any:
        answer = super().send(method, url, headers=headers, **more)
        if _MIDDLE not in url:
            return answer
        token = headers["authorization"].removeprefix("Bearer ")
        raise UnforeseenError(
            f"{method} {url} with {dict(headers)!r}; again as text: Authorization: Bearer {token}; alone {token}; as "
            f"bytes {token.encode()!r}; as an address https://localhost/?access_token={token}&a=b; escaped "
            f"{quote(f'Bearer {token}')}; as JSON {json.dumps(json.dumps({'access_token': token}))}",
            answer,
        ) from KeyError(token)


class FailingFormClient(form_client.FormClient):
    """Fails once tokens came, with form and answer in its words."""

    def post(self, url: str, *, data: Any = None, **more: Any) -> Any:
        answer = super().post(url, data=data, **more)
        raise UnforeseenError(
            f"POST {url} with {data!r}, sent as {urlencode(data)}, as JSON {json.dumps(data)}; came {answer.text}, or "
            f"{json.loads(answer.text)!r}",
            answer,
        )


def main() -> int:
    """Run the command."""
    words = sys.argv[1:]
    if words[0] == "--crash=reading":
        transport.HttpsTransport = FailingTransport  # type: ignore[misc]
    elif words[0] == "--crash=signing-in":
        form_client.FormClient = FailingFormClient  # type: ignore[misc]
    written: list[Path] = []

    def open_logs(paths: Paths) -> None:
        if logs.start(paths.logs, level=logging.DEBUG) is None:
            written.append(paths.logs / "permdesk.log")

    try:
        return run(
            [word for word in words if not word.startswith("--crash")],
            build=build,
            environ=os.environ,
            open_logs=open_logs,
            log_file=lambda: next(iter(written), None),
        )
    finally:
        logs.stop()


if __name__ == "__main__":
    sys.exit(main())
