"""Parts of the forms that signing in is made of: a choice, labelled rows, and a button that copies."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button
from permdesk.ui.views.paragraph import Line

K = TypeVar("K", bound=Hashable)

#: Milliseconds for which a button says that it copied.
_TOLD: Final = 1800
_MOST_ROWS: Final = 12


class ChoiceField(QComboBox, Generic[K]):
    """A field that offers a list and takes one of it.

    Args:
        name: what is chosen here.
        choices: value and words, in order.
    """

    #: The value, after a person chose it.
    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, choices: Iterable[tuple[K, str]] = ()) -> None:
        super().__init__()
        self._theme = theme
        self._keys: list[K] = []
        self.setAccessibleName(name)
        self.setFont(theme.font("body"))
        self.setMaxVisibleItems(_MOST_ROWS)
        # A long name is cut in the field; it must not widen the sheet.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setFixedHeight(theme.size("button"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.offer(choices)
        self.activated.connect(lambda place: self.chosen.emit(self._keys[place]))

    def offer(self, choices: Iterable[tuple[K, str]]) -> None:
        """Offer other values; the one chosen before stays chosen where it is among them."""
        before = self.current if self._keys else None
        self.blockSignals(True)
        self.clear()
        self._keys = []
        for key, words in choices:
            self._keys.append(key)
            self.addItem(words)
        if before in self._keys:
            self.setCurrentIndex(self._keys.index(before))
        self.blockSignals(False)

    @property
    def current(self) -> K:
        """The value that is chosen."""
        return self._keys[max(0, self.currentIndex())]

    def choose(self, key: K) -> None:
        """Choose a value, silently; one that is not offered is left out."""
        if key in self._keys:
            self.setCurrentIndex(self._keys.index(key))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint."""
        super().paintEvent(event)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        box = QRect(8 if mirrored else self.width() - 24, 0, 16, self.height())
        painter = QPainter(self)
        icons.paint(painter, "chevron-down", box, self._theme.color("text2" if self.isEnabled() else "muted"))
        painter.end()


def copy_button(
    theme: Theme, text: str, value: Callable[[], str], copy: Callable[[str], object], *, small: bool = True
) -> QPushButton:
    """Return a button that copies a value, and says so for a moment.

    Args:
        theme: whose look it has.
        text: its words, and its name.
        value: what is copied; asked when it is pressed.
        copy: puts text on the clipboard.
        small: as high as buttons inside panes are.
    """
    made = button(theme, text, icon="copy", small=small)
    before = made.text()
    timer = QTimer(made)
    timer.setSingleShot(True)
    timer.setInterval(_TOLD)

    def told(copied: bool) -> None:
        made.setIcon(icons.icon("tick" if copied else "copy", theme))
        made.setText(before.replace(before.strip(), "Copied") if copied else before)

    def press() -> None:
        copy(value())
        # It keeps its width, so that nothing beside it moves.
        made.setMinimumWidth(made.width())
        told(True)
        timer.start()

    timer.timeout.connect(lambda: told(False))
    made.clicked.connect(press)
    return made


def dress(made: QPushButton, theme: Theme, *, primary: bool, icon: str = "") -> None:
    """Fill a button as the next sensible step, or take that back; one without an icon stays so."""
    if bool(made.property("kind")) == primary:
        return
    made.setProperty("kind", "primary" if primary else "")
    if icon:
        made.setIcon(icons.icon(icon, theme, "on-accent" if primary else "text"))
    made.style().unpolish(made)
    made.style().polish(made)


def text_field(theme: Theme, name: str, *, hint: str = "", text: str = "") -> QLineEdit:
    """Return a field of one line; ``name`` is heard, ``hint`` stands in it while it is empty."""
    made = QLineEdit(text)
    made.setAccessibleName(name)
    made.setFont(theme.font("body"))
    made.setPlaceholderText(hint)
    # What is pasted from a portal is no longer than that; a whole file is a mistake.
    made.setMaxLength(400)
    return made


def open_buttons(buttons: Sequence[QPushButton], lacking: str) -> None:
    """Open or shut buttons, with what is lacking as their tool tip."""
    for made in buttons:
        made.setEnabled(not lacking)
        made.setToolTip(tool_tip(f"It needs {lacking}" if lacking else ""))


class Rows:
    """Labels and fields in two columns, of which rows can be hidden.

    Args:
        least: width of the labels, in logical pixels.
    """

    def __init__(self, theme: Theme, *, least: int = 112) -> None:
        self._theme = theme
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnMinimumWidth(0, least)
        self.grid.setColumnStretch(1, 1)
        self._labels: dict[QWidget, Line] = {}

    def add(self, label: str, field: QWidget, *, buddy: QWidget | None = None) -> None:
        """Add a row; the label stands at the height of the field's first line.

        Args:
            label: its words.
            field: what stands beside it.
            buddy: what the label names, where that is a part of ``field``.
        """
        row = self.grid.rowCount()
        words = Line(self._theme, label, role="body", ink="text2", least=80)
        words.setFixedHeight(self._theme.size("button"))
        words.setBuddy(buddy or field)
        self.grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(field, row, 1)
        self._labels[field] = words

    def add_below(self, widget: QWidget) -> None:
        """Add something that belongs to the row above."""
        self.grid.addWidget(widget, self.grid.rowCount(), 1)

    def show(self, field: QWidget, *, wanted: bool) -> None:
        """Show or hide a row."""
        field.setVisible(wanted)
        self._labels[field].setVisible(wanted)


def beside(*widgets: QWidget, stretch: bool = True, spacing: int = 8) -> QHBoxLayout:
    """Return widgets side by side, with what room is left after them."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return row


def boxed(layout: QLayout) -> QWidget:
    """Return a widget around a layout, so that it can be hidden."""
    made = QWidget()
    if isinstance(layout, QBoxLayout):
        layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made
