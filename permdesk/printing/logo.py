"""The logo of a letterhead: a PNG or SVG that other people made, checked before anything draws it."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, QXmlStreamReader
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from permdesk.errors import FormatError

#: A logo of more bytes would make every summary that large.
LARGEST_LOGO: Final = 2_000_000
#: Pixels of a side.
WIDEST_LOGO: Final = 6000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: An SVG is drawn so large: 50 mm at 600 dots per inch.
_DRAWN: Final = QSize(1200, 1200)
_REFERENCES: Final = frozenset({"href", "src", "xlink:href"})
#: Elements that run, or bring in what is not drawn.
_REFUSED: Final = frozenset({"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler"})


def check_logo(content: bytes) -> None:
    """See whether a file can be printed as a logo.

    Raises:
        FormatError: it is no PNG or SVG, is too large, or wants something from outside.
    """
    load_logo(content, colour=True)


def load_logo(content: bytes, *, colour: bool) -> QImage:
    """Return a logo on white, opaque as PDF/A wants it.

    Args:
        content: of the file.
        colour: False for greys.

    Raises:
        FormatError: see ``check_logo``.
    """
    if len(content) > LARGEST_LOGO:
        raise _refused(f"It has {len(content):,} bytes; {LARGEST_LOGO:,} are the most.")
    picture = _png(content) if content.startswith(_PNG) else _svg(content)
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.end()
    return paper if colour else paper.convertToFormat(QImage.Format.Format_Grayscale8)


def _refused(detail: str) -> FormatError:
    return FormatError("The logo cannot be used", detail=detail, remedy="Choose a PNG or a plain SVG.")


def _png(content: bytes) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    # Asked before anything is decoded: a small file may unfold to gigabytes.
    if max(size.width(), size.height()) > WIDEST_LOGO:
        raise _refused(f"It is {size.width():,} by {size.height():,} pixels; {WIDEST_LOGO:,} a side are the most.")
    picture = reader.read()
    if picture.isNull() or size.isEmpty():
        raise _refused("It is damaged: it begins like a PNG and cannot be decoded.")
    return picture


def _svg(content: bytes) -> QImage:
    _check_svg(content)
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(content))
    size = renderer.defaultSize()
    if not renderer.isValid() or size.isEmpty():
        raise _refused("It is no PNG, and no SVG that can be drawn.")
    picture = QImage(size.scaled(_DRAWN, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)), _format())
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    return picture


def _format() -> QImage.Format:
    return QImage.Format.Format_ARGB32_Premultiplied


def _check_svg(content: bytes) -> None:
    """Refuse what is no SVG, and what points outside of it: nothing is read or run because of a logo."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QXmlStreamReader(buffer)
    root = True
    while not reader.atEnd():
        token = reader.readNext()
        if token is QXmlStreamReader.TokenType.DTD:
            # What editors write there names a file on the web, and may define entities that unfold for ever.
            raise _refused("It has a document type definition. Save it as plain SVG.")
        if token is QXmlStreamReader.TokenType.ProcessingInstruction:
            raise _refused("It names a style sheet outside of it.")
        if token is QXmlStreamReader.TokenType.Characters and _points_outside(reader.text()):
            raise _refused("Its style sheet points outside of it.")
        if token is not QXmlStreamReader.TokenType.StartElement:
            continue
        name = str(reader.name())
        if root and name != "svg":
            break
        root = False
        if name in _REFUSED:
            raise _refused(f"It holds the element {name}, which permdesk does not draw.")
        attributes = reader.attributes()
        for attribute in (attributes.at(place) for place in range(attributes.size())):
            value = str(attribute.value()).strip()
            if str(attribute.name()) in _REFERENCES and not value.startswith(("#", "data:image/")):
                raise _refused("It points to a file or address outside of it.")
            if _points_outside(value):
                raise _refused("Its style points outside of it.")
    if root or reader.hasError():
        raise _refused("It is no PNG, and no SVG that can be read.")


def _points_outside(style: str) -> bool:
    """Return whether a style wants something that is not in the file itself."""
    squeezed = "".join(style.split()).lower().replace("'", "").replace('"', "")
    # A backslash may hide the other words.
    if "@import" in squeezed or ("\\" in squeezed and "(" in squeezed):
        return True
    return any(not piece.startswith("#") for piece in squeezed.split("url(")[1:])
