"""What a look for sign-ins costs where there are none, and a dead keyring whoever ends: in true programs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from permdesk.paths import Paths

ROOT = Path(__file__).parents[2]
#: Seconds that a program may take to end, of the 30 that a keyring has.
PATIENCE = 5.0

_LOOK = """
import json, sys
from pathlib import Path
from permdesk.composition import build
from permdesk.paths import Paths

services = build(Paths.isolated(Path(sys.argv[1])))
kept = services.accounts.kept()
print(json.dumps([len(kept), sorted(sys.modules)]))
"""
#: What takes its time to load, or speaks to the keyring.
HEAVY = {"msal", "keyring", "cryptography", "filelock", "secretstorage", "jeepney", "urllib3", "http.server"}


def test_where_nobody_is_signed_in_a_look_loads_nothing_and_asks_no_keyring(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) if hasattr(socket, "AF_UNIX") else socket.socket() as bus:
        environment = dict(os.environ)
        if sys.platform == "linux":
            bus.bind(f"\0permdesk-{os.getpid()}")
            bus.listen()
            environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:abstract=permdesk-{os.getpid()}"
        done = subprocess.run(
            [sys.executable, "-c", _LOOK, str(tmp_path / "data")],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        if sys.platform == "linux":
            bus.settimeout(0)
            with pytest.raises(BlockingIOError):
                bus.accept()
    number, modules = json.loads(done.stdout)
    assert number == 0
    assert "permdesk.auth.session" in modules
    assert {name.partition(".")[0] if name != "http.server" else name for name in modules} & HEAVY == set()
    assert not (tmp_path / "data").exists()


@contextmanager
def waiting_for_the_keyring(tmp_path: Path, *words: str, program: str = "-m") -> Iterator[subprocess.Popen[str]]:
    """Start a program that has sign-ins to open, and whose keyring never answers; yield it once it waits there."""
    paths = Paths.isolated(tmp_path / "data")
    paths.ensure()
    paths.sign_ins_file.write_bytes(b"sealed")
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "tests.auth.backends.DeadKeyring",
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    process = subprocess.Popen(
        [sys.executable, program, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.linux
def test_a_command_that_is_interrupted_does_not_wait_for_the_keyring(tmp_path: Path) -> None:
    words = ("permdesk", "accounts", "--data-dir", str(tmp_path / "data"))
    with waiting_for_the_keyring(tmp_path, *words) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, complaint = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - begin < PATIENCE
    assert (process.returncode, out, complaint.strip()) == (130, "", "Interrupted.")


_WINDOW = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.ui.app import application, open_window
from permdesk.ui.tasks import Tasks

paths = Paths.isolated(Path(sys.argv[1]))
app = application()
window = open_window(app, build(paths), paths=paths, tasks=Tasks())
window.show()
window.open(None)

def close_once_it_waits():
    if any(thread.name == "permdesk-keyring" for thread in threading.enumerate()):
        print("waits", flush=True)
        QTimer.singleShot(300, window.close)
    else:
        QTimer.singleShot(50, close_once_it_waits)

close_once_it_waits()
sys.exit(app.exec())
"""


def test_a_window_that_is_closed_does_not_wait_for_the_keyring(tmp_path: Path) -> None:
    with waiting_for_the_keyring(tmp_path, _WINDOW, str(tmp_path / "data"), program="-c") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        begin = time.monotonic()
        _, complaint = process.communicate(timeout=20)
        taken = time.monotonic() - begin
    assert process.returncode == 0, complaint
    assert taken < PATIENCE
