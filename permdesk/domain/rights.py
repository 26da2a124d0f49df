"""What Microsoft demands of whoever reads: the permission of the sign-in, and the directory role of the person.

Sources: the tables "Permissions" of learn.microsoft.com/graph/api for application-list, serviceprincipal-list,
serviceprincipal-list-approleassignedto, oauth2permissiongrant-list, rbacapplication-list-roleassignments, user-get and
organization-list; for the roles, learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
"""

from collections.abc import Collection

from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus

_DIRECTORY = "Directory.Read.All"
_APPLICATIONS = (_DIRECTORY, "Application.Read.All")
#: Permissions, any of which is enough; the one that permdesk asks for comes first.
_ENOUGH: dict[ReadName, tuple[str, ...]] = {
    ReadName.ORGANIZATION: (_DIRECTORY, "User.Read"),
    ReadName.APPLICATIONS: _APPLICATIONS,
    ReadName.SERVICE_PRINCIPALS: _APPLICATIONS,
    ReadName.APIS: _APPLICATIONS,
    ReadName.DEFINITIONS: _APPLICATIONS,
    ReadName.APP_ROLE_ASSIGNMENTS: _APPLICATIONS,
    ReadName.OAUTH2_PERMISSION_GRANTS: (_DIRECTORY,),
    ReadName.DIRECTORY_ROLES: (_DIRECTORY, "RoleManagement.Read.Directory"),
    ReadName.USERS: (_DIRECTORY, "User.Read.All"),
}
#: Directory roles, each of which may read all of it.
READING_ROLES = ("Global Reader", "Directory Readers")


def explained(read: ReadCoverage, held: Collection[str] | None) -> ReadCoverage:
    """Return the outcome of a read; where it was refused, with what lacks for it.

    Args:
        read: how it ended.
        held: the delegated permissions of the sign-in; None where the token does not tell.
    """
    return replace(read, remedy=lacking(read.read, held)) if read.status is ReadStatus.REFUSED else read


def lacking(read: ReadName, held: Collection[str] | None) -> str:
    """Return what a refused read needs, in whole sentences; ``held`` as above."""
    enough = _ENOUGH[read]
    roles = f"{' or '.join(READING_ROLES)} would do"
    if held is None:
        return f"Needs the permission {enough[0]}, and of a person a directory role: {roles}."
    if {value.casefold() for value in held}.isdisjoint(value.casefold() for value in enough):
        return (
            f"Needs the delegated permission {enough[0]}, which this sign-in does not have: grant it to the app you "
            f"sign in through, then sign in again. The account needs a directory role as well: {roles}."
        )
    return f"The sign-in has the permission it needs; the account lacks a directory role: {roles}."
