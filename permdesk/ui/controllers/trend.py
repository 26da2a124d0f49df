"""Looks at the earlier scans of a tenant once its overview is in sight, off the window's thread."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from permdesk.domain.finding import Comparison
from permdesk.errors import WorldError
from permdesk.presentation.appearance import Tone
from permdesk.reports.charts import TrendPoint
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.views.overview import Overview

_KEY = "trend"
#: Milliseconds that somebody looks at the overview, or leaves a tenant as it is, before its scans are loaded for it.
_AFTER = 400


class TrendController(QObject):
    """Between the history and the chart over time; each scan of a trend is loaded and compared anew."""

    def __init__(self, overview: Overview, workspace: Workspace, *, parent: QObject) -> None:
        super().__init__(parent)
        self._overview, self._workspace = overview, workspace
        #: What the chart tells of, or is about to.
        self._told: Comparison | None = None
        self._task: Task | None = None
        self._soon = QTimer(self, interval=_AFTER, singleShot=True)
        self._soon.timeout.connect(self._look)
        overview.seen.connect(self._soon.start)
        workspace.changed.connect(self._changed)

    def _changed(self, scanned: bool) -> None:
        if scanned:
            self._stop()
            self._overview.trend.show_waiting()
        self._soon.start()

    def _stop(self) -> None:
        self._told = None
        if self._task is not None:
            self._task.stop()
            self._task = None

    def _look(self) -> None:
        shown = self._workspace.shown
        if shown is None or shown.comparison is self._told or not self._overview.isVisible():
            return
        self._stop()
        self._told = shown.comparison
        self._task = self._workspace.tasks.run(
            partial(self._work, shown),
            done=self._overview.trend.show_points,
            failed=self._failed,
            lane=Lane.NETWORK,
            key=_KEY,
            owner=self,
        )

    @uncollected()
    def _work(self, shown: Shown, task: Task) -> tuple[TrendPoint, ...]:
        return self._workspace.services.report.trend(shown.snapshot, shown.comparison, cancel=task.cancel)

    def _failed(self, error: Exception) -> None:
        """Say in the chart's place that the history could not be read; the overview is whole without it."""
        self._told = None
        title = error.title if isinstance(error, WorldError) else "The earlier scans could not be looked at"
        self._overview.trend.show_words(f"{title}.", ink=Tone.UNREAD)
        if not isinstance(error, WorldError):
            self._workspace.failed.emit(error)
