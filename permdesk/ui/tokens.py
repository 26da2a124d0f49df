"""Type and space: every figure of the look; its colours, which reports have too, are in presentation.colours."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from permdesk.presentation.colours import COLOURS as COLOURS


class Scheme(StrEnum):
    """Which ground the colours stand on; in high contrast the system's own colours rule."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class Density(StrEnum):
    """How much air rows have."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


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
