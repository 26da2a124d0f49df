"""The words for what a consent did: the same in the window, on paper and in the text that is filed."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from permdesk.domain.audit import AuditedChange, AuditStatus
from permdesk.domain.consent_record import ConsentRecord, Outcome, RecordRow, Stood
from permdesk.domain.finding import Granted, Status
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.proof import Foreseen, Happened
from permdesk.domain.text import inert
from permdesk.domain.wording import clock, counted, listed, verb
from permdesk.presentation.appearance import ACCEPTED_STATUS, STATUS, Glyph, Look, Tone
from permdesk.presentation.requirement import NeedCounts, need_counts

_NAME = 200

#: What the preview said.
FORESEEN: dict[Foreseen, str] = {
    Foreseen.ADDED: "will be added",
    Foreseen.REMOVED: "may be removed",
    Foreseen.MISSING: "stays missing",
    Foreseen.STAYS: "stays",
    Foreseen.UNREAD: "not read",
    Foreseen.NOTHING: "nothing",
}
HAPPENED: dict[Happened, Look] = {
    Happened.ADDED: Look("Added", Glyph.SATISFIED, Tone.SATISFIED),
    Happened.REMOVED: Look("Removed", Glyph.MISSING, Tone.MISSING),
    Happened.PENDING: Look("Not visible yet", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    Happened.STILL_MISSING: Look("Still missing", Glyph.MISSING, Tone.MISSING),
    Happened.UNCHANGED: Look("Unchanged", Glyph.GRANTED, Tone.GRANTED, quiet=True),
    Happened.UNREAD: Look("Not read", Glyph.UNREAD, Tone.UNREAD, hatched=True),
}
#: What a consent came to.
OUTCOME: dict[Outcome, Look] = {
    Outcome.AS_FORESEEN: Look("As foreseen", Glyph.SATISFIED, Tone.SATISFIED),
    Outcome.DIFFERS: Look("Not as foreseen", Glyph.PARTIAL, Tone.PARTIAL),
    Outcome.PENDING: Look("Not visible yet", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    Outcome.NOT_READ: Look("Not fully read", Glyph.UNREAD, Tone.UNREAD, hatched=True),
}
ROUTE_UNSAID = "Nobody said which way was gone"
_NOT_GRANTED = Look("Not granted", Glyph.NO_BASELINE, Tone.MUTED, quiet=True)


class Total(Struct, frozen=True):
    """One number of the record: how often something happened, and a remark."""

    happened: Happened
    number: int
    word: str
    remark: str


def permission_name(row: RecordRow) -> str:
    """Return the name of a row's permission; what is not Microsoft Graph's says whose it is."""
    permission = row.permission
    label = inert(permission.label, _NAME)
    if permission.resource_app_id == GRAPH_APP_ID:
        return label
    return f"{label} ({inert(permission.resource, 60)})"


def state(stood: Stood | None) -> Look:
    """Return how a permission looked at one time."""
    if stood is None or (stood.granted is Granted.NONE and stood.status is Status.EXCESS):
        return _NOT_GRANTED
    return (ACCEPTED_STATUS if stood.accepted else STATUS)[stood.status]


def change_word(row: RecordRow) -> str:
    """Return what became of a permission, and what follows."""
    word = HAPPENED[row.happened].label
    if row.happened is Happened.REMOVED and row.needed:
        return f"{word}, and needed"
    if row.happened is Happened.ADDED and row.after is not None and row.after.status is Status.EXCESS:
        return f"{word}, beyond the need"
    return word


def foreseen_word(row: RecordRow) -> str:
    """Return what the preview said of a permission, and that it came otherwise."""
    said = FORESEEN[row.foreseen]
    if row.foreseen is Foreseen.REMOVED and row.happened is Happened.UNCHANGED:
        return f"{said}: it stayed"
    return said


def told_rows(record: ConsentRecord) -> tuple[RecordRow, ...]:
    """Return the rows that are told one by one: all that changed, lack, or were foreseen to change."""
    return tuple(
        row
        for row in record.rows
        if row.happened is not Happened.UNCHANGED or (row.foreseen is Foreseen.REMOVED and not record.gone)
    )


def totals(record: ConsentRecord) -> tuple[Total, ...]:
    """Return the numbers of the record, in the order in which they stand."""
    lost = record.of(Happened.REMOVED)
    needed = sum(row.needed for row in lost)
    unread = record.of(Happened.UNREAD)
    found = [
        Total(Happened.ADDED, len(record.of(Happened.ADDED)), "added", _surprise(record, Happened.ADDED)),
        Total(
            Happened.REMOVED,
            len(lost),
            "removed",
            f"{needed:,} of them needed" if needed else _surprise(record, Happened.REMOVED),
        ),
    ]
    if record.watching or not record.of(Happened.STILL_MISSING):
        pending = len(record.of(Happened.PENDING))
        found.append(Total(Happened.PENDING, pending, "not visible yet", "Microsoft copies grants for some minutes"))
    else:
        missing = len(record.of(Happened.STILL_MISSING))
        found.append(Total(Happened.STILL_MISSING, missing, "still missing", "needed or asked for, not there"))
    if unread:
        found.append(Total(Happened.UNREAD, len(unread), "not read", "nobody can say what became of them"))
    else:
        found.append(Total(Happened.UNCHANGED, len(record.of(Happened.UNCHANGED)), "unchanged", "as before"))
    return tuple(found)


def _surprise(record: ConsentRecord, happened: Happened) -> str:
    rows = record.of(happened)
    surprising = sum(row.surprising for row in rows)
    if not rows:
        return "none"
    return f"{surprising:,} not foreseen" if surprising else "as foreseen"


def need_words(record: ConsentRecord, *, after: bool) -> tuple[NeedCounts, str]:
    """Return how far the app's need was met before or after the click, and that in words."""
    if after and record.gone:
        return NeedCounts(), "The app is not in the tenant any more."
    stood = (row.after if after else row.before for row in record.rows)
    counts = need_counts((one for one in stood if one is not None), record.baseline)
    return counts, f"{counts.sentence[:1].upper()}{counts.sentence[1:]}."


