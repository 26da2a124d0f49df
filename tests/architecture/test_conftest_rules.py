"""The rules of tests/conftest.py themselves: each is broken once, in a pytest of its own, and must say so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

RULES_BROKEN = """
import logging, threading, pytest
from PySide6.QtCore import QTimer
from permdesk.paths import Paths

log = logging.getLogger("permdesk.scan")
timers = []

def test_thread():
    threading.Thread(target=threading.Event().wait, args=(2.6,), name="forgotten").start()  # thread born here

def test_timer(qapp):
    timers.append(QTimer())
    timers[0].start(1000)  # timer born here

def test_not_blamed_for_the_one_before(qapp):
    assert timers

def test_stopped_timer(qapp):
    timers[0].stop()
    other = QTimer()
    other.start(1000)
    other.stop()

def test_sudden_warning():
    log.warning("bad %s", "luck")

@pytest.mark.logs_warning("bad luck")
def test_announced_warning():
    log.warning("bad %s", "luck")

@pytest.mark.logs_warning("no luck")
def test_announced_silence():
    log.info("no luck")

def test_skip():
    pytest.skip("no printer")

def test_own_folders(tmp_path_factory):
    paths = Paths.default()
    for folder in (paths.data, paths.config, paths.logs):
        assert folder.is_relative_to(tmp_path_factory.getbasetemp()), folder
"""


def run(folder: Path, *, ci: str) -> str:
    """Run the tests above, and one of the folder ``system``, below the project's conftest; return what pytest said."""
    (folder / "tests" / "system").mkdir(parents=True)
    for name in ("conftest.py", "leaks.py", "logfail.py", "platforms.py"):
        (folder / "tests" / name).write_bytes((ROOT / "tests" / name).read_bytes())
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (folder / "tests" / "test_it.py").write_text(RULES_BROKEN, encoding="utf-8")
    (folder / "tests" / "test_skipped.py").write_text("import pytest\npytest.importorskip('no_such')\n")
    (folder / "tests" / "system" / "test_on_request.py").write_text("def test_on_request():\n    assert False\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-v",
            "-rA",
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
            "tests",
        ],
        cwd=folder,
        env={**os.environ, "CI": ci, "COLUMNS": "200", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run(tmp_path_factory.mktemp("home"), ci="")


@pytest.mark.parametrize(
    "line",
    [
        "ERROR tests/test_it.py::test_thread - Failed: left running:",
        "forgotten",
        "# thread born here",
        "ERROR tests/test_it.py::test_timer - Failed: left running:",
        "# timer born here",
        "PASSED tests/test_it.py::test_not_blamed_for_the_one_before",
        "PASSED tests/test_it.py::test_stopped_timer",
        "ERROR tests/test_it.py::test_sudden_warning - Failed: logged unexpectedly",
        "WARNING permdesk.scan: bad luck",
        "PASSED tests/test_it.py::test_announced_warning",
        "ERROR tests/test_it.py::test_announced_silence - Failed: announced, but not logged",
        "PASSED tests/test_it.py::test_own_folders",
        "8 passed, 2 skipped, 4 errors",
    ],
)
def test_a_broken_rule_is_said(at_home: str, line: str) -> None:
    assert line in at_home


def test_slow_folders_are_collected_on_request_alone(at_home: str) -> None:
    assert "test_on_request" not in at_home


@pytest.mark.linux
def test_a_skip_is_a_failure_where_all_must_run(tmp_path: Path) -> None:
    said = run(tmp_path, ci="true")
    assert "FAILED tests/test_it.py::test_skip" in said
    assert "ERROR tests/test_skipped.py" in said
    assert "skipped where nothing may be skipped" in said
