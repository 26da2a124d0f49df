"""The charts of a report: what they show, their words for those who hear them, and nothing of how they are drawn."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS
from permdesk.presentation.requirement import NeedCounts


class NeedBar(Struct, frozen=True):
    """One bar: a vendor or an app, and how far its need is met.

    Attributes:
        below: a quiet line below the label; empty for none.
    """

    label: str
    need: NeedCounts
    below: str = ""


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


def need_words(bar: NeedBar) -> str:
    """Return a bar as text."""
    return f"{bar.label}: {bar.need.sentence}."


def status_words(count: StatusCount, number: Callable[[int], str]) -> str:
    """Return how many findings have a status: "8 missing"."""
    return f"{number(count.count)} {STATUS[count.status].label.lower()}"


def point_words(point: TrendPoint, number: Callable[[int], str], day: Callable[[date], str]) -> str:
    """Return one scan of a trend as text, without a full stop."""
    words = f"{number(point.missing)} missing, {number(point.excess)} excess, {number(point.unread)} not read"
    return f"{day(point.day)}: {words}{'' if point.complete else ', scan not complete'}"
