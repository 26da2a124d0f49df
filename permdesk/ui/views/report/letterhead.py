"""The letterhead of reports: firm, address, footer and logo."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from permdesk.presentation.appearance import Tone
from permdesk.reports.choice import Letterhead
from permdesk.settings import ReportHead
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph
from permdesk.ui.views.sign_in.fields import Rows, boxed, text_field

_FILTER: Final = "Pictures (*.png *.svg)"
_LOGO_WORDS: Final = "PNG or SVG. It stands on the first page, at most 50 mm wide and 16 mm high."
_MOST_LINES: Final = 6
#: Milliseconds after the last letter before it is kept.
_REST: Final = 500


def letterhead_of(kept: ReportHead) -> Letterhead:
    """Return the letterhead that the settings keep."""
    return Letterhead(firm=kept.firm, address=kept.address, footer=kept.footer, logo=kept.logo)


class LogoPicture(QWidget):
    """The logo as it is, on white as on paper."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self.setFixedSize(168, 64)
        self.setAccessibleName("No logo")
        theme.changed.connect(self.update)

    def show_logo(self, image: QImage | None) -> None:
        """Show another one, or none."""
        self._image = image
        self.setAccessibleName("Logo" if image is not None else "No logo")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.setPen(self._theme.color("muted"))
            painter.setFont(self._theme.font("small"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No logo")
            painter.end()
            return
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        room = self.rect().adjusted(6, 6, -6, -6)
        fitted = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, fitted.width(), fitted.height())
        box.moveCenter(QRectF(room).center())
        painter.drawImage(box, self._image)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class LetterheadForm(QWidget):
    """Fields that act at once; a logo is checked by who hears ``logo_chosen``.

    Args:
        letterhead: what holds now.
    """

    #: Letterhead: what a person made of it.
    changed = Signal(object)
    #: Path of a file that shall become the logo.
    logo_chosen = Signal(object)

    def __init__(self, theme: Theme, *, letterhead: Letterhead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = letterhead
        self._logo = letterhead.logo
        self.dialog: QFileDialog | None = None
        rows = Rows(theme, least=96)
        rows.grid.setHorizontalSpacing(16)
        self.firm = text_field(theme, "Firm", hint="Who hands the summary over", text=letterhead.firm)
        self.address = QPlainTextEdit("\n".join(letterhead.address))
        self.address.setAccessibleName("Address")
        self.address.setFont(theme.font("body"))
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(3 * theme.line("body") + 14)
        self.address.setPlaceholderText("Street\nTown")
        self.footer = text_field(
            theme, "Footer", hint="A line at the foot of every page, such as “Confidential”", text=letterhead.footer
        )
        self.picture = LogoPicture(theme)
        self.choose = button(theme, "Choose a logo…", icon="folder", small=True, click=self._ask)
        self.remove = button(theme, "Remove", small=True, click=lambda: self.take_logo(b"", None))
        beside = QVBoxLayout()
        beside.setSpacing(6)
        beside.addStretch(1)
        beside.addWidget(self.choose)
        beside.addWidget(self.remove)
        beside.addStretch(1)
        logo = QHBoxLayout()
        logo.setSpacing(12)
        logo.addWidget(self.picture)
        logo.addLayout(beside)
        logo.addStretch(1)
        rows.add("Firm", self.firm)
        rows.add("Address", self.address)
        rows.add("Footer", self.footer)
        rows.add("Logo", boxed(logo), buddy=self.choose)
        self.note = Paragraph(theme, _LOGO_WORDS, role="smallest", ink="muted")
        rows.add_below(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(rows.grid)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST)
        self._resting.timeout.connect(self.flush)
        for field in (self.firm, self.address, self.footer):
            field.textChanged.connect(lambda *_: self._resting.start())
        self.show_picture(None)

    @property
    def letterhead(self) -> Letterhead:
        """What the fields say."""
        lines = [line.strip() for line in self.address.toPlainText().splitlines()]
        return Letterhead(
            firm=self.firm.text().strip(),
            address=tuple(line for line in lines if line)[:_MOST_LINES],
            footer=self.footer.text().strip(),
            logo=self._logo,
        )

    def flush(self) -> None:
        """Say what was typed last, where nobody heard of it yet."""
        self._resting.stop()
        if self.letterhead != self._told:
            self._told = self.letterhead
            self.changed.emit(self._told)

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), "Choose a logo", "", _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.logo_chosen.emit(Path(name)))
        self.dialog = dialog
        dialog.destroyed.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def take_logo(self, content: bytes, image: QImage | None) -> None:
        """Take a logo that was checked, or none."""
        self._logo = content
        self.note.set_text(_LOGO_WORDS, "muted")
        self.show_picture(image)
        self.flush()

    def show_picture(self, image: QImage | None) -> None:
        """Show what the logo looks like."""
        self.picture.show_logo(image)
        self.remove.setVisible(bool(self._logo))

    def refuse_logo(self, why: str) -> None:
        """Say why a file cannot be the logo; the one before stays."""
        self.note.set_text(why, Tone.MISSING)


class LetterheadSheet(Sheet):
    """The letterhead alone, from where a report is made."""

    def __init__(self, theme: Theme, parent: QWidget | None, *, letterhead: Letterhead) -> None:
        super().__init__(
            theme,
            "Letterhead",
            parent,
            lead="Stands on the first page of every summary, printed or saved. Kept on this computer.",
            width=560,
        )
        self.form = LetterheadForm(theme, letterhead=letterhead)
        self.body.addWidget(self.form)
        self.add_button("Close", self.accept, kind="primary", default=True)
        self.finished.connect(lambda _result: self.form.flush())

    def first_focus(self) -> QWidget:
        """Return the name of the firm."""
        return self.form.firm
