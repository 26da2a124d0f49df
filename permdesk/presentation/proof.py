"""The words for what a consent did: the same in the window and in the record that is kept of it."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from permdesk.domain.finding import AppComparison, Finding, Granted, Status
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.proof import Foreseen, Happened, Proof, ProofRow
from permdesk.domain.text import inert
from permdesk.domain.wording import clock, counted, verb
from permdesk.presentation.appearance import ACCEPTED_STATUS, STATUS, Glyph, Look, Tone
from permdesk.presentation.requirement import NeedCounts, app_need_counts

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
_NOT_GRANTED = Look("Not granted", Glyph.NO_BASELINE, Tone.MUTED, quiet=True)


class Total(Struct, frozen=True):
    """One number of the record: how often something happened, and a remark."""

    happened: Happened
    number: int
    word: str
    remark: str


def permission_name(row: ProofRow) -> str:
    """Return the name of a row's permission; what is not Microsoft Graph's says whose it is."""
    permission = row.finding.permission
    label = inert(permission.label, _NAME)
    if permission.resource_app_id == GRAPH_APP_ID:
        return label
    return f"{label} ({inert(permission.resource, 60)})"


def state(finding: Finding | None) -> Look:
    """Return how a finding looked at one time."""
    if finding is None or (finding.granted is Granted.NONE and finding.status is Status.EXCESS):
        return _NOT_GRANTED
    return (ACCEPTED_STATUS if finding.accepted is not None else STATUS)[finding.status]


def change_word(row: ProofRow) -> str:
    """Return what became of a permission, and what follows."""
    word = HAPPENED[row.happened].label
    if row.happened is Happened.REMOVED and row.needed:
        return f"{word}, and needed"
    if row.happened is Happened.ADDED and row.after is not None and row.after.status is Status.EXCESS:
        return f"{word}, beyond the need"
    return word


def totals(proof: Proof) -> tuple[Total, ...]:
    """Return the numbers of the record, in the order in which they stand."""
    lost = proof.of(Happened.REMOVED)
    needed = sum(row.needed for row in lost)
    unread = proof.of(Happened.UNREAD)
    found = [
        Total(Happened.ADDED, len(proof.of(Happened.ADDED)), "added", _surprise(proof, Happened.ADDED)),
        Total(
            Happened.REMOVED,
            len(lost),
            "removed",
            f"{needed:,} of them needed" if needed else _surprise(proof, Happened.REMOVED),
        ),
    ]
    if proof.watching or not proof.of(Happened.STILL_MISSING):
        pending = len(proof.of(Happened.PENDING))
        found.append(Total(Happened.PENDING, pending, "not visible yet", "Microsoft copies grants for some minutes"))
    else:
        missing = len(proof.of(Happened.STILL_MISSING))
        found.append(Total(Happened.STILL_MISSING, missing, "still missing", "needed or asked for, not there"))
    if unread:
        found.append(Total(Happened.UNREAD, len(unread), "not read", "nobody can say what became of them"))
    else:
        found.append(Total(Happened.UNCHANGED, len(proof.of(Happened.UNCHANGED)), "unchanged", "as before"))
    return tuple(found)


def _surprise(proof: Proof, happened: Happened) -> str:
    rows = proof.of(happened)
    surprising = sum(row.surprising for row in rows)
    if not rows:
        return "none"
    return f"{surprising:,} not foreseen" if surprising else "as foreseen"


def need_words(app: AppComparison | None) -> tuple[NeedCounts, str]:
    """Return how far an app's need is met, and that in words."""
    if app is None:
        return NeedCounts(), "The app is not in the tenant any more."
    counts = app_need_counts(app)
    return counts, f"{counts.sentence[:1].upper()}{counts.sentence[1:]}."


def lost_words(proof: Proof) -> str:
    """Return what to do about a loss, as a sentence; empty where nothing that is needed was lost."""
    lost = [row for row in proof.of(Happened.REMOVED) if row.needed]
    if not lost:
        return ""
    names = ", ".join(permission_name(row) for row in lost[:3])
    more = f" and {len(lost) - 3:,} more" if len(lost) > 3 else ""
    return f"{names}{more} {verb(len(lost), 'is', 'are')} needed, and {verb(len(lost), 'was', 'were')} taken away."


def record(proof: Proof) -> str:
    """Return the whole record as plain text, to be filed or sent."""
    return "\n".join(_record(proof)) + "\n"


def _record(proof: Proof) -> Iterator[str]:
    plan = proof.plan
    yield f"Re-consent to {inert(plan.display_name, _NAME)} in {inert(plan.tenant.name, _NAME)}: before and after"
    yield ""
    yield f"App ID:    {plan.app_id or 'none'}"
    yield f"Tenant ID: {plan.tenant.id}"
    yield f"Before:    {_written(plan.read_at)}, scan {plan.scan_id}"
    yield f"After:     {_written(proof.read_at)}, scan {proof.scan_id}"
    yield ""
    yield ", ".join(f"{total.number:,} {total.word}" for total in totals(proof))
    for title, app in (("Before", proof.before), ("After", proof.after)):
        yield f"{title}: {need_words(app)[1]}"
    for happened, look in HAPPENED.items():
        rows = proof.of(happened)
        if not rows:
            continue
        yield ""
        yield f"{look.label} ({counted(len(rows), 'permission')})"
        for row in rows:
            kind = row.finding.permission.kind.value
            said = f"the preview said: {FORESEEN[row.foreseen]}"
            yield f"  {permission_name(row)}, {kind}: {change_word(row).casefold()}; {said}"
    yield ""
    yield "Told are grants for the whole tenant; what single people consented to is not touched by such a consent."


def _written(moment: datetime) -> str:
    return f"{moment.date().isoformat()} {clock(moment)} {moment.tzname() or ''}".rstrip()
