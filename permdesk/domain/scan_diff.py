"""What changed between two scans of one tenant, and of what nobody can say whether it changed."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Credential, Origin
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.finding import Flag
from permdesk.domain.grant import DirectoryRole, User
from permdesk.domain.permission import Permission
from permdesk.domain.tenant import Account, Tenant


class Outcome(StrEnum):
    """What became of one thing between two scans.

    Attributes:
        ADDED: the newer scan has it, and the older one read enough to know that it was not there.
        REMOVED: the older scan has it, and the newer one read enough to know that it is not there.
        NOT_READ_BEFORE: the newer scan has it; whether it was there before cannot be said.
        NOT_READ_NOW: the older scan has it; whether it is still there cannot be said.
    """

    ADDED = "added"
    REMOVED = "removed"
    NOT_READ_BEFORE = "not-read-before"
    NOT_READ_NOW = "not-read-now"

    @property
    def certain(self) -> bool:
        """True for a change; False where nobody can say whether it is one."""
        return self in (Outcome.ADDED, Outcome.REMOVED)

    @property
    def here_now(self) -> bool:
        """True where the newer scan has it."""
        return self in (Outcome.ADDED, Outcome.NOT_READ_BEFORE)


class PermissionChange(Struct, frozen=True, gc=False):
    """One permission, configured in a manifest or granted tenant-wide, that one of the scans alone has.

    Attributes:
        permission: as the scan that has it names it, or as the other one does where that alone knows its value.
        since: day of its oldest dated grant; None for a configured or a delegated one.
        flags: what is said of it whoever holds it: reach, retired, consent by users.
    """

    permission: Permission
    outcome: Outcome
    since: date | None = None
    flags: tuple[Flag, ...] = ()


class AccountsChange(Struct, frozen=True, gc=False):
    """Grants of one delegated permission to single accounts that one of the scans alone has.

    Attributes:
        accounts: object ids of the people, sorted.
    """

    permission: Permission
    outcome: Outcome
    accounts: tuple[str, ...]
    flags: tuple[Flag, ...] = ()


class CredentialChange(Struct, frozen=True, gc=False):
    """A secret or certificate of a registration that one of the scans alone has."""

    credential: Credential
    outcome: Outcome


class RoleChange(Struct, frozen=True, gc=False):
    """A directory role of a service principal that one of the scans alone has."""

    role: DirectoryRole
    outcome: Outcome


class Detail(StrEnum):
    """Facts of an app that have one value at a time, or, for reply addresses, come and go."""

    NAME = "name"
    ENABLED = "enabled"
    SWITCHED_OFF = "switched-off"
    REGISTRATION_SWITCHED_OFF = "registration-switched-off"
    PUBLISHER = "publisher"
    OWNER_TENANT = "owner-tenant"
    AUDIENCE = "audience"
    REPLY_ADDRESS = "reply-address"
    OBJECT = "object"
    REGISTRATION_OBJECT = "registration-object"


class DetailChange(Struct, frozen=True, gc=False):
    """A fact of an app that both scans read and that is another now.

    Attributes:
        detail: which fact. ENABLED and the SWITCHED_OFF ones are ``yes`` or ``no``; the OBJECT ones are object ids
            (the app was deleted and came back).
        before: its value; None where it had none.
        after: its value; None where it has none any more.
    """

    detail: Detail
    before: str | None
    after: str | None


class AppDiff(Struct, frozen=True, gc=False):
    """Everything about one app that is not the same in both scans.

    Attributes:
        key: its appId, or ``object:`` and the object id of a service principal that neither scan lists.
        app_id: lower-case GUID; None for such a service principal.
        object_id: its service principal's in the newer scan, else in the older one; None where it has none.
        registration_id: object id of its registration here, likewise.
        display_name: in the newer scan, else in the older one; empty where no scan tells it.
        origin: where it comes from; None where no scan tells it.
        registration: what became of its registration; None where both scans or neither have it.
        principal: what became of its service principal, likewise.
        declared: permissions configured in its manifest.
        granted: permissions granted tenant-wide.
        single: permissions granted to single accounts.
        credentials: secrets and certificates, by kind and validity.
        roles: directory roles.
        details: names, switches, publisher, addresses.
    """

    key: str
    app_id: str | None
    object_id: str | None
    registration_id: str | None
    display_name: str
    origin: Origin | None
    registration: Outcome | None = None
    principal: Outcome | None = None
    declared: tuple[PermissionChange, ...] = ()
    granted: tuple[PermissionChange, ...] = ()
    single: tuple[AccountsChange, ...] = ()
    credentials: tuple[CredentialChange, ...] = ()
    roles: tuple[RoleChange, ...] = ()
    details: tuple[DetailChange, ...] = ()

    @property
    def outcomes(self) -> Iterator[Outcome]:
        """Every outcome in it, details aside."""
        yield from (one for one in (self.registration, self.principal) if one is not None)
        for changes in (self.declared, self.granted, self.single, self.credentials, self.roles):
            for change in changes:
                yield change.outcome

    @property
    def changed(self) -> bool:
        """True where something of it changed for certain."""
        return bool(self.details) or any(outcome.certain for outcome in self.outcomes)

    @property
    def unsure(self) -> bool:
        """True where of something in it nobody can say whether it changed."""
        return any(not outcome.certain for outcome in self.outcomes)

    @property
    def came(self) -> bool:
        """True for an app that the older scan knows for certain not to have been there."""
        return self._only(Outcome.ADDED)

    @property
    def went(self) -> bool:
        """True for an app that the newer scan knows for certain not to be there."""
        return self._only(Outcome.REMOVED)

    def _only(self, outcome: Outcome) -> bool:
        # An object that it has in one scan and not in the other says nothing while its other object stayed.
        objects = ((self.registration_id, self.registration), (self.object_id, self.principal))
        here = [became for object_id, became in objects if object_id is not None]
        return bool(here) and all(became is outcome for became in here)


class AccountState(StrEnum):
    """Whether a person with a grant of their own can use it."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    GONE = "gone"


