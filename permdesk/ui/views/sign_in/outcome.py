"""How signing in ended: who is signed in to what, or what went wrong and what to do."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from permdesk.domain.sign_in import SignIn, StorageKind, TokenStorage
from permdesk.domain.text import inert
from permdesk.errors import WorldError
from permdesk.presentation.accounts import no_store_words
from permdesk.presentation.appearance import WARNING
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.telling import told
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, on_first_line
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Identifier, Line, Paragraph

_HOW_TO_GET: Final = (
    "A Cloud Application Administrator, or a higher role, grants it under App registrations, API permissions, Grant "
    "admin consent; then sign in again. Until then it is shown as not read."
)


class DonePage(QWidget):
    """Who is signed in to which tenant, what will not be read, and how the sign-in is kept."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_sign_in(self, signed: SignIn, storage: TokenStorage) -> None:
        """Show a sign-in that has just worked."""
        theme = self._theme
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 88)
        grid.setColumnStretch(1, 1)
        home = "a guest: the account lives in another tenant" if signed.guest else "a member of the tenant"
        rows: tuple[tuple[str, Paragraph], ...] = (
            ("Account", Paragraph(theme, home, role="body")),
            ("Tenant", Identifier(theme, inert(signed.tenant_id, 60))),
            ("Cloud", Paragraph(theme, signed.cloud.label, role="body")),
            ("May read", Paragraph(theme, ", ".join(inert(v, 80) for v in signed.received) or "nothing", role="body")),
            ("Kept", Paragraph(theme, _kept(signed, storage), role="body")),
        )
        for row, (label, value) in enumerate(rows):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Line(theme, label, role="body", ink="muted", least=80), row, 0, top)
            # An id is set in smaller type than the words around it.
            middle = Qt.AlignmentFlag.AlignVCenter if isinstance(value, Identifier) else Qt.AlignmentFlag(0)
            grid.addWidget(value, row, 1, middle)
        self._column.addLayout(grid)
        for scope in signed.lacking:
            self._warn(f"Microsoft did not grant {scope.value}. What will not be read: {scope.unlocks}. {_HOW_TO_GET}")
        if storage.kind is StorageKind.MEMORY:
            self._warn(f"Your sign-in lasts until you close permdesk. {no_store_words(storage)}")

    def _warn(self, text: str) -> None:
        strip = NoticeStrip(self._theme)
        self._column.addWidget(strip)
        strip.show_text(text)


def _kept(signed: SignIn, storage: TokenStorage) -> str:
    if signed.broker:
        return "by Windows: its Web Account Manager holds the tokens and renews them"
    if storage.kind is StorageKind.MEMORY:
        return "in memory alone"
    return "encrypted on this computer, with its key in the keyring"


class FailedPage(QWidget):
    """What went wrong, what to do, and the details behind a fold."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = Paragraph(theme, role="section")
        self.sentence = Paragraph(theme, role="body", ink="text2")
        self.remedy = Paragraph(theme, role="body")
        self.fold = button(theme, "Details", icon="chevron-right", kind="link")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._fold)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(theme.font("fixed"))
        self.details.setAccessibleName("Details")
        self.details.setTabChangesFocus(True)
        self.details.setFixedHeight(96)
        self.details.hide()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(on_first_line(GlyphLabel(theme, WARNING, 20), theme, "section"))
        head.addWidget(self.title, 1)
        words = QVBoxLayout()
        words.setContentsMargins(32, 0, 0, 0)
        words.setSpacing(8)
        for widget in (self.sentence, self.remedy, self.fold, self.details):
            words.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(words)

    def show_error(self, error: WorldError) -> None:
        """Show an error."""
        pieces = told(error)
        self.title.set_text(pieces.title)
        self.sentence.set_text(pieces.sentence)
        self.sentence.setVisible(bool(pieces.sentence))
        self.remedy.set_text(pieces.remedy or "Nothing was changed, and nothing is lost.")
        self.details.setPlainText("\n".join(pieces.details))
        self.fold.setChecked(False)

    def _fold(self, opened: bool) -> None:
        from permdesk.ui import icons

        self.details.setVisible(opened)
        self.fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", self._theme, "accent"))
        sheet = self.window()
        fit = getattr(sheet, "refit", None)
        if fit is not None:
            fit()
