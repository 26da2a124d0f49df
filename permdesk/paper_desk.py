"""Makes paper in whatever process asks: gathers what a report is about, lays it out, paints, prints and saves it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from permdesk.domain.finding import Comparison
from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled, FormatError
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Laid, Picture, Wish
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.services.compare import Compare
from permdesk.services.paper import About, KeptTenants, OneTenant, Paper, TenantPlace, Told
from permdesk.services.report import Report
from permdesk.services.unread import unread_tenant
from permdesk.ui.breathing import uncollected

if TYPE_CHECKING:
    from permdesk.domain.scan_store import ScanStore

    # Loaded with the first page: the program starts without paper.
    from permdesk.printing.layout import Pages

#: Steps in which a share of the whole is told.
_STEPS = 1000


class PaperDesk:
    """Implements ``Papers`` in this process.

    Args:
        compare: compares a scan.
        compare_unsaid: compares as if nobody had ever said anything.
        report: gathers and writes reports.
        scans: the kept scans.
    """

    def __init__(self, *, compare: Compare, compare_unsaid: Compare, report: Report, scans: "ScanStore") -> None:
        self.compare, self.compare_unsaid = compare, compare_unsaid
        self.report, self.scans = report, scans

    def about(self, about: About) -> Paper:
        """Return what makes a report about this."""
        return Desk(self, about)


class Desk:
    """Implements ``Paper`` in this process; pages of the newest layout may be painted while another is made.

    Args:
        services: what it works with.
        about: what its reports tell of.
    """

    def __init__(self, services: PaperDesk, about: About) -> None:
        self._services, self._about = services, about
        self._turn = threading.RLock()
        self._told: tuple[tuple[Subject, ...], tuple[UnreadTenant, ...]] | None = None
        self._choice: Choice | None = None
        self._laid: tuple[Laid, Pages] | None = None
        self._numbers = 0

    def make_ready(self, cancel: CancelToken) -> None:
        """Gather what the report is about."""
        with self._turn:
            self._gather(cancel)

    @uncollected()
    def lay_out(self, choice: Choice, *, told: Told, cancel: CancelToken) -> Laid:
        """Return the pages' outline; those that are there already for this choice are taken."""
        with self._turn:
            if self._laid is not None and choice == self._choice:
                return self._laid[0]
            from permdesk.printing.layout import layout
            from permdesk.reports.compose import compose

            subjects, unread = self._gather(cancel)
            document = compose(subjects, choice, unread)
            pages = layout(document, choice.page, choice.letterhead, progress=_shares(told), cancel=cancel)
            self._numbers += 1
            laid = Laid(
                number=self._numbers,
                count=pages.count,
                width=pages.sheet.width / 10,
                height=pages.sheet.height / 10,
                title=document.title,
                outline=tuple((mark.title, mark.level, mark.number) for mark in pages.bookmarks),
                fingerprint=subjects[0].fingerprint,
                judged_on=subjects[0].judged_on,
            )
            self._choice, self._laid = choice, (laid, pages)
            return laid

    def picture(self, laid: Laid, page: int, width: int, *, cancel: CancelToken) -> Picture:
        """Return a page as dots; Cancelled where there is another layout by now."""
        found = self._laid
        if found is None or found[0].number != laid.number or cancel.is_set():
            raise Cancelled
        from permdesk.printing.measures import PER_INCH
        from permdesk.printing.painter import page_image

        image = page_image(found[1], page, resolution=width * PER_INCH / found[1].sheet.width)
        return Picture(image.width(), image.height(), bytearray(image.constBits()))

    def save(self, choice: Choice, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write the pages as PDF."""
        from permdesk.printing.pdf import write_pages

        with self._turn:
            pages = self._pages(choice, cancel)
            write_pages(
                pages, path, progress=lambda share: told(round(share * pages.count), pages.count), cancel=cancel
            )

    def print(self, choice: Choice, wish: Wish, *, told: Told, cancel: CancelToken) -> int:
        """Print, and return how many pages."""
        from permdesk.printing import printers

        with self._turn:
            pages = self._pages(choice, cancel)
            device = printers.wished(wish, choice.page)
            return printers.send(device, pages, title=pages.document.title, progress=told, cancel=cancel)

    @uncollected()
    def export(self, choice: Choice, kind: FileFormat, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write a file of a format; a file dialog has asked about one that is there already."""
        with self._turn:
            subjects, unread = self._gather(cancel)
            self._services.report.write(
                subjects, choice, kind, path, unread=unread, overwrite=True, progress=_shares(told), cancel=cancel
            )

    def close(self) -> None:
        """Let go of everything; what is under way keeps its own until it notices that it is cancelled."""
        self._told, self._laid, self._choice = None, None, None

    def _pages(self, choice: Choice, cancel: CancelToken) -> "Pages":
        self.lay_out(choice, told=lambda _done, _all: None, cancel=cancel)
        if self._laid is None:
            # Closed meanwhile: nobody waits for it.
            raise Cancelled
        return self._laid[1]

    def _gather(self, cancel: CancelToken) -> tuple[tuple[Subject, ...], tuple[UnreadTenant, ...]]:
        if self._told is None:
            match self._about:
                case OneTenant():
                    self._told = (self._of_one(self._about, cancel),), ()
                case KeptTenants(places):
                    self._told = self._of_kept(places, cancel)
        return self._told

    def _of_one(self, about: OneTenant, cancel: CancelToken) -> Subject:
        comparison = about.comparison if about.comparison is not None else self._compared(about)
        return self._services.report.subject(about.snapshot, comparison, cancel=cancel)

    def _compared(self, about: OneTenant) -> Comparison:
        compare = self._services.compare if about.said else self._services.compare_unsaid
        comparison = compare(about.snapshot)
        apps = {app.key: app for app in comparison.apps}
        for tick in about.ticks:
            app = apps.get(tick.key)
            if app is not None and app.profile is not None and app.profile.id == tick.profile_id:
                comparison = compare.ticked(about.snapshot, comparison, app, uses=tick.uses)
        return comparison

    def _of_kept(
        self, places: tuple[TenantPlace, ...], cancel: CancelToken
    ) -> tuple[tuple[Subject, ...], tuple[UnreadTenant, ...]]:
        services = self._services
        found: list[Subject] = []
        unread: list[UnreadTenant] = []
        for place in places:
            if cancel.is_set():
                raise Cancelled
            reason, remedy = "No scan of it is kept.", "Scan the tenant, then make the report again."
            try:
                snapshot = services.scans.newest(cloud=place.cloud, tenant_id=place.tenant_id)
            except FormatError as problem:
                # A damaged scan of one tenant keeps no other from the report.
                snapshot, reason, remedy = None, f"{problem.title}. {problem.detail}", problem.remedy
            if snapshot is not None:
                found.append(services.report.subject(snapshot, services.compare(snapshot), cancel=cancel))
                continue
            unread.append(
                unread_tenant(
                    services.scans,
                    cloud=place.cloud,
                    tenant_id=place.tenant_id,
                    account=place.account,
                    reason=reason,
                    remedy=remedy,
                )
            )
        return tuple(found), tuple(unread)


def _shares(told: Told) -> Callable[[float], None]:
    return lambda share: told(round(share * _STEPS), _STEPS)
