"""Ticks of services in use: the app's own rows at once, the lists soon after, the last tick always shown."""

from PySide6.QtCore import QObject, Signal

from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.profile import Uses
from permdesk.services.bundle import Services
from permdesk.ui.controllers.loading import Shown, Tick, summed, ticked
from permdesk.ui.tasks import Lane, Tasks


class Ticking(QObject):
    """Brings what arrives up to the newest ticks before anybody sees it, and keeps the ticks.

    Whatever is to be shown goes through ``offer``: rows that a newer tick has overtaken are never shown, for the next
    click would build on them. One app is compared again in its own task, since even the copy of a list of apps grows
    with the tenant; what the tick does to lists and totals follows in another.

    Args:
        services: the verbs.
        tasks: where everything slow runs.
    """

    #: Shown, with every tick in it: what is to be on screen now.
    ready = Signal(object)
    #: The error for which a tick could not be kept, or compared.
    refused = Signal(object)
    #: What arrived holds a tick that was taken back: only the whole comparison tells what was before it.
    outdated = Signal()

    def __init__(self, services: Services, tasks: Tasks, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._latest: Shown | None = None
        self._ticks: dict[str, Tick] = {}
        self._comparing = self._summing = False

    @property
    def ticks(self) -> dict[str, Tick]:
        """The last choice of every app ticked here: a comparison that began before one was kept does not know it."""
        return dict(self._ticks)

    def forget(self) -> None:
        """Another tenant: its apps have ticks of their own."""
        self._ticks.clear()

    def tick(self, app: AppComparison, uses: Uses) -> None:
        """Take a choice for an app that has a profile; show it, and keep it."""
        if self._latest is None or app.profile is None:
            return
        comparison, tick = self._latest.comparison, Tick(app.profile.id, uses)
        self._ticks[app.key] = tick
        self.offer(self._latest)
        self._keep(comparison, app, tick)

    def offer(self, shown: Shown) -> None:
        """Take what is newest; ``ready`` says it once no tick is left out of it."""
        self._latest = shown
        if self._comparing:
            return
        if not shown.ticks.keys() <= self._ticks.keys():
            self.outdated.emit()
        elif any(shown.ticks.get(key) is not tick for key, tick in self._ticks.items()):
            self._compare(shown)
        else:
            self.ready.emit(shown)
            self._sum_up()

    # One app, at once

    def _compare(self, base: Shown) -> None:
        ticks = self.ticks

        def done(again: Shown) -> None:
            self._comparing = False
            latest = self._latest
            overtaken = latest is not None and latest.comparison is not base.comparison
            self.offer(latest if overtaken and latest is not None else again)

        def failed(error: Exception) -> None:
            self._comparing = False
            for key in ticks:
                self._ticks.pop(key, None)
            self.refused.emit(error)

        self._comparing = True
        self._tasks.run(
            lambda _task: ticked(self._services, base, ticks),
            done=done,
            failed=failed,
            lane=Lane.NETWORK,
            owner=self,
        )

    # The lists, soon after

    def _sum_up(self) -> None:
        base = self._latest
        if self._summing or base is None or not base.behind:
            return

        def done(again: Shown) -> None:
            self._summing = False
            if self._latest is not None and self._latest.comparison is base.comparison:
                self.offer(again)
            else:
                self._sum_up()

        def failed(error: Exception) -> None:
            self._summing = False
            self.refused.emit(error)

        self._summing = True
        self._tasks.run(lambda _task: summed(base), done=done, failed=failed, lane=Lane.NETWORK, owner=self)

    # The history

    def _keep(self, comparison: Comparison, app: AppComparison, tick: Tick) -> None:
        def not_kept(error: Exception) -> None:
            if self._latest is not None and self._latest.unsaid is not None:
                # That nothing can be kept was said; until the window closes the tick holds.
                return
            if self._ticks.get(app.key) is tick:
                del self._ticks[app.key]
            self.refused.emit(error)

        self._tasks.run(
            lambda _task: self._services.describe.choose_uses(comparison, app, tick.uses),
            failed=not_kept,
            owner=self,
        )