class AccountChange(Struct, frozen=True, gc=False):
    """An account behind single grants that was switched off, switched on, deleted or came back."""

    object_id: str
    before: AccountState
    after: AccountState


class Ending(Struct, frozen=True, gc=False):
    """A secret or certificate of the newer scan that ended since the older one, or ends soon.

    Attributes:
        ended: True where it has ended by the day of the newer scan.
        newly: True where on the day of the older scan its end was not near yet.
    """

    key: str
    display_name: str
    credential: Credential
    ended: bool
    newly: bool


class Gap(Struct, frozen=True, gc=False):
    """A read that at least one of the scans did not complete: what of it changed cannot be said in full.

    Attributes:
        resource_app_id: the API, for reads made once per API.
        resource: what people call the API, or the app where its own side was read.
        client_object_id: the app, where assignments were read from the app's side.
        before: how it ended in the older scan; None where it was not tried.
        after: how it ended in the newer scan, likewise.
    """

    read: ReadName
    resource_app_id: str | None
    resource: str | None
    client_object_id: str | None
    before: ReadStatus | None
    after: ReadStatus | None


class ScanPoint(Struct, frozen=True):
    """One of the two scans."""

    scan_id: str
    read_at: datetime
    account: Account
    program_version: str


class ScanDiff(Struct, frozen=True):
    """The difference of two scans of one tenant.

    Attributes:
        older: the scan that changes are told from; nothing keeps it from being the later one.
        newer: the scan that changes are told to.
        apps: those with any difference, ordered by name, then key.
        accounts: ordered by object id.
        ending: ordered by end, then name; no difference, but to be told beside one.
        gaps: ordered by read, API and app.
        users: the people whom ``single`` and ``accounts`` name, as far as a scan tells of them, by object id.
    """

    tenant: Tenant
    older: ScanPoint
    newer: ScanPoint
    apps: tuple[AppDiff, ...] = ()
    accounts: tuple[AccountChange, ...] = ()
    ending: tuple[Ending, ...] = ()
    gaps: tuple[Gap, ...] = ()
    users: dict[str, User] = {}

    @property
    def changed(self) -> bool:
        """True where something changed for certain."""
        return bool(self.accounts) or any(app.changed for app in self.apps)

    @property
    def certain(self) -> bool:
        """True where everything was read that the difference rests on; else "no difference" must not be said."""
        return not self.gaps and not any(app.unsure for app in self.apps)
