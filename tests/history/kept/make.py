"""Pages as the first permdesk that kept scans page by page wrote them; run once: what it wrote has to open for ever."""

from pathlib import Path

from permdesk.domain.coverage import ReadName
from permdesk.history.chunk import chunk_of
from tests.history.scans import make_snapshot

_SCAN = make_snapshot()

EXAMPLES = {
    ReadName.ORGANIZATION: {_SCAN.tenant.id: _SCAN.tenant},
    ReadName.APPLICATIONS: {row.object_id: row for row in _SCAN.registrations},
    ReadName.SERVICE_PRINCIPALS: {row.object_id: row for row in _SCAN.service_principals},
    ReadName.APIS: {"api-1": _SCAN.role_apis[0], "api-2": None},
    ReadName.DEFINITIONS: {row.app_id: row for row in _SCAN.apis},
    ReadName.APP_ROLE_ASSIGNMENTS: {"x1tPmwHCTUeX4iRBnKCHVN1": _SCAN.app_role_assignments[0], "a person's": None},
    ReadName.OAUTH2_PERMISSION_GRANTS: {"L44fwVZi2kqCnI5b8T2PAcL8wDzQ5VJNkJ8": _SCAN.delegated_grants[0]},
    ReadName.DIRECTORY_ROLES: {"role-1": _SCAN.directory_roles[0]},
    ReadName.USERS: {row.object_id: row for row in _SCAN.users},
}

if __name__ == "__main__":
    for read, rows in EXAMPLES.items():
        file = Path(__file__).with_name(f"{read.value}.chunk")
        if not file.exists():
            file.write_bytes(chunk_of(read, rows).compressed())
