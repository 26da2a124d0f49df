"""The letters of a printed page: one family of the system, measured without hints so that every device agrees."""

import sys
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final, ParamSpec, TypeVar, cast

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QGuiApplication

from permdesk.errors import BugError, WorldError
from permdesk.printing.measures import Style

#: Tried in this order where the system names no family that can be embedded.
_KNOWN: Final = ("Noto Sans", "Segoe UI", "Helvetica Neue", "Liberation Sans", "DejaVu Sans", "Arial")
#: Texts of which a thread keeps the broken lines: words such as "Yes" stand thousands of times on paper.
_KEPT: Final = 4096
_P = ParamSpec("_P")
_R = TypeVar("_R")
_started: list[QGuiApplication] = []


def make_ready() -> None:
    """See that Qt can draw text: start it without a screen where nobody has, as on the command line.

    Raises:
        WorldError: this computer has no font.
    """
    if QGuiApplication.instance() is None:
        if threading.current_thread() is not threading.main_thread():
            raise BugError("Qt must be started by the main thread before another one draws pages")
        # Elsewhere than on Linux, Qt's own platform needs no screen, and finds the system's fonts.
        platform = ["-platform", "offscreen"] if sys.platform.startswith("linux") else []
        _started.append(QGuiApplication(["permdesk", *platform]))
    family()


@cache
def family() -> str:
    """Return the family that pages are set in: the system's own sans if it can be embedded.

    Raises:
        WorldError: this computer has no font.
    """
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # A name such as "Sans Serif" stands for another one, and only that is a family.
    names = (QFontInfo(general).family(), *_KNOWN, *QFontDatabase.families(QFontDatabase.WritingSystem.Latin))
    known = set(QFontDatabase.families())
    for name in names:
        # Names that begin with a dot belong to the system's own surface, and may not be embedded.
        if name in known and not name.startswith(".") and QFontDatabase.isSmoothlyScalable(name):
            return name
    raise WorldError(
        "This computer has no font to set pages in",
        remedy="Install one, for instance Noto Sans (Debian: fonts-noto-core), and start permdesk again.",
    )


class Face:
    """A style as Qt draws it.

    Attributes:
        drop: from the top of a line to its base line, in tenths of a point.
    """

    def __init__(self, style: Style) -> None:
        self.font = QFont(family())
        self.font.setPixelSize(style.size)
        self.font.setBold(style.bold)
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        _spell_out(self.font)
        metrics = QFontMetricsF(self.font)
        self.width: Callable[[str], float] = metrics.horizontalAdvance
        self.elided = metrics.elidedText
        self.drop = (style.pitch - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()


def _spell_out(font: QFont) -> None:
    """Forbid ligatures: a reader who searches the paper for "field" would not find it."""
    font.setFeature(QFont.Tag("liga"), 0)
    font.setFeature(QFont.Tag("clig"), 0)


class _Own(threading.local):
    """What each thread makes for itself: Qt's fonts and layouts must not be used by two at once."""

    def __init__(self) -> None:
        self.face = cache(Face)
        self.kept: dict[Callable[..., Any], Callable[..., Any]] = {}


_own = _Own()


def face(style: Style) -> Face:
    """Return the face of a style for this thread."""
    return _own.face(style)


def kept_by_thread(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Keep what a function returned for its last arguments, for each thread apart."""

    def find(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        known: Callable[_P, _R] | None = _own.kept.get(work)
        if known is None:
            known = _own.kept[work] = cast("Callable[_P, _R]", lru_cache(_KEPT)(work))
        return known(*args, **kwargs)

    return find


def drawn_face(size: float, bold: bool) -> Face:
    """Return the face of words in a drawing; its size in tenths of a point."""
    return face(Style(round(size), round(size * 1.4), bold))
