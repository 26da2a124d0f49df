"""An error as a person reads it: what is known, what to do, the details folded; and a crash report for the rest."""

import platform
import sys
import traceback

from PySide6.QtCore import Signal, qVersion
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from permdesk import __version__
from permdesk.domain.text import inert
from permdesk.errors import WorldError
from permdesk.presentation.appearance import DANGER, WARNING
from permdesk.redaction import redact
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, on_first_line
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph


class ProblemSheet(Sheet):
    """Title, remedy, and the details behind a fold."""

    copy_requested = Signal(str, str)

    def __init__(
        self, theme: Theme, parent: QWidget | None, *, title: str, remedy: str, details: str, opened: bool = False
    ) -> None:
        super().__init__(theme, title, parent, width=520)
        self._details = details
        self.head.removeWidget(self.heading)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(on_first_line(GlyphLabel(theme, DANGER if opened else WARNING, 20), theme, "heading"))
        row.addWidget(self.heading, 1)
        self.head.insertLayout(0, row)
        if remedy:
            self.body.addWidget(Paragraph(theme, remedy, role="body"))
        self.fold = button(theme, "Details", icon="chevron-right", kind="link")
        self.fold.setCheckable(True)
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setFont(theme.font("fixed"))
        self.text.setAccessibleName("Details")
        self.text.setMinimumHeight(140)
        self.text.setTabChangesFocus(True)
        self.fold.setChecked(opened)
        if not opened:
            self.text.hide()
        self.fold.toggled.connect(self._fold)
        if details:
            self.body.addWidget(self.fold)
            self.body.addWidget(self.text, 1)
            self.add_button("Copy the details", self._copy, icon="copy")
        self.add_button("Close", self.accept, kind="primary", default=True)

    def _fold(self, opened: bool) -> None:
        self.text.setVisible(opened)
        if not opened:
            self.resize(self.width(), self.minimumSizeHint().height())

    def _copy(self) -> None:
        self.copy_requested.emit(self._details, "The details")


def world_problem(theme: Theme, parent: QWidget | None, error: WorldError) -> ProblemSheet:
    """Return the sheet for a fault of the world."""
    return ProblemSheet(
        theme,
        parent,
        title=inert(redact(error.title), 300),
        remedy=inert(redact(error.remedy), 600),
        details=redact(error.detail)[:4000],
    )


def crash_report(error: BaseException) -> str:
    """Return what a report of our own fault says: versions and trace, without tokens and values."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    head = (
        f"permdesk {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.release()}, {sys.platform}"
    )
    return f"{head}\n\n{redact(trace)}"


def crash_problem(theme: Theme, parent: QWidget | None, error: BaseException) -> ProblemSheet:
    """Return the sheet for a fault of permdesk."""
    return ProblemSheet(
        theme,
        parent,
        title="permdesk made a mistake",
        remedy=(
            "What you were doing was not finished; the rest goes on. Nothing was sent anywhere. "
            "The report below has no tokens in it: read it, then send it if you like."
        ),
        details=crash_report(error),
        opened=True,
    )
