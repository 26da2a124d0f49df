"""permdesk-cli as a program of its own, on one data folder, with a keyring and a browser that somebody sits at."""

import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Outcome
from tests.system.sign_in.desk import Service
from tests.system.sign_in.parts import ADMIN, CLIENT, LARKFIELD, Deed

#: What pip makes of the entry point ``permdesk-cli``.
PERMDESK_CLI = "import sys; from permdesk.__main__ import console; sys.exit(console())"
#: What the system's browser is to permdesk: a program that is given an address.
_BROWSER = '#!/bin/sh\nprintf "%s\\n" "$1" >> "$0.opened"\n'
_PATIENCE = 60.0


class Console:
    """Runs permdesk-cli; everything it prints is kept in files beside its data.

    Attributes:
        data: the data folder of every run.
        opened: the addresses that the browser was started with.
        executable: what is started; Python, or a bundle's permdesk-cli.
        program: the arguments of Python that start permdesk-cli; none for a bundle's.
    """

    def __init__(self, folder: Path, service: Service, environment: dict[str, str]) -> None:
        self.data = folder / "data"
        self.opened: list[str] = []
        self.executable = sys.executable
        self.program: tuple[str, ...] = ("-c", PERMDESK_CLI)
        self._printed = folder / "printed"
        self._printed.mkdir()
        self._service = service
        self._deeds: list[Deed] = []
        browser = folder / "browser"
        browser.write_text(_BROWSER, encoding="utf-8")
        browser.chmod(0o700)
        self._addresses = folder / "browser.opened"
        self._environment = {**environment, "NO_PROXY": "localhost", "BROWSER": f"{browser} %s", "PYTHONUTF8": "1"}
        self._environment.pop("PERMDESK_ACCESS_TOKEN", None)

    def __call__(self, *words: str, login: str = ADMIN) -> Outcome:
        """Run a command to its end; where it opens the browser, somebody signs in there and accepts."""
        number = sum(1 for _ in self._printed.glob("*.out"))
        out, err = self._printed / f"{number}.out", self._printed / f"{number}.err"
        with out.open("wb") as out_sink, err.open("wb") as err_sink:
            process = subprocess.Popen(
                [self.executable, *self.program, *words, "--data-dir", str(self.data)],
                cwd=self._printed,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out_sink,
                stderr=err_sink,
            )
            end = time.monotonic() + _PATIENCE
            while process.poll() is None:
                self._browse(login)
                if time.monotonic() > end:
                    process.kill()
                time.sleep(0.02)
        for deed in self._deeds:
            deed.result()
        return Outcome(process.returncode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def sign_in(self, *words: str, login: str = ADMIN, client: str = CLIENT) -> Outcome:
        """Run ``permdesk-cli sign-in`` to the tenant of these tests, in its custom cloud."""
        service = self._service
        cloud = ("--cloud", "custom", "--graph-endpoint", service.graph, "--login-endpoint", str(service.cloud.login))
        trust = ("--ca-file", str(service.trust.ca_file))
        return self("sign-in", "--tenant", LARKFIELD[1], "--client-id", client, *cloud, *trust, *words, login=login)

    def forget_the_browser(self) -> None:
        """Let nobody have been at the browser so far."""
        self.opened.clear()
        self._addresses.unlink(missing_ok=True)

    def _browse(self, login: str) -> None:
        asked = self._addresses.read_text(encoding="utf-8").splitlines() if self._addresses.exists() else []
        for address in asked[len(self.opened) :]:
            self.opened.append(address)
            self._deeds.append(self._service.browser.start("accept", address=address, login=login))
