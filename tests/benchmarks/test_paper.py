"""A large tenant's summary as PDF: how long it takes beside reportlab, and how much memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.conftest import FULL

_ROOT = Path(__file__).parents[2]
#: What lies between a tenant's report in memory and its last page; more would grow with the pages painted.
_MOST_MEMORY = 400e6


def _measure(who: str) -> dict[str, Any]:
    size, times = ("full", "1") if FULL else ("reduced", "3")
    command = [sys.executable, "-m", "tests.benchmarks.measure_paper", size, who, times]
    answer = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(answer)
    return found


def test_a_summary_beside_reportlab(ratio: Callable[..., None], state: Callable[[str], None]) -> None:
    ours, theirs = _measure("permdesk"), _measure("reportlab")
    name = f"PDF of {ours['pages']:,} pages, beside reportlab drawing its {ours['rows']:,} table rows"
    ratio(name, ours["seconds"], theirs["seconds"], limit=2)
    for who, found in (("permdesk", ours), ("reportlab", theirs)):
        more = found["peak"] - found["before"]
        state(f"  {who}: {more / 1e6:.0f} MB on top of the report, {found['bytes'] / 1e6:.1f} MB written")
    assert ours["peak"] - ours["before"] < _MOST_MEMORY
