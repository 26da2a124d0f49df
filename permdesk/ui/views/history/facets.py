"""The filter above a difference: exclusive buttons in one frame, each with its count."""

from PySide6.QtWidgets import QWidget

from permdesk.presentation.difference_list import Facet
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.exclusive import ExclusiveBar


class FacetBar(ExclusiveBar[Facet]):
    """Exclusive filters; those that would leave nothing are not shown, the first always is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Filter of changes", tuple(Facet), parent)
        self._counts: dict[Facet, int] = {}
        theme.changed.connect(self._dress)
        self._dress()

    def set_counts(self, counts: dict[Facet, int]) -> None:
        """Show how many changes each filter leaves; one that leaves none any more gives way to everything."""
        self._counts = counts
        if not counts.get(self.current, 0):
            self.show_choice(Facet.ALL)
        self._dress()

    def _dress(self) -> None:
        for facet, made in self.buttons.items():
            number = self._counts.get(facet, 0)
            made.setFont(self._theme.font("small"))
            made.setText(f"{facet.value} {number:,}")
            made.setAccessibleName(f"{facet.value}, {number}")
            made.setToolTip(tool_tip(f"{facet.value} {number:,}"))
            made.setVisible(facet is Facet.ALL or number > 0)
        self.mark_ends()
