"""The right pane: what one permission allows, why it is wanted, who granted it, and what to do; or who an app is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import ground, rule, scrolled
from permdesk.ui.views.details_app import app_sections
from permdesk.ui.views.details_finding import FindingSections, as_text
from permdesk.ui.views.details_parts import DetailsRequests, Subject


class DetailsPane(DetailsRequests):
    """Tells about one finding, or about an app where none is selected."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        ground(self, "window")
        self.setAccessibleName("Details")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._content: QWidget | None = None
        self.subject: Subject | None = None
        self.show_subject(None)

    def show_subject(self, subject: Subject | None) -> None:
        """Tell about something else; None for nothing at all."""
        self.subject = subject
        page = ground(QWidget(), "window")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if subject is not None:
            sections = (
                app_sections(self, subject)
                if subject.finding is None
                else FindingSections(self, subject, subject.finding).all()
            )
            for place, section in enumerate(sections):
                if place:
                    column.addWidget(rule())
                column.addWidget(section)
        column.addStretch(1)
        area = scrolled(page, name="Details")
        if self._content is not None:
            self._column.replaceWidget(self._content, area)
            area.show()
            self._content.hide()
            self._content.deleteLater()
        else:
            self._column.addWidget(area)
        self._content = area

    def focus(self) -> None:
        """Put the focus on the first thing here that takes it."""
        area = self._content
        if area is not None:
            first = next((b for b in area.findChildren(QAbstractButton) if b.isEnabled()), None)
            (first or area).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def copy_finding(self) -> None:
        """Copy the finding with its reasons."""
        subject = self.subject
        if subject is not None and subject.finding is not None:
            self.copy_requested.emit(as_text(subject, subject.finding), "The finding")
