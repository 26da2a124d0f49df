"""D-Bus sessions of the tests' own: with gnome-keyring on them, with nothing, or with what never answers."""

import contextlib
import os
import shutil
import subprocess
import sys
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
_NEVER_UP = "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh {folder}/never-up\n"
#: It ends with the folder of its bus.
_NEVER_UP_PROGRAM = "while [ -d {folder} ]; do sleep 0.2; done\n"
#: Whatever becomes of the tests, their daemons end with them.
_MORTAL = ("setpriv", "--pdeathsig", "TERM")

_NEVER_ANSWERS = """
import sys
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

connection = open_dbus_connection("SESSION")
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", ("org.freedesktop.secrets", 0)))
print("ready", flush=True)
sys.stdin.read()
"""


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
            service = folder / "services" / "org.freedesktop.secrets.service"
            service.write_text(_NEVER_UP.format(folder=folder), encoding="utf-8")
            (folder / "never-up").write_text(_NEVER_UP_PROGRAM.format(folder=folder), encoding="utf-8")
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
            [*_MORTAL, program, f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile", "--print-address=1"],
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
            daemon.wait(timeout=20)
            if daemon.stdout is not None:
                daemon.stdout.close()


@contextlib.contextmanager
def gnome_keyring() -> Iterator[dict[str, str]]:
    """Start a bus with an unlocked gnome-keyring on it; yield the environment of whoever is to use it."""
    program = shutil.which("gnome-keyring-daemon")
    if program is None:
        pytest.skip("gnome-keyring is not installed; python3 build/dev.py test installs it where it may")
    with bus() as environment:
        daemon = subprocess.Popen(
            [*_MORTAL, program, "--unlock", "--components=secrets", "--foreground"],
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


@contextlib.contextmanager
def never_answering(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Let a Secret Service be there that takes every question and answers none."""
    service = subprocess.Popen(
        [sys.executable, "-c", _NEVER_ANSWERS], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert service.stdout is not None
        assert service.stdout.readline() == b"ready\n"
        yield environment
    finally:
        service.communicate(timeout=20)


def lock(environment: dict[str, str]) -> None:
    """Lock the keyring, as when the person goes away."""
    program = (
        "import secretstorage\n"
        "connection = secretstorage.dbus_init()\n"
        "secretstorage.get_default_collection(connection).lock()\n"
        "assert secretstorage.get_default_collection(connection).is_locked()\n"
        "connection.close()\n"
    )
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=30)


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
