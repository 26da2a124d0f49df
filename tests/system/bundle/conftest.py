"""The bundle, made once, and the real parts that its programs meet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.bundle.bundled import ROOT, Bundle

# Signing in and reading a tenant happen as in the tests of signing in, with other programs.
from tests.system.sign_in.conftest import (  # noqa: F401 - pytest finds fixtures here by their names
    _loopback_needs_no_proxy,
    folders,
    graph,
    keyring_session,
    running_graph,
    service,
    trust,
)


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The folder that ``dev.py package`` makes; made anew unless it is of these very sources.

    PERMDESK_BUNDLE names one to take as it is.
    """
    given = os.environ.get("PERMDESK_BUNDLE")
    if given:
        return Bundle(Path(given).resolve())
    command = [sys.executable, str(ROOT / "build" / "package.py"), "--bundle-only", "--if-changed"]
    made = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=900)
    assert made.returncode == 0, made.stderr
    return Bundle(ROOT / "dist" / "permdesk")


@pytest.fixture(scope="session")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every icon."""
    folder = tmp_path_factory.mktemp("icons") / "icons"
    draw = [sys.executable, str(ROOT / "build" / "make_icons.py"), str(folder)]
    subprocess.run(draw, check=True, capture_output=True, timeout=120)
    return folder
