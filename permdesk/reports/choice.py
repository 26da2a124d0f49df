"""What a person chooses of a report: its form, the apps in it, its paper and its letterhead."""

from enum import StrEnum

from msgspec import Struct


class Form(StrEnum):
    """How much a report says: everything, or one page for each tenant."""

    LONG = "long"
    SHORT = "short"


class Paper(StrEnum):
    """Size of the page."""

    A4 = "a4"
    LETTER = "letter"


class Letterhead(Struct, frozen=True):
    """Who hands the report over.

    Attributes:
        firm: its name; empty for none.
        address: lines below it.
        footer: a line at the foot of every page.
        logo: a checked PNG or SVG file; empty for none.
    """

    firm: str = ""
    address: tuple[str, ...] = ()
    footer: str = ""
    logo: bytes = b""

    @property
    def empty(self) -> bool:
        """True where there is nothing to print."""
        return not (self.firm or self.address or self.footer or self.logo)


class Page(Struct, frozen=True):
    """The paper.

    Attributes:
        colour: False where glyphs and charts are drawn in black and grey alone.
    """

    paper: Paper = Paper.A4
    landscape: bool = False
    colour: bool = True


class Choice(Struct, frozen=True):
    """Everything a person chooses before a report is made.

    Attributes:
        apps: keys of the apps that get a part of their own; None for every app with a profile.
        locale: of dates and numbers, such as ``en-GB``; words stay English.
    """

    form: Form = Form.LONG
    apps: tuple[str, ...] | None = None
    letterhead: Letterhead = Letterhead()
    page: Page = Page()
    locale: str = "en-GB"
