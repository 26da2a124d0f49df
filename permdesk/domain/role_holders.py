"""Who holds the directory roles that would be enough for a consent."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.tenant import HeldRole


class HolderKind(StrEnum):
    """What holds a role."""

    PERSON = "person"
    GROUP = "group"
    APP = "app"
    UNKNOWN = "unknown"


class Holder(Struct, frozen=True):
    """Who is assigned to a role, as the directory tells.

    Attributes:
        object_id: lower-case GUID.
        name: display name; None where the directory keeps it to itself.
        username: user principal name of a person.
        enabled: whether the account may sign in; None where that is not told, as of a group.
    """

    object_id: str
    kind: HolderKind
    name: str | None = None
    username: str | None = None
    enabled: bool | None = None


class RoleHolders(Struct, frozen=True):
    """One role and who is assigned to it now; whoever is only eligible in Privileged Identity Management is not.

    Attributes:
        role: its name and template.
        holders: assigned to it for the whole tenant, people first, each once.
        scoped: how many more are assigned to it for a part of the tenant alone, which is not enough.
        detail: why the list is not whole, in words fit to show; None where it is.
    """

    role: HeldRole
    holders: tuple[Holder, ...] = ()
    scoped: int = 0
    detail: str | None = None


class RolesRead(Struct, frozen=True):
    """The directory roles of one account as they were read anew.

    Attributes:
        roles: active ones, by name.
        read_at: when, with time zone.
    """

    roles: tuple[HeldRole, ...]
    read_at: datetime


class HoldersRead(Struct, frozen=True):
    """Who holds some roles.

    Attributes:
        read_at: when it was read, with time zone.
    """

    roles: tuple[RoleHolders, ...]
    read_at: datetime

    @property
    def whole(self) -> bool:
        """True where every list was read to its end."""
        return all(one.detail is None for one in self.roles)
