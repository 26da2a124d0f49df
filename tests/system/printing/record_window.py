"""permdesk's window as a program of its own that proves a consent in the sample tenant and prints its record."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication

from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.services.target import SampleTarget
from permdesk.ui.app import application, open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet
from tests.ui.driving import button, show, texts

_PATIENCE = 60.0


def main(data: Path) -> None:
    """Go the round, print the record with what the dialog offers, and say what the sheet said."""
    app = application()
    assert isinstance(app, QApplication)
    paths = Paths.isolated(data)
    paths.ensure()
    window = open_window(app, build(paths), paths=paths, tasks=Tasks())
    window.resize(1280, 720)
    window.show()

    def until(holds: Callable[[], object]) -> None:
        end = time.monotonic() + _PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(texts(window))
            app.processEvents()
            time.sleep(0.005)

    window.open(SampleTarget())
    until(lambda: window.workspace.shown)
    show(window, "svc-m365-backup")
    window.consent.reconsent()
    until(lambda: isinstance(window.sheets.sheet, ReconsentSheet))
    preview = window.sheets.sheet
    assert isinstance(preview, ReconsentSheet)
    button(preview, "Check again").click()
    until(lambda: isinstance(window.sheets.sheet, ProofSheet))
    sheet = window.sheets.sheet
    assert isinstance(sheet, ProofSheet)
    button(sheet, "Print record…").click()
    until(lambda: isinstance(window.records.dialog, QPrintDialog) and window.records.dialog.isVisible())
    dialog = window.records.dialog
    assert isinstance(dialog, QPrintDialog)
    dialog.accept()
    until(lambda: " went to " in texts(sheet))
    sys.stdout.write(json.dumps({"said": sheet.said.text()}) + "\n")
    sheet.reject()
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
