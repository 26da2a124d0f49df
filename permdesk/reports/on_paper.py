"""What is told of a report on pages to whoever looks at it, and what a person wishes of a printer."""

from datetime import date

from msgspec import Struct


class Laid(Struct, frozen=True):
    """A report that is laid out, without its pages.

    Attributes:
        number: of this layout among those of one desk.
        count: of its pages.
        width: of a page in points of 1/72 inch.
        height: of a page, likewise.
        title: of the document.
        outline: title, level and page (from 0) of each part.
        fingerprint: of the scan that it tells of, hexadecimal; of the first where it tells of several.
        judged_on: the day on which that was judged.
    """

    number: int
    count: int
    width: float
    height: float
    title: str
    outline: tuple[tuple[str, int, int], ...]
    fingerprint: str
    judged_on: date


class Picture(Struct, frozen=True):
    """A page as dots.

    Attributes:
        dots: four bytes for each dot, blue, green, red and one unused, row by row from the top.
    """

    width: int
    height: int
    dots: bytearray


class Wish(Struct, frozen=True):
    """What a person wants of a printer.

    Attributes:
        name: by which the system knows the printer.
        copies: of everything.
        collate: whole copies one after the other.
        first: page from 1; 0 for all.
        last: page from 1; 0 for the last there is.
        reverse: the last page first.
        duplex: 0 none, 1 as the printer does it, 2 along the long side, 3 along the short one.
        source: the number of the tray; None for the printer's own choice.
        options: of a CUPS job, names and values in turns, such as pages on a sheet and a banner.
    """

    name: str
    copies: int = 1
    collate: bool = True
    first: int = 0
    last: int = 0
    reverse: bool = False
    duplex: int | None = None
    source: int | None = None
    options: tuple[str, ...] = ()
