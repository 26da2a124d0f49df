"""Display checks against a true X server."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from permdesk.display import display_problem
from tests.system.screens import virtual_screen

pytestmark = [pytest.mark.linux, pytest.mark.display]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


def test_an_x_server_that_answers_is_a_screen(screen: str) -> None:
    assert display_problem({"DISPLAY": screen}) is None


def test_qt_opens_a_window_where_none_is_said_to_be_missing(screen: str) -> None:
    code = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "application = QApplication([])\n"
        "label = QLabel('Larkfield')\n"
        "label.show()\n"
        "print(application.platformName())\n"
    )
    environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "xcb\n"


def test_the_window_without_a_screen_is_a_sentence_and_no_abort() -> None:
    environment = {
        name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "QT_QPA_PLATFORM"
    }
    command = [sys.executable, "-m", "permdesk", "--sample"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode not in (0, 1, 3, 70)
    assert done.returncode > 0, "killed by a signal"
    assert done.stdout == ""
    assert "There is no screen here" in done.stderr
    assert "check --sample" in done.stderr
    assert "Traceback" not in done.stderr
