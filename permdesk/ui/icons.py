"""The icon family: drawn once on a grid of 16, coloured from the theme, sharp at every size and ratio."""

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from permdesk import paths
from permdesk.ui.theme import Theme

GRID: Final = 16
STROKE: Final = 1.5

#: Icons that point along the line of writing; they are mirrored where that runs from right to left.
DIRECTIONAL: Final = frozenset({"chevron-right", "sign-in", "sign-out"})


@cache
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")


def names() -> tuple[str, ...]:
    """Return the name of every icon of the family, sorted; the program's own mark is not one of it."""
    folder = paths.resources() / "icons"
    return tuple(sorted(path.stem for path in folder.glob("*.svg") if path.stem != "permdesk"))


@cache
def _renderer(name: str, colour: str, stroke: float) -> QSvgRenderer:
    drawing = _source(name).replace("currentColor", colour)
    drawing = drawing.replace(f'stroke-width="{STROKE}"', f'stroke-width="{stroke:.4g}"')
    return QSvgRenderer(QByteArray(drawing.encode()))


def _stroke_on_grid(pixels: float) -> float:
    # The line stays 1.5 px on both grids, 16 and 20; only larger drawings thicken it.
    return STROKE * GRID / min(max(pixels, GRID), 20.0)


@cache
def _image(name: str, colour: str, pixels: float, ratio: float, mirrored: bool) -> QImage:
    side = round(pixels * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour, _stroke_on_grid(pixels)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    if mirrored:
        image = image.flipped(Qt.Orientation.Horizontal)
    image.setDevicePixelRatio(ratio)
    return image


def _mirrored(name: str) -> bool:
    return name in DIRECTIONAL and QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def paint(painter: QPainter, name: str, rect: QRect, colour: QColor) -> None:
    """Paint an icon into the middle of a square rectangle, in logical pixels."""
    side = min(rect.width(), rect.height())
    ratio = painter.device().devicePixelRatioF()
    image = _image(name, colour.name(), side, ratio, _mirrored(name))
    painter.drawImage(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, image)


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """Return an icon of ``size`` logical pixels in one colour."""
    return QPixmap.fromImage(_image(name, colour.name(), size, ratio, _mirrored(name)))


class _Engine(QIconEngine):
    """Asks the theme for its colour each time, so that a change of scheme needs no new icons."""

    def __init__(self, name: str, theme: Theme, role: str) -> None:
        super().__init__()
        self._name, self._theme, self._role = name, theme, role

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._theme, self._role)

    def _colour(self, mode: QIcon.Mode) -> QColor:
        return self._theme.color("muted" if mode is QIcon.Mode.Disabled else self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        paint(painter, self._name, rect, self._colour(mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        side = min(size.width(), size.height())
        image = _image(self._name, self._colour(mode).name(), side, scale, _mirrored(self._name))
        return QPixmap.fromImage(image)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)


def icon(name: str, theme: Theme, role: str = "text") -> QIcon:
    """Return an icon that follows the theme.

    Args:
        name: one of ``names()``.
        theme: whose colours it takes.
        role: a colour role of the theme; disabled icons are muted whatever their role.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    _source(name)
    return QIcon(_Engine(name, theme, role))


@cache
def app_icon() -> QIcon:
    """Return the program's own mark at the sizes desktops ask for."""
    result = QIcon()
    renderer = QSvgRenderer(QByteArray(_source("permdesk").encode()))
    for side in (16, 20, 24, 32, 48, 64, 128, 256):
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        result.addPixmap(QPixmap.fromImage(image))
    return result
