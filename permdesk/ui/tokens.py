"""Colours, type and space: every figure of the look, written here and nowhere else."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class Scheme(StrEnum):
    """Which ground the colours stand on; in high contrast the system's own colours rule."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class Density(StrEnum):
    """How much air rows have."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


#: role -> (light, dark).
COLOURS: Final[dict[str, tuple[str, str]]] = {
    "window": ("#F2F4F6", "#1A1C20"),
    "panel": ("#FFFFFF", "#212429"),
    "raised": ("#F8F9FA", "#272A30"),
    "line": ("#DCE0E5", "#363A42"),
    "edge": ("#7D8590", "#7B838F"),
    "text": ("#1A1E24", "#E7E9EC"),
    "text2": ("#454D59", "#BDC2CA"),
    "muted": ("#5C6470", "#A0A7B2"),
    "accent": ("#2457C5", "#82ABFF"),
    "on-accent": ("#FFFFFF", "#0E1A33"),
    "selection": ("#E3ECFB", "#263450"),
    "selection-idle": ("#E6E9EE", "#31353D"),
    "hover": ("#EEF1F5", "#2A2D34"),
    "hatch": ("#C6CFDA", "#414B5A"),
    "pressed": ("#DFE4EB", "#3B3F48"),
    "accent-pressed": ("#214FB3", "#94B7FF"),
    "track": ("#DCE0E5", "#363A42"),
    "sheet-edge": ("#B4BBC5", "#565C67"),
}


class TypeRole(Struct, frozen=True):
    """One step of the type scale.

    Attributes:
        size: logical pixels at 96 dpi where the system font has its usual size.
        line: height of a line, same unit.
    """

    size: float
    line: int
    bold: bool = False
    fixed: bool = False


TYPE: Final[dict[str, TypeRole]] = {
    "heading": TypeRole(18, 24, bold=True),
    "display": TypeRole(22, 28, bold=True),
    "section": TypeRole(15, 20, bold=True),
    "body": TypeRole(13, 20),
    "body-strong": TypeRole(13, 20, bold=True),
    "cell": TypeRole(12.5, 16),
    "cell-strong": TypeRole(12.5, 16, bold=True),
    "small": TypeRole(12, 16),
    "small-strong": TypeRole(12, 16, bold=True),
    "smallest": TypeRole(11, 16),
    "number": TypeRole(22, 28, bold=True),
    "fixed": TypeRole(12, 16, fixed=True),
    "code": TypeRole(28, 40, bold=True, fixed=True),
}

#: name -> (comfortable, compact), logical pixels.
SIZES: Final[dict[str, tuple[int, int]]] = {
    "row": (28, 24),
    "app-row": (44, 28),
    "head": (28, 24),
    "button": (32, 28),
    "pane-button": (28, 28),
    "top-bar": (56, 48),
    "status-bar": (24, 24),
    "indent": (16, 12),
}
