"""The tenant on screen: what was read, what is selected, and everything a person can say about it."""

from collections.abc import Callable
from datetime import date, datetime

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.knowledge import Binding
from permdesk.domain.permission import Permission
from permdesk.domain.ports import Progress
from permdesk.domain.profile import Profile, Uses
from permdesk.domain.text import inert
from permdesk.services.bundle import Services
from permdesk.services.target import Target
from permdesk.ui.controllers.loading import Shown, compared_again, load, restored, seldom
from permdesk.ui.tasks import Lane, Task, Tasks

_SCAN, _COMPARE, _PLAN = "scan", "compare", "plan"


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
    app_selected = Signal(object)
    finding_selected = Signal(object)
    scan_started = Signal()
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
        self._scan: Task | None = None
        self._scanning = False
        self._unkept_uses: dict[str, Uses] = {}

    # What is here

    @property
    def comparison(self) -> Comparison | None:
        """The tenant on screen, compared."""
        return self.shown.comparison if self.shown else None

    @property
    def scanning(self) -> bool:
        """True while a tenant is read."""
        return self._scanning

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

    def open(self, target: Target) -> None:
        """Read or open a tenant; what is on screen stays until that is done."""
        self.target = target
        self._start_scan(target)

    def scan(self) -> None:
        """Read the same tenant again."""
        if self.target is not None and not self.scanning:
            self._start_scan(self.target)

    def cancel_scan(self) -> None:
        """Stop reading; what was on screen is still there."""
        if self._scan is not None and self._scanning:
            self._scan.stop()
            self._scan_over()

    def _start_scan(self, target: Target) -> None:
        if self._scan is not None:
            self._scan.stop()
        self.scan_started.emit()
        self._scanning = True
        self._scan = self.tasks.run(
            lambda task: load(self.services, target, progress=seldom(task.report), cancel=task.cancel),
            done=self._arrived,
            failed=self._scan_failed,
            progress=self._progressed,
            lane=Lane.NETWORK,
            key=_SCAN,
            owner=self,
        )

    def _progressed(self, progress: Progress) -> None:
        if self.scanning:
            self.scan_progress.emit(progress)

    def _arrived(self, shown: Shown) -> None:
        self._scan_over()
        another = self.shown is None or self.shown.snapshot.tenant.id != shown.snapshot.tenant.id
        self._unkept_uses.clear()
        self._show(shown, scanned=True)
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

    def _scan_failed(self, error: Exception) -> None:
        self._scan_over()
        self.scan_failed.emit(error)

    def _scan_over(self) -> None:
        self._scanning = False
        self.scan_ended.emit()

    def _show(self, shown: Shown, *, scanned: bool) -> None:
        selected = self.app.key if self.app is not None else None
        permission = self.finding.permission if self.finding is not None else None
        if not scanned and self.shown is not None and self.shown.snapshot is not shown.snapshot:
            # Another scan came in while this one was compared again.
            self._compare_again()
            return
        self.shown = shown
        self.app = self.app_of(selected)
        self.finding = _same_finding(self.app, permission)
        self.changed.emit(scanned)

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

    # Saying something

    def choose_uses(self, uses: Uses) -> None:
        """Tick services: compared at once, kept afterwards."""
        app, shown = self.app, self.shown
        if app is None or app.profile is None or shown is None:
            return
        profile_id = app.profile.id
        self._unkept_uses[profile_id] = uses
        self._compare_again()
        comparison = shown.comparison

        def kept() -> None:
            if self._unkept_uses.get(profile_id) is uses:
                del self._unkept_uses[profile_id]

        def not_kept(error: Exception) -> None:
            if self.shown is not None and self.shown.unsaid is not None:
                # That nothing can be kept was said; until the window closes the tick holds.
                return
            if self._unkept_uses.get(profile_id) is uses:
                del self._unkept_uses[profile_id]
                self._compare_again()
            self.failed.emit(error)

        self.tasks.run(
            lambda _task: self.services.describe.choose_uses(comparison, app, uses),
            done=lambda _: kept(),
            failed=not_kept,
            owner=self,
        )

    def _compare_again(self) -> None:
        shown = self.shown
        if shown is not None:
            uses = dict(self._unkept_uses)
            self.tasks.run(
                lambda _task: compared_again(self.services, shown, uses),
                done=lambda again: self._show(again, scanned=False),
                failed=self.failed.emit,
                lane=Lane.NETWORK,
                key=_COMPARE,
                owner=self,
            )

    def bind(self, profile: Profile) -> None:
        """Bind the selected app to a profile by hand."""
        app = self.app
        if app is not None:
            self._say(
                lambda comparison, app: self.services.describe.bind(comparison, app, profile.id),
                f"{_name(app)} is bound to {profile.vendor} {profile.name}.",
            )

    def confirm(self) -> None:
        """Confirm that the selected app is the vendor's."""
        app = self.app
        if app is not None:
            self._say(self.services.describe.confirm, f"{_name(app)} is confirmed.")

    def unbind(self) -> None:
        """Hold the selected app against no profile."""
        app = self.app
        if app is not None:
            self._say(self.services.describe.unbind, f"{_name(app)} is bound to no profile.")

    def forget(self) -> None:
        """Go back to what permdesk finds by itself."""
        app = self.app
        if app is not None:
            self._say(self.services.describe.forget, f"What was said about {_name(app)} is forgotten.")

    def accept(self, finding: Finding, *, reason: str, by: str, until: date | None) -> None:
        """Accept a finding of the selected app, with the reason and a date to look again."""

        def say(comparison: Comparison, app: AppComparison) -> None:
            self.services.describe.accept(comparison, app, finding, reason=reason, by=by, until=until)

        self._say(say, f"{inert(finding.permission.label)} is accepted.", undo=self._acceptance_before(finding))

    def withdraw(self, finding: Finding) -> None:
        """Take the acceptance of a finding of the selected app back."""

        def say(comparison: Comparison, app: AppComparison) -> None:
            self.services.describe.withdraw(comparison, app, finding)

        label = inert(finding.permission.label)
        self._say(say, f"{label} is no longer accepted.", undo=self._acceptance_before(finding))

    def _acceptance_before(self, finding: Finding) -> Callable[[], None] | None:
        """Return what puts a finding's acceptance back to what it is now."""
        app = self.app
        if app is None:
            return None
        key, held = app.key, finding.accepted

        def restore() -> None:
            # The finding of today: its acceptance is what has to be taken back.
            now = _same_finding(self.app_of(key), finding.permission)
            if now is None:
                return
            self.select_app(key)
            if held is not None:
                self.accept(now, reason=held.reason, by=held.by, until=held.until)
            elif now.accepted is not None:
                self.withdraw(now)

        return restore

    def _say(
        self,
        verb: Callable[[Comparison, AppComparison], None],
        done: str,
        *,
        undo: Callable[[], None] | None = None,
    ) -> None:
        """Keep what a person says about the selected app, compare again, and offer to take it back.

        Args:
            verb: what is said.
            done: the line that tells of it.
            undo: takes it back; None puts the app's binding back to what it was.
        """
        app, shown = self.app, self.shown
        if app is None or shown is None:
            return
        before = app.binding
        key = app.key

        def work(_task: Task) -> Shown:
            verb(shown.comparison, app)
            return compared_again(self.services, shown, self._unkept_uses)

        def finish(again: Shown) -> None:
            self._show(again, scanned=False)
            self.noticed.emit(Announcement(done, undo or (lambda: self._restore(key, before))))

        self.tasks.run(work, done=finish, failed=self.failed.emit, owner=self)

    def _restore(self, key: str, binding: Binding | None) -> None:
        """Put an app's binding back to what it was."""
        shown = self.shown
        if shown is None:
            return

        self.tasks.run(
            lambda _task: restored(self.services, shown, key, binding, self._unkept_uses),
            done=lambda again: self._show(again, scanned=False),
            failed=self.failed.emit,
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


def _name(app: AppComparison) -> str:
    return inert(app.display_name, 60)


def _same_finding(app: AppComparison | None, permission: Permission | None) -> Finding | None:
    if app is None or permission is None:
        return None
    return next((finding for finding in app.findings if finding.permission == permission), None)
