"""What a consent changes, and what to know before: read off the findings of one app."""

from msgspec import Struct

from permdesk.domain.application import Origin
from permdesk.domain.consent_who import NAME_LIMIT
from permdesk.domain.finding import (
    AppComparison,
    AppFlag,
    Declared,
    Documented,
    Finding,
    Flag,
    Granted,
    Remedy,
    Status,
)
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, verb

_AFTER_WORK = frozenset({Remedy.DECLARE, Remedy.PROVISION_API, Remedy.NOT_OFFERED})


class Change(Struct, frozen=True):
    """What a consent does to an app's permissions; see ConsentPlan for the lists."""

    added: tuple[Finding, ...] = ()
    removed: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()
    stays: tuple[Finding, ...] = ()
    unread: tuple[Finding, ...] = ()

    def probably_asked_for(self, app: AppComparison) -> tuple[Finding, ...]:
        """Return what may be removed and came together with documented permissions: the vendor asked for it then."""
        return tuple(finding for finding in self.removed if finding.permission in app.asked_together)


def change_of(app: AppComparison) -> Change:
    """Return what a consent would change, as far as the manifest or the vendor's page tell what it asks for."""
    own = app.origin is Origin.REGISTERED_HERE
    lists: dict[str, list[Finding]] = {}
    for finding in app.findings:
        if place := _place(finding, own=own):
            lists.setdefault(place, []).append(finding)
    return Change(**{place: tuple(findings) for place, findings in lists.items()})


def _place(finding: Finding, *, own: bool) -> str:
    if finding.status is Status.BASIC:
        return ""
    if finding.granted is Granted.UNVERIFIED:
        return "unread"
    if finding.granted is Granted.TENANT:
        removed = Flag.MAY_BE_REMOVED in finding.flags or Flag.MAY_BE_REMOVED_UNCLEAR in finding.flags
        return "removed" if removed else "stays"
    if own and finding.declared is Declared.UNVERIFIED:
        return "unread"
    if _AFTER_WORK.intersection(finding.remedy):
        return "missing"
    if asked_for(finding, own=own):
        return "added"
    return "missing" if finding.gap else ""


def asked_for(finding: Finding, *, own: bool) -> bool:
    """True where the consent asks for it: by the manifest here, else by the vendor's page in whole."""
    if own:
        return finding.declared is Declared.YES
    return finding.documented in (Documented.YES, Documented.OTHER_SCOPE)


def cautions(app: AppComparison, change: Change) -> tuple[str, ...]:
    """Return the sentences to show beside the link."""
    sentences = []
    removed, unread = len(change.removed), len(change.unread)
    if removed:
        sentences.append(
            f"{counted(removed, 'permission')} {verb(removed, 'is', 'are')} granted and not asked for: "
            "Microsoft says that a new consent may take such grants away."
        )
    absent = {f.permission.resource for f in change.missing if Remedy.PROVISION_API in f.remedy}
    if absent:
        names = listed(sorted(inert(name, NAME_LIMIT) for name in absent))
        sentences.append(f"{names} {verb(len(absent), 'is', 'are')} not in this tenant: a consent fails until then.")
    declare = sum(1 for finding in change.missing if Remedy.DECLARE in finding.remedy)
    if declare:
        sentences.append(
            f"{counted(declare, 'permission')} {verb(declare, 'is', 'are')} not configured: "
            "consent alone would not add it. Configure first."
        )
    if unread:
        sentences.append(f"{counted(unread, 'permission')} could not be read: this preview may be incomplete.")
    if app.profile is not None and app.origin is not Origin.REGISTERED_HERE:
        sentences.append(
            f"The manifest lives in {inert(app.profile.vendor, NAME_LIMIT)}'s tenant and cannot be read from here: "
            "what the consent adds is taken from the vendor's page."
        )
    if AppFlag.DORMANT in app.flags:
        sentences.append("The app is switched off: a consent may fail until it is switched on.")
    return tuple(sentences)
