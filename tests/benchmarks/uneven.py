"""Times the turns of an event loop, and tells what a late one waited for: the window itself, or other programs."""

import contextlib
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from msgspec import Struct

#: Seconds on the processor and seconds of waiting for one, of the thread that reads it (Linux, schedstats).
_SCHEDULED = Path("/proc/thread-self/schedstat")


class Tick(Struct, frozen=True):
    """One turn, in milliseconds.

    Attributes:
        late: since the one before.
        others: of these, as long as the thread was ready and the processor was with another program; threads of the
            window's own process are not others.
    """

    late: float
    others: float

    @property
    def own(self) -> float:
        """What is left: whatever the window did, or waited for by its own fault."""
        return self.late - self.others


def ticks(holds: Callable[[], bool], *, patience: float = 60.0) -> list[Tick]:
    """Let the event loop go round until something holds, or ``patience`` seconds; return the turns of a timer."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(1)
    with _clocks() as clocks:
        times = [clocks()]

        def tick() -> None:
            times.append(clocks())
            if holds() or times[-1][0] - times[0][0] > patience:
                loop.quit()

        timer.timeout.connect(tick)
        timer.start()
        loop.exec()
        timer.stop()
    found = []
    for one, other in pairwise(times):
        late, of_process, of_thread, waited = (
            (after - before) * 1000 for before, after in zip(one, other, strict=True)
        )
        found.append(Tick(late, max(0.0, waited - max(0.0, of_process - of_thread))))
    return found


@contextlib.contextmanager
def _clocks() -> Iterator[Callable[[], tuple[float, float, float, float]]]:
    """Give what tells four times in seconds: now, of the process, of this thread, and waited for a processor."""
    with _SCHEDULED.open("rb", buffering=0) as file:

        def clocks() -> tuple[float, float, float, float]:
            file.seek(0)
            ran, waited, _ = file.read(100).split()
            return time.perf_counter(), time.process_time(), int(ran) / 1e9, int(waited) / 1e9

        yield clocks


class Evenness(Struct, frozen=True):
    """What is stated of an event loop, in milliseconds.

    Attributes:
        within: what 99 % of its turns kept within.
        latest: the latest turn.
        own: the latest without what other programs took.
    """

    words: str
    within: float
    latest: float
    own: float


def evenness(name: str, turns: list[Tick]) -> Evenness:
    """Return what is stated; there must be more than a hundred turns."""
    assert len(turns) > 100
    late = [turn.late for turn in turns]
    within, latest, own = quantiles(late, n=100)[98], max(late), max(turn.own for turn in turns)
    words = (
        f"event loop, {name}: 99 % of {len(late):,} ticks within {within:.1f} ms of the one before, "
        f"{sum(gap >= 16 for gap in late)} of them 16 ms or more, {sum(gap >= 100 for gap in late)} 100 ms or more, "
        f"the latest {latest:.1f} ms; without what other programs held the core for, the latest {own:.1f} ms"
    )
    return Evenness(words, within, latest, own)
