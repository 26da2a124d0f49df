"""Services in use: a grid of ticks that changes the comparison at once."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.profile import Cell, Condition, Profile, Uses
from permdesk.domain.text import inert
from permdesk.presentation.matrix import Matrix, MatrixCell, NothingTicked, matrix, with_cells, with_condition
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.controls import button
from permdesk.ui.views.matrix_grid import CellTick, GridArea, GridFrame
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line

#: Below this width the sum stands under the grid.
_NARROW: Final = 620


class UsesView(QWidget):
    """The grid, its conditions and the sum; a tick is said at once and painted when it came back compared."""

    #: Uses, after a tick.
    changed = Signal(object)
    #: Whether the grid is open.
    folded = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._profile: Profile | None = None
        self._uses: Uses | None = None
        self._boxes: dict[tuple[str, str], TickBox] = {}
        self._heads: dict[str, TickBox] = {}
        self._conditions: dict[Condition, TickBox] = {}
        self._build()

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 16, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._fold = button(theme, "Services in use", icon="chevron-down", kind="flat", small=True, click=self._toggle)
        self._fold.setFont(theme.font("body-strong"))
        self._remark = Line(theme, ink="muted")
        head.addWidget(self._fold)
        head.addWidget(self._remark, 1)
        self._tick_all = button(theme, "Tick all", kind="link", click=lambda: self._tick_everything(True))
        self._untick_all = button(theme, "Untick all", kind="link", click=lambda: self._tick_everything(False))
        head.addWidget(self._tick_all)
        head.addWidget(self._untick_all)
        column.addLayout(head)
        self._body = QWidget()
        column.addWidget(self._body)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(8, 0, 0, 0)
        body.setSpacing(8)
        upper = self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        upper.setSpacing(16)
        self._grid = GridFrame(theme)
        self._area = GridArea(self._grid)
        upper.addWidget(self._area, 1)
        upper.setAlignment(self._area, Qt.AlignmentFlag.AlignTop)
        sums = self._sums = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        sums.setSpacing(2)
        self._sum_head = Line(theme, "Needed now", role="small-strong", ink="text2", least=160)
        self._sum = Line(theme, role="number")
        self._sum_of = Line(theme, ink="muted", least=160)
        for line in (self._sum_head, self._sum, self._sum_of):
            sums.addWidget(line)
        sums.addStretch(1)
        upper.addLayout(sums)
        body.addLayout(upper)
        self._condition_rows = QVBoxLayout()
        body.addLayout(self._condition_rows)
        self._refusal = NoticeStrip(theme)
        body.addWidget(self._refusal)

    # What is shown

    def show_uses(self, profile: Profile, uses: Uses) -> None:
        """Show a choice; the grid is built anew for another profile only, so that the focus stays on its tick."""
        if self._profile is None or self._profile.id != profile.id or self._profile.matrix != profile.matrix:
            self._profile = profile
            self._rebuild(matrix(profile, uses))
        self._profile, self._uses = profile, uses
        self._refusal.show_text("")
        self._refresh(matrix(profile, uses))

    @property
    def open(self) -> bool:
        """True while the grid is unfolded."""
        return not self._body.isHidden()

    def set_open(self, opened: bool) -> None:
        """Fold or unfold the grid."""
        self._body.setVisible(opened)
        self._fold.setAccessibleName(f"Services in use, {'open' if opened else 'closed'}")
        self._fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", self._theme))

    def _toggle(self) -> None:
        self.set_open(not self.open)
        self.folded.emit(self.open)

    def _rebuild(self, found: Matrix) -> None:
        self._grid.clear()
        self._boxes, self._heads, self._conditions = {}, {}, {}
        self._area.setVisible(bool(found.workloads))
        for link in (self._tick_all, self._untick_all):
            link.setVisible(bool(found.workloads))
        self._grid.add_head(Line(self._theme, "Operation", ink="text2", least=120), 0)
        for place, workload in enumerate(found.workloads, start=1):
            box = TickBox(self._theme, inert(workload, 80), font="small-strong")
            box.setTristate(True)
            box.clicked.connect(lambda _checked=False, workload=workload: self._tick_column(workload))
            box.setToolTip(tool_tip(workload))
            self._heads[workload] = box
            self._grid.add_head(box, place)
        for row, operation in enumerate(found.operations, start=1):
            self._grid.add_cell(Line(self._theme, inert(operation, 80), least=120), row, 0)
            for place, workload in enumerate(found.workloads, start=1):
                self._add_cell(found.cells.get((workload, operation)), row, place)
        while (item := self._condition_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for condition in found.conditions:
            self._add_condition(condition.condition, condition.label, condition.remark)
        self._area.fit()

    def _add_cell(self, cell: MatrixCell | None, row: int, place: int) -> None:
        if cell is None:
            dash = Line(self._theme, "–", ink="muted")
            dash.setAccessibleName("not documented")
            self._grid.add_cell(dash, row, place)
            return
        key = (cell.cell.workload, cell.cell.operation)
        box = CellTick(self._theme, on_column=lambda: self._tick_column(key[0]), on_arrow=self._move_focus)
        box.clicked.connect(lambda checked, key=key: self._tick(frozenset({Cell(*key)}), checked))
        self._boxes[key] = box
        self._grid.add_cell(box, row, place)

    def _add_condition(self, condition: Condition, label: str, remark: str) -> None:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        box = TickBox(self._theme, label)
        box.setAccessibleName(f"{label}, {remark}")
        box.clicked.connect(lambda checked: self._tick_condition(condition, checked))
        layout.addWidget(box)
        layout.addWidget(Line(self._theme, remark, ink="muted"), 1)
        self._conditions[condition] = box
        self._condition_rows.addWidget(row)

    def _refresh(self, found: Matrix) -> None:
        assumed = "Not chosen yet: everything assumed."
        vendor = inert(self._profile.vendor, 60) if self._profile is not None else ""
        chosen = f"What {vendor} does for this tenant. Unticked needs count as excess once granted."
        self._remark.set_text(chosen if found.chosen else assumed)
        for key, box in self._boxes.items():
            cell = found.cells[key]
            box.setChecked(cell.ticked)
            box.setText(str(cell.number))
            box.setAccessibleName(cell.spoken)
        full = set()
        for place, (workload, head) in enumerate(self._heads.items(), start=1):
            cells = found.column(workload)
            ticked = sum(cell.ticked for cell in cells)
            state = Qt.CheckState.Checked if ticked == len(cells) else Qt.CheckState.PartiallyChecked
            head.setCheckState(state if ticked else Qt.CheckState.Unchecked)
            head.setAccessibleName(f"{workload}, {ticked} of {len(cells)} operations")
            full |= {
                (row, place)
                for row, operation in enumerate(found.operations, start=1)
                if (other := found.cells.get((workload, operation))) is not None and other.ticked
            }
            if ticked == len(cells):
                full.add((0, place))
        self._grid.set_marked(full)
        for condition in found.conditions:
            self._conditions[condition.condition].setChecked(condition.ticked)
        self._sum.set_text(str(found.needed))
        self._sum_of.set_text(f"of {found.documented} documented")
        self._sum.setAccessibleName(f"Needed now: {found.needed} of {found.documented} documented")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the sum beside the grid where there is room, else below it."""
        super().resizeEvent(event)
        wide = self.width() >= _NARROW
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._upper.setDirection(across if wide else down)
        self._upper.setSpacing(16 if wide else 8)
        self._sums.setDirection(down if wide else across)
        self._sums.setSpacing(2 if wide else 8)

    # What a hand does

    def _tick(self, cells: frozenset[Cell], ticked: bool) -> None:
        if self._profile is None or self._uses is None:
            return
        try:
            uses = with_cells(self._uses, cells, ticked=ticked, profile=self._profile)
        except NothingTicked as refused:
            self._refuse(str(refused))
            return
        self._say(uses)

    def _refuse(self, why: str) -> None:
        if self._profile is not None and self._uses is not None:
            self._refresh(matrix(self._profile, self._uses))
        self._refusal.show_text(why)

    def _say(self, uses: Uses) -> None:
        if self._profile is not None:
            self.show_uses(self._profile, uses)
        self.changed.emit(uses)

    def _tick_column(self, workload: str) -> None:
        if self._profile is None or self._uses is None:
            return
        cells = frozenset(cell for cell in self._profile.matrix if cell.workload == workload)
        self._tick(cells, not cells <= self._uses.cells)

    def _tick_everything(self, ticked: bool) -> None:
        if self._profile is not None:
            self._tick(frozenset(self._profile.matrix), ticked)

    def _tick_condition(self, condition: Condition, ticked: bool) -> None:
        if self._uses is not None:
            self._say(with_condition(self._uses, condition, ticked=ticked))

    def _move_focus(self, box: TickBox, across: int, down: int) -> None:
        """Move among the ticks by arrows, jumping over what the vendor does not document."""
        place = self._grid.place_of(box)
        while place is not None:
            place = (place[0] + down, place[1] + across)
            widget = self._grid.at(*place)
            if widget is None:
                return
            if isinstance(widget, TickBox):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
