"""How long scans stay, in the settings: the rule, and what it would remove before it does."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from permdesk.domain.retention import Keep, Retention
from permdesk.presentation.appearance import Tone
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, relabel
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.paragraph import Line, Paragraph

_KEEPS: Final = {Keep.ALL: "Every scan", Keep.NEWEST: "The newest", Keep.MONTHS: "Some months"}
_UNITS: Final = {Keep.NEWEST: "scans per tenant", Keep.MONTHS: "months"}
_USUAL: Final = {Keep.NEWEST: 30, Keep.MONTHS: 12}
_MOST: Final = 9999
_ALWAYS: Final = (
    "A tenant’s newest scan, its newest complete one, and scans with a note always stay. "
    "The rule holds after each scan from now on."
)


class RetentionForm(QWidget):
    """A rule to choose; nothing is deleted before a person presses the button that says how much."""

    #: Retention, while it is being chosen: what would it remove?
    asked = Signal(object)
    #: Retention, once it is to hold.
    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._holds: Retention | None = None
        self.keeps = ChoiceBar(theme, "Keep", _KEEPS, Keep.ALL)
        self.number = QLineEdit()
        self.number.setValidator(QIntValidator(1, _MOST, self.number))
        self.number.setMaxLength(len(str(_MOST)))
        self.number.setProperty("small", True)
        self.number.setFont(theme.font("body"))
        self.number.setFixedWidth(56)
        self.number.setAccessibleName("How many")
        self._unit = Line(theme, role="body", ink="text2")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.keeps)
        row.addWidget(self.number)
        row.addWidget(self._unit, 1)
        self.told = Paragraph(theme, role="small", ink="text2")
        self.always = Paragraph(theme, _ALWAYS, role="small", ink="muted")
        self.apply = button(theme, "Keep this rule", icon="tick", small=True, click=self._apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addWidget(self.always)
        column.addWidget(self.apply, 0, Qt.AlignmentFlag.AlignLeading)
        self.keeps.chosen.connect(self._kind_chosen)
        self.number.textChanged.connect(lambda _text: self._ask())
        self.setEnabled(False)
        self._show_number()
        self.apply.hide()
        self.told.set_text("Reading what holds now…")

    @property
    def rule(self) -> Retention | None:
        """The rule that is being chosen; None while its number is none."""
        keep = self.keeps.current
        if keep is Keep.ALL:
            return Retention()
        text = self.number.text()
        number = int(text) if text.isascii() and text.isdigit() else 0
        return Retention(keep, number) if 1 <= number <= _MOST else None

    def show_rule(self, rule: Retention) -> None:
        """Show the rule that holds."""
        self._holds = rule
        self.setEnabled(True)
        self.keeps.show_choice(rule.keep)
        self.number.blockSignals(True)
        self.number.setText(str(rule.number or ""))
        self.number.blockSignals(False)
        self._show_number()
        self._ask()

    def _kind_chosen(self, keep: Keep) -> None:
        if keep is not Keep.ALL:
            usual = self._holds.number if self._holds is not None and self._holds.keep is keep else _USUAL[keep]
            self.number.blockSignals(True)
            self.number.setText(str(usual))
            self.number.blockSignals(False)
        self._show_number()
        self._ask()

    def _show_number(self) -> None:
        keep = self.keeps.current
        for widget in (self.number, self._unit, self.always):
            widget.setVisible(keep is not Keep.ALL)
        self._unit.set_text(_UNITS.get(keep, ""))

    def _ask(self) -> None:
        rule = self.rule
        self.apply.hide()
        if rule is None:
            self.told.set_text(f"Type a number from 1 to {_MOST:,}.", "text2")
            return
        self.told.set_text("Looking at what it would remove…", "muted")
        self.asked.emit(rule)

    def show_due(self, rule: Retention, words: str, number: int) -> None:
        """Say what a rule would remove now; an answer about another rule than the one shown is left alone.

        Args:
            rule: what was asked about.
            words: the answer.
            number: how many scans it removes.
        """
        if rule != self.rule:
            return
        holds = rule == self._holds
        self.told.set_text(words, Tone.PARTIAL if number and not holds else "text2")
        self.apply.setVisible(not holds)
        removes = f"Keep this rule and delete {number:,} {'scan' if number == 1 else 'scans'}…"
        relabel(self.apply, removes if number else "Keep this rule")

    def show_fault(self, words: str) -> None:
        """Say that the history cannot be read."""
        self.told.set_text(words, Tone.PARTIAL)
        self.apply.hide()

    def _apply(self) -> None:
        rule = self.rule
        if rule is not None:
            self.chosen.emit(rule)
