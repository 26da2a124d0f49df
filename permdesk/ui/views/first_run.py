"""The first thing a person sees: three ways to begin, side by side."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, KeyCap, button, ground, on_first_line, scrolled, tool_button
from permdesk.ui.views.paragraph import Line, Paragraph

_WIDEST: Final = 1200
_NARROW: Final = 760
SUFFIX: Final = ".permdesk"

#: What a person types meanwhile; the token is taken from the environment and never from the command line.
COMMANDS: Final = (
    "export PERMDESK_ACCESS_TOKEN=$(az account get-access-token --resource-type ms-graph --query accessToken -o tsv)",
    "permdesk-cli scan --output tenant.permdesk",
)
COMMANDS_WINDOWS: Final = (
    "$env:PERMDESK_ACCESS_TOKEN = az account get-access-token --resource-type ms-graph --query accessToken -o tsv",
    "permdesk-cli scan --output tenant.permdesk",
)


class FirstRun(QWidget):
    """Three choices: the sample tenant, signing in, a saved scan. Keys 1, 2 and 3 choose; a file may be dropped."""

    sample_requested = Signal()
    file_requested = Signal()
    file_dropped = Signal(Path)
    copy_requested = Signal(str, str)
    licences_requested = Signal()

    def __init__(self, theme: Theme, *, windows: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._commands = COMMANDS_WINDOWS if windows else COMMANDS
        ground(self, "window")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("permdesk: choose how to begin")
        self.sample = button(
            theme, "Open the sample tenant", icon="flask", kind="primary", click=self.sample_requested.emit
        )
        self.sign_in = button(theme, "How to read your tenant", icon="sign-in", click=self.show_sign_in)
        self.open_file = button(theme, "Open a file…", icon="folder", click=self.file_requested.emit)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(0)
        self._frames = [self._sample_card(), self._sign_in_card(), self._file_card()]
        for frame in self._frames:
            self._cards.addWidget(frame, 1)
        self.sign_in_panel = self._panel()
        self.sign_in_panel.hide()
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
        column.addSpacing(16)
        column.addWidget(self.sign_in_panel)
        column.addSpacing(16)
        column.addLayout(foot)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        page = ground(QWidget(), "window")
        across = QHBoxLayout(page)
        across.setContentsMargins(32, 48, 32, 24)
        across.addStretch(1)
        across.addWidget(middle, 100, Qt.AlignmentFlag.AlignTop)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area = scrolled(page, name="Choose how to begin")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(area)

    def _card(
        self, icon: str, title: str, text: str, points: tuple[str, ...], action: QPushButton, remark: str
    ) -> "_Card":
        theme = self._theme
        card = _Card(theme)
        card.setMinimumHeight(372)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(0)
        column.addWidget(_Badge(theme, icon))
        column.addSpacing(20)
        column.addWidget(Paragraph(theme, title, role="section"))
        column.addSpacing(2)
        column.addWidget(Paragraph(theme, text, role="body", ink="text2"))
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
        column.addWidget(Paragraph(theme, remark, ink="muted"))
        return card

    def _sample_card(self) -> "_Card":
        return self._card(
            "flask",
            "Look at a sample tenant",
            "An invented company with vendor apps in every state. Everything works as in real life, "
            "and no network is used.",
            ("Needs no account", "Shows every kind of finding"),
            self.sample,
            "Good for a first look and for showing others.",
        )

    def _sign_in_card(self) -> "_Card":
        return self._card(
            "sign-in",
            "Sign in to your tenant",
            "permdesk reads apps and grants with your own rights, on this computer.",
            (
                "Reads only; it cannot change a grant",
                "Takes the token from the environment, and writes it nowhere",
            ),
            self.sign_in,
            "Signing in from this window is not in this version yet: two commands, then open the file here.",
        )

    def _file_card(self) -> "_Card":
        return self._card(
            "folder",
            "Open a saved scan",
            f"A {SUFFIX} file that you or a colleague kept. Compare without signing in.",
            ("Needs no network", "Says when it was read, by whom, and what was not read"),
            self.open_file,
            "Or drop the file on this window.",
        )

    def _panel(self) -> "_Card":
        theme = self._theme
        panel = _Card(theme)
        column = QVBoxLayout(panel)
        column.setContentsMargins(32, 16, 32, 20)
        column.setSpacing(8)
        column.addWidget(Paragraph(theme, "Read your tenant from the command line", role="section"))
        column.addWidget(
            Paragraph(
                theme,
                "Signing in from this window is not in this version yet. The command line takes a token from the "
                "variable PERMDESK_ACCESS_TOKEN, reads the tenant and writes a file to open here. The Azure CLI can "
                "fetch such a token for you; an account with the right Directory.Read.All, or a role such as "
                "Global Reader, is enough.",
                role="body",
                ink="text2",
            )
        )
        self.command_fields: list[QLineEdit] = []
        for number, command in enumerate(self._commands, 1):
            column.addLayout(self._command(number, command))
        return panel

    def _command(self, number: int, command: str) -> QHBoxLayout:
        theme = self._theme
        field = QLineEdit(command)
        field.setReadOnly(True)
        field.setFont(theme.font("fixed"))
        field.setAccessibleName(f"Command {number}")
        field.setCursorPosition(0)
        self.command_fields.append(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(
            tool_button(
                theme,
                f"Copy command {number}",
                icon="copy",
                click=lambda: self.copy_requested.emit(command, "The command"),
            )
        )
        return row

    def show_sign_in(self) -> None:
        """Say how a tenant is read today."""
        self.sign_in_panel.show()
        self.command_fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

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


class _Card(QFrame):
    """A frame that joins its neighbour's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the colours may have changed."""
        super().changeEvent(event)
        self.update()


class _Badge(QWidget):
    """An icon in a small framed square."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(48, 48)
        inner = QHBoxLayout(self)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(Icon(theme, icon, ink="accent", size=24))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()


def to_clipboard(text: str) -> None:
    """Put text on the clipboard."""
    QGuiApplication.clipboard().setText(text)
