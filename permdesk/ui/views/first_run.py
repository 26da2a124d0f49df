"""The first thing a person sees: three ways to begin, side by side."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.finding import Status
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import STATUS
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.cards import Badge, Card
from permdesk.ui.views.controls import Icon, KeyCap, button, ground, on_first_line, scrolled
from permdesk.ui.views.paragraph import Line, Paragraph

_WIDEST: Final = 1200
_NARROW: Final = 760
SUFFIX: Final = ".permdesk"


class FirstRun(QWidget):
    """Three choices: the sample tenant, signing in, a saved scan. Keys 1, 2 and 3 choose; a file may be dropped."""

    sample_requested = Signal()
    file_requested = Signal()
    file_dropped = Signal(Path)
    sign_in_requested = Signal()
    guide_requested = Signal()
    accounts_requested = Signal()
    licences_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        ground(self, "window")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("permdesk: choose how to begin")
        self.sample = button(theme, "Open the sample tenant", icon="flask", click=self.sample_requested.emit)
        self.sign_in = button(
            theme, "Sign in with Microsoft…", icon="sign-in", kind="primary", click=self.sign_in_requested.emit
        )
        self.register = button(theme, "Register an app first…", kind="link", click=self.guide_requested.emit)
        self.accounts = button(theme, "Accounts…", kind="link", click=self.accounts_requested.emit)
        self.accounts.hide()
        self.open_file = button(theme, "Open a file…", icon="folder", click=self.file_requested.emit)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(0)
        self._frames = [self._sample_card(), self._sign_in_card(), self._file_card()]
        for frame in self._frames:
            self._cards.addWidget(frame, 1)
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self._theme
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Icon(theme, "re-consent", ink="accent", size=32), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Paragraph(theme, "See what your apps may do, before and after you consent", role="display"))
        words.addWidget(
            Paragraph(
                theme,
                "permdesk compares what a vendor documents, what an app asks for, and what your tenant granted.",
                role="body",
                ink="text2",
            )
        )
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for icon, text in (
            ("lock", "Read-only by construction"),
            ("shield", "Nothing leaves this computer: no telemetry, no server of ours"),
        ):
            foot.addWidget(Icon(theme, icon, ink="text2", size=14))
            foot.addWidget(Line(theme, text, ink="text2"))
            foot.addSpacing(8)
        foot.addStretch(1)
        for key in "123":
            foot.addWidget(KeyCap(theme, key))
        foot.addWidget(Line(theme, "choose", ink="text2", least=40))
        foot.addSpacing(8)
        foot.addWidget(button(theme, "Licences", kind="link", click=self.licences_requested.emit))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(32)
        column.addLayout(self._cards)
        column.addSpacing(32)
        column.addLayout(foot)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        page = ground(QWidget(), "window")
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(middle, 100)
        across.addStretch(1)
        down = QVBoxLayout(page)
        down.setContentsMargins(32, 32, 32, 24)
        # A little above the middle: what grows below a click then moves little.
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area = scrolled(page, name="Choose how to begin")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(area)

    def _card(
        self,
        icon: str,
        title: str,
        text: str,
        points: tuple[str, ...],
        action: QPushButton,
        remark: str,
        links: tuple[QPushButton, ...] = (),
    ) -> Card:
        theme = self._theme
        card = Card(theme, joined=icon != "flask")
        card.setMinimumHeight(372)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(0)
        column.addWidget(Badge(theme, icon))
        column.addSpacing(20)
        column.addWidget(Paragraph(theme, title, role="section"))
        column.addSpacing(2)
        words = Paragraph(theme, text, role="body", ink="text2")
        words.setMinimumHeight(2 * theme.line("body"))
        column.addWidget(words)
        column.addSpacing(24)
        for point in points:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addLayout(on_first_line(GlyphLabel(theme, STATUS[Status.SATISFIED], 14), theme, "body"))
            row.addWidget(Paragraph(theme, point, role="body"), 1)
            column.addLayout(row)
            column.addSpacing(4)
        column.addStretch(1)
        column.addSpacing(20)
        column.addWidget(action)
        column.addSpacing(10)
        # Two lines in every card, so that the buttons stand in one row.
        below = QWidget()
        below.setMinimumHeight(2 * theme.line("small"))
        lines = QVBoxLayout(below)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        if remark:
            lines.addWidget(Paragraph(theme, remark, ink="muted"))
        if links:
            row = QHBoxLayout()
            row.setSpacing(16)
            for link in links:
                row.addWidget(link)
            row.addStretch(1)
            lines.addLayout(row)
        lines.addStretch(1)
        column.addWidget(below)
        return card

    def _sample_card(self) -> Card:
        return self._card(
            "flask",
            "Look at a sample tenant",
            "An invented company. Everything works as in real life, and no network is used.",
            ("Needs no account", "Shows every kind of finding"),
            self.sample,
            "Good for a first look and for showing others.",
        )

    def _sign_in_card(self) -> Card:
        return self._card(
            "sign-in",
            "Sign in to your tenant",
            "permdesk reads apps and grants with your own rights, on this computer.",
            (
                "Reads only; it cannot change a grant",
                "Keeps your sign-in encrypted, or not at all",
                "One approval by an administrator, once",
            ),
            self.sign_in,
            "",
            (self.register, self.accounts),
        )

    def _file_card(self) -> Card:
        return self._card(
            "folder",
            "Open a saved scan",
            f"A {SUFFIX} file that you or a colleague kept. Compare without signing in.",
            ("Needs no network", "Says when it was read, by whom, and what was not read"),
            self.open_file,
            "Or drop the file on this window.",
        )

    def show_accounts(self, number: int) -> None:
        """Lead to the accounts that are signed in already."""
        self.accounts.setText(f"{counted(number, 'account')} signed in…")
        self.accounts.setAccessibleName(f"{counted(number, 'account')} signed in")
        self.accounts.setVisible(number > 0)

    def choose(self, number: int) -> None:
        """Take one of the three choices, counted from 1."""
        (self.sample, self.sign_in, self.open_file)[number - 1].click()

    def keyPressEvent(self, event: object) -> None:
        """Qt: 1, 2 and 3 choose."""
        text = event.text()  # type: ignore[attr-defined]
        if text in ("1", "2", "3"):
            self.choose(int(text))
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def resizeEvent(self, event: object) -> None:
        """Qt: side by side where there is room."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = self.width() >= _NARROW
        self._cards.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        for frame in self._frames:
            frame.set_beside(wide)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: a scan file is welcome."""
        if dropped_scan(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: open it."""
        path = dropped_scan(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)


def dropped_scan(event: QDropEvent) -> Path | None:
    """Return the scan file that is dragged, or None."""
    for url in event.mimeData().urls():
        if url.isLocalFile() and url.toLocalFile().casefold().endswith(SUFFIX):
            return Path(url.toLocalFile())
    return None
