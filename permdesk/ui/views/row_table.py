"""What the tables that are painted row by row have in common: no grid, no heads of rows, one stop for the Tab key."""

from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView


class RowTable(QTableView):
    """A table whose rows a delegate paints whole; it scrolls by pixels, and hears where the mouse is."""

    def prepare(self, *, name: str, selection: QAbstractItemView.SelectionMode, headless: bool) -> None:
        """Arrange it.

        Args:
            name: what is heard of it.
            selection: one row or several.
            headless: without heads of columns, which then share the width.
        """
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(selection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().setMinimumSectionSize(1)
        if headless:
            self.horizontalHeader().hide()
            self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
