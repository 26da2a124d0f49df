"""How evenly the window's event loop goes round while a large tenant is laid out, printed and exported.

The window is pinned to one core; the process that makes its paper, the private print server and this test share the
other one. The same window left alone is stated beside it. What else the machine does on the window's core is no
doing of the window: the system tells how long the window waited for its core while another program had it, and the
latest turn is judged without that, and stated with it.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from permdesk.history.scan_file import save_scan
from tests.benchmarks.generator import FULL, Scale, make_world
from tests.benchmarks.test_smoothness import PATIENCE, _children_on, _start, on
from tests.benchmarks.uneven import Tick, evenness
from tests.system.printing.private_cups import private_cups

#: Large enough for several hundred pages.
_REDUCED = Scale(200, 600, 2_500, 150, 40, 10)
_FORMATS = ("pdf", "html", "xlsx", "csv", "json")
_ROOT = Path(__file__).parents[2]


@pytest.mark.linux
def test_the_event_loop_while_printing_and_exporting(
    tmp_path: Path, size: Callable[[Any, Any], Any], state: Callable[[str], None]
) -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        pytest.skip("drawing and the window need a core each")
    ours, theirs = cores[:2]
    world = make_world((_REDUCED, FULL)[size(0, 1)])
    scan = tmp_path / "large.permdesk"
    save_scan(world.snapshot, scan)
    del world
    folder = Path(tempfile.mkdtemp(prefix="permdesk-cups-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(on(theirs))
        server = stack.enter_context(private_cups(folder))
        server.queue("Office")
        environment = {**os.environ, **server.environment, "PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "offscreen"}
        with on(ours):
            window = _start(environment, "tests.benchmarks.printing_window")
        stack.enter_context(_children_on(theirs, window.pid))
        asked = {"folder": str(tmp_path), "scan": str(scan), "patience": size(10, 40) * PATIENCE}
        # All apps of the largest tenant make 70,000 pages, which nobody prints: there, those with a profile have pages,
        # and every app is in the workbook and in what programs read.
        asked |= {"everything": size(True, False)}
        try:
            said, complaint = window.communicate(json.dumps(asked) + "\n", timeout=size(10, 80) * PATIENCE)
        finally:
            window.kill()
            window.communicate()
        assert window.returncode == 0, complaint
        told = json.loads(said.splitlines()[-1])
        assert told["said"] == f"{told['pages']:,} pages went to Office."
    failures: list[str] = []
    for name in ("idle", "laying out", "printing", *(f"exporting {kind}" for kind in _FORMATS)):
        seconds = told.get(f"seconds {name}")
        words = f"{name}, {told['pages']:,} pages" + (f", {seconds:.1f} s" if seconds else "")
        found = evenness(words, [Tick(*turn) for turn in told[name]])
        state(found.words)
        if name != "idle" and (found.within >= 16 or found.own >= 100):
            failures.append(found.words)
    assert not failures, failures
