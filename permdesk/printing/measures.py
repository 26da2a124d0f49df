"""Lengths on paper, all in tenths of a point: the sizes of pages, their margins, and the steps of the type."""

from typing import Final

from msgspec import Struct

from permdesk.reports.choice import Page, Paper

#: Units in an inch; a device of that resolution needs no scaling.
PER_INCH: Final = 720
#: 16 mm.
MARGIN: Final = 454
#: 0.75 pt: thinner lines vanish on printers of 1200 dots per inch.
RULE: Final = 7.5
#: Width and height, portrait.
_SIZES: Final = {Paper.A4: (5953, 8419), Paper.LETTER: (6120, 7920)}


class Style(Struct, frozen=True):
    """A step of the type.

    Attributes:
        size: of the letters.
        pitch: from line to line.
    """

    size: int
    pitch: int
    bold: bool = False
    quiet: bool = False


TITLE: Final = Style(170, 226, bold=True)
LONG_TITLE: Final = Style(110, 150, bold=True)
SUBTITLE: Final = Style(102, 140)
HEADING: Final = Style(104, 142, bold=True)
BOX_TITLE: Final = Style(97, 134, bold=True)
BODY: Final = Style(85, 120)
BODY_QUIET: Final = Style(85, 120, quiet=True)
CELL: Final = Style(82, 115)
CELL_BOLD: Final = Style(82, 115, bold=True)
CELL_QUIET: Final = Style(79, 115, quiet=True)
GROUP: Final = Style(82, 115)
COLUMN_HEAD: Final = Style(70, 96, bold=True)
SMALL: Final = Style(72, 100)
#: The name of a firm stands in lines of small type.
FIRM: Final = Style(87, 100, bold=True)
SMALL_QUIET: Final = Style(72, 100, quiet=True)
BADGE: Final = Style(97, 134, bold=True)


class Sheet(Struct, frozen=True):
    """A page of paper.

    Attributes:
        width, height: of the paper, turned as it lies.
    """

    width: int
    height: int

    @property
    def left(self) -> int:
        """Where text begins."""
        return MARGIN

    @property
    def inner(self) -> int:
        """How wide text may be."""
        return self.width - 2 * MARGIN


def sheet_of(page: Page) -> Sheet:
    """Return the size of a page."""
    width, height = _SIZES[page.paper]
    return Sheet(height, width) if page.landscape else Sheet(width, height)
