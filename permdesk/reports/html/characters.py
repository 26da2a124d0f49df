"""Which characters HTML can hold, and the one door through which text becomes markup."""

import re
from typing import Final

from markupsafe import Markup

from permdesk.domain.text import MARK

#: Controls, and halves of characters: no reader of HTML gives these back. A text that was made inert has none of them.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def writable(text: str) -> str:
    """Return a text in which every character that HTML cannot hold is replaced by a mark."""
    return text if text.isprintable() else _UNWRITABLE.sub(MARK, text)


def made(html: str) -> Markup:
    """Return HTML made of our own elements and of pieces that are markup already; nothing else may come here.

    The formatting methods of Markup escape whatever they are given, at ten times the cost of an f-string.
    """
    return Markup(html)  # noqa: S704 - every caller passes f-strings of our own with escaped pieces
