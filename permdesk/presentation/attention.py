"""What a person should look at first: at most one entry per app, the gravest concern leading."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum

from msgspec import Struct

from permdesk.domain.finding import (
    AppComparison,
    AppFlag,
    Baseline,
    Finding,
    Flag,
    Granted,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.grant import User
from permdesk.domain.permission import Kind
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, long_day, verb


class Concern(IntEnum):
    """Why an app is looked at, gravest first."""

    NOT_READ = 1
    GAPS = 2
    AMBIGUOUS = 3
    EXCESSIVE = 4
    OWN_GAPS = 5
    LOOK_ALIKE = 6
    UNCONFIRMED = 7
    NOT_INSTALLED = 8
    NO_DIRECTORY_ROLE = 9
    CREDENTIAL = 10
    ACCOUNT_GONE = 11


class Attention(Struct, frozen=True):
    """One app to look at.

    Attributes:
        concern: the gravest one.
        weight: how much of it there is; orders apps of one concern.
        sentence: every concern of the app, gravest first, without a full stop.
    """

    app_key: str
    name: str
    concern: Concern
    weight: int
    sentence: str


def attention(apps: Iterable[AppComparison], *, users: Mapping[str, User], today: date) -> tuple[Attention, ...]:
    """Return what to look at, gravest first; apps with nothing to say are left out."""
    entries = []
    for app in apps:
        concerns = sorted(_concerns(app, users, today), key=lambda c: c[0])
        if concerns:
            concern, weight, _ = concerns[0]
            sentence = "; ".join(words for _, _, words in concerns)
            entries.append(Attention(app.key, app.display_name, concern, weight, sentence))
    return tuple(sorted(entries, key=lambda e: (e.concern, -e.weight, e.name.casefold(), e.app_key)))


def _concerns(app: AppComparison, users: Mapping[str, User], today: date) -> Iterable[tuple[Concern, int, str]]:
    yield from _of_verdict(app)
    if AppFlag.AMBIGUOUS in app.flags:
        yield Concern.AMBIGUOUS, 1, "several apps bear this name, and nobody has confirmed which is it"
    elif AppFlag.UNCONFIRMED in app.flags and app.verdict is not Verdict.UNVERIFIED:
        yield Concern.UNCONFIRMED, 0, "matched by name, not confirmed"
    if AppFlag.LOOK_ALIKE in app.flags:
        yield Concern.LOOK_ALIKE, 1, look_alike_sentence(app)
    if AppFlag.NO_DIRECTORY_ROLE in app.flags:
        yield Concern.NO_DIRECTORY_ROLE, 1, "may manage Exchange as an app, but holds no directory role"
    if AppFlag.CREDENTIAL_EXPIRES in app.flags:
        yield Concern.CREDENTIAL, 1, credential_sentence(app, today)
    gone = {holder for finding in app.findings for holder in finding.holders if holder in users and users[holder].gone}
    if gone:
        yield (
            Concern.ACCOUNT_GONE,
            len(gone),
            (f"granted to {counted(len(gone), 'account')} that {verb(len(gone), 'does', 'do')} not exist any more"),
        )


def _of_verdict(app: AppComparison) -> Iterable[tuple[Concern, int, str]]:
    counting = [finding for finding in app.findings if finding.counts and finding.accepted is None]
    missing = [finding for finding in counting if finding.gap and finding.status is Status.MISSING]
    partial = [finding for finding in counting if finding.gap and finding.status is Status.PARTIAL]
    excess = [finding for finding in counting if finding.status is Status.EXCESS]
    own = app.baseline is Baseline.MANIFEST
    if app.verdict is Verdict.UNVERIFIED and app.verdict_reason is VerdictReason.IDENTITY:
        if AppFlag.AMBIGUOUS not in app.flags:
            yield Concern.UNCONFIRMED, 1, "matched by name alone: nobody has confirmed who it is"
    elif app.verdict is Verdict.UNVERIFIED:
        unread = sum(1 for finding in counting if finding.granted is Granted.UNVERIFIED)
        words = f"{counted(unread, 'permission')} could not be read" if unread else "its manifest could not be read"
        if app.app_id is None:
            words = "nobody can say whether it is installed"
        if app.missing_profile is not None:
            words = f"its profile {inert(app.missing_profile, 60)} is not found"
        yield Concern.NOT_READ, unread + len(missing), _and_missing(words, missing)
    elif app.verdict is Verdict.GAPS:
        yield (Concern.OWN_GAPS if own else Concern.GAPS), len(missing) + len(partial), _gaps(missing, partial)
    elif app.verdict is Verdict.EXCESSIVE:
        yield Concern.EXCESSIVE, len(excess), _excess(excess, own=own)
    elif app.verdict is Verdict.NOT_INSTALLED:
        yield Concern.NOT_INSTALLED, 1, "expected, and no app of this tenant bears it"


def _and_missing(words: str, missing: list[Finding]) -> str:
    return f"{words}, {len(missing)} {verb(len(missing), 'is', 'are')} missing" if missing else words


def _gaps(missing: list[Finding], partial: list[Finding]) -> str:
    words = []
    if missing:
        changed = sum(1 for finding in missing if Flag.CHANGED_SINCE_LAST_CONSENT in finding.flags)
        told = f": {listed([inert(finding.permission.label, 60) for finding in missing], most=2)}"
        if changed == len(missing):
            told = ", all new since the last consent" if changed > 1 else f", new since the last consent{told}"
        words.append(f"{len(missing):,} missing{told}")
    if partial:
        words.append(f"{len(partial):,} granted to single accounts only")
    return ", ".join(words)


def _excess(excess: list[Finding], *, own: bool) -> str:
    # What reaches furthest is named first.
    names = [inert(finding.permission.label, 60) for finding in sorted(excess, key=_furthest)]
    beyond = "that its manifest does not ask for" if own else "beyond the need"
    return f"holds {listed(names, most=2)} {beyond}"


def _furthest(finding: Finding) -> tuple[bool, bool, str]:
    reach = (Flag.TENANT_CONTROL, Flag.ALL_MAIL, Flag.ALL_FILES, Flag.ALL_SITES)
    return (
        not any(flag in finding.flags for flag in reach),
        finding.permission.kind is not Kind.APPLICATION,
        finding.permission.label,
    )


def look_alike_sentence(app: AppComparison) -> str:
    """Return how an app resembles a vendor's, and whether Microsoft knows its publisher."""
    publisher = "publisher not verified" if app.publisher is None else "its publisher is verified"
    return (
        f"resembles {app.resembles or 'a vendor app'}{difference(app.display_name, app.resembles or '')}; {publisher}"
    )


def difference(name: str, other: str) -> str:
    """Return ": l for I" where one letter of ``name`` stands in the place of another of ``other``, else ""."""
    if len(name) != len(other):
        return ""
    places = [(mine, theirs) for mine, theirs in zip(name, other, strict=True) if mine != theirs]
    if len(places) != 1 or not all(letter.isprintable() and not letter.isspace() for letter in places[0]):
        return ""
    return f": {places[0][0]} for {places[0][1]}"


def credential_sentence(app: AppComparison, today: date) -> str:
    """Return when the newest secret or certificate of a registration ends, or that none is valid."""
    dated = [c for c in app.credentials or () if c.ends is not None]
    valid = [c for c in dated if c.ends is not None and c.ends.date() >= today]
    if not valid:
        return "no secret or certificate of it is valid any more"
    newest = max(valid, key=lambda c: c.ends.timestamp() if c.ends is not None else 0.0)
    ends = newest.ends.date() if newest.ends is not None else today
    return f"its newest {newest.kind.value} ends on {long_day(ends)}"
