"""The charts of a report: what they show, their words for those who hear them, and nothing of how they are drawn."""

from datetime import date

from msgspec import Struct

from permdesk.domain.finding import Status
from permdesk.presentation.requirement import NeedCounts


class NeedBar(Struct, frozen=True):
    """One bar: a vendor or an app, and how far its need is met."""

    label: str
    need: NeedCounts


class NeedChart(Struct, frozen=True, tag=True):
    """Requirements met, one bar for each vendor; all to one scale.

    Attributes:
        title: what it shows.
        words: the same as text.
    """

    title: str
    words: str
    bars: tuple[NeedBar, ...]


class StatusCount(Struct, frozen=True):
    """How many findings have a status."""

    status: Status
    count: int


class StatusChart(Struct, frozen=True, tag=True):
    """Findings by status, one bar for each status."""

    title: str
    words: str
    counts: tuple[StatusCount, ...]


class TrendPoint(Struct, frozen=True):
    """What one scan came to.

    Attributes:
        complete: False where something was not read: its point is drawn hatched, and the line to it broken.
    """

    day: date
    needed: int
    granted: int
    missing: int
    excess: int
    unread: int
    complete: bool


class TrendChart(Struct, frozen=True, tag=True):
    """Scans of a tenant over time, oldest first: missing, excess and unread."""

    title: str
    words: str
    points: tuple[TrendPoint, ...]


Chart = NeedChart | StatusChart | TrendChart
