"""Looking at who an app is before its consent link opens: publisher, owner tenant and app ID first."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from permdesk.domain.finding import AppComparison, AppFlag, Status
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed
from permdesk.presentation.appearance import ORIGIN, STATUS, WARNING, Look, Tone
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import on_first_line, rule, tool_button
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Identifier, Line, Paragraph

_VERIFIED = Look("verified publisher", STATUS[Status.SATISFIED].glyph, Tone.SATISFIED)


class IdentitySheet(Sheet):
    """Who an app is, and the one click that confirms it.

    Args:
        app: matched by name, or one of several of one name.
        others: the other apps of the same name.
        tenant_id: the tenant on screen.
    """

    confirmed = Signal()
    refused = Signal()
    bind_requested = Signal()
    copy_requested = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        app: AppComparison,
        others: Sequence[AppComparison],
        tenant_id: str,
    ) -> None:
        vendor = inert(app.profile.vendor, 60) if app.profile is not None else "the vendor"
        name = inert(app.display_name, 120) or "(no name)"
        super().__init__(
            theme,
            f"Is this {vendor}’s app?",
            parent,
            lead=(
                f"“{name}” was matched by its name alone, and a name can be copied. Look at these three, "
                "then confirm once. Until then its consent link stays shut."
            ),
            width=620,
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, 96)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)
        self._identity(app, tenant_id)
        self.body.addSpacing(4)
        self.body.addWidget(rule())
        self.body.addWidget(Paragraph(theme, self._advice(app, vendor, tenant_id), ink="text2"))
        if others:
            ids = listed([other.app_id or "" for other in others], most=3)
            self.body.addWidget(
                Paragraph(
                    theme,
                    f"{counted(len(others), 'other app bears', 'other apps bear')} the same name: {ids}. "
                    "Confirming this one unbinds the rest.",
                    ink=Tone.PARTIAL,
                )
            )
        self.add_button("Other profile…", self.leaving(self.bind_requested), icon="bind", leading=True)
        self.add_button("It is not", self.leaving(self.refused))
        # Return must not confirm: it is the one thing here that a person has to mean.
        self.add_button("Cancel", self.reject, default=True)
        self.add_button(f"Confirm: it is {vendor}’s", self.leaving(self.confirmed), kind="primary", icon="shield")

    def _identity(self, app: AppComparison, tenant_id: str) -> None:
        if app.publisher is not None:
            self._row("Publisher", f"{inert(app.publisher.name, 120)} · verified by Microsoft", look=_VERIFIED)
        elif app.registration_id is not None:
            self._row("Publisher", "registered in this tenant, so it has none")
        else:
            self._row("Publisher", "Not verified. A vendor’s app usually is.", look=WARNING)
        owner = app.owner_tenant_id
        if owner == tenant_id:
            self._row("Owner tenant", "this tenant")
        else:
            self._row("Owner tenant", owner or "not told", copy=bool(owner))
        self._row("App ID", app.app_id or "", copy=True)
        self._row("Kind", ORIGIN[app.origin])
        if app.reply_urls:
            self._row("Signs in at", listed([inert(url, 120) for url in app.reply_urls], most=3))

    def _row(self, label: str, value: str, *, look: Look | None = None, copy: bool = False) -> None:
        row = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        middle = Qt.AlignmentFlag.AlignVCenter
        # An id stays on one line here, so everything in its row stands on the middle of its button.
        place = middle if copy else top
        self._grid.addWidget(Line(self.theme, label, role="body", ink="muted"), row, 0, place)
        if look is not None:
            self._grid.addLayout(on_first_line(GlyphLabel(self.theme, look, 14), self.theme, "body"), row, 1)
        ink = look.tone if look is WARNING else "text"
        words = Identifier(self.theme, value) if copy else Paragraph(self.theme, value, role="body", ink=ink)
        self._grid.addWidget(words, row, 2 if look is not None else 1, 1, 1 if look is not None else 2, place)
        self._grid.setRowMinimumHeight(row, 26)
        if copy:
            copied = tool_button(
                self.theme, f"Copy {label}", icon="copy", click=lambda: self.copy_requested.emit(value, f"The {label}")
            )
            self._grid.addWidget(copied, row, 3, middle)

    @staticmethod
    def _advice(app: AppComparison, vendor: str, tenant_id: str) -> str:
        if AppFlag.AMBIGUOUS in app.flags:
            return (
                f"Compare the app ID with the one that {vendor}’s console shows for this tenant. "
                "What the vendor installed is usually older, and its publisher is verified."
            )
        if app.owner_tenant_id == tenant_id:
            return "It is registered in this tenant. Whoever registered it knows what it is for."
        return (
            f"Compare the app ID with the one that {vendor}’s console shows for this tenant. "
            "An impostor can copy name and logo, not the publisher and not the ID."
        )
