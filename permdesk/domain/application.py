"""App registrations and service principals, as Microsoft Graph describes them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.permission import Kind


class Origin(StrEnum):
    """Where an app comes from, seen from this tenant."""

    REGISTERED_HERE = "registered-here"
    EXTERNAL = "external"
    MANAGED_IDENTITY = "managed-identity"
    MICROSOFT = "microsoft"


#: Clients that every tool and person of a tenant shares, so that grants pile up on them.
SHARED_TOOLS = frozenset(
    {
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",  # Microsoft Graph Command Line Tools
        "de8bc8b5-d9f9-48b1-a8ad-b748da725064",  # Graph Explorer
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",  # Azure CLI
        "1950a258-227b-4e31-a9cf-717495945fc2",  # Azure PowerShell
        "31359c7f-bd7e-475c-86db-fdb8c937548e",  # PnP Management Shell
    }
)


class CredentialKind(StrEnum):
    """What an app proves itself with."""

    SECRET = "secret"  # noqa: S105 - the kind's name, not a secret
    CERTIFICATE = "certificate"


class Credential(Struct, frozen=True):
    """A secret or certificate of an app: only its validity, never its value."""

    kind: CredentialKind
    starts: datetime | None
    ends: datetime | None
    label: str | None = None


class RequiredAccess(Struct, frozen=True, gc=False):
    """One entry of a manifest's requiredResourceAccess: ids in lower case, no names."""

    resource_app_id: str
    kind: Kind
    id: str


class Publisher(Struct, frozen=True):
    """A publisher that Microsoft verified."""

    name: str
    verified_id: str | None = None


class Registration(Struct, frozen=True):
    """An ``application`` object of this tenant (GET /applications)."""

    object_id: str
    app_id: str
    display_name: str
    required: tuple[RequiredAccess, ...] = ()
    credentials: tuple[Credential, ...] = ()
    publisher: Publisher | None = None
    disabled: bool = False
    reply_urls: tuple[str, ...] = ()
    sign_in_audience: str | None = None
    created: datetime | None = None


class ServicePrincipal(Struct, frozen=True):
    """An app's instance in this tenant (GET /servicePrincipals).

    Attributes:
        type: servicePrincipalType as Graph says it: Application, ManagedIdentity, Legacy, ...
        owner_tenant_id: appOwnerOrganizationId, lower case; None where Graph gives none.
        enabled: accountEnabled.
        disabled: switched off by its owner (isDisabled) or by Microsoft (disabledByMicrosoftStatus).
        has_app_roles: True for an API that publishes a role for applications.
    """

    object_id: str
    app_id: str
    display_name: str
    app_display_name: str | None = None
    type: str = "Application"
    owner_tenant_id: str | None = None
    enabled: bool = True
    disabled: bool = False
    publisher: Publisher | None = None
    reply_urls: tuple[str, ...] = ()
    created: datetime | None = None
    has_app_roles: bool = False
