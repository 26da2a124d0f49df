"""Words where the window runs from right to left: names and dates of Latin letters keep their own order."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from permdesk.ui.painting import direction_of, draw_words

_LEFT, _RIGHT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("12 Mar 2024", _LEFT),
        ("+1", _LEFT),
        ("", _LEFT),
        ("3 \u05de\u05e9\u05ea\u05de\u05e9\u05d9\u05dd", _RIGHT),
        ("\u0646\u0633\u062e Backup", _RIGHT),
    ],
)
def test_a_text_is_read_as_its_first_letter_is(text: str, direction: Qt.LayoutDirection) -> None:
    assert direction_of(text) is direction


def _picture() -> tuple[QImage, QPainter]:
    image = QImage(200, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image, QPainter(image)


def test_a_date_stands_at_the_other_edge_and_reads_the_same(qapp: QApplication) -> None:
    box, middle = QRect(0, 0, 200, 20), Qt.AlignmentFlag.AlignVCenter
    mirrored, painter = _picture()
    painter.setLayoutDirection(_RIGHT)
    draw_words(painter, box, middle | Qt.AlignmentFlag.AlignLeading, "12 Mar 2024")
    assert painter.layoutDirection() is _RIGHT
    painter.end()
    wanted, painter = _picture()
    painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, "12 Mar 2024")
    painter.end()
    turned, painter = _picture()
    painter.setLayoutDirection(_RIGHT)
    painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeading, "12 Mar 2024")
    painter.end()
    assert mirrored == wanted
    # Left alone, Qt puts the day last.
    assert mirrored != turned
