"""The middle and the right pane: side by side where there is room, else the right one lies over the middle."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import ground, rule

#: Below this width of the window the right pane becomes a drawer.
DRAWER_BELOW: Final = 1280
_LEAST = {"left": 220, "middle": 480, "right": 280}
_USUAL = {"left": 296, "right": 328}
#: All columns of the tree side by side, with its scroll bar.
_COLUMNS = 744


class Panes(QWidget):
    """Three panes in a row.

    Args:
        left, middle, right: the panes.
    """

    def __init__(self, theme: Theme, left: QWidget, middle: QWidget, right: QWidget) -> None:
        super().__init__()
        self.middle, self._right = middle, right
        self._wanted = True
        self._allowed = True
        self._drawn = False
        self._arranged = False
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.setAccessibleName("Panes")
        left.setMinimumWidth(_LEAST["left"])
        middle.setMinimumWidth(_LEAST["middle"])
        right.setMinimumWidth(_LEAST["right"])
        for pane in (left, middle, right):
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setStretchFactor(2, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)
        self._drawer = QFrame(self)
        ground(self._drawer, "window")
        row = QHBoxLayout(self._drawer)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rule(vertical=True))
        self._drawer.hide()
        self.splitter.installEventFilter(self)

    @property
    def is_drawer(self) -> bool:
        """True where the right pane lies over the middle."""
        return self._drawn

    @property
    def right_shown(self) -> bool:
        """True where the right pane can be seen."""
        return self._right.isVisible()

    def arrange(self, window_width: int) -> None:
        """Put the right pane beside the middle or over it."""
        drawn = window_width < DRAWER_BELOW
        if drawn != self._drawn:
            self._drawn = drawn
            if drawn:
                layout = self._drawer.layout()
                if layout is not None:
                    layout.addWidget(self._right)
                # A drawer is asked for: it would hide what one came to see.
                self._wanted = False
            else:
                self.splitter.insertWidget(2, self._right)
                self.splitter.setStretchFactor(2, 0)
                self._wanted = True
                self._arranged = False
        self._show()
        self._arrange_once()

    def _arrange_once(self) -> None:
        # Before they are on screen the panes have no width that could be shared out.
        if not self._arranged and self.isVisible():
            self.reset()

    def reset(self) -> None:
        """Give the panes their usual widths, scaled to the width there is."""
        self._arranged = True
        width = max(self.width(), 1)
        # The tree keeps its columns; what is left over goes to its neighbours, up to what they like to have.
        scale = min(1.0, max(0, width - _COLUMNS) / sum(_USUAL.values()))
        left = max(_LEAST["left"], round(_USUAL["left"] * scale))
        right = max(_LEAST["right"], round(_USUAL["right"] * scale))
        self.splitter.setSizes([left, max(width - left - right, _LEAST["middle"]), right])

    def sizes(self) -> bytes:
        """Return the widths, as Qt keeps them."""
        return bytes(self.splitter.saveState().data())

    def restore(self, state: bytes) -> None:
        """Give the panes the widths that ``sizes`` returned."""
        if not self._drawn and self.splitter.restoreState(state):
            self._arranged = True

    def toggle_right(self) -> None:
        """Show or hide the right pane."""
        self.show_right(wanted=not self._right.isVisible())

    def show_right(self, *, wanted: bool) -> None:
        """Show or hide the right pane."""
        self._wanted = wanted
        self._show()

    def allow_right(self, *, allowed: bool) -> None:
        """Say whether there is anything to show in the right pane."""
        self._allowed = allowed
        self._show()

    def _show(self) -> None:
        shown = self._wanted and self._allowed
        self._right.setVisible(shown)
        self._drawer.setVisible(shown and self._drawn)
        self._place()

    def _place(self) -> None:
        if self._drawn:
            width = _USUAL["right"]
            right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            self._drawer.setGeometry(0 if right_to_left else self.width() - width, 0, width, self.height())
            self._drawer.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the panes have their width now."""
        super().showEvent(event)
        self._arrange_once()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: the drawer follows the size of the panes."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False
