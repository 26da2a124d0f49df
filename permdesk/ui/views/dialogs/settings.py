"""How the window looks, the letterhead of reports, and how long scans stay; all but the last is taken at once."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from permdesk.settings import Density, LessMotion, Settings, Theme
from permdesk.ui import theme as looks
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.controls import rule
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.history.retention import RetentionForm
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.report.letterhead import LetterheadForm, letterhead_of

THEMES: Final = {Theme.SYSTEM: "As the system", Theme.LIGHT: "Light", Theme.DARK: "Dark"}
DENSITIES: Final = {Density.COMFORTABLE: "Comfortable", Density.COMPACT: "Compact"}
MOTIONS: Final = {LessMotion.SYSTEM: "As the system", LessMotion.OFF: "Usual", LessMotion.ON: "Less"}


class SettingsSheet(Sheet):
    """Every choice acts at once and is kept; there is nothing to confirm.

    Args:
        settings: what holds now.
    """

    theme_chosen = Signal(object)
    density_chosen = Signal(object)
    motion_chosen = Signal(object)
    microsoft_chosen = Signal(bool)

    def __init__(self, theme: looks.Theme, parent: QWidget | None, *, settings: Settings) -> None:
        super().__init__(theme, "Settings", parent, lead="Taken at once, and kept on this computer.", width=560)
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
        self.body.addLayout(grid)
        self.letterhead = LetterheadForm(theme, letterhead=letterhead_of(settings.report_head))
        self.finished.connect(lambda _result: self.letterhead.flush())
        self.body.addSpacing(4)
        self.body.addWidget(rule())
        self.body.addWidget(Paragraph(theme, "Letterhead of printed and saved summaries", role="section"))
        self.body.addWidget(self.letterhead)
        self.retention = RetentionForm(theme)
        self.body.addSpacing(4)
        self.body.addWidget(rule())
        self.body.addWidget(Paragraph(theme, "How long scans stay on this computer", role="section"))
        self.body.addWidget(self.retention)
        if theme.high_contrast:
            self.body.addWidget(
                Paragraph(theme, "The system asks for high contrast, so its own colours hold.", ink="muted")
            )
        self.add_button("Close", self.accept, kind="primary", default=True)
