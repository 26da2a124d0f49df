"""What a tenant granted: role assignments, delegated grants, directory roles, and the people who hold them."""

from datetime import datetime

from msgspec import Struct


class AppRoleAssignment(Struct, frozen=True, gc=False):
    """An application permission held by a service principal (appRoleAssignedTo or appRoleAssignments).

    Only assignments to service principals are kept; those to people and groups are no permissions.
    """

    client_id: str
    resource_id: str
    role_id: str
    created: datetime | None = None


class DelegatedGrant(Struct, frozen=True, gc=False):
    """One row of GET /oauth2PermissionGrants.

    Attributes:
        client_id: object id of the client's service principal.
        resource_id: object id of the API's service principal.
        principal_id: the one user it holds for; None for the whole tenant (AllPrincipals).
        scope: claim values separated by white space, as stored.
    """

    client_id: str
    resource_id: str
    principal_id: str | None
    scope: str


class DirectoryRole(Struct, frozen=True):
    """A directory role held by a service principal (GET /roleManagement/directory/roleAssignments)."""

    principal_id: str
    role: str
    template_id: str
    scope: str = "/"


class User(Struct, frozen=True):
    """A person who holds a single-account grant; ``enabled`` None where it could not be read.

    Attributes:
        gone: True where Graph says the object does not exist any more.
    """

    object_id: str
    display_name: str | None = None
    username: str | None = None
    enabled: bool | None = None
    gone: bool = False
