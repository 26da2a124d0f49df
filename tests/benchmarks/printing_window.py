"""The process of a window that prints and exports a large tenant, and tells how its event loop went round meanwhile.

It is told where everything lies in one line of JSON on standard input, and answers on standard output.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.test_smoothness import after, say
from tests.benchmarks.uneven import Tick, ticks

#: Seconds that the window is left alone, and watched after each deed.
_IDLE, _AFTER = 3.0, 0.5


def main() -> None:
    """Open a scan, leave the window alone, preview, print, export, and tell."""
    from permdesk.composition import build
    from permdesk.paths import Paths
    from permdesk.reports.choice import Page
    from permdesk.reports.file_format import FileFormat
    from permdesk.services.target import FileTarget
    from permdesk.ui import breathing
    from permdesk.ui.app import application, open_window
    from permdesk.ui.tasks import Tasks
    from permdesk.ui.views.report.setup import Apps
    from tests.ui.driving import button

    asked = json.loads(sys.stdin.readline())
    folder, patience = Path(asked["folder"]), asked["patience"]
    paths = Paths.isolated(folder / "data")
    paths.ensure()
    window = open_window(application(), build(paths, paper_apart=True), paths=paths, tasks=Tasks())
    window.show()
    breathing.prepare()
    workspace, reports = window.workspace, window.reports
    problems: list[Exception] = []
    workspace.failed.connect(problems.append)
    workspace.open(FileTarget(Path(asked["scan"])))
    ticks(lambda: workspace.shown is not None and not workspace.tasks.busy, patience=patience)
    ticks(after(2.0))
    told: dict[str, Any] = {"idle": ticks(after(_IDLE))}

    def watched(name: str, begin: Callable[[], object], over: Callable[[], bool]) -> None:
        begun = time.monotonic()
        begin()
        gaps = ticks(lambda: over() and not workspace.tasks.busy, patience=patience)
        told[f"seconds {name}"] = time.monotonic() - begun
        assert over(), name
        assert window.sheets.sheet is None or window.sheets.sheet.windowTitle() == "Print the summary", name
        told[name] = gaps + ticks(after(_AFTER))

    # A person's first look at it loads what the program starts without.
    reports.print()
    preview = reports.preview
    assert preview is not None
    ticks(lambda: preview.ready is not None and not workspace.tasks.busy, patience=patience)
    ticks(after(0.5))
    first = preview.ready

    def otherwise() -> None:
        if asked["everything"]:
            preview.setup.apps.choose(Apps.ALL)
            preview.setup.apps.chosen.emit(Apps.ALL)
        else:
            preview.setup.turned.buttons[True].click()

    watched("laying out", otherwise, lambda: preview.ready is not first)
    assert preview.ready is not None
    told["pages"] = preview.ready.laid.count
    assert preview.ready.choice.page == Page(landscape=not asked["everything"])
    for _ in range(20):
        preview.sheet.pages.show_page(preview.sheet.pages.page + 7)
        told["laying out"] += ticks(after(0.1))
    name = "printing" if preview.sheet.print.isEnabled() else "saving as PDF"
    if name == "printing":
        watched(name, lambda: button(preview.sheet, "Print").click(), lambda: not reports.jobs.busy)
        told["said"] = window.jobs.words.text()
    else:
        preview.sheet.reject()
    for kind in FileFormat:
        reports.export()
        made = reports.exporting
        assert made is not None
        ticks(lambda made=made: bool(made.setup.offered) and not workspace.tasks.busy, patience=patience)
        if asked["everything"] or not kind.paged:
            made.setup.apps.choose(Apps.ALL)
        made.sheet.formats.rows[kind].click()
        choice, path = made.setup.choice, folder / f"out.{kind.value}"
        made.sheet.accept()
        deed = lambda made=made, choice=choice, kind=kind, path=path: made.wanted.emit(choice, kind, path)  # noqa: E731
        watched(f"exporting {kind.value}", deed, lambda: not reports.jobs.busy)
        told[f"bytes {kind.value}"] = path.stat().st_size
    assert not problems, problems
    window.close()
    say({name: list(map(_pair, what)) if isinstance(what, list) else what for name, what in told.items()})


def _pair(turn: Tick) -> tuple[float, float]:
    return turn.late, turn.others


if __name__ == "__main__":
    main()