def lost_words(record: ConsentRecord) -> str:
    """Return what to do about a loss, as a sentence; empty where nothing that is needed was lost."""
    lost = [row for row in record.of(Happened.REMOVED) if row.needed]
    if not lost:
        return ""
    names = listed([permission_name(row) for row in lost])
    return f"{names} {verb(len(lost), 'is', 'are')} needed, and {verb(len(lost), 'was', 'were')} taken away."


def outcome_words(record: ConsentRecord) -> str:
    """Return the numbers that are not nought, as one line: "2 added, 1 removed"."""
    told = (Happened.ADDED, Happened.REMOVED, Happened.PENDING, Happened.STILL_MISSING, Happened.UNREAD)
    found = ((len(record.of(one)), HAPPENED[one].label.casefold()) for one in told)
    return ", ".join(f"{number:,} {word}" for number, word in found if number) or "nothing changed"


def route_words(record: ConsentRecord) -> str:
    """Return the way that was gone."""
    return inert(record.route.label, _NAME) if record.route is not None else ROUTE_UNSAID


def reader_words(record: ConsentRecord) -> str:
    """Return who was signed in to permdesk."""
    account = record.account
    return inert(account.username or account.object_id or "", _NAME) or "an account that the sign-in does not name"


# By whom: the directory audit log


def actor_words(change: AuditedChange) -> str:
    """Return who changed something, as the log names them."""
    return inert(change.actor.name or change.actor.object_id or "", 120) or "somebody the log does not name"


def row_change(record: ConsentRecord, row: RecordRow) -> AuditedChange | None:
    """Return the entry of the audit log that tells of a row's change; None where none does."""
    if record.trail is None or row.happened not in (Happened.ADDED, Happened.REMOVED):
        return None
    return record.trail.last(row.permission, came=row.happened is Happened.ADDED)


def audit_words(record: ConsentRecord, *, when: Callable[[datetime], str]) -> str:
    """Return by whom and when, as the audit log tells, or why it does not tell.

    Args:
        record: the record.
        when: tells a time in words.
    """
    trail = record.trail
    if trail is None:
        return "By whom: the directory audit log was not asked."
    if not trail.told:
        why = inert(trail.detail, 300).rstrip(".") or "it could not be read"
        remedy = f" {inert(trail.remedy, 200)}" if trail.remedy else ""
        return f"By whom: the directory audit log does not tell: {why}.{remedy}"
    known = dict.fromkeys(change for row in record.rows if (change := row_change(record, row)) is not None)
    entries = [*trail.consents, *known]
    part = " The log was read in part." if trail.status is AuditStatus.PARTIAL else ""
    if not entries:
        asked = f"By whom: the directory audit log, asked {when(trail.read_at)}, has no entry yet."
        return f"{asked} Entries may come late.{part}"
    people = listed(list(dict.fromkeys(actor_words(entry) for entry in entries)))
    newest = max(entry.at for entry in entries)
    return f"By {people}, {when(newest)}, says the directory audit log.{part}"


def filed(record: ConsentRecord) -> str:
    """Return the whole record as plain text, to be filed or sent."""
    return "\n".join(_filed(record)) + "\n"


def _filed(record: ConsentRecord) -> Iterator[str]:
    yield f"Re-consent to {inert(record.display_name, _NAME)} in {inert(record.tenant.name, _NAME)}: before and after"
    yield ""
    yield f"App ID:    {inert(record.app_id or 'none', _NAME)}"
    yield f"Tenant ID: {inert(record.tenant.id, _NAME)}"
    yield f"Route:     {route_words(record)}"
    yield f"Signed in: {reader_words(record)}"
    for title, reading in (("Before:   ", record.before), ("After:    ", record.after)):
        whole = "" if reading.complete else ", not everything was read"
        # An app that was read by itself is in no scan.
        what = "scan" if reading is record.before or reading.fingerprint else "reading"
        yield f"{title} {_written(reading.read_at)}, {what} {inert(reading.scan_id, _NAME)}{whole}"
    yield f"Record:    {inert(record.record_id, _NAME)}"
    yield audit_words(record, when=_written)
    yield ""
    yield ", ".join(f"{total.number:,} {total.word}" for total in totals(record))
    for title, after in (("Before", False), ("After", True)):
        yield f"{title}: {need_words(record, after=after)[1]}"
    for happened, look in HAPPENED.items():
        rows = record.of(happened)
        if not rows:
            continue
        yield ""
        yield f"{look.label} ({counted(len(rows), 'permission')})"
        for row in rows:
            change = row_change(record, row)
            whom = f"; by {actor_words(change)}, {_written(change.at)}" if change is not None else ""
            said = f"the preview said: {foreseen_word(row)}{whom}"
            yield f"  {permission_name(row)}, {row.permission.kind.value}: {change_word(row).casefold()}; {said}"
    yield ""
    yield "Told are grants for the whole tenant; what single people consented to is not touched by such a consent."


def _written(time: datetime) -> str:
    return f"{time.date().isoformat()} {clock(time)} {time.tzname() or ''}".rstrip()
