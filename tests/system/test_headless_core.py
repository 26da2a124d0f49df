"""Everything from domain to the command line passes its own tests where Qt is not installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.test_layers import BLOCK_QT

ROOT = Path(__file__).parents[2]
CORE = ["domain", "presentation", "catalog", "history", "auth", "graph", "sample", "reports", "services", "cli"]


@pytest.mark.linux
def test_the_core_passes_its_tests_without_qt(tmp_path: Path) -> None:
    # sitecustomize is loaded by every process of this run, those that the tests start included.
    (tmp_path / "sitecustomize.py").write_text(BLOCK_QT, encoding="utf-8")
    folders = [f"tests/{name}" for name in CORE if (ROOT / "tests" / name).is_dir()]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "-p",
        "no:pytest-qt",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile",
        "few",
    ]
    # Without its plugin, pytest does not know the options of pyproject.toml that are about Qt.
    overrides = ["-o", "addopts=--strict-markers --import-mode=importlib", "-W", "ignore::pytest.PytestConfigWarning"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = subprocess.run(
        [*command, *overrides, *folders], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, "\n".join(done.stdout.splitlines()[-40:])[-4000:]
    blocked = subprocess.run(
        [sys.executable, "-c", "import PySide6"], env=environment, capture_output=True, check=False
    )
    assert b"ModuleNotFoundError" in blocked.stderr
