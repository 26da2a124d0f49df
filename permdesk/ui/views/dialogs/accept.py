"""Accepting a finding: a reason, a name, a day to look again."""

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from permdesk.domain.finding import AppComparison, Finding
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.date_field import DateField
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Line, Paragraph

_MONTHS_AHEAD = timedelta(days=180)


class AcceptSheet(Sheet):
    """Asks why, by whom and until when."""

    #: reason, by, until (date or None)
    accepted_as = Signal(str, str, object)
    withdrawn = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        app: AppComparison,
        finding: Finding,
        by: str,
        today: date,
        lapsed: Acceptance | None = None,
    ) -> None:
        label = inert(finding.permission.label, 120)
        super().__init__(
            theme,
            f"Accept {label}" if finding.accepted is None else f"{label} is accepted",
            parent,
            lead=(
                f"{STATUS[finding.status].label} on {inert(app.display_name, 80)}. An accepted finding no longer "
                "spoils the verdict; it stays in the list, with your reason."
            ),
            width=540,
        )
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.setFont(theme.font("body"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(84)
        self.reason.setPlaceholderText("Why it may stay as it is")
        held = finding.accepted
        self.by = QLineEdit(by if held is None else inert(held.by, 200))
        self.by.setAccessibleName("By")
        self.by.setFont(theme.font("body"))
        self.limited = TickBox(theme, "Look again on", font="body")
        self.limited.setChecked(True)
        kept_until = held.until if held is not None else None
        self.until = DateField(theme, "Look again on", day=kept_until or today + _MONTHS_AHEAD, least=today)
        self.limited.toggled.connect(self.until.setEnabled)
        if held is not None:
            self.reason.setPlainText(inert(held.reason, 2000))
            self.limited.setChecked(held.until is not None)
        elif lapsed is not None:
            # The reason may still be good; who says so now, and until when, is said anew.
            self.reason.setPlainText(inert(lapsed.reason, 2000))
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        labels = [Line(theme, words, role="body", ink="text2") for words in ("Reason", "By")]
        # As high as the fields beside them, so that words stand on one line with words.
        for beside in (*labels, self.limited):
            beside.setFixedHeight(theme.size("button"))
        form.addRow(labels[0], self.reason)
        form.addRow(labels[1], self.by)
        form.addRow(self.limited, self.until)
        self.body.addLayout(form)
        self._missing = Paragraph(theme, "", ink="muted")
        self.body.addWidget(self._missing)
        if held is not None:
            self.add_button(
                "Withdraw", self.leaving(self.withdrawn), tip="It is no longer accepted, and counts again", leading=True
            )
        self.add_button("Cancel", self.reject)
        word = "Accept" if held is None else "Keep"
        self.done_button = self.add_button(word, self._accept, kind="primary", icon="tick", default=True)
        self.reason.textChanged.connect(self._check)
        self.by.textChanged.connect(self._check)
        self._check()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reason.moveCursor(QTextCursor.MoveOperation.End)

    def _check(self) -> None:
        reason, by = self.reason.toPlainText().strip(), self.by.text().strip()
        self.done_button.setEnabled(bool(reason and by))
        lacking = [word for word, given in (("a reason", reason), ("a name", by)) if not given]
        self._missing.set_text(f"It needs {' and '.join(lacking)}." if lacking else " ")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl+Return accepts from within the reason, where Return begins a line."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.done_button.isEnabled():
            self._accept()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        until: date | None = None
        if self.limited.isChecked():
            until = self.until.day
        self.accept()
        self.accepted_as.emit(self.reason.toPlainText().strip(), self.by.text().strip(), until)
