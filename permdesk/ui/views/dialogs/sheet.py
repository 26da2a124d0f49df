"""What all sheets have in common: heading, body, a row of buttons, and a dimmed window behind."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, SignalInstance
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, ground, rule, scrolled
from permdesk.ui.views.fade import faded
from permdesk.ui.views.paragraph import Paragraph

_DIM = QColor(20, 24, 30, round(0.42 * 255))


class Sheet(QDialog):
    """A window-modal dialog; ``open`` it, and it removes itself when it is closed.

    Args:
        theme: whose colours it has.
        title: its heading, and the title of its frame.
        parent: the window it belongs to.
        lead: a sentence below the heading; empty for none.
        width: in logical pixels.
    """

    def __init__(self, theme: Theme, title: str, parent: QWidget | None, *, lead: str = "", width: int = 560) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ground(self, "panel")
        self.heading = Paragraph(theme, title, role="heading")
        self.lead = Paragraph(theme, lead, role="small", ink="text2")
        self.head = QVBoxLayout()
        self.head.setContentsMargins(24, 20, 24, 8)
        self.head.setSpacing(4)
        self.head.addWidget(self.heading)
        self.head.addWidget(self.lead)
        if not lead:
            self.lead.hide()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 8, 24, 20)
        self.body.setSpacing(8)
        foot = ground(QWidget(), "window")
        self.buttons = QHBoxLayout(foot)
        self.buttons.setContentsMargins(24, 12, 24, 12)
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self._leading = 0
        whole = QVBoxLayout(self)
        # Room for the edge, which tells the sheet from the dimmed window where the system draws no frame.
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(self.head)
        whole.addLayout(self.body, 1)
        whole.addWidget(rule())
        whole.addWidget(foot)
        self.resize(width, 10)

    def add_button(
        self,
        text: str,
        click: Callable[[], object],
        *,
        kind: str | None = None,
        icon: str | None = None,
        default: bool = False,
        tip: str = "",
        leading: bool = False,
    ) -> QPushButton:
        """Add a button to the row at the bottom; Return presses the default one.

        A ``leading`` one stands at the beginning of the row, apart from those that answer what the sheet asks.
        """
        made = button(self.theme, text, kind=kind, icon=icon, click=click, tip=tip)
        made.setDefault(default)
        if leading:
            self.buttons.insertWidget(self._leading, made)
            self._leading += 1
        else:
            self.buttons.addWidget(made)
        return made

    def add_page(self, name: str) -> QVBoxLayout:
        """Add a page that scrolls, and return its column."""
        page = ground(QWidget(), "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(6)
        self.body.addWidget(faded(self.theme, scrolled(page, name=name)), 1)
        return column

    def leaving(self, signal: SignalInstance, *values: object) -> Callable[[], None]:
        """Return what closes the sheet and then says what a person chose."""

        def leave() -> None:
            self.accept()
            signal.emit(*values)

        return leave

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint its edge."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.color("panel"))
        painter.setPen(self.theme.color("sheet-edge"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the focus begins where typing or Return makes sense, never on a button that merely copies."""
        super().showEvent(event)
        focus = cast("QWidget | None", self.focusWidget())
        if focus is None or isinstance(focus, QToolButton):
            first = self.first_focus()
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget | None:
        """Return what has the focus at first: the default button."""
        return next((made for made in self.findChildren(QPushButton) if made.isDefault()), None)

    def open(self) -> None:
        """Open it over its window, which is dimmed meanwhile."""
        window = self.parentWidget()
        if window is not None and not self.theme.high_contrast:
            dim = Dim(window.window())
            self.finished.connect(dim.hide)
            self.finished.connect(dim.deleteLater)
        self.fit()
        super().open()

    def fit(self) -> None:
        """Become as high as the text wants to be at this width: a dialog by itself never asks that."""
        layout = self.layout()
        if layout is None:
            return
        self.ensurePolished()
        layout.activate()
        wanted = layout.totalHeightForWidth(self.width())
        window = self.parentWidget()
        most = window.window().height() - 32 if window is not None else wanted
        least = min(max(wanted, layout.totalMinimumSize().height()), most)
        self.setMinimumSize(min(self.width(), 480), min(least, 400))
        self.resize(self.width(), min(max(self.height(), least), most))


class Dim(QWidget):
    """A veil over a window that waits for a sheet."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: it covers the window whatever its size."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _DIM)
        painter.end()
