"""Starts permdesk's side of a sign-in in a process of its own, and opens the browser for it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.system.sign_in.desk import Service
from tests.system.sign_in.parts import ADMIN, CLIENT, GRAPH, LARKFIELD

_PROGRAM = Path(__file__).with_name("program.py")
_ROOT = Path(__file__).parents[3]


class Started:
    """A process that was started.

    Args:
        folder: the data folder; logs go to its ``logs``.
        deeds: functions of program.py, done in turn.
        environment: decides which keyring it finds.
        deadline: seconds that its keyring has.
    """

    def __init__(
        self, folder: Path, service: Service | None, *deeds: str, environment: dict[str, str], deadline: float = 10.0
    ) -> None:
        self._service = service
        self.process = subprocess.Popen(
            [sys.executable, str(_PROGRAM)],
            cwd=_ROOT,
            env={**environment, "NO_PROXY": "localhost", "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        asked: dict[str, Any] = {
            "file": str(folder / "sign-ins.dat"),
            "name": str(folder),
            "log": str(folder / "logs"),
            "deadline": deadline,
            "do": deeds,
            "graph": service.graph if service is not None else GRAPH,
            "client": CLIENT,
            "tenant": LARKFIELD[0],
        }
        if service is not None:
            asked |= {"login": service.cloud.login, "ca_file": str(service.trust.ca_file)}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def saw(self, login: str = ADMIN) -> dict[str, Any]:
        """Open the browser as often as it is asked for, and return what the process saw in the end."""
        assert self.process.stdout is not None
        told: dict[str, Any] = {}
        for line in self.process.stdout:
            told = json.loads(line)
            if "open" in told:
                assert self._service is not None
                self._service.browser.ask("accept", address=told["open"], login=login)
        _, complaint = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, complaint
        assert complaint == ""
        return told


def run(folder: Path, service: Service | None, *deeds: str, environment: dict[str, str], **more: Any) -> dict[str, Any]:
    """Start a process, and return what it saw."""
    return Started(folder, service, *deeds, environment=environment, **more).saw()


def without_bus() -> dict[str, str]:
    """Return an environment in which no keyring can be found."""
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
    return {name: value for name, value in os.environ.items() if name not in hidden}
