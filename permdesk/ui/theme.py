"""The look of one scheme and density, and the palette and style sheet made of its tokens."""

import sys
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from permdesk.presentation.appearance import TONES, Tone
from permdesk.ui.stylesheet import style_sheet
from permdesk.ui.tokens import COLOURS, SIZES, TYPE, Density, Scheme, TypeRole

#: role -> what the system's palette offers in its place under high contrast.
_SYSTEM: Final[dict[str, QPalette.ColorRole]] = {
    "window": QPalette.ColorRole.Window,
    "panel": QPalette.ColorRole.Base,
    "raised": QPalette.ColorRole.Base,
    "accent": QPalette.ColorRole.Highlight,
    "accent-pressed": QPalette.ColorRole.Highlight,
    "on-accent": QPalette.ColorRole.HighlightedText,
    "selection": QPalette.ColorRole.Base,
    "selection-idle": QPalette.ColorRole.Base,
    "hover": QPalette.ColorRole.Base,
    "pressed": QPalette.ColorRole.Base,
    "track": QPalette.ColorRole.Base,
}


def _usual_size() -> tuple[float, float]:
    # What counts as the normal system font, in points: it differs by desktop, and only what a
    # person set beyond it may make everything larger. macOS counts 72 points to the inch.
    if sys.platform == "darwin":
        return 13.0, 13.0
    return (9.0, 9.0) if sys.platform == "win32" else (9.0, 11.0)


def _pixels_to_points(pixels: float) -> float:
    return pixels if sys.platform == "darwin" else pixels * 0.75


class Theme(QObject):
    """The tokens of one scheme and density; widgets ask it when they paint.

    Args:
        scheme: light, dark or high contrast.
        density: comfortable or compact.
        less_motion: True where nothing may move.
    """

    changed = Signal()

    def __init__(
        self,
        scheme: Scheme = Scheme.LIGHT,
        density: Density = Density.COMFORTABLE,
        *,
        less_motion: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.scheme = scheme
        self.density = density
        self.less_motion = less_motion
        self._system = QPalette(QGuiApplication.palette())
        self._system_font = QFont(QApplication.font())
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}

    @property
    def dark(self) -> bool:
        """True where light text stands on a dark ground."""
        if self.scheme is Scheme.HIGH_CONTRAST:
            return self._system.color(QPalette.ColorRole.Base).lightness() < 128
        return self.scheme is Scheme.DARK

    @property
    def high_contrast(self) -> bool:
        """True where our colours step aside for the system's."""
        return self.scheme is Scheme.HIGH_CONTRAST

    def set_appearance(self, scheme: Scheme, density: Density | None = None) -> None:
        """Switch scheme or density and tell everybody; ``apply`` has to be called again."""
        self.scheme = scheme
        self.density = density or self.density
        self._colours.clear()
        self._fonts.clear()
        self.changed.emit()

    def set_motion(self, *, less: bool) -> None:
        """Leave movement out, or allow it, and tell everybody."""
        self.less_motion = less
        self.changed.emit()

    def color(self, role: str) -> QColor:
        """Return a colour of COLOURS by role.

        Raises:
            KeyError: there is no such role.
        """
        found = self._colours.get(role)
        if found is None:
            found = self._system_color(role) if self.high_contrast else QColor(COLOURS[role][self.dark])
            self._colours[role] = found
        return found

    def _system_color(self, role: str) -> QColor:
        if role not in COLOURS:
            raise KeyError(role)
        return self._system.color(_SYSTEM.get(role, QPalette.ColorRole.Text))

    def tone(self, tone: Tone) -> QColor:
        """Return the foreground of a status tone."""
        return self._tone(tone, "foreground")

    def tint(self, tone: Tone) -> QColor:
        """Return the ground a status tone may stand on."""
        return self._tone(tone, "tint")

    def bar(self, tone: Tone) -> QColor:
        """Return the fill of a requirement bar."""
        return self._tone(tone, "bar")

    def _tone(self, tone: Tone, part: str) -> QColor:
        name = f"{part}:{tone}"
        found = self._colours.get(name)
        if found is None:
            if self.high_contrast:
                found = self.color("panel" if part == "tint" else "text")
            elif part == "bar":
                found = QColor(TONES[tone].bar[self.dark])
            else:
                pair = TONES[tone].dark if self.dark else TONES[tone].light
                found = QColor(pair.tint if part == "tint" else pair.foreground)
            self._colours[name] = found
        return found

    def font(self, role: str) -> QFont:
        """Return a font of TYPE by role, offset as the person's system font is.

        Raises:
            KeyError: there is no such role.
        """
        found = self._fonts.get(role)
        if found is None:
            found = self._fonts[role] = self._make_font(TYPE[role])
        return QFont(found)

    def _make_font(self, step: TypeRole) -> QFont:
        font = QFont(self._system_font)
        if step.fixed:
            font.setFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
            font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPointSizeF(max(_pixels_to_points(step.size) + self._offset(), 6.0))
        font.setWeight(QFont.Weight.DemiBold if step.bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _offset(self) -> float:
        size = self._system_font.pointSizeF()
        if size <= 0:  # set in pixels
            return 0.0
        low, high = _usual_size()
        return min(size - low, 0.0) if size < high else size - high

    @property
    def scale(self) -> float:
        """How much larger than usual this person's type is; rows grow with it."""
        return max(1.0, 1.0 + self._offset() / _pixels_to_points(TYPE["body"].size))

    def size(self, name: str) -> int:
        """Return a height or indent of SIZES in logical pixels.

        Raises:
            KeyError: there is no such size.
        """
        return round(SIZES[name][self.density is Density.COMPACT] * self.scale)

    def line(self, role: str) -> int:
        """Return the line height of a type role in logical pixels."""
        return round(TYPE[role].line * self.scale)

    def palette(self) -> QPalette:
        """Return the palette of this scheme; under high contrast, the system's untouched."""
        if self.high_contrast:
            return QPalette(self._system)
        role = QPalette.ColorRole
        palette = QPalette()
        for target, source in _PALETTE.items():
            palette.setColor(target, self.color(source))
        palette.setColor(QPalette.ColorGroup.Inactive, role.Highlight, self.color("selection-idle"))
        for target in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("muted"))
        return palette

    def apply(self, app: QApplication) -> None:
        """Give the program this palette, font and style sheet."""
        if sys.platform != "darwin":
            app.setStyle("Fusion")
        app.setPalette(self.palette())
        app.setFont(self.font("body"))
        app.setStyleSheet(style_sheet(self.color, self.size, self.high_contrast))


_PALETTE: Final[dict[QPalette.ColorRole, str]] = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "panel",
    QPalette.ColorRole.Light: "panel",
    QPalette.ColorRole.Mid: "edge",
    QPalette.ColorRole.Dark: "edge",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
}


def system_scheme() -> Scheme:
    """Return what the system asks for; high contrast before light or dark."""
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return Scheme.HIGH_CONTRAST
    return Scheme.DARK if hints.colorScheme() is Qt.ColorScheme.Dark else Scheme.LIGHT
