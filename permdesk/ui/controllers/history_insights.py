"""What the scans in sight come to, looked at one after the other while nobody waits for it."""

from functools import partial

from PySide6.QtCore import QObject

from permdesk.errors import BugError, WorldError
from permdesk.presentation.scan_insight import Insight
from permdesk.presentation.timeline import ScanLine
from permdesk.services.insight import Insights
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.models.scan_list import Unreadable
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.views.history.scan_table import ScanTable

_INSIGHT = "history-insight"


class InsightLoader(QObject):
    """Looks at the scans that can be seen and are not known yet, from the top down, until it is stopped."""

    def __init__(self, table: ScanTable, workspace: Workspace) -> None:
        super().__init__(table)
        self._table, self._workspace = table, workspace
        self._insights = Insights(workspace.services.history, workspace.services.compare)
        self._wanted = self._busy = False
        table.moved.connect(self._next)
        table.scrolled.connect(self._pause)

    def start(self) -> None:
        """Begin to look, and go on with whatever comes into sight."""
        self._wanted = True
        self._next()

    def stop(self) -> None:
        """Look no more: nobody sees the timeline."""
        self._wanted = self._busy = False
        self._workspace.tasks.cancel(_INSIGHT)
        self._workspace.tasks.run(lambda _task: self._insights.put_down(), lane=Lane.NETWORK)

    def _pause(self) -> None:
        """Leave the interpreter to a hand that scrolls; what comes to rest in sight is looked at."""
        if self._busy:
            self._busy = False
            self._workspace.tasks.cancel(_INSIGHT)

    def _next(self) -> None:
        if self._busy or not self._wanted or self._workspace.scanning:
            return
        scans = self._table.scans
        line = next((one for one in self._table.in_sight() if one.finished and scans.found(one) is None), None)
        if line is None:
            return
        self._busy = True
        self._workspace.tasks.run(
            partial(self._look, line),
            done=partial(self._tell, line),
            failed=partial(self._failed, line),
            lane=Lane.NETWORK,
            key=_INSIGHT,
            owner=self,
        )

    @uncollected()
    def _look(self, line: ScanLine, task: Task) -> Insight:
        if line.record is None:
            raise BugError("a scan that was not finished comes to nothing")
        return self._insights.of(line.record, line.before, cancel=task.cancel)

    def _failed(self, line: ScanLine, error: Exception) -> None:
        self._tell(line, _unreadable(error))

    def _tell(self, line: ScanLine, found: Insight | Unreadable) -> None:
        self._busy = False
        self._table.scans.tell(line, found)
        self._next()


def _unreadable(error: Exception) -> Unreadable:
    if not isinstance(error, WorldError):
        raise error
    return Unreadable(". ".join(part.rstrip(".") for part in (error.title, error.detail) if part) + ".")
