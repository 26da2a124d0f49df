"""By whom and when grants came and went, as the tenant's directory audit log tells.

Sources: learn.microsoft.com/graph/api/resources/directoryaudit for the entries,
learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities for the names of the activities.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.permission import Kind, Permission


class ActorKind(StrEnum):
    """What changed something."""

    PERSON = "person"
    APP = "app"
    UNKNOWN = "unknown"


class Actor(Struct, frozen=True):
    """Who changed something.

    Attributes:
        object_id: of the person or the service principal, as the log names it; None where it names none.
        name: user principal name of a person, display name of an app; None where the log has none.
    """

    kind: ActorKind = ActorKind.UNKNOWN
    object_id: str | None = None
    name: str | None = None


class AuditedChange(Struct, frozen=True):
    """One entry of the log that bears on one app's grants, and succeeded.

    Attributes:
        event_id: names the entry.
        at: when it happened, with time zone.
        activity: in Microsoft's words, such as "Add delegated permission grant".
        resource_id: object id of the API's service principal; None for "Consent to application", which names none.
        kind: of the permissions; None where ``resource_id`` is.
        added: permissions that came with it: values, and ids of application permissions, in lower case.
        removed: permissions that went with it, likewise.
    """

    event_id: str
    at: datetime
    activity: str
    actor: Actor
    resource_id: str | None = None
    kind: Kind | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class AuditStatus(StrEnum):
    """Whether the log could be read."""

    READ = "read"
    PARTIAL = "partial"
    #: The sign-in lacks a permission that reading the log needs: it was not asked for.
    NOT_GRANTED = "not-granted"
    REFUSED = "refused"
    FAILED = "failed"


class AuditTrail(Struct, frozen=True):
    """What the log tells of one app since some time.

    Attributes:
        since: entries before this were not asked for.
        read_at: when it was asked. Entries come late: what is not there may come yet.
        changes: oldest first.
        detail: why it was not read in whole, in words fit to show.
        remedy: what to do about that; may be empty.
    """

    status: AuditStatus
    since: datetime
    read_at: datetime
    changes: tuple[AuditedChange, ...] = ()
    detail: str = ""
    remedy: str = ""

    @property
    def told(self) -> bool:
        """True where entries were read, some at least."""
        return self.status in (AuditStatus.READ, AuditStatus.PARTIAL)

    def last(self, permission: Permission, *, came: bool) -> AuditedChange | None:
        """Return the newest entry that brought a permission, or took it; None where none tells of it.

        Args:
            permission: of the app that the trail is of.
            came: True for the entry that added it, False for the one that removed it.
        """
        names = {name.lower() for name in (permission.id, permission.value) if name}
        for change in reversed(self.changes):
            if (change.resource_id, change.kind) != (permission.resource_object_id, permission.kind):
                continue
            if not names.isdisjoint(change.added if came else change.removed):
                return change
        return None

    @property
    def consents(self) -> tuple[AuditedChange, ...]:
        """The consents to the app as a whole, oldest first: they tell who accepted, not what changed by it."""
        return tuple(change for change in self.changes if change.resource_id is None)
