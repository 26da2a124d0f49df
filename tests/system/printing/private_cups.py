"""A CUPS server of the tests' own: its socket, its spool and its queues lie in a folder of the test's."""

import getpass
import grp
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: The queue that takes a PDF as it is, so that what arrives is what was printed.
_DRIVER = Path("/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd")
_PATIENCE = 30.0

_CUPSD = """
Listen {folder}/cups.sock
WebInterface No
Browsing No
LogLevel debug
MaxLogSize 0
JobKillDelay 1
{errors}
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    AuthType None
    Order deny,allow
  </Limit>
</Policy>
"""

_FILES = """
FileDevice Yes
ServerRoot {folder}
StateDir {folder}
RequestRoot {folder}/spool
TempDir {folder}/tmp
CacheDir {folder}/cache
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
User {user}
Group {group}
SystemGroup {system}
LogFilePerm 0644
"""


class PrivateCups:
    """A running server, and what an administrator does to it.

    Args:
        folder: where everything of it lies; short, as the name of a socket has to be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "cups.sock"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = _program("cupsd")
        # As root it prints as somebody else, who may not go where only root goes.
        root = os.geteuid() == 0
        user, group = ("lp", "lp") if root else (getpass.getuser(), grp.getgrgid(os.getegid()).gr_name)
        for name in ("spool", "tmp", "cache", "ppd"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)
        values = {
            "folder": self.folder,
            "user": user,
            "group": group,
            "system": "lpadmin",
            "errors": "ErrorPolicy stop-printer",
        }
        (self.folder / "cupsd.conf").write_text(_CUPSD.format(**values))
        (self.folder / "cups-files.conf").write_text(_FILES.format(**values))
        self._daemon = subprocess.Popen(
            [program, "-f", "-c", self.folder / "cupsd.conf", "-s", self.folder / "cups-files.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self._answers() or self._daemon.poll() is not None)
        assert self._daemon.poll() is None, (self.folder / "error_log").read_text()[-2000:]

    def _answers(self) -> bool:
        return self.socket.exists() and self._run("lpstat", "-r").returncode == 0

    def stop(self) -> None:
        """Stop it, as a server that vanishes."""
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(timeout=20)
            self._daemon = None

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find this server and no other."""
        return {"CUPS_SERVER": str(self.socket)}

    def _run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [_program(words[0]), *words[1:]]
        environment = {**os.environ, **self.environment, "LC_ALL": "C"}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)

    def administer(self, *words: str) -> None:
        """Run one of the programs of CUPS against this server."""
        done = self._run(*words)
        assert done.returncode == 0, done.stderr

    def queue(self, name: str) -> Path:
        """Add a queue that writes into a file; return the file, in which the newest job lies."""
        file = self.folder / f"{name}.pdf"
        file.touch()
        file.chmod(0o666)
        self.administer("lpadmin", "-p", name, "-v", f"file:{file}", "-P", str(_DRIVER), "-E")
        return file

    def jobs(self, which: str = "all") -> list[str]:
        """Return the names of jobs: completed, not-completed or all."""
        return [line.split()[0] for line in self._run("lpstat", "-W", which, "-o").stdout.splitlines()]

    def finished(self, queue: str) -> None:
        """Wait until a queue has printed everything."""
        until(lambda: self._run("lpstat", "-o", queue).stdout.strip() == "")


def until(holds: Callable[[], bool], patience: float = _PATIENCE) -> None:
    """Wait until something holds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None or not _DRIVER.exists():
        pytest.skip("CUPS is not installed")
    return found


@contextmanager
def private_cups(folder: Path) -> Iterator[PrivateCups]:
    """Start a server in a folder, and end it."""
    server = PrivateCups(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
