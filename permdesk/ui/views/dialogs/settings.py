"""How the window looks, the letterhead of reports, and how long scans stay; all but the last is taken at once."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from permdesk.settings import Density, LessMotion, Settings, Theme
from permdesk.ui import theme as looks
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.history.retention import RetentionForm
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.report.letterhead import LetterheadForm, letterhead_of

THEMES: Final = {Theme.SYSTEM: "As the system", Theme.LIGHT: "Light", Theme.DARK: "Dark"}
DENSITIES: Final = {Density.COMFORTABLE: "Comfortable", Density.COMPACT: "Compact"}
MOTIONS: Final = {LessMotion.SYSTEM: "As the system", LessMotion.OFF: "Usual", LessMotion.ON: "Less"}


class Page(StrEnum):
    """What is set on one page."""

    WINDOW = "window"
    LETTERHEAD = "letterhead"
    SCANS = "scans"


PAGES: Final = {Page.WINDOW: "Window", Page.LETTERHEAD: "Letterhead", Page.SCANS: "Kept scans"}
_TITLES: Final = {
    Page.LETTERHEAD: "Letterhead of printed and saved summaries",
    Page.SCANS: "How long scans stay on this computer",
}


class SettingsSheet(Sheet):
    """Every choice acts at once and is kept; where scans would go, the sheet says so first and asks.

    Args:
        settings: what holds now.
        page: the page that is seen first.
    """

    theme_chosen = Signal(object)
    density_chosen = Signal(object)
    motion_chosen = Signal(object)
    microsoft_chosen = Signal(bool)

    def __init__(
        self, theme: looks.Theme, parent: QWidget | None, *, settings: Settings, page: Page = Page.WINDOW
    ) -> None:
        super().__init__(theme, "Settings", parent, lead="Kept on this computer.", width=560)
        self.colours = ChoiceBar(theme, "Colours", THEMES, settings.theme)
        self.rows = ChoiceBar(theme, "Rows", DENSITIES, settings.density)
        self.motion = ChoiceBar(theme, "Motion", MOTIONS, settings.less_motion)
        self.microsoft = TickBox(theme, "List Microsoft’s own apps too", font="body")
        self.microsoft.setChecked(settings.show_microsoft)
        self.colours.chosen.connect(self.theme_chosen)
        self.rows.chosen.connect(self.density_chosen)
        self.motion.chosen.connect(self.motion_chosen)
        self.microsoft.toggled.connect(self.microsoft_chosen)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(14)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        leading = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        rows: dict[str, QWidget] = {
            "Colours": self.colours,
            "Rows": self.rows,
            "Motion": self.motion,
            "Apps": self.microsoft,
        }
        for row, (words, widget) in enumerate(rows.items()):
            grid.addWidget(Line(theme, words, role="body", ink="text2"), row, 0, leading)
            grid.addWidget(widget, row, 1, leading)
        self.letterhead = LetterheadForm(theme, letterhead=letterhead_of(settings.report_head))
        self.finished.connect(lambda _result: self.letterhead.flush())
        self.retention = RetentionForm(theme)
        self.pages = ChoiceBar(theme, "Settings of", PAGES, page)
        self.body.addWidget(self.pages)
        self.body.addSpacing(4)
        self._stack = QStackedWidget()
        self._add_page(Page.WINDOW, grid)
        self._add_page(Page.LETTERHEAD, self.letterhead)
        self._add_page(Page.SCANS, self.retention)
        self._stack.setCurrentIndex(list(PAGES).index(page))
        self.pages.chosen.connect(lambda chosen: self._stack.setCurrentIndex(list(PAGES).index(chosen)))
        self.body.addWidget(self._stack, 1)
        if theme.high_contrast:
            self.body.addWidget(
                Paragraph(theme, "The system asks for high contrast, so its own colours hold.", ink="muted")
            )
        self.add_button("Close", self.accept, kind="primary", default=True)

    def _add_page(self, page: Page, content: QWidget | QGridLayout) -> None:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        if page in _TITLES:
            column.addWidget(Paragraph(self.theme, _TITLES[page], role="section"))
        if isinstance(content, QWidget):
            column.addWidget(content)
        else:
            column.addLayout(content)
        column.addStretch(1)
        self._stack.addWidget(made)
