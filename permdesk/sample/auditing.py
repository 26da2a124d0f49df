"""What the sample's directory audit log tells of a played consent, in the shapes of the real one."""

import json
import re
from collections.abc import Iterator, Sequence

from permdesk.domain.permission import Kind
from permdesk.domain.played_consent import PlayedConsent, PlayedGrant
from permdesk.sample.objects import GraphObjects
from permdesk.sample.shapes import Row, object_id, user_id

#: Who clicks in the sample: a Global Administrator, for whoever reads it may not.
_CLICKS = user_id("u02")
_AT = "2026-11-22T10:28:0{second}.4417Z"
_FILTER = re.compile(
    r"activityDateTime ge (?P<since>[-:0-9TZ]+) and targetResources/any\(t:t/id eq '(?P<target>[-0-9a-f]+)'\)"
)


def entries(objects: GraphObjects, consent: PlayedConsent) -> Iterator[Row]:
    """Yield the entries that a consent leaves: one for each grant of a role, one for each changed grant of scopes."""
    for number, grant in enumerate(consent.removed):
        yield _grant_entry(objects, consent.client_id, grant, f"removed {number}", came=False)
    for number, grant in enumerate(consent.added):
        yield _grant_entry(objects, consent.client_id, grant, f"added {number}", came=True)
    yield {
        **_entry(objects, "Consent to application", consent.client_id, second=3),
        "targetResources": [
            _target(objects, consent.client_id, [_property("ConsentContext.IsAdminConsent", None, "True")])
        ],
    }


def asked_for(audits: Sequence[Row], condition: str) -> list[Row] | None:
    """Return the entries that a filter asks for; None for a filter that the sample does not know."""
    asked = _FILTER.fullmatch(condition)
    if asked is None:
        return None
    return [
        row
        for row in audits
        if row["activityDateTime"] >= asked["since"] and any(t["id"] == asked["target"] for t in row["targetResources"])
    ]


def _grant_entry(objects: GraphObjects, client: str, grant: PlayedGrant, name: str, *, came: bool) -> Row:
    if grant.kind is Kind.APPLICATION:
        activity = "Add app role assignment to" if came else "Remove app role assignment from"
        activity = f"{activity} service principal"
        roles = {
            role["id"]: role["value"] for role in objects.definitions.get(grant.resource_id, {}).get("appRoles", [])
        }
        changed = [
            _moved("AppRole.Id", grant.what, came=came),
            _moved("AppRole.Value", roles.get(grant.what, ""), came=came),
        ]
    else:
        activity = "Add delegated permission grant" if came else "Remove delegated permission grant"
        changed = [
            _moved("DelegatedPermissionGrant.Scope", f" {grant.what}", came=came),
            _moved("DelegatedPermissionGrant.ConsentType", "AllPrincipals", came=came),
        ]
    changed.append(_moved("ServicePrincipal.ObjectID", client, came=came))
    entry = _entry(objects, activity, f"{client} {name}", second=1 if came else 2)
    return {**entry, "targetResources": [_target(objects, grant.resource_id, changed), _target(objects, client, [])]}


def _entry(objects: GraphObjects, activity: str, name: str, *, second: int) -> Row:
    person = objects.users[_CLICKS]
    return {
        "id": f"Directory_{object_id('audit', f'{activity} {name}')}",
        "category": "ApplicationManagement",
        "activityDisplayName": activity,
        "activityDateTime": _AT.format(second=second),
        "result": "success",
        "loggedByService": "Core Directory",
        "initiatedBy": {
            "app": None,
            "user": {
                "id": person["id"],
                "displayName": None,
                "userPrincipalName": person["userPrincipalName"],
                "ipAddress": "198.51.100.20",
            },
        },
    }


def _target(objects: GraphObjects, identity: str, changed: list[Row]) -> Row:
    name = next((row["displayName"] for row in objects.service_principals if row["id"] == identity), None)
    return {"id": identity, "displayName": name, "type": "ServicePrincipal", "modifiedProperties": changed}


def _moved(name: str, value: str, *, came: bool) -> Row:
    return _property(name, None, value) if came else _property(name, value, None)


def _property(name: str, old: str | None, new: str | None) -> Row:
    """Return a changed property: its values are JSON texts, as the real log writes them."""
    old, new = (json.dumps(value) if value is not None else None for value in (old, new))
    return {"displayName": name, "oldValue": old, "newValue": new}
