"""How completely a tenant was read: it travels with the data from the reader to the paper."""

from enum import StrEnum

from msgspec import Struct


class ReadName(StrEnum):
    """The lists permdesk reads; the words of the JSON contract."""

    ORGANIZATION = "organization"
    APPLICATIONS = "applications"
    SERVICE_PRINCIPALS = "servicePrincipals"
    APIS = "apis"
    DEFINITIONS = "definitions"
    APP_ROLE_ASSIGNMENTS = "appRoleAssignments"
    OAUTH2_PERMISSION_GRANTS = "oauth2PermissionGrants"
    DIRECTORY_ROLES = "directoryRoles"
    USERS = "users"


class ReadStatus(StrEnum):
    """How one read ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


class ReadCoverage(Struct, frozen=True):
    """The outcome of one read.

    Attributes:
        read: which list.
        status: how it ended.
        rows: rows got.
        expected: rows the service announced; None where it announced none.
        resource_app_id: the API, for the reads made once per API.
        resource: what people call the API, or the app where its own side was read.
        client_object_id: the app, where assignments were read from the app's side.
        detail: what went wrong, in words fit to show.
        remedy: what lacks where Microsoft refused the read, in whole sentences.
    """

    read: ReadName
    status: ReadStatus
    rows: int = 0
    expected: int | None = None
    resource_app_id: str | None = None
    resource: str | None = None
    client_object_id: str | None = None
    detail: str | None = None
    remedy: str | None = None

    @property
    def complete(self) -> bool:
        """True where every row was read."""
        return self.status is ReadStatus.COMPLETE


class Coverage:
    """Questions about a set of reads; anything that was never tried is not complete."""

    def __init__(self, reads: tuple[ReadCoverage, ...]) -> None:
        self.reads = reads
        self._lists: dict[str, bool] = {}
        self._definitions: dict[str, bool] = {}
        self._assignments: dict[str, bool] = {}
        self._client_assignments: dict[str, bool] = {}
        for read in reads:
            if read.read is ReadName.DEFINITIONS:
                _all(self._definitions, read.resource_app_id or "", complete=read.complete)
            elif read.read is ReadName.APP_ROLE_ASSIGNMENTS and read.client_object_id:
                _all(self._client_assignments, read.client_object_id, complete=read.complete)
            elif read.read is ReadName.APP_ROLE_ASSIGNMENTS:
                _all(self._assignments, read.resource_app_id or "", complete=read.complete)
            else:
                _all(self._lists, read.read, complete=read.complete)

    @property
    def all_complete(self) -> bool:
        """True where every read that was tried is complete, and at least one was."""
        return bool(self.reads) and all(read.complete for read in self.reads)

    @property
    def incomplete(self) -> tuple[ReadCoverage, ...]:
        """The reads that left something open."""
        return tuple(read for read in self.reads if not read.complete)

    def list_complete(self, read: ReadName) -> bool:
        """True where this tenant-wide list was read to its end."""
        return self._lists.get(read, False)

    def definitions_complete(self, api_app_id: str) -> bool:
        """True where everything this API publishes was read."""
        return self._definitions.get(api_app_id, False)

    def assignments_complete(self, api_app_id: str, client_object_id: str | None = None) -> bool:
        """True where the app's role assignments of this API are known, from either side."""
        return self._assignments.get(api_app_id, False) or self.client_side_complete(client_object_id)

    def client_side_complete(self, client_object_id: str | None) -> bool:
        """True where all role assignments of this app were read from the app's side."""
        return client_object_id is not None and self._client_assignments.get(client_object_id, False)

    def every_assignment_complete(self, api_app_ids: frozenset[str]) -> bool:
        """True where the list of APIs and the role assignments of each of them are complete."""
        return (
            self.list_complete(ReadName.SERVICE_PRINCIPALS)
            and self.list_complete(ReadName.APIS)
            and all(self._assignments.values())
            and all(self._assignments.get(api, False) for api in api_app_ids)
        )


def _all(table: dict[str, bool], key: str, *, complete: bool) -> None:
    # Two entries of one read: both have to be complete.
    table[key] = table.get(key, True) and complete
