"""Keeps what makes paper for the tenant on screen at hand while it is wanted, and for a while afterwards."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from permdesk.services.paper import KeptTenants, OneTenant, Paper, Ticked
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.workspace import Workspace

#: Milliseconds after which what nobody prints any more is let go of: it holds the tenant once more.
_KEPT: Final = 60_000


class HeldPaper(QObject):
    """Hands out one paper at a time, the same for the same comparison.

    Attributes:
        wanted: says whether somebody uses what was handed out.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._papers = workspace.services.papers
        self._shown: Shown | None = None
        self._paper: Paper | None = None
        self.wanted: Callable[[], bool] = lambda: False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_KEPT)
        self._idle.timeout.connect(self._let_go)
        self._workspace = workspace
        workspace.changed.connect(lambda _scanned: self.look())

    @property
    def held(self) -> Paper | None:
        """What was handed out last, if it was not let go of."""
        return self._paper

    def of(self, shown: Shown) -> Paper:
        """Return what makes reports of a tenant as it is on screen."""
        self._idle.stop()
        held = self._shown
        if self._paper is not None and held is not None and held.comparison is shown.comparison:
            return self._paper
        ticks = tuple(Ticked(key, tick.profile_id, tick.uses) for key, tick in shown.ticks.items())
        about = OneTenant(shown.snapshot, shown.comparison, ticks, said=shown.unsaid is None)
        return self._hold(shown, self._papers.about(about))

    def of_kept(self, about: KeptTenants) -> Paper:
        """Return what makes reports of kept scans."""
        return self._hold(None, self._papers.about(about))

    def again(self, paper: Paper) -> None:
        """Look after what was let go of meanwhile and is asked once more."""
        if paper is not self._paper:
            self._hold(None, paper)

    def _hold(self, shown: Shown | None, paper: Paper) -> Paper:
        self.close()
        self._shown, self._paper = shown, paper
        return paper

    def look(self) -> None:
        """Let go of what nobody wants: at once where another tenant is shown by now, else after a while."""
        if self._paper is None or self.wanted():
            self._idle.stop()
            return
        now = self._workspace.shown
        if self._shown is None or now is None or now.comparison is not self._shown.comparison:
            self._let_go()
        else:
            self._idle.start()

    def close(self) -> None:
        """Stop whatever is under way, and let go."""
        self._idle.stop()
        paper, self._paper, self._shown = self._paper, None, None
        if paper is not None:
            paper.close()

    def _let_go(self) -> None:
        if not self.wanted():
            self.close()
