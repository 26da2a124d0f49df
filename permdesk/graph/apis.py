"""The APIs of a tenant: appId to service principal and back, as far as service principals were read."""

from collections.abc import Iterable, Sequence

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.grant import DelegatedGrant
from permdesk.graph.remembered import is_guid


class Apis:
    """Looks up service principals.

    Args:
        principals: those that were read.
        complete: no other is there.
    """

    def __init__(self, principals: Sequence[ServicePrincipal], *, complete: bool) -> None:
        self._by_app_id = {principal.app_id: principal for principal in principals}
        self._by_object_id = {principal.object_id: principal.app_id for principal in principals}
        self._complete = complete

    def app_id(self, object_id: str) -> str | None:
        """Return the appId of a service principal; None where it was not read."""
        return self._by_object_id.get(object_id)

    def object_id(self, app_id: str) -> str | None:
        """Return the object id of an app's service principal; None where it was not read."""
        principal = self._by_app_id.get(app_id)
        return principal.object_id if principal else None

    def name(self, app_id: str) -> str:
        """Return what people call it, or its appId."""
        principal = self._by_app_id.get(app_id)
        return (principal.display_name if principal else "") or app_id

    def absent(self, app_id: str) -> bool:
        """True where the tenant certainly has no such app."""
        return self._complete and app_id not in self._by_app_id

    def present(self, app_ids: Iterable[str]) -> list[str]:
        """Return, sorted, the APIs that are, or may be, in the tenant: only those can be asked about."""
        return sorted(app_id for app_id in app_ids if is_guid(app_id) and not self.absent(app_id))

    def granted(self, grants: Sequence[DelegatedGrant]) -> frozenset[str]:
        """Return the appIds of the APIs that a delegated grant names."""
        found = {self.app_id(resource) for resource in {grant.resource_id for grant in grants}}
        return frozenset(api for api in found if api)


def declared(registrations: Sequence[Registration]) -> frozenset[str]:
    """Return the appIds of the APIs that a manifest names."""
    return frozenset(entry.resource_app_id for registration in registrations for entry in registration.required)
