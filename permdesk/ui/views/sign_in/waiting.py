"""Waiting for a person: in the browser, or with a code on another device."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.text import inert
from permdesk.presentation.appearance import Tone
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, on_first_line
from permdesk.ui.views.dialogs.consent_link import LinkBox
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.ring import Ring
from permdesk.ui.views.sign_in.fields import beside, boxed, copy_button


class TimeLeft(Line):
    """How much time is left, counted down every second."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, role="body", ink="text2", least=80)
        self._ends = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._tell)

    def start(self, seconds: float) -> None:
        """Begin to count down."""
        self._ends = time.monotonic() + seconds
        self._tell()
        self._timer.start()

    def stop(self) -> None:
        """Say nothing more."""
        self._timer.stop()
        self.set_text("")

    def _tell(self) -> None:
        left = max(0, math.ceil(self._ends - time.monotonic()))
        self.set_text(f"{left // 60}:{left % 60:02d} left")
        if not left:
            self._timer.stop()


class _Waiting(QWidget):
    """A ring, a title with the time left, and what to do meanwhile."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = Paragraph(theme, role="section")
        self.words = Paragraph(theme, role="body", ink="text2")
        self.left = TimeLeft(theme)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(on_first_line(Ring(theme), theme, "section"))
        head.addWidget(self.title, 1)
        head.addWidget(self.left, 0, Qt.AlignmentFlag.AlignTop)
        self.below = QVBoxLayout()
        self.below.setContentsMargins(28, 0, 0, 0)
        self.below.setSpacing(12)
        self.below.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self.below)

    def stop(self) -> None:
        """Stop the clock."""
        self.left.stop()


class BrowserPage(_Waiting):
    """Waiting for the browser.

    Args:
        open_address: opens an address in the browser; False where nothing does.
        copy: puts text on the clipboard.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        open_address: Callable[[str], bool],
        copy: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._open, self._address = open_address, ""
        self.open_again = button(theme, "Open again", icon="open-outside", small=True, click=self._open_address)
        self.copy_link = copy_button(theme, "Copy link", lambda: self._address, copy)
        self._buttons = boxed(beside(self.open_again, self.copy_link))
        self.below.addWidget(self._buttons)

    def prepare(self, *, broker: bool = False) -> None:
        """Say that Microsoft is asked for its page, or that Windows asks in place of it."""
        if broker:
            self.title.set_text("Windows asks which account signs in")
            self.words.set_text("Answer in its window. permdesk goes on by itself.", "text2")
        else:
            self.title.set_text("Asking Microsoft for its sign-in page")
            self.words.set_text("It opens in your browser in a moment.", "text2")
        self.left.stop()
        self._buttons.hide()

    def wait(self, waiting: BrowserWaiting) -> None:
        """Open the page, and wait."""
        self._address = waiting.address
        self.left.start(waiting.seconds)
        self.title.set_text("Waiting for you in the browser")
        self._buttons.show()
        self._open_address()

    def _open_address(self) -> None:
        if self._open(self._address):
            self.words.set_text("Microsoft’s sign-in page is open in your browser. Come back when it says so.", "text2")
        else:
            self.words.set_text(
                "No browser opens here. Copy the link, and open it in a browser on this computer.", Tone.PARTIAL
            )


class CodePage(_Waiting):
    """Waiting for a code to be entered on another device.

    Args:
        open_address: opens an address in the browser; False where nothing does.
        copy: puts text on the clipboard.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        open_address: Callable[[str], bool],
        copy: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._waiting: CodeWaiting | None = None
        self.code = Line(theme, role="code", least=2000)
        self.copy_code = copy_button(theme, "Copy code", lambda: self._waiting.code if self._waiting else "", copy)
        self._address_box = QVBoxLayout()
        self.copy_address = copy_button(
            theme, "Copy address", lambda: self._waiting.address if self._waiting else "", copy
        )
        self.open = button(
            theme,
            "Open the page here",
            icon="open-outside",
            small=True,
            click=lambda: open_address(self._waiting.address) if self._waiting else None,
        )
        inner = QVBoxLayout()
        inner.setSpacing(12)
        inner.addLayout(beside(self.code, self.copy_code, spacing=16))
        inner.addLayout(self._address_box)
        inner.addLayout(beside(self.open, self.copy_address))
        self._inner = boxed(inner)
        self.below.addWidget(self._inner)

    def prepare(self) -> None:
        """Say that Microsoft is asked for a code."""
        self._waiting = None
        self.title.set_text("Asking Microsoft for a code")
        self.words.set_text("You enter it on this or any other device.")
        self.left.stop()
        self._inner.hide()

    def wait(self, waiting: CodeWaiting) -> None:
        """Show the code, and wait."""
        self._waiting = waiting
        self.left.start(waiting.seconds)
        self.title.set_text("Enter this code on Microsoft’s page")
        self.words.set_text("Open its address on any device and sign in there. permdesk goes on by itself.")
        code = inert(waiting.code, 40)
        self.code.set_text(code)
        # One letter after the other: a code is no word.
        self.code.setAccessibleName(f"Code {' '.join(code)}")
        while (item := self._address_box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        box = LinkBox(self._theme, inert(waiting.address, 400))
        box.setAccessibleName(f"Address {inert(waiting.address, 400)}")
        self._address_box.addWidget(box)
        self._inner.show()
