"""The process of a window with a long history, which tells how its event loop went round while a person looked at it.

It is told where everything lies in one line of JSON on standard input, and answers on standard output.
"""

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks.test_smoothness import after, say

#: Seconds that the window is left alone, and watched after each deed.
_IDLE, _AFTER = 3.0, 0.5


#: Milliseconds of work that the window's thread did between two ticks, whatever else the machine did meanwhile.
_worked: list[float] = []


def ticks(holds: Callable[[], bool], *, patience: float = 60.0) -> list[float]:
    """Let the event loop go round until something holds; return the milliseconds between two ticks of a timer."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(1)
    begun = time.perf_counter()
    times = [(begun, time.thread_time())]

    def tick() -> None:
        now = time.perf_counter()
        times.append((now, time.thread_time()))
        if holds() or now - begun > patience:
            loop.quit()

    timer.timeout.connect(tick)
    timer.start()
    loop.exec()
    timer.stop()
    _worked.extend((after[1] - before[1]) * 1000 for before, after in pairwise(times))
    return [(after[0] - before[0]) * 1000 for before, after in pairwise(times)]


def main() -> None:
    """Open the newest scan, leave the window alone, look at the timeline, tell scans apart, narrow, and tell."""
    from permdesk.composition import build
    from permdesk.paths import Paths
    from permdesk.presentation.difference_list import Facet
    from permdesk.services.target import KeptTarget
    from permdesk.ui import breathing
    from permdesk.ui.app import application, open_window
    from permdesk.ui.tasks import Tasks

    asked = json.loads(sys.stdin.readline())
    patience = asked["patience"]
    paths = Paths.isolated(Path(asked["folder"]))
    paths.ensure()
    window = open_window(application(), build(paths), paths=paths, tasks=Tasks())
    window.show()
    breathing.prepare()
    workspace, page = window.workspace, window.middle.history
    problems: list[Exception] = []
    workspace.failed.connect(problems.append)
    workspace.open(KeptTarget(asked["newest"]))
    ticks(lambda: workspace.news is not None and not workspace.tasks.busy, patience=patience)
    ticks(after(2.0))
    told: dict[str, Any] = {"idle": ticks(after(_IDLE))}
    table, difference = page.timeline.table, page.difference
    _worked.clear()

    def watched(name: str, begin: Callable[[], object], over: Callable[[], bool]) -> None:
        begun = time.monotonic()
        begin()
        gaps = ticks(over, patience=patience)
        told[f"seconds {name}"] = time.monotonic() - begun
        assert over(), name
        told[name] = gaps + ticks(after(_AFTER))

    def seen() -> bool:
        lines = table.in_sight()
        return bool(lines) and all(table.scans.found(line) is not None for line in lines)

    watched("listing", window.history.open, lambda: table.scans.rowCount() == asked["scans"])
    watched("looking at those in sight", lambda: None, seen)
    told["scrolling"] = []
    for _ in range(30):
        table.verticalScrollBar().setValue(table.verticalScrollBar().value() + 400)
        told["scrolling"] += ticks(after(0.03))
    table.scrollToBottom()
    watched("looking at the last", lambda: None, seen)
    page.timeline.field.setText("scan-0000")
    told["filtering"] = ticks(after(_AFTER))
    page.timeline.field.clear()
    told["filtering"] += ticks(after(_AFTER))
    first, last = table.scans.line(0), table.scans.line(asked["scans"] - 1)
    watched(
        "telling apart",
        lambda: page.timeline.compare_requested.emit(first, last),
        lambda: difference.export.isEnabled(),
    )
    told["changes"] = difference.table.lines.rowCount()
    rows = told["changes"]
    watched(
        "narrowing",
        lambda: (difference.facets.show_choice(Facet.GRANTED), difference.field.setText("read")),
        lambda: difference.table.lines.rowCount() not in (0, rows),
    )
    watched("going back", lambda: difference.left.emit(), lambda: page.timeline.isVisible() and seen())
    told["worked"] = _worked
    assert not problems, problems
    window.close()
    say(told)


if __name__ == "__main__":
    main()
