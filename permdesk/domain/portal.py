"""Pages of Microsoft's portals: the one table of their addresses.

The addresses are undocumented; they are the ones that widely used tools of the community link to.
"""

import re
from enum import StrEnum
from urllib.parse import quote

from msgspec import Struct

from permdesk.domain.cloud import Cloud

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class PortalPage(StrEnum):
    """A page a person may have to walk to."""

    ENTERPRISE_PERMISSIONS = "enterprise-permissions"
    ENTERPRISE_OVERVIEW = "enterprise-overview"
    REGISTRATION_PERMISSIONS = "registration-permissions"
    REGISTRATION_CREDENTIALS = "registration-credentials"
    USER_CONSENT_SETTINGS = "user-consent-settings"


class PortalLink(Struct, frozen=True):
    """A link to one page: its address and the words to click."""

    page: PortalPage
    label: str
    url: str


class _Row(Struct, frozen=True):
    label: str
    fragment: str


_MANAGED_APP = "Microsoft_AAD_IAM/ManagedAppMenuBlade/~"
_REGISTERED_APP = "Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~"

_PAGES: dict[PortalPage, _Row] = {
    PortalPage.ENTERPRISE_PERMISSIONS: _Row(
        "Enterprise application › Permissions", f"{_MANAGED_APP}/Permissions/objectId/{{object_id}}/appId/{{app_id}}"
    ),
    PortalPage.ENTERPRISE_OVERVIEW: _Row(
        "Enterprise application › Overview", f"{_MANAGED_APP}/Overview/objectId/{{object_id}}/appId/{{app_id}}"
    ),
    PortalPage.REGISTRATION_PERMISSIONS: _Row(
        "App registration › API permissions", f"{_REGISTERED_APP}/CallAnAPI/appId/{{app_id}}/isMSAApp~/false"
    ),
    PortalPage.REGISTRATION_CREDENTIALS: _Row(
        "App registration › Certificates & secrets", f"{_REGISTERED_APP}/Credentials/appId/{{app_id}}"
    ),
    PortalPage.USER_CONSENT_SETTINGS: _Row(
        "User consent settings", "Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings"
    ),
}
_MANAGED_IDENTITY_SUFFIX = "/servicePrincipalType/ManagedIdentity"


def is_guid(text: str | None) -> bool:
    """True for the only thing that may stand as an id in an address permdesk makes."""
    return text is not None and _GUID.fullmatch(text) is not None


def portal_link(
    page: PortalPage,
    *,
    cloud: Cloud,
    tenant_id: str,
    app_id: str | None = None,
    object_id: str | None = None,
    managed_identity: bool = False,
) -> PortalLink | None:
    """Return the link to a page in this tenant, or None where the cloud has no portal or an id is missing.

    Args:
        page: where to go.
        cloud: decides the portal; the Entra admin center where there is one, else the Azure portal.
        tenant_id: pins the page to this directory.
        app_id: needed by pages of one app.
        object_id: the service principal's, needed by pages of an enterprise application.
        managed_identity: the service principal is one of a managed identity.
    """
    row = _PAGES[page]
    ids = {"app_id": app_id, "object_id": object_id}
    needed = {name: value for name, value in ids.items() if f"{{{name}}}" in row.fragment}
    if not is_guid(tenant_id) or not all(is_guid(value) for value in needed.values()):
        return None
    fragment = row.fragment.format(**needed)
    if managed_identity and "object_id" in needed:
        fragment += _MANAGED_IDENTITY_SUFFIX
    if cloud.entra_portal:
        return PortalLink(page, row.label, f"{cloud.entra_portal}/{quote(tenant_id)}/#view/{fragment}")
    if cloud.azure_portal:
        return PortalLink(page, row.label, f"{cloud.azure_portal}/#@{quote(tenant_id)}/view/{fragment}")
    return None
