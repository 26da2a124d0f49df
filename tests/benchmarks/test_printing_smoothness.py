"""How evenly the window's event loop goes round while a large tenant is laid out, printed and exported.

The window is pinned to one core; the process that makes its paper, the private print server and this test share the
other one. The same window left alone is stated beside it.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from permdesk.history.scan_file import save_scan
from tests.benchmarks.generator import FULL, Scale, make_world
from tests.benchmarks.test_smoothness import PATIENCE, _children_on, _line, _start, _told, on
from tests.system.printing.private_cups import private_cups

#: Large enough for several hundred pages.
_REDUCED = Scale(200, 600, 2_500, 150, 40, 10)
_FORMATS = ("pdf", "html", "xlsx", "csv", "json")
_ROOT = Path(__file__).parents[2]


@pytest.mark.linux
def test_the_event_loop_while_printing_and_exporting(
    tmp_path: Path, size: Callable[[int, int], int], state: Callable[[str], None]
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
        told = _told(window, {"folder": str(tmp_path), "scan": str(scan), "patience": 10 * PATIENCE})
        assert told["said"] == f"{told['pages']:,} pages went to Office."
    failures: list[str] = []
    for name in ("idle", "laying out", "printing", *(f"exporting {kind}" for kind in _FORMATS)):
        seconds = told.get(f"seconds {name}")
        gaps = told[name]
        line, within = _line(f"{name}, {told['pages']:,} pages" + (f", {seconds:.1f} s" if seconds else ""), gaps)
        state(line)
        if name != "idle":
            failures += [line] if within >= 16 or max(gaps) >= 100 else []
    assert not failures, failures
