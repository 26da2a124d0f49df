"""The status filter above the tree: exclusive buttons in one frame, each with its count."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS
from permdesk.presentation.tree import Segment
from permdesk.ui import glyphs
from permdesk.ui.theme import Theme

_GLYPH = {
    Segment.MISSING: Status.MISSING,
    Segment.EXCESS: Status.EXCESS,
    Segment.UNREAD: Status.UNVERIFIED,
}


class SegmentBar(QFrame):
    """Exclusive filters; those that would leave nothing are not shown, the first two always are."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: dict[Segment, int] = {}
        self.setProperty("kind", "segments")
        self.setAccessibleName("Status filter")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[Segment, QToolButton] = {}
        for segment in Segment:
            made = QToolButton()
            made.setCheckable(True)
            made.setProperty("kind", "segment")
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setIconSize(QSize(12, 12))
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.clicked.connect(lambda _checked=False, segment=segment: self.chosen.emit(segment))
            self._group.addButton(made)
            self.buttons[segment] = made
            row.addWidget(made)
        self.buttons[Segment.ALL].setChecked(True)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def current(self) -> Segment:
        """The chosen filter."""
        return next((s for s, made in self.buttons.items() if made.isChecked()), Segment.ALL)

    def set_counts(self, counts: dict[Segment, int]) -> None:
        """Show how many permissions each filter leaves."""
        self._counts = counts
        self._dress()

    def choose(self, segment: Segment) -> None:
        """Choose a filter and say so; one that would leave nothing stays unchosen."""
        if self.buttons[segment].isVisibleTo(self):
            self.buttons[segment].setChecked(True)
            self.chosen.emit(segment)

    def reset(self) -> None:
        """Return to everything, silently."""
        self.buttons[Segment.ALL].setChecked(True)

    def _dress(self) -> None:
        shown = []
        for segment, made in self.buttons.items():
            number = self._counts.get(segment, 0)
            made.setFont(self._theme.font("small"))
            # The style leaves hardly any room between icon and words.
            space = " " if segment in _GLYPH else ""
            made.setText(f"{space}{segment.value} {number:,}")
            made.setAccessibleName(f"{segment.value}, {number}")
            status = _GLYPH.get(segment)
            if status is not None:
                ratio = self.devicePixelRatioF()
                made.setIcon(QIcon(glyphs.pixmap(STATUS[status], 12, ratio, self._theme)))
            visible = segment in (Segment.ALL, Segment.ATTENTION) or number > 0 or made.isChecked()
            made.setVisible(visible)
            if visible:
                shown.append(made)
        for made in self.buttons.values():
            place = "first" if made is shown[0] else "last" if made is shown[-1] else ""
            if made.property("place") != place:
                made.setProperty("place", place)
                made.style().unpolish(made)
                made.style().polish(made)
