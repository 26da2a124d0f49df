"""The pinned Qt binding keeps its references: newer ones lose one of None per call, until Python 3.11 aborts."""

import subprocess
import sys

import pytest

#: Far more calls than there are references to None in a fresh interpreter.
CALLS = 300_000


@pytest.mark.parametrize(
    "call",
    [
        "thing.setObjectName('')",
        "thing.setProperty('p', 1)",
        "thing.blockSignals(False)",
        "thing.installEventFilter(other)",
    ],
)
def test_calls_that_return_nothing_lose_no_reference(call: str) -> None:
    code = (
        "import sys\n"
        "from PySide6.QtCore import QObject\n"
        "thing, other = QObject(), QObject()\n"
        "before = sys.getrefcount(None)\n"
        f"for _ in range({CALLS}):\n    {call}\n"
        "after = sys.getrefcount(None)\n"
        "print(before - after)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    # From Python 3.12 on None is immortal and its count stands still; before, it may only wander by a little.
    assert abs(int(done.stdout)) < 1_000
