"""What can be asked of a tenant between two scans: the port to it, and its answers in one word each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from permdesk.domain.audit import AuditTrail
from permdesk.domain.one_app import AppReading, WantedApp
from permdesk.domain.ports import CancelToken
from permdesk.domain.role_holders import HoldersRead, RolesRead
from permdesk.domain.tenant import HeldRole


class Questions(Protocol):
    """Asks one tenant; each question is a few requests.

    Every method raises SignInError where Microsoft does not accept the token, and Cancelled where the person cancelled.
    """

    def my_roles(self, *, cancel: CancelToken) -> RolesRead:
        """Return the directory roles that are active for whoever is signed in; ReadError: they cannot be read."""
        ...

    def holders(self, roles: Sequence[HeldRole], *, cancel: CancelToken) -> HoldersRead:
        """Return who is assigned to some roles; ReadError: nothing of it can be read."""
        ...

    def app(self, wanted: WantedApp, *, cancel: CancelToken) -> AppReading:
        """Return one app as it is now; ReadError: neither of its objects can be read."""
        ...

    def trail(self, object_id: str, *, since: datetime, cancel: CancelToken) -> AuditTrail:
        """Return what the directory audit log tells of an app's grants; where it tells nothing, why."""
        ...
