"""permdesk-cli as a program of its own, pointed at a running Graph service with a token in its environment."""

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Outcome
from tests.graph_service.process import GraphService

#: What pip makes of the entry point ``permdesk-cli``.
PERMDESK_CLI = "import sys; from permdesk.__main__ import console; sys.exit(console())"
_ROOT = Path(__file__).parents[2]
_PATIENCE = 300.0


def token_for(tenant_id: str, *, seconds: float = 3600.0, number: int = 1, scopes: str = "Directory.Read.All") -> str:
    """Return an access token as Entra makes them, but for its signature, which nobody but Graph looks at."""
    claims = {
        "aud": "https://graph.microsoft.com",
        "exp": int(time.time() + seconds),
        "tid": tenant_id,
        "upn": "reader@larkfield.example",
        "scp": scopes,
        "uti": str(number),
    }
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}), json.dumps(claims), "a signature that is none " * 8)
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


class Program:
    """Runs permdesk-cli on one data folder.

    Args:
        service: what it reads; takes the token that the program is given.
        data: the data folder.
    """

    def __init__(self, service: GraphService, data: Path) -> None:
        self.data = data
        self.service = service
        self.token = token_for(service.objects()["organization"]["id"])

    def __call__(self, *words: str, token: str | None = None, trusting: bool = True, online: bool = True) -> Outcome:
        """Run a command to its end; ``online``: one that reads a tenant."""
        process = self.start(*words, token=token, trusting=trusting, online=online)
        try:
            out, err = process.communicate(timeout=_PATIENCE)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return Outcome(process.returncode, out, err)

    def start(
        self, *words: str, token: str | None = None, trusting: bool = True, online: bool = True
    ) -> "subprocess.Popen[str]":
        """Start a command."""
        self.service.set(tokens=[self.token])
        environment = {**os.environ, "NO_PROXY": "localhost,127.0.0.1", "PYTHONUTF8": "1"}
        environment["PERMDESK_ACCESS_TOKEN"] = self.token if token is None else token
        where = ["--cloud", "custom", "--graph-endpoint", self.service.origin] if online else []
        where += ["--ca-file", str(self.service.ca_file)] if online and trusting else []
        return subprocess.Popen(
            [sys.executable, "-c", PERMDESK_CLI, *words, *where, "--data-dir", str(self.data)],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
