"""The tenant on screen: what was read, what is selected, and everything a person can say about it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.permission import Permission
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Tenant
from permdesk.presentation.news import News
from permdesk.presentation.progress import gone_on_words
from permdesk.services.bundle import Services
from permdesk.services.target import FileTarget, KeptTarget, SampleTarget, Target, TokenTarget
from permdesk.ui.controllers.loading import Shown, compared_again, free
from permdesk.ui.controllers.reading import Reading, kept_words
from permdesk.ui.controllers.ticking import Ticking
from permdesk.ui.tasks import Lane, Tasks

_COMPARE, _PLAN = "compare", "plan"
#: Milliseconds after which another tenant is on screen, whatever the computer.
_PAINTED = 1500


class Announcement(Struct, frozen=True):
    """A quiet line on what was just done.

    Attributes:
        undo: takes it back; None where that is not possible.
        warning: True for what a person should not overlook.
    """

    text: str
    undo: Callable[[], None] | None = None
    warning: bool = False


class Workspace(QObject):
    """Holds one tenant and tells the panels about it.

    Args:
        services: the verbs.
        tasks: where everything slow runs.
    """

    #: A tenant is here, or it was compared again. The argument is True for another scan.
    changed = Signal(bool)
    #: What is new since the scan before is known, or known to be something else.
    news_told = Signal()
    #: The selected app alone was compared again; lists and totals follow with ``changed``.
    app_ticked = Signal()
    app_selected = Signal(object)
    finding_selected = Signal(object)
    scan_started = Signal()
    #: Pace
    scan_progress = Signal(object)
    scan_ended = Signal()
    #: A WorldError, or any other error; nothing on screen changed.
    failed = Signal(object)
    #: The tenant could not be read: WorldError.
    scan_failed = Signal(object)
    noticed = Signal(object)

    def __init__(self, services: Services, tasks: Tasks, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.tasks = tasks
        self.shown: Shown | None = None
        self.target: Target | None = None
        self.app: AppComparison | None = None
        self.finding: Finding | None = None
        #: The tenant that is to be read anew, where that was asked for and has not begun.
        self._afresh: str | None = None
        #: Reads the tenant of a saved scan anew; set by who knows the accounts.
        self.read_anew: Callable[[Tenant], None] | None = None
        #: What is new in the scan on screen; None where there is no earlier one, or nobody has looked yet.
        self.news: News | None = None
        self._reading = Reading(services, tasks, parent=self)
        self._reading.begun.connect(self.scan_started)
        self._reading.moved.connect(self.scan_progress)
        self._reading.over.connect(self.scan_ended)
        self._reading.arrived.connect(self._arrived)
        self._reading.failed.connect(self._scan_failed)
        self.ticking = Ticking(services, tasks, parent=self)
        self.ticking.ready.connect(self._show)
        self.ticking.refused.connect(self._not_ticked)
        self.ticking.outdated.connect(self._compare_again)

    # What is here

    @property
    def comparison(self) -> Comparison | None:
        """The tenant on screen, compared."""
        return self.shown.comparison if self.shown else None

    @property
    def now(self) -> datetime:
        """The time that "today" is said of: the sample tenant's own clock stands still."""
        if self.shown is not None and self.shown.sample:
            return self.shown.snapshot.read_at
        return datetime.now().astimezone()

    def app_of(self, key: str | None) -> AppComparison | None:
        """Return an app by what names it in a selection."""
        return self.shown.known.apps.get(key) if key is not None and self.shown is not None else None

    # Reading

    @property
    def scanning(self) -> bool:
        """True while a tenant is read."""
        return self._reading.active

    @property
    def keeps_unfinished(self) -> bool:
        """True where a scan that is stopped now can be gone on with."""
        return self._reading.keeps

    def open(self, target: Target) -> None:
        """Read or open a tenant; what is on screen stays until that is done."""
        tenant, self._afresh = self._afresh, None
        self._read(target, afresh=tenant is not None and tenant == _tenant_of(target))

    def _read(self, target: Target, *, afresh: bool) -> None:
        self.target = target
        self._reading.start(target, afresh=afresh)

    def scan(self, *, afresh: bool = False) -> None:
        """Read the same tenant again; the sample is read anew even where one of its kept scans is open.

        Args:
            afresh: read everything, whatever an interrupted scan left and the last one knows.
        """
        if self.scanning or self.target is None:
            return
        if self.why_no_scan:
            self.noticed.emit(Announcement(f"{self.why_no_scan}.", warning=True))
            return
        shown = self.shown
        saved = shown is not None and isinstance(self.target, FileTarget | KeptTarget)
        if saved and shown is not None and shown.sample:
            self.open(SampleTarget())
        elif saved and shown is not None and self.read_anew is not None:
            self._afresh = shown.snapshot.tenant.id if afresh else None
            self.read_anew(shown.snapshot.tenant)
        else:
            self._read(self.target, afresh=afresh)

    def scan_afresh(self) -> None:
        """Read the same tenant again, and everything of it."""
        self.scan(afresh=True)

    @property
    def failed_target(self) -> Target | None:
        """What ``try_again`` reads."""
        return self._reading.target

    def try_again(self) -> None:
        """Read once more what could not be read."""
        if self._reading.target is not None and not self.scanning:
            self.open(self._reading.target)

    @property
    def why_no_scan(self) -> str:
        """Why this tenant cannot be read again from here; empty where it can."""
        shown = self.shown
        if shown is not None and shown.sample and isinstance(shown.target, FileTarget):
            return "This is a saved scan of the sample tenant: open the sample tenant to read it"
        return ""

    def cancel_scan(self) -> None:
        """Stop reading; what was on screen is still there, and what was read is kept."""
        if not self.scanning:
            return
        keeps, target = self._reading.keeps, self.target
        self._reading.stop()
        shown = self.shown
        another = shown is not None and shown.snapshot.tenant.id != _tenant_of(target)
        if shown is not None and another:
            self.target = shown.target
        if keeps:
            self.noticed.emit(Announcement(kept_words(another=another)))

    def _arrived(self, shown: Shown) -> None:
        another = self.shown is None or self.shown.snapshot.tenant.id != shown.snapshot.tenant.id
        if another:
            self.ticking.forget()
        self.ticking.offer(shown)
        if another:
            self.select_app(None)
        if shown.unsaid is not None:
            self.noticed.emit(
                Announcement(
                    f"{shown.unsaid.title}. Nothing said about apps is known, and nothing can be kept. "
                    "What was read is compared all the same.",
                    warning=True,
                )
            )
        elif shown.unkept is not None:
            self.noticed.emit(
                Announcement(f"{shown.unkept.title}. The scan is good, but it was not kept.", warning=True)
            )
        elif words := gone_on_words(shown.resumed, shown.anew):
            self.noticed.emit(Announcement(words))

    def _scan_failed(self, error: Exception) -> None:
        if self.shown is not None:
            self.target = self.shown.target
        self.scan_failed.emit(error)

    def show_again(self, shown: Shown) -> None:
        """Show the same scan, compared again."""
        if self.shown is not None and self.shown.snapshot is not shown.snapshot:
            # Another scan came in while this one was compared again.
            self._compare_again()
        else:
            self.ticking.offer(shown)

    def _show(self, shown: Shown) -> None:
        scanned = self.shown is None or self.shown.snapshot is not shown.snapshot
        selected = self.app.key if self.app is not None else None
        permission = self.finding.permission if self.finding is not None else None
        earlier: list[object] = [self.shown]
        if scanned:
            self.news = None
        shown = with_news(shown, self.news)
        self.shown = shown
        self.app = self.app_of(selected)
        self.finding = same_finding(self.app, permission)
        if shown.behind and not scanned:
            self.app_ticked.emit()
            return
        self.changed.emit(scanned)
        if earlier[0] is not None:
            # Nobody shows it any more. What takes its place is painted first.
            QTimer.singleShot(_PAINTED, self, partial(self._free, earlier))

    def tell_news(self, snapshot: Snapshot, news: News | None) -> None:
        """Take what is new in a scan, and have it marked; of a scan that has left the screen it is left alone."""
        if self.shown is None or self.shown.snapshot is not snapshot or news == self.news:
            return
        self.news = news
        self.shown = with_news(self.shown, news)
        self.news_told.emit()

    def _free(self, earlier: list[object]) -> None:
        self.tasks.run(lambda task: free(earlier, hurry=task.cancel), lane=Lane.NETWORK)

    # Selecting

    def select_app(self, key: str | None) -> None:
        """Show an app, or the overview."""
        app = self.app_of(key)
        if app is not self.app or app is None:
            self.app, self.finding = app, None
            self.app_selected.emit(app)
            self.finding_selected.emit(None)

    def select_finding(self, finding: Finding | None) -> None:
        """Show the details of a permission."""
        self.finding = finding
        self.finding_selected.emit(finding)

    # Ticks

    def choose_uses(self, uses: Uses) -> None:
        """Tick services of the selected app: compared at once, and kept."""
        if self.app is not None:
            self.ticking.tick(self.app, uses)

    def _not_ticked(self, error: Exception) -> None:
        self._compare_again()
        self.failed.emit(error)

    def _compare_again(self) -> None:
        shown, ticks = self.shown, self.ticking.ticks
        if shown is not None:
            self.tasks.run(
                lambda _task: compared_again(self.services, shown, ticks),
                done=self.show_again,
                failed=self.failed.emit,
                lane=Lane.NETWORK,
                key=_COMPARE,
                owner=self,
            )

    # Consent

    def plan(self, then: Callable[[ConsentPlan], None]) -> None:
        """Work out what a consent to the selected app would do, and hand that on."""
        app, shown = self.app, self.shown
        if app is not None and shown is not None:
            self.tasks.run(
                lambda _task: self.services.consent(shown.comparison, app),
                done=then,
                failed=self.failed.emit,
                lane=Lane.NETWORK,
                key=_PLAN,
                owner=self,
            )


def with_news(shown: Shown, news: News | None) -> Shown:
    """Return what is on screen with what is new in it."""
    if shown.known.rows.news is news:
        return shown
    return replace(shown, known=replace(shown.known, rows=shown.known.rows.told(news)))


def same_finding(app: AppComparison | None, permission: Permission | None) -> Finding | None:
    """Return an app's finding of a permission, after it was compared again, or None."""
    if app is None or permission is None:
        return None
    return next((finding for finding in app.findings if finding.permission == permission), None)


def _tenant_of(target: Target | None) -> str | None:
    return target.token.tenant_id if isinstance(target, TokenTarget) else None
