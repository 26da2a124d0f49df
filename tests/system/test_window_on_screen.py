"""The real program on a true X screen: started as a person would, looked at, clicked, typed into and closed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.screens import virtual_screen

pytestmark = [pytest.mark.linux, pytest.mark.display]

_PATIENCE = 60.0


class Screen:
    """A screen, a hand on mouse and keyboard, and the program on it."""

    def __init__(self, display: str, data: Path, *words: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.environment.pop("QT_SCALE_FACTOR", None)
        self.program = subprocess.Popen(
            [sys.executable, "-m", "permdesk", *words, "--data-dir", str(data)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hand(self, *words: str) -> str:
        """Let xdotool do something; return what it says."""
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout

    def windows(self, title: str) -> list[str]:
        """Return the visible windows with a title."""
        return self.hand("search", "--onlyvisible", "--name", title).split()

    def wait(self, what: Callable[[], list[str]]) -> str:
        """Wait until there is something, and return the first of it."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            found = what()
            if found:
                return found[0]
            if self.program.poll() is not None:
                pytest.fail(f"the program ended with {self.program.returncode}: {self.program.communicate()[1]}")
            time.sleep(0.2)
        pytest.fail("it did not appear")

    def size(self, window: str) -> tuple[int, int]:
        """Return a window's width and height."""
        told = dict(
            line.split("=", 1) for line in self.hand("getwindowgeometry", "--shell", window).split() if "=" in line
        )
        return int(told["WIDTH"]), int(told["HEIGHT"])


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Screen]:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    with virtual_screen() as display:
        screen = Screen(display, tmp_path / "data", "--sample")
        try:
            yield screen
        finally:
            if screen.program.poll() is None:
                screen.program.kill()
            screen.program.communicate()


def test_open_click_type_and_close(opened: Screen, tmp_path: Path) -> None:
    window = opened.wait(lambda: opened.windows("^Larkfield Instruments – permdesk$"))
    width, height = opened.size(window)
    assert width >= 840
    assert height >= 560
    # No window manager runs here: whoever types says where.
    opened.hand("windowfocus", "--sync", window)
    opened.hand("mousemove", "--window", window, str(width - 200), "28", "click", "1")
    opened.hand("type", "--delay", "20", "svc-m365")
    time.sleep(0.5)
    opened.hand("key", "Return")
    time.sleep(0.5)
    opened.hand("key", "ctrl+b")
    sheet = opened.wait(lambda: opened.windows("^Bind svc-m365-backup to a profile$"))
    opened.hand("windowfocus", "--sync", sheet)
    opened.hand("key", "Escape")
    opened.wait(lambda: [] if opened.windows("^Bind svc-m365-backup") else ["closed"])
    opened.hand("windowfocus", "--sync", window)
    opened.hand("key", "ctrl+q")
    said, complained = opened.program.communicate(timeout=30)
    assert opened.program.returncode == 0
    assert said == ""
    assert complained == ""
    assert (tmp_path / "data" / "history.sqlite").is_file()
    assert (tmp_path / "data" / "config" / "settings.json").is_file()


def test_a_polite_kill_closes_it(opened: Screen, tmp_path: Path) -> None:
    opened.wait(lambda: opened.windows("^Larkfield Instruments – permdesk$"))
    opened.program.terminate()
    _, complained = opened.program.communicate(timeout=30)
    assert opened.program.returncode == 0
    assert complained == ""
    assert (tmp_path / "data" / "config" / "settings.json").is_file()


def test_a_second_start_opens_its_file_in_the_first_window_and_ends(opened: Screen, tmp_path: Path) -> None:
    window = opened.wait(lambda: opened.windows("^Larkfield Instruments – permdesk$"))
    data = tmp_path / "data"
    scan = tmp_path / "a saved scan ü.permdesk"
    saved = subprocess.run(
        [sys.executable, "-m", "permdesk", "scan", "--sample=complete", "--output", str(scan), "--data-dir", str(data)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    assert scan.is_file(), saved.stderr
    for words in ((), (str(scan),)):
        second = subprocess.run(
            [sys.executable, "-m", "permdesk", *words, "--data-dir", str(data)],
            env=opened.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert opened.windows("permdesk$") == [window]
    opened.program.terminate()
    assert opened.program.communicate(timeout=30)[1] == ""
    assert not (data / "window.json").exists()
