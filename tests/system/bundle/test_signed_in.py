"""From sign-in to scan with the bundle alone: browser, keyring, https and the process that reads the tenant.

The provider, the browser and the Graph are those of the tests of signing in; gnome-keyring runs on a bus of its own.
"""

import json
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.system.bundle.bundled import Bundle
from tests.system.bundle.test_window import display, opened  # noqa: F401 - a fixture is found by its name
from tests.system.sign_in.console import Console
from tests.system.sign_in.desk import Service
from tests.system.sign_in.graph import Graph
from tests.system.sign_in.parts import ADMIN

pytestmark = [pytest.mark.linux, pytest.mark.display]

#: The browser as a program that tells what environment it was started in.
_BROWSER = '#!/bin/sh\nenv > "$0.environment"\nprintf "%s\\n" "$1" >> "$0.opened"\n'

#: Variables that may name the bundle: PyInstaller's own, the shell's, and the one that chose it for these tests.
_NO_HARM = ("_PYI_", "PWD=", "OLDPWD=", "_=", "PERMDESK_BUNDLE=")


@pytest.fixture
def console(bundle: Bundle, service: Service, keyring_session: dict[str, str], tmp_path: Path) -> Console:
    made = Console(tmp_path, service, {**keyring_session, "LD_LIBRARY_PATH": "/opt/the-persons-own/lib"})
    made.executable = str(bundle.console)
    made.program = ()
    (tmp_path / "browser").write_text(_BROWSER, encoding="utf-8")
    return made


def test_sign_in_scan_and_scan_again_in_the_window(
    bundle: Bundle,
    console: Console,
    graph: Graph,
    keyring_session: dict[str, str],
    display: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    signed = console.sign_in()
    assert signed.code == 0, signed.err
    told = (tmp_path / "browser.environment").read_text(encoding="utf-8").splitlines()
    # The browser finds its own libraries, and those that the person has set.
    assert "LD_LIBRARY_PATH=/opt/the-persons-own/lib" in told
    assert not [line for line in told if str(bundle.folder) in line and not line.startswith(_NO_HARM)]
    # Another start of the program: the key comes from the keyring.
    accounts = console("accounts", "--json")
    assert [one["username"] for one in json.loads(accounts.out)["accounts"]] == [ADMIN], accounts.err
    assert (console.data / "sign-ins.bin").stat().st_mode & 0o777 == 0o600
    file = tmp_path / "larkfield.permdesk"
    scanned = console("scan", "--account", ADMIN, "--output", str(file), "--progress", "none")
    assert scanned.code == 0, scanned.err
    assert len(console.opened) == 1
    children: set[str] = set()
    environment = {name: keyring_session[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME")}
    command = [str(bundle.window), str(file), "--data-dir", str(console.data)]
    with opened(command, display, NO_PROXY="localhost", **environment) as person:
        window = person.wait("^Larkfield Instruments – permdesk$")
        started = psutil.Process(person.program.pid)
        person.hand("windowfocus", "--sync", window)
        seen = len(graph.seen)
        person.hand("key", "F5")

        def read_again() -> str:
            now = readers(started)
            children.update(now)
            kept = console_scans(console) if len(graph.seen) > seen and not now else 0
            return str(kept) if kept > 1 else ""

        assert person.until(read_again) == "2"
        assert person.close(window) == (0, "", "")
    # The bundle's own program, started once more, read the tenant for the window.
    assert children
    assert {Path(child).parent for child in children} == {bundle.folder}
    assert graph.turned_away == 0


def readers(program: psutil.Process) -> set[str]:
    """Return what the processes that read a tenant for a program were started from."""
    found = set()
    for child in program.children(recursive=True):
        with suppress(psutil.Error):
            if "--multiprocessing-fork" in child.cmdline():
                found.add(child.exe())
    return found


def console_scans(console: Console) -> int:
    """Return how many scans are kept."""
    told = console("scans", "--json")
    assert told.code == 0, told.err
    return len(json.loads(told.out)["scans"])
