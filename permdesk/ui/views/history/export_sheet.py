"""How a kept scan is saved for somebody else: with names, or without."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from permdesk.presentation.timeline import ScanLine
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.paragraph import Paragraph

_NAMES: Final = {False: "With names", True: "Without names"}
_TOLD: Final = {
    False: "The file has everything that was read: names of apps and people, addresses, ids. No password, secret or "
    "token was ever read.",
    True: "Names and domain of the tenant, names, addresses and ids of people, names of apps, publishers and "
    "credentials, reply addresses and messages of reads are replaced. The tenant’s id, ids of apps, permissions, "
    "grants, roles and dates stay. The same person or app gets the same name in every file from this computer, so that "
    "two of them can be compared.",
}


class ExportScanSheet(Sheet):
    """Asks about names; the place of the file is asked for afterwards.

    Args:
        line: the scan.
    """

    #: True without names.
    chosen = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None, *, line: ScanLine) -> None:
        super().__init__(theme, "Export this scan", parent, lead=f"Read {line.when} by {line.who}", width=520)
        self.names = ChoiceBar(theme, "Names", _NAMES, False)
        self.told = Paragraph(theme, _TOLD[False], role="body", ink="text2")
        # Room for the longer of both, so that nothing jumps.
        self.told.setMinimumHeight(6 * theme.line("body"))
        self.names.chosen.connect(lambda nameless: self.told.set_text(_TOLD[nameless]))
        self.body.addWidget(self.names)
        self.body.addSpacing(4)
        self.body.addWidget(self.told)
        self.add_button("Cancel", self.reject)
        self.add_button("Choose a place…", self._leave, kind="primary", default=True)

    def _leave(self) -> None:
        self.accept()
        self.chosen.emit(self.names.current)
