"""Names that do not fit: cut in the middle at whole words, so that what tells them apart stays."""

import re
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_ELLIPSIS: Final = "…"
_HUMPS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|.")


def elide_middle(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return ``text`` cut to ``width`` pixels.

    Names of several words keep their first word and as many of the last ones as fit: vendors share beginnings.
    Names of permissions keep the end of their first part and what follows: "Backup…Configuration.ReadWrite.All".
    """
    if metrics.horizontalAdvance(text) <= width:
        return text
    if " " in text.strip():
        return _words(text.split(), metrics, width)
    for shorter in _permission(text) if "." in text else ():
        if metrics.horizontalAdvance(shorter) <= width:
            return shorter
    end = Qt.TextElideMode.ElideRight if "." in text else Qt.TextElideMode.ElideMiddle
    return metrics.elidedText(_least(text), end, width)


def _words(words: list[str], metrics: QFontMetrics, width: int) -> str:
    head = f"{words[0]} {_ELLIPSIS} "
    found = ""
    for number in range(1, len(words)):
        longer = head + " ".join(words[-number:])
        if metrics.horizontalAdvance(longer) > width:
            break
        found = longer
    if found:
        return found
    room = width - metrics.horizontalAdvance(head)
    if len(words) > 1 and room >= 5 * metrics.averageCharWidth():
        return head + metrics.elidedText(words[-1], Qt.TextElideMode.ElideRight, room)
    return metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideMiddle, width)


def _permission(text: str) -> Iterator[str]:
    """Yield shorter and shorter forms of a permission's name, each still told apart from its neighbours'."""
    first, _, rest = text.partition(".")
    humps, ends = _HUMPS.findall(first), _HUMPS.findall(rest)
    if not humps or not ends:
        return
    for kept in range(len(humps) - 1, 0, -1):
        if humps[-kept] not in "-_":
            yield f"{humps[0]}{_ELLIPSIS}{''.join(humps[-kept:])}.{rest}"
    # Read and ReadWrite are what neighbours differ in most often.
    telling = "Write" if "Write" in ends else "Read" if "Read" in ends else ends[-1]
    for kept in range(len(ends) - 1, 0, -1):
        if telling in ends[-kept:] and ends[-kept] not in ".-_":
            yield f"{first}.{_ELLIPSIS}{''.join(ends[-kept:])}"
    yield _least(text)


def _least(text: str) -> str:
    """Return a permission's name without the beginning of its first part, which neighbours share."""
    first, dot, rest = text.partition(".")
    humps = _HUMPS.findall(first)
    return f"{_ELLIPSIS}{humps[-1]}.{rest}" if dot and len(humps) > 1 else text
