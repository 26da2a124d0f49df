"""What printing and exporting open beside their own sheets: apps to tick, the letterhead, the system's file dialog."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.reports.file_format import FileFormat
from permdesk.ui.controllers.letterheads import Letterheads
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.report_setup import app_choices
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.app_chooser import AppChooserSheet
from permdesk.ui.views.report.formats import FORMATS
from permdesk.ui.views.report.letterhead import LetterheadSheet
from permdesk.ui.views.report.setup import AppChoice, Setup

#: The task that counts what can be chosen.
APPS: Final = "report-apps"


def choose_apps(theme: Theme, sheet: QWidget, setup: Setup) -> None:
    """Let a person tick the apps of a report."""
    if not setup.offered:
        setup.give_up_choosing()
        return
    ticked = setup.chosen or tuple(app.key for app in setup.offered if app.profiled)
    chooser = AppChooserSheet(theme, sheet, apps=setup.offered, ticked=ticked)
    chooser.chosen.connect(setup.choose_apps)
    chooser.rejected.connect(setup.give_up_choosing)
    chooser.open()


def edit_letterhead(theme: Theme, sheet: QWidget, letterheads: Letterheads) -> None:
    """Let a person change the letterhead from where a report is made."""
    made = LetterheadSheet(theme, sheet, letterhead=letterheads.letterhead)
    letterheads.serve(made.form)
    made.open()


def count_apps(workspace: Workspace, shown: Shown, setup: Setup) -> None:
    """Offer the apps of a tenant once they were gone through: there may be many thousands."""

    def work(_task: Task) -> Sequence[AppChoice]:
        return app_choices(shown.comparison)

    workspace.tasks.run(
        work, done=setup.offer_apps, failed=workspace.failed.emit, lane=Lane.NETWORK, key=APPS, owner=setup
    )


def save_dialog(
    parent: QWidget, title: str, *, place: str, kind: FileFormat, chosen: Callable[[Path], object]
) -> QFileDialog:
    """Return the system's dialog for saving a file; it asks about one that is there already.

    Args:
        parent: what it lies over.
        title: of the dialog.
        place: path that is offered.
        kind: of the file.
        chosen: receives the path.
    """
    dialog = QFileDialog(parent, title, place, f"{FORMATS[kind].kind} (*.{kind.value})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind.value)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    return dialog
