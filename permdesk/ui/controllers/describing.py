"""What a person says about the selected app: kept, compared again, and offered to be taken back."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject

from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.knowledge import Binding
from permdesk.domain.profile import Profile
from permdesk.domain.text import inert
from permdesk.ui.controllers.loading import Shown, compared_again, restored
from permdesk.ui.controllers.workspace import Announcement, Workspace, same_finding
from permdesk.ui.tasks import Task


class Describing(QObject):
    """Says something about the app that the workspace has selected.

    Args:
        workspace: the tenant on screen.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._verbs = workspace.services.describe

    def bind(self, profile: Profile) -> None:
        """Bind the selected app to a profile by hand."""
        app = self._workspace.app
        if app is not None:
            self._say(
                lambda comparison, app: self._verbs.bind(comparison, app, profile.id),
                f"{_name(app)} is bound to {profile.vendor} {profile.name}.",
            )

    def confirm(self) -> None:
        """Confirm that the selected app is the vendor's."""
        app = self._workspace.app
        if app is not None:
            self._say(self._verbs.confirm, f"{_name(app)} is confirmed.")

    def unbind(self) -> None:
        """Hold the selected app against no profile."""
        app = self._workspace.app
        if app is not None:
            self._say(self._verbs.unbind, f"{_name(app)} is bound to no profile.")

    def forget(self) -> None:
        """Go back to what permdesk finds by itself."""
        app = self._workspace.app
        if app is not None:
            self._say(self._verbs.forget, f"What was said about {_name(app)} is forgotten.")

    def accept(self, finding: Finding, *, reason: str, by: str, until: date | None) -> None:
        """Accept a finding of the selected app, with the reason and a date to look again."""

        def say(comparison: Comparison, app: AppComparison) -> None:
            self._verbs.accept(comparison, app, finding, reason=reason, by=by, until=until)

        self._say(say, f"{inert(finding.permission.label)} is accepted.", undo=self._acceptance_before(finding))

    def withdraw(self, finding: Finding) -> None:
        """Take the acceptance of a finding of the selected app back."""

        def say(comparison: Comparison, app: AppComparison) -> None:
            self._verbs.withdraw(comparison, app, finding)

        label = inert(finding.permission.label)
        self._say(say, f"{label} is no longer accepted.", undo=self._acceptance_before(finding))

    def _acceptance_before(self, finding: Finding) -> Callable[[], None] | None:
        """Return what puts a finding's acceptance back to what it is now."""
        app = self._workspace.app
        if app is None:
            return None
        key, held = app.key, finding.accepted

        def restore() -> None:
            # The finding of today: its acceptance is what has to be taken back.
            now = same_finding(self._workspace.app_of(key), finding.permission)
            if now is None:
                return
            self._workspace.select_app(key)
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
        app, shown = self._workspace.app, self._workspace.shown
        if app is None or shown is None:
            return
        before = app.binding
        key, ticks = app.key, self._workspace.ticking.ticks

        def work(_task: Task) -> Shown:
            verb(shown.comparison, app)
            return compared_again(self._workspace.services, shown, ticks)

        def finish(again: Shown) -> None:
            self._workspace.show_again(again)
            self._workspace.noticed.emit(Announcement(done, undo or (lambda: self._restore(key, before))))

        self._workspace.tasks.run(work, done=finish, failed=self._workspace.failed.emit, owner=self._workspace)

    def _restore(self, key: str, binding: Binding | None) -> None:
        """Put an app's binding back to what it was."""
        shown = self._workspace.shown
        if shown is None:
            return
        ticks = self._workspace.ticking.ticks
        self._workspace.tasks.run(
            lambda _task: restored(self._workspace.services, shown, key, binding, ticks),
            done=self._workspace.show_again,
            failed=self._workspace.failed.emit,
            owner=self._workspace,
        )


def _name(app: AppComparison) -> str:
    return inert(app.display_name, 60)
