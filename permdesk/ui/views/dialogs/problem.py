"""An error as a person reads it: what is known, what to do, the details folded; and a crash report for the rest."""

import traceback
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from permdesk.errors import WorldError
from permdesk.presentation.appearance import DANGER, WARNING
from permdesk.redaction import redact
from permdesk.ui import icons
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.telling import told, versions
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, on_first_line
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph

#: What a button that leads on says, what it does, and its icon.
WayOut = tuple[str, Callable[[], object], str]


class ProblemSheet(Sheet):
    """Title, one sentence, remedy, and the details behind a fold; ``way_out`` is a button that leads on."""

    copy_requested = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        title: str,
        remedy: str,
        details: str,
        sentence: str = "",
        opened: bool = False,
        way_out: WayOut | None = None,
    ) -> None:
        super().__init__(theme, title, parent, width=600)
        self._details = details
        self.head.removeWidget(self.heading)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(on_first_line(GlyphLabel(theme, DANGER if opened else WARNING, 20), theme, "heading"))
        row.addWidget(self.heading, 1)
        self.head.insertLayout(0, row)
        words = QVBoxLayout()
        # The words stand below the title, not below its sign.
        words.setContentsMargins(32, 0, 0, 0)
        words.setSpacing(8)
        self.body.addLayout(words)
        if sentence:
            words.addWidget(Paragraph(theme, sentence, role="body", ink="text2"))
        if remedy:
            words.addWidget(Paragraph(theme, remedy, role="body"))
        self.fold = button(theme, "Details", icon="chevron-right", kind="link")
        self.fold.setCheckable(True)
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setFont(theme.font("fixed"))
        self.text.setAccessibleName("Details")
        self.text.setMinimumHeight(140)
        self.text.setTabChangesFocus(True)
        self.fold.setChecked(opened)
        if not opened:
            self.text.hide()
        self.fold.toggled.connect(self._fold)
        if details:
            words.addSpacing(4)
            words.addWidget(self.fold)
            self.body.addWidget(self.text, 1)
            self.add_button("Copy the details", self._copy, icon="copy")
        self.add_button("Close", self.accept, kind=None if way_out else "primary", default=way_out is None)
        if way_out is not None:
            self.add_button(way_out[0], self.accept, kind="primary", icon=way_out[2], default=True).clicked.connect(
                lambda _checked=False: way_out[1]()
            )

    def _fold(self, opened: bool) -> None:
        self.text.setVisible(opened)
        self.fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", self.theme, "accent"))
        self.setMinimumHeight(0)
        self.resize(self.width(), 10)
        self.fit()

    def _copy(self) -> None:
        self.copy_requested.emit(self._details, "The details")


def world_problem(
    theme: Theme,
    parent: QWidget | None,
    error: WorldError,
    *,
    way_out: WayOut | None = None,
) -> ProblemSheet:
    """Return the sheet for a fault of the world; ``way_out`` is a button that leads on."""
    pieces = told(error)
    return ProblemSheet(
        theme,
        parent,
        title=pieces.title,
        sentence=pieces.sentence,
        remedy=pieces.remedy,
        details="\n".join(pieces.details),
        way_out=way_out,
    )


def crash_report(error: BaseException) -> str:
    """Return what a report of our own fault says: versions and trace, without tokens and values."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return f"{versions()}\n\n{redact(trace)}"


def crash_problem(theme: Theme, parent: QWidget | None, error: BaseException) -> ProblemSheet:
    """Return the sheet for a fault of permdesk."""
    return ProblemSheet(
        theme,
        parent,
        title="permdesk made a mistake",
        remedy=(
            "What you were doing was not finished; the rest goes on. Nothing was sent anywhere. "
            "The report below has no tokens in it: read it, then send it if you like."
        ),
        details=crash_report(error),
        opened=True,
    )
