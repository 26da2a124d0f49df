"""Saving a report as a file: which format, what of it, and where to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.wording import counted
from permdesk.reports.file_format import FileFormat
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import ground, rule, scrolled
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.fade import faded
from permdesk.ui.views.paragraph import Paragraph
from permdesk.ui.views.report.formats import FormatList
from permdesk.ui.views.report.setup import Setup


class ExportSheet(Sheet):
    """Asks for format and set-up; the file dialog comes afterwards.

    Args:
        setup: what is chosen of the report; becomes part of the sheet.
        begun: the format saved last.
        lead: what the report is about.
    """

    save_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, *, setup: Setup, begun: FileFormat, lead: str) -> None:
        super().__init__(theme, "Export the summary", parent, lead=lead, width=720)
        self.setup = setup
        self.formats = FormatList(theme, begun)
        row = QHBoxLayout()
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 16, 0)
        left.addWidget(self.formats)
        left.addStretch(1)
        row.addLayout(left, 1)
        row.addWidget(rule(vertical=True))
        side = ground(QWidget(), "panel")
        inside = QVBoxLayout(side)
        inside.setContentsMargins(16, 0, 12, 0)
        inside.addWidget(setup)
        self._nothing = Paragraph(theme, "", role="small", ink="muted")
        inside.addWidget(self._nothing)
        inside.addStretch(1)
        area = faded(theme, scrolled(side, name="Set-up"))
        area.setFixedWidth(300)
        row.addWidget(area)
        self.body.addLayout(row, 1)
        self.add_button("Cancel", self.reject)
        self.save = self.add_button(
            "Save…",
            self.save_requested.emit,
            kind="primary",
            icon="export",
            default=True,
            tip="Choose where to save it",
        )
        self.formats.chosen.connect(lambda _kind: self._show())
        self._show()
        self.resize(720, 600)

    @property
    def format(self) -> FileFormat:
        """What is chosen by now."""
        return self.formats.current

    def first_focus(self) -> QWidget:
        """Return the format that is chosen."""
        return self.formats.rows[self.formats.current]

    def _show(self) -> None:
        paper, words = self.format is FileFormat.PDF, self.format.paged
        self.setup.show_paper(wanted=paper)
        self.setup.show_words(wanted=words)
        self._nothing.set_text(
            "" if words else "Days and numbers are written so that programs read them, whatever the region."
        )
        self._nothing.setVisible(not words)


def tenants_lead(number: int, scans: int) -> str:
    """Return what a report of several tenants is about."""
    words = f"The newest kept scan of {counted(scans, 'tenant')}, one page each and an overview."
    left = number - scans
    if left:
        words += f" {counted(left, 'tenant')} without a kept scan {'is' if left == 1 else 'are'} named as not read."
    return words
