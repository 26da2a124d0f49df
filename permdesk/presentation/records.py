"""The words for lists of consents: those on record, and those that are still to be made."""

from collections.abc import Iterable
from datetime import datetime

from permdesk.domain.consent import Closed
from permdesk.domain.consent_list import ConsentList, ItemState, ListRow
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, moment, verb
from permdesk.presentation.appearance import Glyph, Look, Tone
from permdesk.presentation.proof import OUTCOME, outcome_words, reader_words, route_words

_NAME = 200

#: How far an app of the list has come.
ITEM: dict[ItemState, Look] = {
    ItemState.WAITING: Look("To do", Glyph.NO_BASELINE, Tone.MUTED, quiet=True),
    ItemState.OPENED: Look("Opened, not checked", Glyph.GRANTED, Tone.GRANTED, quiet=True),
    ItemState.SKIPPED: Look("Skipped", Glyph.NOT_INSTALLED, Tone.MUTED, quiet=True),
    **{ItemState(outcome.value): look for outcome, look in OUTCOME.items()},
}
GONE = Look("Not in the tenant", Glyph.NOT_INSTALLED, Tone.MUTED, quiet=True)
_CLOSED = {
    Closed.UNCONFIRMED: "confirm who it is first",
    Closed.AMBIGUOUS: "confirm who it is first",
    Closed.NO_PROFILE: "not bound to a profile",
    Closed.NO_REPLY_URL: "in the portal alone: it has no reply address",
    Closed.NO_LOGIN_ENDPOINT: "the sign-in address of this cloud is not known",
    Closed.MANAGED_IDENTITY: "a managed identity: by script alone",
    Closed.MICROSOFT: "an app of Microsoft’s own",
    Closed.NOT_INSTALLED: "not in this tenant",
    Closed.UNUSABLE_ID: "its ID is no GUID",
}


def record_title(record: ConsentRecord, *, now: datetime) -> str:
    """Return what names a record in a list: when, and which app."""
    return f"{moment(record.ended, now=now)} · {inert(record.display_name, _NAME) or '(no name)'}"


def record_below(record: ConsentRecord) -> str:
    """Return the second line of a record: what it came to, by which way, and who was signed in."""
    words = outcome_words(record)
    return f"{words[:1].upper()}{words[1:]} · {route_words(record)} · {reader_words(record)}"


def list_sentence(made: ConsentList, rows: Iterable[ListRow]) -> str:
    """Return how far a list has come, what a newer scan changed, and what is gone."""
    words = f"{made.done:,} of {len(made.items):,} done." if made.items else "Nothing is on the list."
    told = list(rows)
    changed, gone = sum(row.changed for row in told), sum(row.gone for row in told)
    if changed:
        words += f" {counted(changed, 'preview')} changed since {verb(changed, 'it', 'they')} "
        words += f"{verb(changed, 'was', 'were')} looked at."
    if gone:
        words += f" {counted(gone, 'app')} {verb(gone, 'is', 'are')} not in the tenant any more."
    return words


def item_below(row: ListRow, *, now: datetime) -> str:
    """Return the second line of an app on the list: what stands in the way, and what a newer scan changed."""
    if row.now is None:
        return "Not in the tenant any more, as far as the newest scan tells"
    parts = []
    if row.changed:
        parts.append(f"The scan of {moment(row.now.read_at, now=now)} changed its preview")
    if row.shown.closed is not None:
        parts.append(f"No link: {_CLOSED[row.shown.closed]}")
    if row.shown.lacks:
        parts.append(f"{counted(len(row.shown.lacks), 'permission')} will still be missing")
    if not parts:
        parts.append(f"Preview of the scan of {moment(row.shown.read_at, now=now)}")
    return " · ".join(parts)


def item_look(row: ListRow) -> Look:
    """Return how an app on the list is drawn."""
    return GONE if row.gone else ITEM[row.item.state]
