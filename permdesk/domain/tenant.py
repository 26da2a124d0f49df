"""One Entra directory in one cloud, and the person who read it."""

from msgspec import Struct

#: Tenants in which Microsoft owns the applications it publishes
#: (learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in).
MICROSOFT_TENANTS = frozenset(
    {
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "cdc5aeea-15c5-4db6-b079-fcadd2505dc2",
        "33e01921-4d64-4f8c-a055-5bdaffd5e33d",
    }
)


class Tenant(Struct, frozen=True):
    """A directory: its id (lower-case GUID), display name, cloud id and default domain."""

    id: str
    name: str
    cloud: str
    default_domain: str | None = None


class HeldRole(Struct, frozen=True):
    """A directory role that is active for a person, given directly or through a group.

    Attributes:
        template_id: lower-case GUID, the same in every tenant.
        name: in the language of the directory.
    """

    template_id: str
    name: str


class Account(Struct, frozen=True):
    """Who was signed in while a tenant was read; fields are None where the token did not tell.

    Attributes:
        roles: directory roles that were active then, by name (GET /me/transitiveMemberOf); None where they could not
            be read, as of a guest or a partner's account.
    """

    username: str | None = None
    object_id: str | None = None
    home_tenant_id: str | None = None
    roles: tuple[HeldRole, ...] | None = None
