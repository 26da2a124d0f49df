"""What stands above the list of apps: the filter field, the chips and the count."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from permdesk.domain.dates import day
from permdesk.domain.finding import REACH_FLAGS, Flag, Verdict
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import FLAG, VERDICT
from permdesk.presentation.news import News
from permdesk.presentation.search import ATTENTION_VERDICTS, AppFilter, asked_permission, verdicts_label
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.chips import Chip
from permdesk.ui.views.controls import KeyCap, shown_keys
from permdesk.ui.views.filter_field import FilterField
from permdesk.ui.views.flow import FlowLayout
from permdesk.ui.views.paragraph import Line


class AppFilterBar(QWidget):
    """Holds the filter; ``number`` tells it how many apps a choice would leave."""

    changed = Signal(object)
    #: Esc in an empty field, or Down: the focus belongs to the list.
    left = Signal()
    #: Return: the first app of the list is meant.
    entered = Signal()

    def __init__(self, theme: Theme, *, number: Callable[[AppFilter], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._number = theme, number
        self._filter = AppFilter()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 9)
        column.setSpacing(8)
        self._build_field(column)
        self._build_chips(column)

    @property
    def filter(self) -> AppFilter:
        """What it is set to."""
        return self._filter

    def set_filter(self, filter_: AppFilter) -> None:
        """Set everything at once, and say so."""
        self._filter = filter_
        if self.field.text() != filter_.text:
            self.field.set_silently(filter_.text)
        self.changed.emit(filter_)

    def ask(self, permission: str) -> None:
        """Narrow to the holders of a permission."""
        self.set_filter(AppFilter(permission=permission))

    def show_state(self, *, count: str, ready: bool, news: News | None) -> None:
        """Show what the filter leaves.

        Args:
            count: such as "4 of 96".
            ready: there is something to narrow.
            news: what is new since the last scan; None where there is no earlier one.
        """
        filter_ = self._filter
        self._count.set_text(count)
        self.verdict_chip.show_state(verdicts_label(filter_.verdicts))
        self.reach_chip.show_state(" or ".join(FLAG[f].label for f in Flag if f in filter_.reach).capitalize())
        self.changed_chip.set_label("Changed" if news is None else f"Changed {len(news.changed):,}")
        self.changed_chip.show_state("Changed" if filter_.changed else "")
        self.changed_chip.setEnabled(news is not None)
        self.changed_chip.setToolTip(tool_tip(_changed_tip(news)))
        for chip in (self.verdict_chip, self.reach_chip):
            chip.setEnabled(ready)
        holds = filter_.permission
        self.holds_chip.show_state(f"Holds {inert(holds, 60)}" if holds else "")
        self.holds_chip.setVisible(bool(holds))
        for chip in (self.verdict_chip, self.reach_chip, self.changed_chip):
            chip.setVisible(not holds or chip.active)
        has_text = bool(filter_.text)
        self._key_cap.setVisible(not has_text)
        room = 0 if has_text else self._key_cap.sizeHint().width() + 6
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.field.setTextMargins(room if mirrored else 0, 0, 0 if mirrored else room, 0)

    def _build_field(self, column: QVBoxLayout) -> None:
        theme = self._theme
        self.field = FilterField(theme, "Filter apps by name or ID", icon="filter")
        self.field.left.connect(self.left)
        self._key_cap = KeyCap(theme, shown_keys(QKeySequence(QKeySequence.StandardKey.Find)))
        cap = QHBoxLayout(self.field)
        cap.setContentsMargins(8, 0, 8, 0)
        cap.addStretch(1)
        cap.addWidget(self._key_cap)
        self.field.textChanged.connect(self._text_changed)
        self.field.returnPressed.connect(self._return_pressed)
        column.addWidget(self.field)

    def _build_chips(self, column: QVBoxLayout) -> None:
        theme = self._theme
        row = FlowLayout(gap=4, last_at_end=True)
        self.verdict_chip = Chip(theme, "Verdict", clear=lambda: self._narrow(verdicts=frozenset()))
        self._verdict_menu = QMenu(self)
        self.verdict_chip.set_menu(self._verdict_menu)
        self._verdict_menu.aboutToShow.connect(self._fill_verdicts)
        self.reach_chip = Chip(theme, "Reach", clear=lambda: self._narrow(reach=frozenset()))
        self._reach_menu = QMenu(self)
        self.reach_chip.set_menu(self._reach_menu)
        self._reach_menu.aboutToShow.connect(self._fill_reach)
        self.changed_chip = Chip(
            theme,
            "Changed",
            clear=lambda: self._narrow(changed=False),
            choose=lambda: self._narrow(changed=True),
        )
        self.holds_chip = Chip(theme, "", clear=lambda: self._narrow(permission=None))
        self._count = Line(theme, role="smallest", ink="muted")
        for chip in (self.verdict_chip, self.reach_chip, self.changed_chip, self.holds_chip, self._count):
            row.addWidget(chip)
        column.addLayout(row)

    def _text_changed(self, text: str) -> None:
        asked = asked_permission(text)
        if asked is not None and text.rstrip().endswith("?"):
            self.ask(asked)
        else:
            self._narrow(text=text)

    def _return_pressed(self) -> None:
        asked = asked_permission(self.field.text())
        if asked is not None:
            self.ask(asked)
        else:
            self.entered.emit()

    def _narrow(self, **parts: object) -> None:
        self.set_filter(replace(self._filter, **parts))

    def _fill_verdicts(self) -> None:
        self._verdict_menu.clear()
        choices: list[tuple[str, frozenset[Verdict]]] = [("Needs attention", ATTENTION_VERDICTS)]
        choices += [(look.label, frozenset({verdict})) for verdict, look in VERDICT.items()]
        for label, verdicts in choices:
            self._add_choice(self._verdict_menu, label, replace(self._filter, verdicts=verdicts))

    def _fill_reach(self) -> None:
        self._reach_menu.clear()
        for flag in Flag:
            if flag in REACH_FLAGS:
                chosen = replace(self._filter, reach=frozenset({flag}))
                self._add_choice(self._reach_menu, FLAG[flag].label.capitalize(), chosen)

    def _add_choice(self, menu: QMenu, label: str, chosen: AppFilter) -> None:
        action = menu.addAction(f"{label}  {self._number(chosen):,}")
        action.setCheckable(True)
        action.setChecked(chosen == self._filter)
        action.triggered.connect(lambda _checked=False: self.set_filter(chosen))


def _changed_tip(news: News | None) -> str:
    if news is None:
        return "There is no earlier scan to compare with"
    since = f", of {day(news.since.astimezone().date())}" if news.since is not None else ""
    words = f"{counted(len(news.changed), 'app')} changed since the scan before{since}"
    words += f", {len(news.new):,} of them new" if news.new else ""
    unsure = counted(len(news.unsure), "app")
    return f"{words}. Of {unsure} it cannot be said: not read in both scans." if news.unsure else f"{words}."
