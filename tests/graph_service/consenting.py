"""A consent played on a running service: grants come and go as Entra ID does it, and the audit log tells of each.

The shapes of the entries are those of api-reference/v1.0/resources/directoryaudit.md and targetresource.md: the API is
the first target and carries what changed, as JSON texts; the app is the second.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from tests.graph_service.objects import Json
from tests.graph_service.process import GraphService

_GRANTED = "2026-11-22T12:00:00Z"


class Grant(Struct, frozen=True):
    """One tenant-wide grant: ``role`` is an id of appRoles, ``scope`` a value; one of the two."""

    api: str
    role: str = ""
    scope: str = ""


class Consent:
    """What happens to one app.

    Args:
        service: where.
        client: object id of the app's service principal.
        by: the person who accepts, one of the users.
    """

    def __init__(self, service: GraphService, client: str, *, by: Json) -> None:
        self.service, self.client, self.by = service, client, by

    def play(
        self, *, added: Iterable[Grant] = (), removed: Iterable[Grant] = (), at: str, logged: bool = True
    ) -> list[list[Any]]:
        """Let grants come and go; return the entries of the log that were not written, as changes for later.

        Args:
            added: those that come.
            removed: those that go.
            at: when, as Graph writes moments.
            logged: the log tells of it at once.
        """
        entries = []
        for grant in removed:
            self._apply(grant, came=False)
            entries.append(self._entry(grant, at, came=False))
        for grant in added:
            self._apply(grant, came=True)
            entries.append(self._entry(grant, at, came=True))
        entries.append(self._consented(at))
        changes = [["add", "directoryAudits", entry] for entry in entries]
        if logged:
            self.service.change(changes)
            return []
        return changes

    def _apply(self, grant: Grant, *, came: bool) -> None:
        told = self.service.objects()
        if grant.role:
            held = [
                row
                for row in told["appRoleAssignments"]
                if (row["principalId"], row["resourceId"], row["appRoleId"]) == (self.client, grant.api, grant.role)
            ]
            if came and not held:
                self.service.add("appRoleAssignments", self._assignment(told, grant))
            for row in () if came else held:
                self.service.remove("appRoleAssignments", row["id"])
            return
        mine = [
            row
            for row in told["oauth2PermissionGrants"]
            if (row["clientId"], row["resourceId"], row["principalId"]) == (self.client, grant.api, None)
        ]
        if not mine:
            if came:
                row = {
                    "id": uuid.uuid4().hex,
                    "clientId": self.client,
                    "consentType": "AllPrincipals",
                    "principalId": None,
                    "resourceId": grant.api,
                    "scope": grant.scope,
                }
                self.service.add("oauth2PermissionGrants", row)
            return
        words = [word for word in mine[0]["scope"].split() if word != grant.scope]
        words += [grant.scope] if came else []
        if words:
            self.service.update("oauth2PermissionGrants", mine[0]["id"], scope=" ".join(words))
        else:
            self.service.remove("oauth2PermissionGrants", mine[0]["id"])

    def _assignment(self, told: dict[str, Any], grant: Grant) -> Json:
        names = {row["id"]: row["displayName"] for row in told["servicePrincipals"]}
        return {
            "id": uuid.uuid4().hex,
            "deletedDateTime": None,
            "appRoleId": grant.role,
            "createdDateTime": _GRANTED,
            "principalDisplayName": names[self.client],
            "principalId": self.client,
            "principalType": "ServicePrincipal",
            "resourceDisplayName": names[grant.api],
            "resourceId": grant.api,
        }

    def _entry(self, grant: Grant, at: str, *, came: bool) -> Json:
        if grant.role:
            verb, where = ("Add", "to") if came else ("Remove", "from")
            activity = f"{verb} app role assignment {where} service principal"
            changed = [_moved("AppRole.Id", grant.role, came=came)]
        else:
            activity = f"{'Add' if came else 'Remove'} delegated permission grant"
            changed = [
                _moved("DelegatedPermissionGrant.Scope", f" {grant.scope}", came=came),
                _moved("DelegatedPermissionGrant.ConsentType", "AllPrincipals", came=came),
            ]
        changed.append(_moved("ServicePrincipal.ObjectID", self.client, came=came))
        return self.entry(activity, at, [_target(grant.api, changed), _target(self.client, [])])

    def _consented(self, at: str) -> Json:
        changed = [
            _moved("ConsentContext.IsAdminConsent", "True", came=True),
            # As of a consent given again: its own text shows no difference.
            _moved("ConsentAction.Permissions", "[] => []", came=True),
        ]
        return self.entry("Consent to application", at, [_target(self.client, changed)])

    def entry(self, activity: str, at: str, targets: list[Json], *, result: str = "success") -> Json:
        """Return an entry of the log by whoever accepts."""
        return {
            "id": f"Directory_{uuid.uuid4()}_{activity[:3].upper()}_1",
            "activityDateTime": at,
            "activityDisplayName": activity,
            "additionalDetails": [],
            "category": "ApplicationManagement",
            "correlationId": str(uuid.uuid4()),
            "initiatedBy": {
                "app": None,
                "user": {
                    "id": self.by["id"],
                    # Of the service that did it for the person.
                    "displayName": "Azure ESTS Service",
                    "userPrincipalName": self.by["userPrincipalName"],
                    "ipAddress": "198.51.100.20",
                },
            },
            "loggedByService": "Core Directory",
            "operationType": "Assign",
            "result": result,
            "resultReason": "",
            "targetResources": targets,
        }


def _target(identity: str, changed: list[Json]) -> Json:
    return {
        "id": identity,
        "displayName": None,
        "type": "ServicePrincipal",
        "userPrincipalName": None,
        "groupType": None,
        "modifiedProperties": changed,
    }


def _moved(name: str, value: str, *, came: bool) -> Json:
    text = json.dumps(value)
    return {"displayName": name, "oldValue": None if came else text, "newValue": text if came else None}
