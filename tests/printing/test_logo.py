"""Logos that other people made: what is drawn, and what is refused before anything reads it."""

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage

from permdesk.errors import FormatError
from permdesk.printing.furniture import Furniture
from permdesk.printing.layout import layout
from permdesk.printing.logo import load_logo
from permdesk.printing.measures import sheet_of
from permdesk.printing.painter import page_image
from permdesk.reports.choice import Letterhead, Page
from tests.printing.handmade import made

pytestmark = pytest.mark.usefixtures("qapp")

_SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_SVG = f'<svg {_SPACES} width="80" height="20">{{}}</svg>'
_RED = '<rect width="80" height="20" fill="#ff0000"/>'


def png(width: int = 60, height: int = 20, colour: str = "#ff0000") -> bytes:
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(colour) if colour else Qt.GlobalColor.transparent)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def huge_png() -> bytes:
    """A few bytes that claim to be 20,000 pixels wide."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [png(), _SVG.format(_RED).encode()], ids=["png", "svg"])
def test_it_stands_at_the_left_of_the_first_page(content: bytes) -> None:
    pages = layout(made(), Page(), Letterhead("Northmere Ltd", logo=content))
    image = page_image(pages, 0, resolution=72)
    top = Furniture(made(), Letterhead(), sheet_of(Page()), colour=True).top(0)
    x, y = pages.sheet.left // 10 + 10, round(top / 10) + 10
    assert image.pixelColor(x, y) == QColor("#ff0000")
    assert page_image(pages, 1, resolution=72).pixelColor(x, y) != QColor("#ff0000")


def test_black_and_white_paper_has_a_grey_one() -> None:
    colour = load_logo(png(), colour=False).pixelColor(5, 5)
    assert colour.red() == colour.green() == colour.blue()


def test_what_is_transparent_is_white() -> None:
    assert load_logo(png(colour=""), colour=True).pixelColor(5, 5) == QColor("white")
    assert load_logo(_SVG.format("").encode(), colour=True).pixelColor(5, 5) == QColor("white")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"This is a text file.\n", "neither a PNG nor an SVG"),
        (b"", "neither a PNG nor an SVG"),
        (b"<html><body/></html>", "neither a PNG nor an SVG"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "damaged"),
        (png()[:60], "damaged"),
        (huge_png(), "20,000"),
        (b"x" * 2_000_001, "2,000,000 bytes"),
        (b"\xff\xd8\xff\xe0 JPEG", "neither a PNG nor an SVG"),
        (_SVG.format('<image xlink:href="https://larkfield.example/a.png"/>').encode(), "image"),
        (_SVG.format('<image href="file:///etc/passwd"/>').encode(), "image"),
        (_SVG.format('<image href="  ../a.png"/>').encode(), "image"),
        (_SVG.format('<use href="other.svg#a"/>').encode(), "outside"),
        (_SVG.format('<rect fill="url(https://larkfield.example/#a)"/>').encode(), "outside"),
        (_SVG.format('<rect style="fill: u\\72l(https://larkfield.example)"/>').encode(), "outside"),
        (_SVG.format("<style>@import 'https://larkfield.example/a.css';</style>").encode(), "outside"),
        (_SVG.format("<style><![CDATA[ @import 'a.css'; ]]></style>").encode(), "outside"),
        (_SVG.format("<script>alert(1)</script>").encode(), "script"),
        (_SVG.format("<foreignObject/>").encode(), "foreignObject"),
        (b'<?xml-stylesheet href="https://larkfield.example/a.css"?>' + _SVG.format("").encode(), "xml-stylesheet"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _SVG.format("&a;").encode(), "document type"),
        (_SVG.format("<rect>").encode(), "damaged"),
    ],
)
def test_what_cannot_be_trusted_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        load_logo(content, colour=True)
    assert said in str(refused.value)


def test_what_points_within_itself_is_drawn() -> None:
    gradient = '<defs><linearGradient id="a"><stop stop-color="#00ff00"/></linearGradient></defs>'
    drawn = load_logo(_SVG.format(gradient + '<rect width="80" height="20" fill="url(#a)"/>').encode(), colour=True)
    assert drawn.pixelColor(drawn.width() // 2, drawn.height() // 2) == QColor("#00ff00")
