"""The timeline of a tenant's scans: one line for each, every word ready, newest first."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from permdesk.domain.dates import day
from permdesk.domain.retention import Keep, Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.text import inert
from permdesk.domain.unfinished import UnfinishedScan
from permdesk.domain.wording import clock, counted, read_period

#: A note is cut on its line; the tool tip and the field that edits it have the whole.
_NOTE_LIMIT = 400
_NAME_LIMIT = 120
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
#: Days from which on weeks, months and years are counted.
_WEEKS, _MONTHS, _YEARS = 14, 60, 730
_PLACES = ((_YEARS, 365, "year"), (_MONTHS, 30, "month"), (_WEEKS, 7, "week"))


class ScanLine(Struct, frozen=True, gc=False):
    """One scan of the timeline.

    Attributes:
        record: None for a scan that was not finished.
        before: the finished scan before it; None for the first, and for one that was not finished.
        when: such as "12 Mar 2024 09:42".
        age: such as "3 days ago".
        state: "complete", "not fully read" or "not finished".
        who: who read it; inert.
        note: on one line; inert.
        remark: what else is to be known, for the tool tip.
        haystack: case-folded, what a filter looks through.
    """

    scan_id: str
    record: ScanRecord | None
    before: ScanRecord | None
    when: str
    age: str
    state: str
    who: str
    note: str
    remark: str
    haystack: str

    @property
    def finished(self) -> bool:
        """True where it can be opened and compared."""
        return self.record is not None

    @property
    def complete(self) -> bool:
        """True where every read came to its end."""
        return self.record is not None and self.record.complete


def age(then: datetime, *, now: datetime) -> str:
    """Return how long ago a moment is, in the largest fitting unit."""
    seconds = (now - then).total_seconds()
    if seconds < _MINUTE:
        return "just now" if seconds > -_HOUR else "in the future"
    if seconds < _HOUR:
        return f"{counted(int(seconds // _MINUTE), 'minute')} ago"
    there = then.astimezone(now.tzinfo)
    days = (now.date() - there.date()).days
    if days == 0:
        return f"{counted(int(seconds // _HOUR), 'hour')} ago"
    if days == 1:
        return "yesterday"
    for least, length, unit in _PLACES:
        if days >= least:
            return f"{counted(days // length, unit)} ago"
    return f"{days:,} days ago"


def written(moment: datetime, *, now: datetime) -> str:
    """Return a moment of the timeline, "12 Mar 2024 09:42", in the zone of ``now``."""
    there = moment.astimezone(now.tzinfo)
    return f"{day(there.date())} {clock(there)}"


def scan_lines(
    records: Sequence[ScanRecord], unfinished: Sequence[UnfinishedScan], *, now: datetime, reading: bool = False
) -> list[ScanLine]:
    """Return the lines of a timeline, newest first.

    Args:
        records: the finished scans of one tenant, newest first.
        unfinished: those that were begun, likewise.
        now: the present moment, with time zone.
        reading: this window reads the tenant just now.
    """
    lines = [_finished(one, records[at + 1] if at + 1 < len(records) else None, now) for at, one in enumerate(records)]
    begun = [_unfinished(one, now, under_way=reading and not at) for at, one in enumerate(unfinished)]
    moments = {one.scan_id: one.read_at for one in records} | {one.scan_id: one.began for one in unfinished}
    # Merging by moment keeps the order of the finished ones, of which two may have begun at the same time.
    return sorted([*begun, *lines], key=lambda line: moments[line.scan_id], reverse=True)


def _finished(record: ScanRecord, before: ScanRecord | None, now: datetime) -> ScanLine:
    when, who = written(record.read_at, now=now), _who(record.account.username, record.account.object_id)
    note = inert(record.note, _NOTE_LIMIT)
    state = "complete" if record.complete else "not fully read"
    return ScanLine(
        record.scan_id,
        record,
        before,
        when,
        age(record.read_at, now=now),
        state,
        who,
        note,
        f"{read_period(record.read_at, record.ended_at, now=now)}. {counted(record.apps, 'app')}. "
        f"Scan {inert(record.scan_id, _NAME_LIMIT)}",
        f"{when} {state} {who} {inert(record.note)} {record.scan_id}".casefold(),
    )


def _unfinished(scan: UnfinishedScan, now: datetime, *, under_way: bool) -> ScanLine:
    when, who = written(scan.began, now=now), _who(scan.account.username, scan.account.object_id)
    pages = counted(scan.pages, "page")
    if under_way:
        state, remark = "being read", f"{pages} so far."
    elif now < scan.goes_on_until():
        until = written(scan.goes_on_until(), now=now)
        state = "not finished"
        remark = f"{pages} are kept. The next scan by the same account goes on from there until {until}."
    else:
        state, remark = "not finished", f"{pages} are kept, too old to go on with: the next scan begins anew."
    return ScanLine(
        scan.scan_id,
        None,
        None,
        when,
        age(scan.began, now=now),
        state,
        who,
        "",
        remark,
        f"{when} {state} {who}".casefold(),
    )


def _who(username: str | None, object_id: str | None) -> str:
    return inert(username or object_id or "", _NAME_LIMIT) or "not told"


def narrowed(lines: Sequence[ScanLine], text: str) -> list[ScanLine]:
    """Return the lines that have every word of a text: of date, state, account, note or id."""
    words = text.casefold().split()
    return [line for line in lines if all(word in line.haystack for word in words)]


def timeline_words(lines: Sequence[ScanLine], tenant: str) -> str:
    """Return what the head of a timeline says of it."""
    finished = [line for line in lines if line.finished]
    if not finished:
        return f"No scan of {inert(tenant, _NAME_LIMIT)} is kept yet."
    number = counted(len(finished), "scan")
    since = f", since {finished[-1].when}" if len(finished) > 1 else ""
    return f"{number} of {inert(tenant, _NAME_LIMIT)}{since}"


def rule_words(rule: Retention) -> str:
    """Return how long scans stay, as a clause: "the newest 30 scans stay"."""
    if rule.keep is Keep.ALL:
        return "every scan stays"
    if rule.keep is Keep.NEWEST:
        return f"the newest {counted(rule.number, 'scan')} stay" if rule.number > 1 else "the newest scan stays"
    return f"the scans of {counted(rule.number, 'month')} stay"


def due_words(rule: Retention, due: Sequence[ScanRecord], *, now: datetime) -> str:
    """Return what a rule would remove now, before it does.

    Args:
        rule: the rule that is being chosen.
        due: the scans that it lets go, of all tenants.
        now: the present moment, with time zone.
    """
    if rule.keep is Keep.ALL:
        return "Nothing is deleted by itself."
    if not due:
        return "It removes nothing now. Later scans let older ones go."
    tenants = len({(record.cloud, record.tenant_id) for record in due})
    days = [record.read_at for record in due]
    first, last = written(min(days), now=now), written(max(days), now=now)
    of = f" of {counted(tenants, 'tenant')}" if tenants > 1 else ""
    span = f"the one of {first}" if len(due) == 1 else f"from {first} to {last}"
    return f"It removes {counted(len(due), 'scan')}{of} now: {span}. Nothing brings them back."
