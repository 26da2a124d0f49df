"""Buttons, rules and glyphs as every view of the window uses them."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from permdesk.presentation.appearance import Tone
from permdesk.ui import icons
from permdesk.ui.painting import draw_words, paint_framed, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import coloured


def literal(text: str) -> str:
    """Return text for a button or menu, where an ampersand would otherwise underline a letter."""
    return text.replace("&", "&&")


#: Qt puts 4 px between a button's icon and its words, the look asks for 8; a style sheet cannot say so.
_GAP = "\N{FOUR-PER-EM SPACE}"


def button(
    theme: Theme,
    text: str,
    *,
    icon: str | None = None,
    kind: str | None = None,
    small: bool = False,
    click: Callable[[], object] | None = None,
    tip: str = "",
) -> QPushButton:
    """Return a push button.

    Args:
        theme: whose colours and fonts it has.
        text: its words, the ampersand included.
        icon: one of the icon family.
        kind: primary (one per window), accent, flat, link; None for the plain one.
        small: the height that buttons inside panes have.
        click: called without arguments when it is pressed.
        tip: its tool tip.
    """
    made = (_LinkButton if kind == "link" else QPushButton)(f"{_GAP}{literal(text)}" if icon else literal(text))
    if kind:
        made.setProperty("kind", kind)
    if small:
        made.setProperty("small", True)
    made.setFont(theme.font("small" if small or kind == "link" else "body"))
    if icon:
        role = {"primary": "on-accent", "accent": "accent", "link": "accent"}.get(kind or "", "text")
        made.setIcon(icons.icon(icon, theme, role))
        made.setIconSize(QSize(16, 16))
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    if tip:
        made.setToolTip(tool_tip(tip))
    if click is not None:
        made.clicked.connect(lambda _checked=False: click())
    return made


def relabel(made: QPushButton, text: str) -> None:
    """Give a button with an icon other words, and the name that goes with them."""
    made.setText(f"{_GAP}{literal(text)}")
    made.setAccessibleName(text)


class _LinkButton(QPushButton):
    """A link that is cut where its pane is narrow, with its words as tool tip."""

    def sizeHint(self) -> QSize:
        """Qt: its words and no more, so that it ends where other text ends."""
        icon = 0 if self.icon().isNull() else self.iconSize().width() + 4
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + icon + 6, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Qt: an icon and a few letters."""
        return QSize(min(64, self.sizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint, with the words cut to the width there is."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.width() - 4 - (20 if not self.icon().isNull() else 0)
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        if cut != self.text():
            option.text = cut
            if not self.toolTip():
                self.setToolTip(tool_tip(self.accessibleName()))
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


def tool_button(
    theme: Theme, name: str, *, icon: str, click: Callable[[], object] | None = None, role: str = "text"
) -> QToolButton:
    """Return a flat button that is an icon alone; ``name`` is its accessible name and tool tip."""
    made = QToolButton()
    made.setIcon(icons.icon(icon, theme, role))
    made.setIconSize(QSize(16, 16))
    made.setAccessibleName(name)
    made.setToolTip(tool_tip(name))
    made.setProperty("kind", "flat")
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if click is not None:
        made.clicked.connect(lambda _checked=False: click())
    return made


def rule(*, vertical: bool = False) -> QFrame:
    """Return a line of one pixel."""
    made = QFrame()
    made.setProperty("kind", "rule-vertical" if vertical else "rule")
    return made


def ground(widget: QWidget, role: str) -> QWidget:
    """Give a widget the ground of a role: window, panel or raised."""
    widget.setProperty("ground", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def scrolled(content: QWidget, *, name: str) -> QScrollArea:
    """Return a column that scrolls up and down and never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    return area


def on_first_line(widget: QWidget, theme: Theme, role: str) -> QVBoxLayout:
    """Return a layout that keeps a glyph or icon at the middle of the first line of the text beside it.

    Args:
        widget: the glyph; its height is fixed.
        theme: whose line heights count.
        role: of the text beside it.
    """
    column = QVBoxLayout()
    column.setContentsMargins(0, max(0, (theme.line(role) - widget.height()) // 2), 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return column


class Icon(QWidget):
    """One icon of the family in a layout; it says nothing to those who hear the window.

    Args:
        ink: a colour role of the theme, or a tone.
        size: side in logical pixels.
    """

    def __init__(
        self, theme: Theme, name: str, *, ink: str | Tone = "text", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._ink, self._size = theme, name, ink, size
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        icons.paint(painter, self._name, self.rect(), coloured(self._theme, self._ink))
        painter.end()


def shown_keys(keys: QKeySequence) -> str:
    """Return keys as this system names them, with a space between them."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")


class KeyCap(QWidget):
    """A key as it is drawn on keyboards.

    Args:
        text: what stands on it.
    """

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, text
        self.setFont(theme.font("smallest"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Qt: its text with air."""
        metrics = self.fontMetrics()
        return QSize(max(metrics.horizontalAdvance(self._text) + 10, metrics.height() + 2), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        paint_framed(painter, self.rect(), self._theme, 3)
        painter.setPen(self._theme.color("muted"))
        draw_words(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class Initials(QWidget):
    """A small square with the first letters of a tenant's name."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._letters = ""
        self.setFixedSize(32, 32)
        self.setFont(theme.font("small-strong"))
        theme.changed.connect(self.update)

    def set_name(self, name: str) -> None:
        """Show the letters of another name."""
        words = [word for word in name.split() if word[0].isalnum()]
        self._letters = "".join(word[0] for word in words[:2]).upper() or "–"
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("selection"))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(self._theme.color("accent"))
        draw_words(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()
