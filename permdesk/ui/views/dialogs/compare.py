"""An app beside the vendor's app that it resembles."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from permdesk.domain.finding import AppComparison
from permdesk.domain.names import folded
from permdesk.domain.text import inert
from permdesk.domain.wording import long_day
from permdesk.presentation.appearance import ORIGIN, Tone
from permdesk.presentation.attention import difference
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import rule
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Identifier, Line, Paragraph


class CompareSheet(Sheet):
    """Two apps side by side; what differs is coloured.

    Args:
        app: the one that resembles another.
        other: the vendor's, where this tenant has it.
        tenant_id: the tenant on screen.
    """

    bind_requested = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None, *, app: AppComparison, other: AppComparison | None, tenant_id: str
    ) -> None:
        resembled = inert(app.resembles or "a vendor app", 80)
        letters = difference(app.display_name, app.resembles or "")
        same = folded(app.display_name) == folded(app.resembles or "")
        how = f"It bears the very name “{resembled}”" if same else f"Its name resembles “{resembled}”{letters}"
        super().__init__(
            theme,
            "Look twice at this app",
            parent,
            lead=f"{how}. permdesk has not bound it.",
            width=720,
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self.body.addLayout(grid)
        grid.addWidget(Line(theme, "This app", role="body-strong"), 0, 1)
        title = "The vendor’s app here" if other is not None else "The vendor’s app"
        grid.addWidget(Line(theme, title, role="body-strong"), 0, 2)
        grid.addWidget(rule(), 1, 0, 1, 3)
        if other is None:
            grid.addWidget(Paragraph(theme, "is not in this tenant", role="body", ink="text2"), 2, 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, (label, tell, fixed) in enumerate(_ROWS, 2):
            grid.addWidget(
                Line(theme, label, role="body", ink="muted", least=90), place, 0, Qt.AlignmentFlag.AlignVCenter
            )
            mine = tell(app, tenant_id)
            theirs = tell(other, tenant_id) if other is not None else mine
            ink: str | Tone = Tone.PARTIAL if mine != theirs else "text"
            grid.addWidget(_value(theme, mine, ink=ink, fixed=fixed), place, 1, middle)
            if other is not None:
                grid.addWidget(_value(theme, theirs, ink="text", fixed=fixed), place, 2, middle)
        self.add_button("Bind it nevertheless…", self.leaving(self.bind_requested), icon="bind")
        self.add_button("Close", self.accept, kind="primary", default=True)


def _value(theme: Theme, text: str, *, ink: str | Tone, fixed: bool) -> Paragraph:
    return Identifier(theme, text, ink=ink) if fixed else Paragraph(theme, text, role="body", ink=ink)


def _publisher(app: AppComparison, _tenant_id: str) -> str:
    return f"{inert(app.publisher.name, 100)}, verified" if app.publisher is not None else "not verified"


def _owner(app: AppComparison, tenant_id: str) -> str:
    return "this tenant" if app.owner_tenant_id == tenant_id else app.owner_tenant_id or "not told"


_ROWS: tuple[tuple[str, Callable[[AppComparison, str], str], bool], ...] = (
    ("Name", lambda app, _: inert(app.display_name, 160), False),
    ("Publisher", _publisher, False),
    ("Owner tenant", _owner, True),
    ("App ID", lambda app, _: app.app_id or "", True),
    ("Kind", lambda app, _: ORIGIN[app.origin], False),
    ("Newest grant", lambda app, _: long_day(app.newest_grant) if app.newest_grant else "no date kept", False),
)
