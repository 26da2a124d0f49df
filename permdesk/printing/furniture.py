"""What stands on every page: letterhead on the first, head, foot, and "Page x of y"."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage

from permdesk.printing.brush import Brush
from permdesk.printing.faces import face
from permdesk.printing.logo import load_logo
from permdesk.printing.measures import FIRM, MARGIN, SMALL, SMALL_QUIET, Sheet
from permdesk.printing.text_pieces import shortened
from permdesk.printing.wrapping import Wrapped, wrap_plain
from permdesk.reports.choice import Letterhead
from permdesk.reports.document import Document

#: Between the head's rule and the text, and between the text and the foot's rule.
_BELOW_HEAD: Final = 150
_ABOVE_FOOT: Final = 90
_RULE_AIR: Final = 50
#: 50 by 16 mm.
_LOGO_WIDTH: Final = 1417
_LOGO_HEIGHT: Final = 454
_LETTER_GAP: Final = 150


class Furniture:
    """Head, foot and letterhead of a report on one kind of paper.

    Args:
        colour: False where the logo is printed in grey.

    Attributes:
        bottom: down to where text may reach.

    Raises:
        FormatError: the logo is no picture that can be printed.
    """

    def __init__(self, document: Document, letterhead: Letterhead, sheet: Sheet, *, colour: bool) -> None:
        self._document, self._letterhead, self._sheet = document, letterhead, sheet
        self._logo: QImage | None = load_logo(letterhead.logo, colour=colour) if letterhead.logo else None
        self._top = MARGIN + SMALL.pitch + _RULE_AIR + _BELOW_HEAD
        self._foot_lines = wrap_plain(letterhead.footer, SMALL_QUIET, sheet.inner).lines if letterhead.footer else 0
        # A footer of many lines would leave no page to print on.
        self._foot_lines = min(self._foot_lines, 4)
        self._foot_rule = sheet.height - MARGIN - (1 + self._foot_lines) * SMALL.pitch - _RULE_AIR
        self.bottom = self._foot_rule - _ABOVE_FOOT

    def top(self, number: int) -> float:
        """Return where text begins on a page."""
        return self._top + (self._letter_height() if number == 0 else 0)

    def paint(self, brush: Brush, number: int, count: int) -> None:
        """Paint all of it on a page, its number from 0."""
        if number == 0:
            self._paint_letterhead(brush)
        sheet, painter, document = self._sheet, brush.painter, self._document
        left, right = document.head
        y = MARGIN
        beside = wrap_plain(shortened(right, SMALL, sheet.inner // 2), SMALL, sheet.inner)
        beside.draw_right(painter, sheet.left + sheet.inner, y)
        room = round(sheet.inner - min(sheet.inner / 2, face(SMALL).width(right[:400])) - 120)
        wrap_plain(shortened(left, SMALL, room), SMALL, sheet.inner).draw(painter, sheet.left, y, 0, 1)
        brush.rule(sheet.left, y + SMALL.pitch + _RULE_AIR / 2, sheet.inner)
        brush.rule(sheet.left, self._foot_rule, sheet.inner)
        y = round(self._foot_rule + _RULE_AIR)
        words = f"Page {number + 1} of {count}"
        room = round(sheet.inner - face(SMALL).width(words) - 120)
        wrap_plain(words, SMALL, sheet.inner).draw_right(painter, sheet.left + sheet.inner, y)
        wrap_plain(shortened(document.foot, SMALL, room), SMALL, sheet.inner).draw(painter, sheet.left, y, 0, 1)
        if self._foot_lines:
            footer = wrap_plain(self._letterhead.footer, SMALL_QUIET, sheet.inner)
            footer.draw(painter, sheet.left, y + SMALL.pitch, 0, self._foot_lines)

    def _letter_height(self) -> float:
        text = sum(words.lines for words in self._words()) * SMALL.pitch
        logo = self._logo_size().height() if self._logo is not None else 0.0
        return max(text, logo) + _LETTER_GAP if text or logo else 0.0

    def _words(self) -> list[Wrapped]:
        letter, sheet = self._letterhead, self._sheet
        width = sheet.inner - _LOGO_WIDTH - _LETTER_GAP
        firm = [wrap_plain(letter.firm, FIRM, width)] if letter.firm else []
        address = [line for line in letter.address if line]
        if sheet.width > sheet.height and address:
            # Lying paper has width to spare, and no height.
            address = [" · ".join(address)]
        return firm + [wrap_plain(line, SMALL, width) for line in address]

    def _logo_size(self) -> QSizeF:
        size = QSizeF(self._logo.size()) if self._logo is not None else QSizeF()
        return size.scaled(_LOGO_WIDTH, _LOGO_HEIGHT, Qt.AspectRatioMode.KeepAspectRatio)

    def _paint_letterhead(self, brush: Brush) -> None:
        left, y = self._sheet.left, self._top
        if self._logo is not None:
            brush.painter.drawImage(QRectF(QPointF(left, y), self._logo_size()), self._logo)
        for words in self._words():
            words.draw_right(brush.painter, left + self._sheet.inner, y)
            y += words.lines * SMALL.pitch
