"""How far a scan has come, in what a person believes: rows of rows over all lists, how fast, and how long still."""

import math
from collections.abc import Mapping

from msgspec import Struct

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.ports import Progress, StepProgress, Waiting
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb

#: Seconds over which the rate is evened out.
_EVEN = 5.0
#: Seconds of reading before a rate means anything.
_WARM = 2.0
#: The time left grows by so many seconds a second at most, however slow the service becomes.
_GROWS = 0.5


class Pace(Struct, frozen=True):
    """How far a scan has come at one moment, and how fast it goes.

    Attributes:
        began: seconds of a clock that never goes back, as ``at``.
        at: when this was so.
        before: rows of each kind that the tenant's last scan had; empty where there is none.
        progress: what the reader told last; None before it told anything.
        rows: rows so far; never fewer than before.
        total: rows in all; None where nothing tells.
        certain: True where the service announced the total, False where the last scan lends it.
        rate: rows a second, evened out; None until that means anything.
        left: seconds left; None where there is no total or no rate.
        shown: seconds left as they are said: they do not waver between two numbers.
    """

    began: float
    at: float
    before: Mapping[ReadName, int] = {}
    progress: Progress | None = None
    rows: int = 0
    total: int | None = None
    certain: bool = False
    rate: float | None = None
    left: float | None = None
    shown: int | None = None
    fresh: int = 0
    sum: float = 0.0
    weight: float = 0.0


def begun(at: float, before: Mapping[ReadName, int] | None = None) -> Pace:
    """Return the pace of a scan that begins."""
    return Pace(at, at, before or {})


def moved(pace: Pace, progress: Progress, *, at: float) -> Pace:
    """Return the pace once the reader told how far it came.

    Args:
        pace: the one before.
        progress: what the reader told.
        at: seconds of the same clock.
    """
    at = max(at, pace.at)
    rows = max(pace.rows, progress.rows)
    total, certain = _total(progress, rows, pace.before)
    fresh = max(pace.fresh, rows - progress.kept)
    passed = at - pace.at
    gone = math.exp(-passed / _EVEN)
    # What came since counts for more than what came earlier; the weight makes up for a short past.
    sum_ = pace.sum * gone + ((fresh - pace.fresh) / passed * (1 - gone) if passed > 0 else 0.0)
    weight = pace.weight * gone + (1 - gone)
    if passed <= 0:
        fresh = pace.fresh
    rate = sum_ / weight if at - pace.began >= _WARM and weight > 0 else None
    left = _left(pace, rows, total, rate, progress.waiting, passed)
    return Pace(
        began=pace.began,
        at=at,
        before=pace.before,
        progress=progress,
        rows=rows,
        total=total,
        certain=certain,
        rate=rate,
        left=left,
        shown=_shown(pace.shown, left),
        fresh=fresh,
        sum=sum_,
        weight=weight,
    )


def _total(progress: Progress, rows: int, before: Mapping[ReadName, int]) -> tuple[int | None, bool]:
    if progress.over:
        return rows, True
    if progress.expected is not None:
        return max(rows, progress.expected), True
    if not before:
        return None, False
    steps = {step.read: step for step in progress.steps}
    whole = sum(_expected(steps.get(read), before.get(read, 0)) for read in {*before, *steps})
    return max(rows, whole), False


def _expected(step: StepProgress | None, before: int) -> int:
    """Return how many rows a kind of list will have: as announced, else as in the last scan."""
    if step is None:
        return before
    if step.expected is not None and (step.over or step.lists == 1):
        return max(step.rows, step.expected)
    return max(step.rows, step.expected or 0, before)


def _left(
    pace: Pace, rows: int, total: int | None, rate: float | None, waiting: Waiting | None, passed: float
) -> float | None:
    if total is None or rate is None:
        return None
    missing = total - rows
    if not missing:
        return 0.0
    wait = waiting.seconds if waiting is not None else 0
    guess = missing / rate + wait if rate > 0 else math.inf
    if pace.left is None:
        return guess if guess < math.inf else None
    return min(guess, pace.left + _GROWS * passed)


def _shown(before: int | None, left: float | None) -> int | None:
    if left is None:
        return None
    step = _step(left)
    now = math.ceil(left / step) * step
    if before is not None and before < now <= before + step and left <= before + step / 2:
        return before
    return now


def _step(seconds: float) -> int:
    """Return to how many seconds a time is rounded: the longer, the coarser."""
    return next((step for limit, step in ((20, 5), (60, 10), (3600, 60)) if seconds <= limit), 600)


# In words


def so_far(pace: Pace) -> str:
    """Return "Read 512 of 839", "Read 512 of about 839" where the last scan lends the total, or "Read 512"."""
    if pace.total is None:
        return f"Read {pace.rows:,} so far"
    return f"Read {pace.rows:,} of {'' if pace.certain else 'about '}{pace.total:,}"


def speed(pace: Pace) -> str:
    """Return "1,900 rows a second"; empty until it is known, and while nothing comes."""
    if pace.rate is None or pace.rate < 0.5 or (pace.progress is not None and pace.progress.over):
        return ""
    digits = max(0, math.floor(math.log10(pace.rate)) - 1)
    number = round(pace.rate / 10**digits) * 10**digits
    return f"{counted(max(1, number), 'row')} a second"


