"""How far the need of an app is met, and what goes beyond it: the counts behind every bar and sentence."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from permdesk.domain.finding import AppComparison, Baseline, Declared, Documented, Status


class NeedCounts(Struct, frozen=True, gc=False):
    """Numbers of permissions; the first four add up to what is needed.

    Attributes:
        granted: needed, and granted to the whole tenant.
        partial: needed, and granted to single accounts only.
        missing: needed, and not granted.
        unread: needed, and nobody could read whether it is granted.
        beyond: granted, and not needed.
    """

    granted: int = 0
    partial: int = 0
    missing: int = 0
    unread: int = 0
    beyond: int = 0

    @property
    def needed(self) -> int:
        """What is needed in all."""
        return self.granted + self.partial + self.missing + self.unread

    def __add__(self, other: "NeedCounts") -> "NeedCounts":
        return NeedCounts(
            self.granted + other.granted,
            self.partial + other.partial,
            self.missing + other.missing,
            self.unread + other.unread,
            self.beyond + other.beyond,
        )

    @property
    def sentence(self) -> str:
        """The counts in words, for those who hear them: the text behind a bar."""
        parts = [f"of {self.needed} needed, {self.granted} granted"]
        parts += [
            f"{number} {word}"
            for number, word in ((self.partial, "partly"), (self.missing, "missing"), (self.unread, "not read"))
            if number
        ]
        return ", ".join(parts) + (f"; {self.beyond} granted beyond the need" if self.beyond else "")


class Judged(Protocol):
    """A permission of an app, as it stands or as it stood once."""

    @property
    def documented(self) -> Documented:
        """What the vendor's page says."""
        ...

    @property
    def declared(self) -> Declared:
        """What the manifest asks for."""
        ...

    @property
    def status(self) -> Status:
        """What follows."""
        ...


def is_needed(finding: Judged, baseline: Baseline) -> bool:
    """True for what the profile documents for the services in use, or what the manifest asks for."""
    if finding.status is Status.BASIC:
        return False
    if baseline is Baseline.PROFILE:
        return finding.documented is Documented.YES
    return baseline is Baseline.MANIFEST and finding.declared is Declared.YES


def need_counts(findings: Iterable[Judged], baseline: Baseline) -> NeedCounts:
    """Count findings of one app, or of a part of it."""
    granted = partial = missing = unread = beyond = 0
    for finding in findings:
        status = finding.status
        if status is Status.EXCESS:
            beyond += 1
        elif not is_needed(finding, baseline):
            continue
        elif status is Status.SATISFIED:
            granted += 1
        elif status is Status.PARTIAL:
            partial += 1
        elif status is Status.MISSING:
            missing += 1
        elif status is Status.UNVERIFIED:
            unread += 1
    return NeedCounts(granted, partial, missing, unread, beyond)


def app_need_counts(app: AppComparison) -> NeedCounts:
    """Count all findings of an app."""
    return need_counts(app.findings, app.baseline)
