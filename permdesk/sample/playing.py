"""Acts out a consent on the sample tenant's objects: grants come and go as they do in a real tenant."""

from permdesk.domain.permission import Kind
from permdesk.domain.played_consent import PlayedConsent, PlayedGrant
from permdesk.sample.auditing import entries
from permdesk.sample.objects import GraphObjects
from permdesk.sample.shapes import Row, object_id

#: When grants that a played consent gives say to be from.
_GRANTED = "2026-11-22T10:28:00Z"


def play(objects: GraphObjects, consent: PlayedConsent) -> None:
    """Change the tenant's grants as a consent does, and let the audit log tell of it."""
    if consent.logged:
        objects.audits.extend(entries(objects, consent))
    for grant in consent.removed:
        if grant.kind is Kind.APPLICATION:
            _unassign(objects, consent.client_id, grant)
        else:
            _change_scopes(objects, consent.client_id, grant, give=False)
    for grant in consent.added:
        if grant.kind is Kind.APPLICATION:
            _assign(objects, consent.client_id, grant)
        else:
            _change_scopes(objects, consent.client_id, grant, give=True)


def _unassign(objects: GraphObjects, client: str, grant: PlayedGrant) -> None:
    rows = objects.assigned_to.get(grant.resource_id, [])
    rows[:] = [row for row in rows if (row["principalId"], row["appRoleId"]) != (client, grant.what)]


def _assign(objects: GraphObjects, client: str, grant: PlayedGrant) -> None:
    names = {row["id"]: row["displayName"] for row in objects.service_principals}
    objects.assigned_to.setdefault(grant.resource_id, []).append(
        {
            "id": object_id("appRoleAssignment", f"{client} {grant.resource_id} {grant.what}"),
            "appRoleId": grant.what,
            "createdDateTime": _GRANTED,
            "principalDisplayName": names.get(client, ""),
            "principalId": client,
            "principalType": "ServicePrincipal",
            "resourceDisplayName": names.get(grant.resource_id, ""),
            "resourceId": grant.resource_id,
        }
    )


def _change_scopes(objects: GraphObjects, client: str, grant: PlayedGrant, *, give: bool) -> None:
    """Change the one grant of an API for everybody; grants of single people are left alone."""
    key = (client, grant.resource_id, "AllPrincipals")
    rows = [row for row in objects.grants if (row["clientId"], row["resourceId"], row["consentType"]) == key]
    for row in rows:
        scopes = [scope for scope in str(row["scope"]).split() if scope != grant.what]
        row["scope"] = " ".join([*scopes, grant.what] if give else scopes)
    if give and not rows:
        objects.grants.append(_grant_row(client, grant))
    objects.grants[:] = [row for row in objects.grants if str(row["scope"]).strip()]


def _grant_row(client: str, grant: PlayedGrant) -> Row:
    return {
        "id": object_id("grant", f"{client} {grant.resource_id} everybody"),
        "clientId": client,
        "consentType": "AllPrincipals",
        "principalId": None,
        "resourceId": grant.resource_id,
        "scope": grant.what,
    }
