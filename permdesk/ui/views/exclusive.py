"""Buttons of which one is chosen, side by side in one frame."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from permdesk.ui.theme import Theme

K = TypeVar("K", bound=Hashable)


class ExclusiveBar(QFrame, Generic[K]):
    """One button for each key; exactly one is down.

    Args:
        name: what is chosen here, for those who hear the window.
        keys: what the buttons stand for, in order; the first is down.
    """

    #: The key, after a person chose it.
    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, keys: tuple[K, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "segments")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[K, QToolButton] = {}
        for key in keys:
            made = QToolButton()
            made.setCheckable(True)
            made.setProperty("kind", "segment")
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(made)
            self.buttons[key] = made
            row.addWidget(made)
        self.buttons[keys[0]].setChecked(True)

    @property
    def current(self) -> K:
        """The key whose button is down."""
        return next(key for key, made in self.buttons.items() if made.isChecked())

    def show_choice(self, key: K) -> None:
        """Put a button down, silently."""
        self.buttons[key].setChecked(True)

    def mark_ends(self) -> None:
        """Round the corners of the first and the last button that are shown."""
        shown = [made for made in self.buttons.values() if not made.isHidden()]
        for made in self.buttons.values():
            place = "first" if made is shown[0] else "last" if made is shown[-1] else ""
            if made.property("place") != place:
                made.setProperty("place", place)
                made.style().unpolish(made)
                made.style().polish(made)


class ChoiceBar(ExclusiveBar[K]):
    """A few values of a setting, each with its word.

    Args:
        words: value -> word, in order.
        now: the value that holds.
    """

    def __init__(self, theme: Theme, name: str, words: Mapping[K, str], now: K) -> None:
        super().__init__(theme, name, tuple(words))
        for key, word in words.items():
            made = self.buttons[key]
            made.setText(word)
            made.setAccessibleName(f"{name}: {word}")
        self.show_choice(now)
        self.mark_ends()
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        for made in self.buttons.values():
            made.setFont(self._theme.font("small"))
