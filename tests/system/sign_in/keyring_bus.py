"""D-Bus sessions of the tests' own: with gnome-keyring on them, with nothing, or with what never answers."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  {services}
  <limit name="service_start_timeout">120000</limit>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
#: A Secret Service that is said to exist, is started when it is asked, and never comes up: callers wait two minutes,
#: as with the limit that Debian's own session has.
_NEVER_UP = "[D-BUS Service]\nName=org.freedesktop.secrets\nExec={program} 600\n"


@contextlib.contextmanager
def bus(*, never_up: bool = False) -> Iterator[dict[str, str]]:
    """Start a bus; yield the environment of whoever is to use it.

    Args:
        never_up: there is a Secret Service to be started on demand, which hangs.
    """
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed")
    # A socket's path is short: the folders of pytest are not.
    with tempfile.TemporaryDirectory(prefix="permdesk-bus-") as name:
        folder = Path(name)
        services = ""
        if never_up:
            (folder / "services").mkdir()
            content = _NEVER_UP.format(program=shutil.which("sleep"))
            (folder / "services" / "org.freedesktop.secrets.service").write_text(content, encoding="utf-8")
            services = f"<servicedir>{folder}/services</servicedir>"
        (folder / "bus.conf").write_text(_CONFIGURATION.format(folder=folder, services=services), encoding="utf-8")
        environment = {
            **os.environ,
            "HOME": name,
            "XDG_RUNTIME_DIR": name,
            "XDG_DATA_HOME": name,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        }
        environment.pop("DISPLAY", None)
        daemon = subprocess.Popen(
            [program, f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile", "--print-address=1"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert daemon.stdout is not None
            assert daemon.stdout.readline().startswith("unix:"), "the bus did not start"
            yield environment
        finally:
            daemon.terminate()
            daemon.communicate(timeout=20)


@contextlib.contextmanager
def gnome_keyring() -> Iterator[dict[str, str]]:
    """Start a bus with an unlocked gnome-keyring on it; yield the environment of whoever is to use it."""
    program = shutil.which("gnome-keyring-daemon")
    if program is None:
        pytest.skip("gnome-keyring is not installed; python3 build/dev.py test installs it where it may")
    with bus() as environment:
        daemon = subprocess.Popen(
            [program, "--unlock", "--components=secrets", "--foreground"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdin is not None
            daemon.stdin.write(b"\n")
            daemon.stdin.close()
            _wait_for_secrets(environment)
            yield environment
        finally:
            daemon.terminate()
            daemon.wait(timeout=20)


def _wait_for_secrets(environment: dict[str, str]) -> None:
    ask = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    ask += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
    end = time.monotonic() + 20
    while time.monotonic() < end:
        told = subprocess.run(ask, env=environment, capture_output=True, text=True, check=False, timeout=20)
        if "true" in told.stdout:
            return
        time.sleep(0.05)
    pytest.fail("gnome-keyring did not come up")
