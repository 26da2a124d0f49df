"""Asks, for an open re-consent sheet, which roles are active now and who holds the roles that are enough."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.role_holders import HoldersRead, RolesRead
from permdesk.services.target import ReadTarget
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task

if TYPE_CHECKING:
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

_T = TypeVar("_T")


class AskingWho(QObject):
    """Answers one sheet, and ends with it.

    Args:
        sheet: whose questions they are.
        workspace: the tenant.
    """

    def __init__(self, sheet: "ReconsentSheet", workspace: Workspace) -> None:
        super().__init__(sheet)
        self._sheet, self._workspace = sheet, workspace
        self._task: Task | None = None
        sheet.who.roles_requested.connect(self.roles)
        sheet.who.holders_requested.connect(self.holders)
        sheet.finished.connect(lambda _result: self._stop())

    def roles(self) -> None:
        """Read the account's directory roles anew, and show the answer that follows."""
        shown, again, plan = self._workspace.shown, self._workspace.services.again, self._sheet.plan
        if shown is not None:
            account = shown.comparison.account

            def ask(target: ReadTarget, task: Task) -> tuple[ConsentPlan, RolesRead]:
                return again.roles(plan, account, target, cancel=task.cancel)

            self._run("Reading your directory roles…", ask, self._take_roles)

    def holders(self) -> None:
        """Read who holds the roles that are enough, and list them."""
        again, plan = self._workspace.services.again, self._sheet.plan

        def ask(target: ReadTarget, task: Task) -> HoldersRead:
            return again.holders(plan, target, cancel=task.cancel)

        self._run("Reading who holds the roles…", ask, self._sheet.who.show_holders)

    def _take_roles(self, found: tuple[ConsentPlan, RolesRead]) -> None:
        plan, read = found
        self._sheet.show_you(plan, read_at=read.read_at)

    def _run(self, words: str, ask: Callable[[ReadTarget, Task], _T], take: Callable[[_T], None]) -> None:
        shown, again = self._workspace.shown, self._workspace.services.again
        if shown is None:
            return
        who = self._sheet.who
        who.show_busy(words)
        self._task = self._workspace.tasks.run(
            lambda task: ask(again.target(shown.target, shown.snapshot), task),
            done=take,
            failed=who.show_problem,
            finished=who.show_idle,
            lane=Lane.NETWORK,
            owner=who,
        )

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
