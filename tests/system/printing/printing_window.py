"""permdesk's window as a program of its own that a test drives line by line, as a person would with mouse and keys.

It reads one JSON object per line, does what it says, and answers with one. Nothing of printing is replaced; the process
that prints can be held at a page, so that something happens to the printer or to itself meanwhile.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QRadioButton, QSpinBox

from permdesk.apart.paper import ApartPaper, ApartPapers
from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.reports.choice import Paper
from permdesk.reports.on_paper import Wish
from permdesk.services.paper import OneTenant
from permdesk.services.target import SampleTarget
from permdesk.ui.app import application, open_window
from permdesk.ui.controllers.preview import PrintPreview
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.report.print_sheet import PrintSheet
from tests.system.printing import held_child
from tests.ui.driving import button, texts

_PATIENCE = 60.0


class Driver:
    """Does what it is told, one deed after the other.

    Args:
        app: the running program.
        data: its data folder.
    """

    def __init__(self, app: QApplication, data: Path) -> None:
        self._app = app
        self._paths = paths = Paths.isolated(data)
        paths.ensure()
        papers = ApartPapers(paths=paths, profile_dirs=(), today=date.today, runs=held_child.run)
        self.window = open_window(app, replace(build(paths), papers=papers), paths=paths, tasks=Tasks())
        self.window.resize(1280, 720)
        self.window.show()
        self._hold = data.parent / "hold"
        os.environ[held_child.FILE] = str(self._hold)

    def until(self, holds: Callable[[], object]) -> None:
        """Let the program go on until something holds."""
        end = time.monotonic() + _PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(texts(self.window))
            self._app.processEvents()
            # Nothing but a running event loop deletes what was put off.
            self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            time.sleep(0.005)

    @property
    def _preview(self) -> PrintPreview:
        made = self.window.reports.preview
        assert made is not None
        return made

    @property
    def _sheet(self) -> PrintSheet:
        return self._preview.sheet

    def open(self) -> dict[str, Any]:
        """Open the sample tenant; tell what every finding on paper is called."""
        before = self.window.workspace.shown
        self.window.workspace.open(SampleTarget())
        self.until(lambda: self.window.workspace.shown is not before)
        comparison = self.window.workspace.comparison
        assert comparison is not None
        told = [
            (app.display_name, [finding.permission.label for finding in app.findings])
            for app in comparison.apps
            if app.profile is not None
        ]
        return {"findings": told}

    def preview(self) -> dict[str, Any]:
        """Open the print preview, and wait for pages and printers."""
        self.window.reports.print()
        self.until(lambda: self._preview.ready is not None and self._sheet.printer_known)
        self.until(lambda: not self.window.workspace.tasks.busy)
        return self._state()

    def _state(self) -> dict[str, Any]:
        sheet = self._sheet
        return {
            "pages": self._preview.images.count,
            "printers": [sheet.printer.itemText(place) for place in range(sheet.printer.count())],
            "chosen": sheet.printer.current,
            "print": sheet.print.isEnabled(),
            "why": sheet.print.toolTip(),
            "said": texts(sheet),
        }

    def choose(self, printer: str) -> dict[str, Any]:
        """Choose a printer."""
        self._sheet.printer.choose(printer)
        self._sheet.printer.chosen.emit(printer)
        return self._state()

    def lay_out(self, paper: str, landscape: bool) -> dict[str, Any]:
        """Choose the paper, and wait for the pages."""
        setup, before = self._preview.setup, self._preview.ready
        setup.turned.show_choice(landscape)
        setup.paper.choose(Paper(paper))
        setup.paper.chosen.emit(Paper(paper))
        self.until(lambda: self._preview.ready is not before and not self.window.workspace.tasks.busy)
        return self._state()

    def print(self, hold: bool = False) -> dict[str, Any]:
        """Press Print; wait for the end, or for the page at which it is held."""
        if hold:
            self._hold.write_text("hold")
        button(self._sheet, "Print").click()
        return self.end() if not hold else self._wait_held()

    def _wait_held(self) -> dict[str, Any]:
        self.until(lambda: self._hold.read_text() == "held")
        self.until(lambda: self.window.jobs.isVisible())
        return {"strip": self.window.jobs.words.text()}

    def go_on(self) -> dict[str, Any]:
        """Let a held job go on, and wait for its end."""
        self._hold.unlink()
        return self.end()

    def cancel(self, answering: bool) -> dict[str, Any]:
        """Press Cancel and wait for the end; the process that prints is told, or does not listen for being held."""
        button(self.window.jobs, "Cancel").click()
        begun = time.monotonic()
        ended = self.go_on() if answering else self.end()
        self._hold.unlink(missing_ok=True)
        return ended | {"seconds": time.monotonic() - begun}

    def kill(self) -> dict[str, Any]:
        """Kill the process that prints, as a system without memory does."""
        pid = self._paper_process()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self._hold.unlink(missing_ok=True)
        return self.end()

    def _paper_process(self) -> int | None:
        paper = self.window.reports.paper.held
        assert paper is None or isinstance(paper, ApartPaper)
        return paper.pid if paper is not None else None

    def process(self) -> dict[str, Any]:
        """Tell which process makes paper now."""
        return {"pid": self._paper_process()}

    def end(self) -> dict[str, Any]:
        """Wait until nothing is printed or saved any more; tell what is said then."""
        self.until(lambda: not self.window.reports.jobs.busy)
        self._app.processEvents()
        sheet = self.window.sheets.sheet
        return {
            "strip": self.window.jobs.words.text() if self.window.jobs.isVisible() else "",
            "problem": texts(sheet) if sheet is not None else "",
            "default": next((b.accessibleName() for b in _buttons(sheet) if b.isDefault()), "") if sheet else "",
        }

    def dialog(self, first: int, last: int, copies: int, only: str = "") -> dict[str, Any]:
        """Open this computer's print dialog, choose pages, copies and of the pages only some, and press its Print."""
        button(self._sheet, "Copies, pages, sides…").click()
        self.until(lambda: isinstance(self._preview.dialog, QPrintDialog) and self._preview.dialog.isVisible())
        dialog = self._preview.dialog
        assert isinstance(dialog, QPrintDialog)
        range_button = next(b for b in dialog.findChildren(QRadioButton) if b.objectName() == "printRange")
        range_button.click()
        boxes = {box.objectName(): box for box in dialog.findChildren(QSpinBox)}
        boxes["from"].setValue(first)
        boxes["to"].setValue(last)
        boxes["copies"].setValue(copies)
        if only:
            sets = next(box for box in dialog.findChildren(QComboBox) if box.objectName() == "pageSetCombo")
            sets.setCurrentText(only)
        next(b for b in _buttons(dialog) if "rint" in b.text()).click()
        return self.end()

    def save_instead(self, path: str) -> dict[str, Any]:
        """Take the way out of a problem: save as PDF."""
        sheet = self.window.sheets.sheet
        assert sheet is not None
        button(sheet, "Save as PDF…").click()
        return self._save(self.window.reports, path)

    def save(self, path: str) -> dict[str, Any]:
        """Save as PDF from the preview."""
        button(self._sheet, "Save as PDF…").click()
        return self._save(self._preview, path)

    def _save(self, owner: Any, path: str) -> dict[str, Any]:
        self.until(lambda: isinstance(owner.dialog, QFileDialog))
        dialog = owner.dialog
        dialog.fileSelected.emit(path)
        dialog.reject()
        return self.end()

    def from_code(self, printer: str) -> dict[str, Any]:
        """Print the report of the preview in this process, without the window's help."""
        ready, shown = self._preview.ready, self.window.workspace.shown
        assert ready is not None
        assert shown is not None

        class Never:
            def is_set(self) -> bool:
                return False

        paper = build(self._paths).papers.about(OneTenant(shown.snapshot, shown.comparison))
        pages = paper.print(ready.choice, Wish(printer), told=lambda _done, _all: None, cancel=Never())
        return {"pages": pages}

    def leave(self) -> dict[str, Any]:
        """Close what lies over the window."""
        if self.window.sheets.sheet is not None:
            self.window.sheets.sheet.done(0)
        self.until(lambda: self.window.sheets.sheet is None)
        return {}

    def close(self) -> dict[str, Any]:
        """Close the window."""
        self.leave()
        self.window.close()
        return {}


def _buttons(parent: Any) -> list[Any]:
    from PySide6.QtWidgets import QPushButton

    return [made for made in parent.findChildren(QPushButton) if made.isVisibleTo(parent)]


def main() -> None:
    """Do what comes line by line."""
    app = application()
    driver = Driver(app, Path(sys.argv[1]))
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(driver, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
