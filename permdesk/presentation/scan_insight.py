"""What one scan of the timeline comes to, and the words for it."""

from msgspec import Struct

from permdesk.domain.finding import Verdict
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import UNCONFIRMED_LOOK, VERDICT
from permdesk.presentation.timeline import ScanLine

#: The verdicts that a line counts, in order; what is not installed is no app, and without a baseline there is none.
COUNTED = (Verdict.GAPS, Verdict.EXCESSIVE, Verdict.UNVERIFIED, Verdict.COMPLIANT)


class Change(Struct, frozen=True, gc=False):
    """What changed from the scan before.

    Attributes:
        apps: how many apps changed for certain.
        granted, withdrawn: tenant-wide grants that came and went.
        certain: everything it rests on was read in both scans.
        words: the difference in one sentence.
    """

    apps: int
    granted: int
    withdrawn: int
    certain: bool
    words: str


class Insight(Struct, frozen=True, gc=False):
    """What one scan comes to, by today's catalog and by what people say today.

    Attributes:
        verdicts: apps held against a profile, by verdict.
        unconfirmed: apps held against one that wait for a person's word, with nothing else wrong.
        reads: such as "9 of 9 reads complete".
        rows: such as "read 839 of 839".
        change: None where it is the first scan of the tenant.
    """

    verdicts: dict[Verdict, int]
    unconfirmed: int
    reads: str
    rows: str
    change: Change | None


def verdict_words(insight: Insight) -> str:
    """Return how many vendor apps have which verdict: "2 gaps, 1 excessive"."""
    parts = [
        f"{insight.verdicts[verdict]:,} {VERDICT[verdict].label.lower()}"
        for verdict in COUNTED
        if insight.verdicts.get(verdict)
    ]
    parts += [f"{insight.unconfirmed:,} {UNCONFIRMED_LOOK.label.lower()}"] if insight.unconfirmed else []
    return ", ".join(parts) or "none"


def change_words(insight: Insight, *, first: bool) -> str:
    """Return what changed since the scan before, in few words."""
    change = insight.change
    if change is None:
        return "the first scan" if first else ""
    if not change.apps:
        return "nothing changed" if change.certain else "nothing known"
    return counted(change.apps, "app")


def insight_words(insight: Insight) -> str:
    """Return everything a line has no room for, as sentences."""
    change = f"Since the scan before: {insight.change.words}" if insight.change is not None else ""
    open_ = ""
    if insight.change is not None and not insight.change.certain:
        open_ = "Some of it was not read in both scans, so more may have changed."
    reads = f"{insight.rows.capitalize()}, {insight.reads}."
    judged = f"Vendor apps: {verdict_words(insight)}, judged by today’s catalog."
    return "\n".join(part for part in (reads, judged, change, open_) if part)


def spoken_line(line: ScanLine, insight: Insight | None, *, shown: bool) -> str:
    """Return what a screen reader says of a scan."""
    parts = [line.when, line.age, line.state, "open now" if shown else ""]
    if insight is not None:
        parts += [verdict_words(insight), insight.change.words.rstrip(".") if insight.change is not None else ""]
    return ", ".join(part for part in (*parts, f"read by {line.who}", line.note) if part)
