"""Accounts as a list shows them: who, which tenant, when it was read, how completely, and whether the sign-in holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.dates import day
from permdesk.domain.sign_in import SignIn, StorageKind, TokenStorage
from permdesk.domain.text import inert
from permdesk.domain.wording import clock, counted, read_period

_NAME_LIMIT = 120


class LastScan(Struct, frozen=True):
    """The newest kept scan of a tenant, in what a list needs of it; ``ended_at`` is None where it is not known."""

    tenant_name: str
    read_at: datetime
    complete: bool
    apps: int
    ended_at: datetime | None = None


class TokenState(StrEnum):
    """What is known of a sign-in without asking Microsoft."""

    KEPT = "kept"
    WORKS = "works"
    AGAIN = "sign in again"


class AccountRow(Struct, frozen=True):
    """One account in one tenant, harmless to show.

    Attributes:
        key: of its sign-in.
        last: day and time of the newest scan; empty where there is none.
        read_at: the same, for sorting; None where there is none.
        age: how long that is ago, or that it is being read now.
        reads: "complete", "not fully read", or empty.
        apps: number of apps; None where nothing was read.
        state: whether the sign-in holds, in words.
        expired: a person has to sign in again.
        period: from when to when it was read, in words; empty where it was not.
    """

    key: str
    account: str
    tenant: str
    cloud: str
    guest: bool
    last: str
    read_at: datetime | None
    age: str
    reads: str
    apps: int | None
    state: str
    expired: bool
    period: str = ""

    @property
    def spoken(self) -> str:
        """The row as it is heard."""
        read = (
            f"read {self.last}, {self.age}, {self.reads}, {counted(self.apps or 0, 'app')}" if self.last else self.age
        )
        guest = "guest, " if self.guest else ""
        return f"{self.account}, {self.tenant}, {self.cloud}, {guest}{read}, sign-in: {self.state}"


def account_rows(
    accounts: Sequence[tuple[SignIn, LastScan | None]],
    *,
    storage: TokenStorage,
    states: Mapping[str, TokenState],
    now: datetime,
    reading: str = "",
) -> list[AccountRow]:
    """Return the rows of accounts, in their order.

    Args:
        accounts: each sign-in and the newest scan of its tenant.
        storage: how sign-ins are kept.
        states: what this run learned of them, by key.
        now: the time that ages are said of.
        reading: key of the sign-in whose tenant is being read; empty for none.
    """
    made = []
    for signed, last in accounts:
        state = states.get(signed.key, TokenState.KEPT)
        row = _row(signed, last, state, now)
        if state is not TokenState.AGAIN and storage.kind is StorageKind.MEMORY:
            row = replace(row, state="until permdesk closes")
        made.append(replace(row, age="reading now") if signed.key == reading else row)
    return made


def storage_words(storage: TokenStorage) -> str:
    """Return how sign-ins are kept, in sentences to show; of one in memory alone the first is a warning."""
    if storage.kind is StorageKind.ENCRYPTED:
        return "Sign-ins are kept encrypted on this computer, with their key in its keyring."
    return f"Sign-ins last until you close permdesk. {no_store_words(storage)}"


def no_store_words(storage: TokenStorage) -> str:
    """Return why nothing is kept, in a sentence."""
    why = inert(storage.why, 200).strip().rstrip(".")
    return f"{why[:1].upper()}{why[1:]}." if why else "This computer offers no safe place to keep them."


def _row(signed: SignIn, last: LastScan | None, state: TokenState, now: datetime) -> AccountRow:
    name = inert(last.tenant_name, _NAME_LIMIT) if last is not None else ""
    when = last.read_at.astimezone(now.tzinfo) if last is not None else None
    return AccountRow(
        key=signed.key,
        account=inert(signed.username, _NAME_LIMIT) or "(no name)",
        tenant=name or inert(signed.tenant_id, _NAME_LIMIT),
        cloud=signed.cloud.label,
        guest=signed.guest,
        last=f"{day(when.date())} {clock(when)}" if when is not None else "",
        read_at=when,
        age=age(when, now=now) if when is not None else "never read",
        reads=("complete" if last.complete else "not fully read") if last is not None else "",
        apps=last.apps if last is not None else None,
        state=state.value,
        expired=state is TokenState.AGAIN,
        period=read_period(last.read_at, last.ended_at, now=now) if last is not None else "",
    )


def age(value: datetime, *, now: datetime) -> str:
    """Return "today", "yesterday", "12 days ago", "5 months ago": days of the zone of ``now``."""
    days = (now.date() - value.astimezone(now.tzinfo).date()).days
    if days < 1:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 61:
        return f"{days} days ago"
    months = days * 12 // 365
    return f"{months} months ago" if months < 24 else f"{months // 12} years ago"