def time_left(pace: Pace) -> str:
    """Return "about 40 s left", or what follows the reading; empty until it is known."""
    seconds = pace.shown
    if pace.progress is not None and pace.progress.over:
        return "keeping and comparing"
    if seconds is None:
        return ""
    if seconds <= 5:
        return "a few seconds left"
    if seconds < 60:
        return f"about {seconds} s left"
    if seconds < 3600:
        return f"about {math.ceil(seconds / 60)} min left"
    hours, minutes = divmod(math.ceil(seconds / 600) * 10, 60)
    return f"about {hours:,} h{f' {minutes} min' if minutes else ''} left"


def waits(pace: Pace) -> str:
    """Return what is said while the service lets a list wait; empty while none does."""
    waiting = pace.progress.waiting if pace.progress is not None else None
    if waiting is None:
        return ""
    if waiting.asked:
        return f"Microsoft asks us to slow down. Going on in {waiting.seconds:,} s. Nothing is lost."
    return f"Microsoft Graph does not answer as it should. Asking again in {waiting.seconds:,} s. Nothing is lost."


def fraction(pace: Pace) -> float | None:
    """Return the part of the rows that is read, from 0 to 1; None where no total is known."""
    if pace.total is None:
        return None
    return pace.rows / pace.total if pace.total else float(pace.progress is not None and pace.progress.over)


def gone_on_words(resumed: int, anew: str) -> str:
    """Return how an interrupted scan was gone on with, or why it was not; empty where there was none.

    Args:
        resumed: pages that it had read.
        anew: why it was not gone on with, as a sentence.
    """
    if resumed:
        pages = counted(resumed, "page")
        return f"The scan went on where it had stopped: {pages} {verb(resumed, 'was', 'were')} read before."
    return f"{anew} Everything was read again." if anew else ""


# What is read, kind by kind

#: The kinds in the order in which they are told, and what each is called.
KINDS: dict[ReadName, str] = {
    ReadName.ORGANIZATION: "Organisation",
    ReadName.APPLICATIONS: "App registrations",
    ReadName.SERVICE_PRINCIPALS: "Service principals",
    ReadName.OAUTH2_PERMISSION_GRANTS: "Delegated grants",
    ReadName.APP_ROLE_ASSIGNMENTS: "Role assignments",
    ReadName.DEFINITIONS: "API definitions",
    ReadName.DIRECTORY_ROLES: "Directory roles",
    ReadName.USERS: "Users with grants",
}


def read_label(read: ReadCoverage) -> str:
    """Return what a read is called on screen."""
    # The list of APIs comes with another, and has no step of its own.
    label = KINDS.get(read.read, "List of APIs")
    return f"{label}, {inert(read.resource, 60)}" if read.resource else label


class Step(Struct, frozen=True):
    """One kind of list as it is told.

    Attributes:
        number: "488 of 499"; "waiting" for what was not begun.
        done: True where all of it is read; False where something of it is not; None while it is under way or waits.
        begun: it was begun.
        remark: "118 of 140 lists", where there are many; else empty.
    """

    name: str
    number: str
    done: bool | None
    begun: bool
    remark: str = ""


def steps(progress: Progress | None) -> tuple[Step, ...]:
    """Return every kind of list, in one order, whether it was begun or waits."""
    found = {step.read: step for step in progress.steps} if progress is not None else {}
    unread = {read.read for read in progress.finished if not read.complete} if progress is not None else set()
    return tuple(
        _step_of(name, found.get(read), unread=read in unread, over=progress is not None and progress.over)
        for read, name in KINDS.items()
    )


def _step_of(name: str, step: StepProgress | None, *, unread: bool, over: bool) -> Step:
    if step is None:
        # Nobody holds a grant of an account's own, say: nothing was to be read.
        return Step(name, "none" if over else "waiting", True if over else None, begun=over)
    of = f" of {step.expected:,}" if step.expected is not None and not (step.over and unread) else ""
    many = step.read is ReadName.APP_ROLE_ASSIGNMENTS and step.lists > 1
    lists = f"{step.ended:,} of {step.lists:,} lists" if many else ""
    return Step(name, f"{step.rows:,}{of}", not unread if step.over else None, begun=True, remark=lists)


def unread(progress: Progress | None, *, most: int) -> tuple[tuple[str, str], ...]:
    """Return what could not be read by now, each with what became of it: told at once, while the rest goes on.

    Args:
        progress: what the reader told.
        most: so many are named; the rest is counted.
    """
    if progress is None:
        return ()
    found = [read for read in progress.finished if not read.complete]
    told = [(read_label(read), _became(read)) for read in found[:most]]
    more = len(found) - len(told)
    return (*told, (f"and {more:,} more", "")) if more else tuple(told)


def _became(read: ReadCoverage) -> str:
    if read.status is not ReadStatus.PARTIAL:
        return read.status.value
    more = read.expected is not None and read.expected > read.rows
    return f"{read.rows:,} of {read.expected:,}" if more else f"{read.rows:,}, not all"
