"""Starts both programs of a bundle as a person would, and says what is wrong with them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from identity import ROOT, Identity

#: Seconds for a command on a busy machine.
_PATIENCE = 180.0
#: check's exit code where something that counts was not read, as in the sample.
_NOT_READ = 3


def faults(folder: Path, who: Identity) -> list[str]:
    """Return what is wrong with the programs in a folder, a sentence each.

    Args:
        folder: of the bundle; on macOS ``permdesk.app/Contents/MacOS``.
        who: what they should say they are.
    """
    suffix = ".exe" if sys.platform == "win32" else ""
    window, console = (folder / f"{name}{suffix}" for name in (who.name, f"{who.name}-cli"))
    found = []
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        version = _run([str(console), "--version"])
        if who.version not in version.stdout or version.returncode or version.stderr:
            found.append(f"permdesk-cli --version ended with {version.returncode}: {version.stdout}{version.stderr}")
        command = ["check", "--sample", "--json", "--data-dir"]
        bundled = _run([str(console), *command, str(data / "bundled")])
        source = _run([sys.executable, "-m", "permdesk", *command, str(data / "source")])
        if (bundled.returncode, bundled.stdout, bundled.stderr) != (_NOT_READ, source.stdout, ""):
            found.append(f"permdesk-cli check --sample differs from the source: {bundled.returncode} {bundled.stderr}")
        found += _of_window(window, data / "window")
    return found


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8", timeout=_PATIENCE
    )


def _of_window(program: Path, data: Path) -> list[str]:
    """Open the window without a screen, and wait until it read the sample tenant."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [str(program), "--sample", "--data-dir", str(data)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as started:
        end = time.monotonic() + _PATIENCE
        while not (data / "history.sqlite").exists() and started.poll() is None and time.monotonic() < end:
            time.sleep(0.2)
        # What goes wrong after the first picture shows in the seconds after it.
        time.sleep(5)
        alive = started.poll() is None
        started.terminate()
        said = started.communicate()[0].decode(errors="replace")
    if alive and (data / "history.sqlite").exists() and not said:
        return []
    return [f"permdesk --sample ended with {started.returncode}, or read nothing: {said}"]
