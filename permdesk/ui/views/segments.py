"""The status filter above the tree: exclusive buttons in one frame, each with its count."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS
from permdesk.presentation.tree import Segment
from permdesk.ui import glyphs
from permdesk.ui.theme import Theme
from permdesk.ui.views.exclusive import ExclusiveBar

_GLYPH = {
    Segment.MISSING: Status.MISSING,
    Segment.EXCESS: Status.EXCESS,
    Segment.UNREAD: Status.UNVERIFIED,
}


class SegmentBar(ExclusiveBar[Segment]):
    """Exclusive filters; those that would leave nothing are not shown, the first two always are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Status filter", tuple(Segment), parent)
        self._counts: dict[Segment, int] = {}
        for made in self.buttons.values():
            made.setIconSize(QSize(12, 12))
        theme.changed.connect(self._dress)
        self._dress()

    def set_counts(self, counts: dict[Segment, int]) -> None:
        """Show how many permissions each filter leaves."""
        self._counts = counts
        self._dress()

    def choose(self, segment: Segment) -> None:
        """Choose a filter and say so; one that would leave nothing stays unchosen."""
        if self.buttons[segment].isVisibleTo(self):
            self.show_choice(segment)
            self.chosen.emit(segment)

    def reset(self) -> None:
        """Return to everything, silently."""
        self.show_choice(Segment.ALL)

    def _dress(self) -> None:
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
            made.setVisible(segment in (Segment.ALL, Segment.ATTENTION) or number > 0 or made.isChecked())
        self.mark_ends()
