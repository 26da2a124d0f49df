"""True X screens for tests: a virtual server on a free number, gone when the test is over."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def virtual_screen(geometry: str = "1440x900x24") -> Iterator[str]:
    """Start Xvfb and yield its DISPLAY; skip the test where there is none (``dev.py test`` installs it)."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    # The server picks a free number itself and says it once it is ready.
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", geometry, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            number = said.readline().strip()
        assert number.isdigit(), "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=20)
