"""One app as a row of the list: its group, its words and its counts."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Origin
from permdesk.domain.dates import day
from permdesk.domain.finding import (
    REACH_FLAGS,
    AppComparison,
    AppFlag,
    Flag,
    Granted,
    MatchedBy,
    Status,
    Verdict,
)
from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS, VERDICT, Look, verdict_look

#: Said beside every verdict of an app whose grants beyond the need were not read to the end.
EXCESS_OPEN = "excess not fully read"
_SOUND_FINAL = frozenset({Verdict.GAPS, Verdict.EXCESSIVE, Verdict.COMPLIANT})
#: No name is shown longer on one line.
LONGEST_NAME = 400


class Group(StrEnum):
    """Where an app stands in the list; groups stand in this order."""

    VENDOR = "vendor"
    REGISTRATION = "registration"
    OTHER = "other"
    MANAGED_IDENTITY = "managed-identity"
    MICROSOFT = "microsoft"

    @property
    def label(self) -> str:
        """Its words on screen."""
        return _GROUP_LABEL[self]


_GROUP_LABEL = {
    Group.VENDOR: "Matched to a vendor profile",
    Group.REGISTRATION: "App registrations",
    Group.OTHER: "Other enterprise apps",
    Group.MANAGED_IDENTITY: "Managed identities",
    Group.MICROSOFT: "Microsoft’s own apps",
}
_GROUP_OF = {
    Origin.REGISTERED_HERE: Group.REGISTRATION,
    Origin.EXTERNAL: Group.OTHER,
    Origin.MANAGED_IDENTITY: Group.MANAGED_IDENTITY,
    Origin.MICROSOFT: Group.MICROSOFT,
}
_RANK = {verdict: 2 * place for place, verdict in enumerate(VERDICT)}


class AppRow(Struct, frozen=True, gc=False):
    """One app of the list, every word ready.

    Attributes:
        title: its name, inert, on one line.
        subtitle: the second line.
        warning: the second line is a warning.
        missing, excess, unread: findings behind the verdict that nobody accepted.
        rank: place within the group before names count; less comes first.
        reach: reach flags of what it holds.
        excess_open: what it holds beyond the need was not read to the end.
    """

    key: str
    group: Group
    title: str
    subtitle: str
    warning: bool
    look: Look
    verdict: Verdict
    missing: int
    excess: int
    unread: int
    rank: int
    reach: frozenset[Flag]
    excess_open: bool = False

    @property
    def verdict_words(self) -> str:
        """The verdict in words, never without saying that excess was not fully read."""
        return f"{self.look.label}, {EXCESS_OPEN}" if self.excess_open else self.look.label

    @property
    def judged(self) -> bool:
        """True where the verdict sounds final although excess was not fully read."""
        return self.excess_open and self.verdict in _SOUND_FINAL

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        counts = ((self.missing, Status.MISSING), (self.excess, Status.EXCESS), (self.unread, Status.UNVERIFIED))
        said = [f"{number} {STATUS[status].label.lower()}" for number, status in counts if number]
        return ", ".join((self.title, self.verdict_words, *said, self.subtitle))


def people(users: int | None) -> str:
    """Return a number of people with a grant of their own, in words; None where it was not completely read."""
    if users is None:
        return "some users"
    return "1 user" if users == 1 else f"{users} users"


_NO_REACH: frozenset[Flag] = frozenset()


def app_row(app: AppComparison) -> AppRow:
    """Return the row of one app."""
    missing = excess = unread = 0
    reach = _NO_REACH
    for finding in app.findings:
        status = finding.status
        if finding.counts and finding.accepted is None:
            if status is Status.EXCESS:
                excess += 1
            elif status is Status.MISSING:
                missing += 1
            elif status is Status.UNVERIFIED:
                unread += 1
        if finding.flags and finding.granted is not Granted.NONE:
            held = REACH_FLAGS.intersection(finding.flags)
            if held:
                reach |= held
    title = inert(app.display_name, LONGEST_NAME) or "(no name)"
    flags = app.flags
    group = Group.VENDOR if app.against_profile else _GROUP_OF[app.origin]
    if group is Group.MICROSOFT and AppFlag.SHARED_TOOL in flags:
        group = Group.OTHER
    look = verdict_look(app.verdict, app.verdict_reason)
    subtitle, warning = _subtitle(app)
    return AppRow(
        app.key,
        group,
        title,
        subtitle,
        warning,
        look,
        app.verdict,
        missing,
        excess,
        unread,
        _RANK[app.verdict] - (AppFlag.LOOK_ALIKE in flags if flags else 0),
        reach,
        not app.excess_complete,
    )


def matched_words(app: AppComparison, *, by_reader: bool = True) -> str:
    """Return how an app came to its profile, in words; ``by_reader`` where the reader is who confirms."""
    confirmed, bound = ("confirmed by you", "bound by you") if by_reader else ("confirmed", "bound by hand")
    if AppFlag.AMBIGUOUS in app.flags:
        return "several of this name"
    if app.matched_by is MatchedBy.NAME:
        return "by name, not confirmed"
    if app.matched_by is MatchedBy.APP_ID:
        # The catalog knows some appIds by itself; for the others a person's word stands behind the match.
        return "known by its ID" if app.binding is None else confirmed
    return bound if app.binding is not None and app.binding.by_hand else confirmed


def _subtitle(app: AppComparison) -> tuple[str, bool]:
    flags = app.flags
    if app.profile is not None:
        vendor = inert(app.profile.vendor, 80)
        if app.verdict is Verdict.NOT_INSTALLED:
            return f"{vendor} · expected, not installed", False
        return f"{vendor} · {matched_words(app)}", AppFlag.AMBIGUOUS in flags
    if app.missing_profile is not None:
        return f"profile {inert(app.missing_profile, 80)} not found", True
    if flags:
        if AppFlag.LOOK_ALIKE in flags:
            return "resembles a vendor app", True
        if AppFlag.SHARED_TOOL in flags:
            return "Shared tool · grants pile up here", False
    disabled = " · disabled" if flags and AppFlag.DORMANT in flags else ""
    if app.origin is Origin.REGISTERED_HERE:
        if AppFlag.CREDENTIAL_EXPIRES in flags:
            return f"Registration · {credential_words(app)}{disabled}", False
        return f"Registration{disabled}", False
    if app.origin is Origin.EXTERNAL:
        if app.publisher is not None:
            return f"{inert(app.publisher.name, 80)} · verified publisher{disabled}", False
        return f"Publisher not verified{disabled}", False
    return ("Managed identity" if app.origin is Origin.MANAGED_IDENTITY else "Microsoft") + disabled, False


def credential_words(app: AppComparison) -> str:
    """Return when the newest credential of a registration ends, in words."""
    ends = max((credential.ends for credential in app.credentials or () if credential.ends), default=None)
    return f"credential ends {day(ends.date())}" if ends is not None else "no valid credential"
