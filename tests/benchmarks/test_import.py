"""What it costs to import the command line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]


def seconds(code: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return perf_counter() - start


def test_importing_the_command_line(size: Callable[[int, int], int], ratio: Callable[..., None]) -> None:
    """Every command at once, against the sign-in library alone; taken in turns, so that noise hits both."""
    commands = (
        "import permdesk.__main__, permdesk.cli.main as main, importlib\n"
        "for module, _ in main.COMMANDS.values(): importlib.import_module('permdesk.cli.commands.' + module)"
    )
    ours, theirs, nothing = [], [], []
    for _ in range(size(15, 41)):
        ours.append(seconds(commands))
        theirs.append(seconds("import msal"))
        nothing.append(seconds("pass"))
    ratio("import of the command line, in imports of msal (median)", median(ours), median(theirs), limit=2)
    assert median(nothing) < median(ours)
