"""What is new since the scan before: found out after a scan is on screen, and marked in its lists."""

import logging

from PySide6.QtCore import QObject

from permdesk.domain.snapshot import Snapshot
from permdesk.presentation.news import News, news_of
from permdesk.services.bundle import Services
from permdesk.services.letting_go import let_go
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task

_NEWS = "news"
_log = logging.getLogger("permdesk.ui")


class NewsController(QObject):
    """Between the history and what is on screen."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        workspace.changed.connect(lambda scanned: self.look() if scanned else None)

    def look(self) -> None:
        """Hold the scan on screen against the one before it."""
        shown = self._workspace.shown
        if shown is None:
            return
        snapshot, services = shown.snapshot, self._workspace.services
        self._workspace.tasks.run(
            lambda task: _news(services, snapshot, task),
            done=lambda news: self._workspace.tell_news(snapshot, news),
            # The lists are good without it; that nothing is marked as new is said where one would look for it.
            failed=lambda error: _log.info("what is new cannot be said: %s", error),
            lane=Lane.NETWORK,
            key=_NEWS,
            owner=self,
        )


@uncollected()
def _news(services: Services, snapshot: Snapshot, task: Task) -> News | None:
    """Return what is new in a scan; None where it is the first of its tenant."""
    before = services.history.previous(snapshot)
    if before is None:
        return None
    held: list[object] = [before]
    if not task.cancel.is_set():
        diff = services.history.diff(before, snapshot)
        news = news_of(diff)
        held.append(diff)
    else:
        news = None
    del before
    let_go(held, hurry=task.cancel)
    return news
