"""The objects of a tenant as Graph shows them: plain JSON objects with Graph's own names, nothing of permdesk's."""

from typing import Any

from msgspec import Struct, field

#: An object as Graph shows it. Properties that are missing are unset.
Json = dict[str, Any]


class GraphObjects(Struct):
    """A tenant; ``me`` is the object id of the signed-in user, one of the users."""

    organization: Json
    me: str
    applications: list[Json] = field(default_factory=list)
    service_principals: list[Json] = field(default_factory=list)
    #: oauth2PermissionGrants and appRoleAssignments of everybody.
    grants: list[Json] = field(default_factory=list)
    assignments: list[Json] = field(default_factory=list)
    users: list[Json] = field(default_factory=list)
    #: Groups and directory roles of the signed-in user, each with its ``@odata.type``.
    memberships: list[Json] = field(default_factory=list)
    role_definitions: list[Json] = field(default_factory=list)
    role_assignments: list[Json] = field(default_factory=list)
    #: Groups that hold directory roles, and the entries of the directory audit log.
    groups: list[Json] = field(default_factory=list)
    audits: list[Json] = field(default_factory=list)
