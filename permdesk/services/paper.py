"""Reports on paper and in files, asked for by a window that never lays out, paints or writes one itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from permdesk.domain.finding import Comparison
from permdesk.domain.ports import CancelToken
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Laid, Picture, Wish

#: Told how much is done, and of how much; 0 of 0 while that is not known.
Told = Callable[[int, int], None]


class Ticked(Struct, frozen=True):
    """A choice of services in use that the history may not know yet, for one app held against one profile."""

    key: str
    profile_id: str
    uses: Uses


class OneTenant(Struct, frozen=True, eq=False):
    """A scan that is looked at.

    Attributes:
        snapshot: the scan.
        comparison: of this scan, as it is looked at.
        ticks: choices that are in the comparison.
        said: False where the comparison knows nothing that people said, as where the history cannot be opened.
    """

    snapshot: Snapshot
    comparison: Comparison | None = None
    ticks: tuple[Ticked, ...] = ()
    said: bool = True


class TenantPlace(Struct, frozen=True):
    """A tenant by its cloud and id, and the account that is signed in to it."""

    cloud: str
    tenant_id: str
    account: str


class KeptTenants(Struct, frozen=True, eq=False):
    """The newest kept scans of several tenants; those without one are told of as not read."""

    places: tuple[TenantPlace, ...]


About = OneTenant | KeptTenants


class Paper(Protocol):
    """Lays out, paints, prints and saves what one report is about; any thread but the window's may ask.

    Every method takes what is asked often whether somebody cancelled, and raises Cancelled within a second of that, or
    WorldError for what a person can be told. Nothing is half printed or half saved then.
    """

    def make_ready(self, cancel: CancelToken) -> None:
        """Begin to gather, so that the first question is answered sooner."""
        ...

    def lay_out(self, choice: Choice, *, told: Told, cancel: CancelToken) -> Laid:
        """Gather where that was not done yet, and lay out; also told how far that came.

        The pages before stay to be painted until the new ones are there.

        Raises:
            FormatError: the logo is no picture that can be printed.
            StorageError: history or catalog cannot be read.
        """
        ...

    def picture(self, laid: Laid, page: int, width: int, *, cancel: CancelToken) -> Picture:
        """Return a page, from 0, as wide as this in dots; Cancelled where this layout is not the newest any more."""
        ...

    def save(self, choice: Choice, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write the pages as PDF, in the place of a file that is there; told how many are written.

        Raises:
            StorageError: the file cannot be written; an older one is as it was.
        """
        ...

    def print(self, choice: Choice, wish: Wish, *, told: Told, cancel: CancelToken) -> int:
        """Print, and return how many pages; told how many are drawn. The printer has nothing before all of them are.

        Raises:
            WorldError: the printer is gone, refuses, or holds it back.
        """
        ...

    def export(self, choice: Choice, kind: FileFormat, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write a file of a format; arguments and errors as those of ``save``."""
        ...

    def close(self) -> None:
        """Stop whatever is under way and let go of everything, at once; the window's thread may call.

        Asked again afterwards, it begins anew.
        """
        ...


class Papers(Protocol):
    """Makes paper for one report or another."""

    def about(self, about: About) -> Paper:
        """Return what makes a report about this; nothing is started before it is asked for something."""
        ...
