"""The charts of one tenant, with their words: the same on paper, in a page and on screen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from permdesk.domain.finding import Status
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.summary import VendorLine
from permdesk.reports.charts import (
    NeedBar,
    NeedChart,
    StatusChart,
    StatusCount,
    TrendChart,
    TrendPoint,
    need_words,
    point_words,
    status_words,
)

_LONGEST_VENDOR = 80
_OWN = "App registrations"


def vendor_chart(vendors: Iterable[VendorLine]) -> NeedChart | None:
    """Return requirements met, a bar for each line whose apps are here; None where there is none.

    Args:
        vendors: lines of the summary; the one without a vendor is told as what it is.
    """
    bars = tuple(_vendor_bar(line) for line in vendors if line.apps)
    return need_chart("Requirements met per vendor", bars) if bars else None


def _vendor_bar(line: VendorLine) -> NeedBar:
    told = [counted(line.apps, "app")]
    if line.vendor is None:
        told.append("own manifests only")
    if line.by_name:
        told.append(f"{line.by_name:,} by name only")
    if line.not_installed:
        told.append(f"{line.not_installed:,} not installed")
    name = _OWN if line.vendor is None else inert(line.vendor, _LONGEST_VENDOR) or "(no name)"
    return NeedBar(name, line.need, ", ".join(told))


def need_chart(title: str, bars: tuple[NeedBar, ...]) -> NeedChart:
    """Return bars with their words."""
    return NeedChart(title, " ".join(map(need_words, bars)), bars)


def status_chart(counts: Mapping[Status, int], number: Callable[[int], str]) -> StatusChart | None:
    """Return how many findings have each status; None where there are none.

    Args:
        counts: in the order of the bars; a status without findings has no bar.
        number: how a count is written.
    """
    told = tuple(StatusCount(status, count) for status, count in counts.items() if count)
    if not told:
        return None
    words = ", ".join(status_words(one, number) for one in told)
    return StatusChart(
        "Permissions of the apps with a vendor’s page, by status", f"{words[:1].upper()}{words[1:]}.", told
    )


def trend_chart(
    points: Sequence[TrendPoint], number: Callable[[int], str], day: Callable[[date], str]
) -> TrendChart | None:
    """Return the scans of a tenant over time, oldest first; None where fewer than two days have one."""
    if len(points) < 2:
        return None
    told = ". ".join(point_words(point, number, day) for point in points)
    return TrendChart("Missing, excess and not read, scan by scan", f"{told}.", tuple(points))
