"""How to register the client application that people sign in through: step by step, as a script, and as JSON."""

import json
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.cloud import Cloud
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.sign_in import LOOPBACK_REDIRECT, SCOPES, Reading

#: What the registration is called; whoever registers it may call it otherwise.
NAME = "permdesk"
#: Where the Web Account Manager of Windows comes back to, before the client id (MSAL, "enable_broker_on_windows").
BROKER_REDIRECT = "ms-appx-web://Microsoft.AAD.BrokerPlugin/"
#: Cloud id -> what the Azure CLI and Microsoft's PowerShell module call it.
_AZURE_CLI = {"usgov": "AzureUSGovernment", "usgov-dod": "AzureUSGovernment", "china": "AzureChinaCloud"}
_POWERSHELL = {"usgov": "USGov", "usgov-dod": "USGovDoD", "china": "China"}


class Audience(StrEnum):
    """Whose accounts may sign in."""

    ONE_TENANT = "AzureADMyOrg"
    EVERY_TENANT = "AzureADMultipleOrgs"


class ClientSetup(Struct, frozen=True):
    """What to register.

    Attributes:
        reading: which permissions it asks for.
        audience: one tenant, or every one: a provider registers once and reads its customers' tenants.
        device_code: signing in with a code on another device shall work, too.
        broker: signing in with the Web Account Manager of Windows shall work, too. Its address holds the client id, so
            it can be added only once the app is registered.
    """

    cloud: Cloud
    reading: Reading = Reading.BASIC
    audience: Audience = Audience.ONE_TENANT
    device_code: bool = False
    broker: bool = False


class SetupStep(Struct, frozen=True):
    """One step in the portal: where, and what to do there."""

    where: str
    what: str
    copy: str = ""


def portal_steps(setup: ClientSetup) -> tuple[SetupStep, ...]:
    """Return the steps in the Entra admin center, in order."""
    audience = (
        "Accounts in this organizational directory only"
        if setup.audience is Audience.ONE_TENANT
        else "Accounts in any organizational directory"
    )
    scopes = ", ".join(scope.value for scope in SCOPES[setup.reading])
    steps = [
        SetupStep("App registrations › New registration", f"Name it, for example {NAME}.", NAME),
        SetupStep("Supported account types", f"Choose “{audience}”, then register."),
        SetupStep(
            "Authentication › Add a platform › Mobile and desktop applications",
            f"Add the address {LOOPBACK_REDIRECT}. Entra ignores the port.",
            LOOPBACK_REDIRECT,
        ),
    ]
    if setup.broker:
        steps.append(
            SetupStep(
                "Authentication › Mobile and desktop applications › Add URI",
                f"Add {BROKER_REDIRECT} with the “Application (client) ID” behind it. Windows comes back there.",
                BROKER_REDIRECT,
            )
        )
    if setup.device_code:
        steps.append(SetupStep("Authentication › Advanced settings", "Set “Allow public client flows” to Yes."))
    steps += [
        SetupStep("API permissions › Microsoft Graph › Delegated permissions", f"Add {scopes}."),
        SetupStep("API permissions", "Choose “Grant admin consent”. permdesk needs no secret and no certificate."),
        SetupStep("Overview", "Copy “Application (client) ID” and “Directory (tenant) ID” into the fields below."),
    ]
    return tuple(steps)


def registration(setup: ClientSetup) -> str:
    """Return the body for ``POST /v1.0/applications`` as indented JSON (Microsoft Graph, "Create application").

    What the Web Account Manager needs besides is ``broker_addition``.
    """
    body: dict[str, object] = {
        "displayName": NAME,
        "signInAudience": setup.audience.value,
        "publicClient": {"redirectUris": [LOOPBACK_REDIRECT]},
        "requiredResourceAccess": _required(setup),
    }
    if setup.device_code:
        body["isFallbackPublicClient"] = True
    return json.dumps(body, indent=2) + "\n"


def broker_redirect(client_id: str) -> str:
    """Return the address that the Web Account Manager comes back to for one client."""
    return f"{BROKER_REDIRECT}{client_id}"


def broker_addition(client_id: str) -> str:
    """Return the body for ``PATCH /v1.0/applications(appId='client_id')`` as indented JSON ("Update application")."""
    body = {"publicClient": {"redirectUris": [LOOPBACK_REDIRECT, broker_redirect(client_id)]}}
    return json.dumps(body, indent=2) + "\n"


def azure_cli_script(setup: ClientSetup) -> str:
    """Return a script for the Azure CLI in a POSIX shell."""
    lines = ["#!/bin/sh", "set -eu"]
    if setup.cloud.id in _AZURE_CLI:
        lines.append(f"az cloud set --name {_AZURE_CLI[setup.cloud.id]}")
    required = json.dumps(_required(setup), separators=(",", ":"))
    lines += [
        "az login --allow-no-subscriptions --output none",
        f"client_id=$(az ad app create --display-name {NAME} --sign-in-audience {setup.audience.value} \\",
        f"    --public-client-redirect-uris {LOOPBACK_REDIRECT} \\",
        f"    --is-fallback-public-client {'true' if setup.device_code else 'false'} \\",
        f"    --required-resource-accesses '{required}' --query appId --output tsv)",
        'az ad sp create --id "$client_id" --output none',
        "# Entra needs a moment before it knows the new app everywhere.",
        "sleep 20",
        *(_AZURE_CLI_BROKER if setup.broker else ()),
        'az ad app permission admin-consent --id "$client_id"',
        'echo "Client id: $client_id"',
        'echo "Tenant id: $(az account show --query tenantId --output tsv)"',
    ]
    return "\n".join(lines) + "\n"


_AZURE_CLI_BROKER = (
    f'az ad app update --id "$client_id" --public-client-redirect-uris {LOOPBACK_REDIRECT} \\',
    f'    "{broker_redirect("$client_id")}"',
)


def powershell_script(setup: ClientSetup) -> str:
    """Return a script for PowerShell with the module Microsoft.Graph."""
    environment = f" -Environment {_POWERSHELL[setup.cloud.id]}" if setup.cloud.id in _POWERSHELL else ""
    scopes = " ".join(scope.value for scope in SCOPES[setup.reading])
    access = "\n".join(
        f"            @{{ id = '{scope.id}'; type = 'Scope' }}  # {scope.value}" for scope in SCOPES[setup.reading]
    )
    broker = _POWERSHELL_BROKER if setup.broker else ""
    return f"""\
#Requires -Modules Microsoft.Graph.Applications, Microsoft.Graph.Identity.SignIns
$ErrorActionPreference = 'Stop'
Connect-MgGraph{environment} -NoWelcome -Scopes 'Application.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All'
$app = New-MgApplication -BodyParameter @{{
    displayName            = '{NAME}'
    signInAudience         = '{setup.audience.value}'
    isFallbackPublicClient = ${"true" if setup.device_code else "false"}
    publicClient           = @{{ redirectUris = @('{LOOPBACK_REDIRECT}') }}
    requiredResourceAccess = @(@{{
        resourceAppId  = '{GRAPH_APP_ID}'
        resourceAccess = @(
{access}
        )
    }})
}}
{broker}$client = New-MgServicePrincipal -AppId $app.AppId
$graph = Get-MgServicePrincipal -Filter "appId eq '{GRAPH_APP_ID}'"
New-MgOauth2PermissionGrant -ClientId $client.Id -ConsentType AllPrincipals -ResourceId $graph.Id `
    -Scope '{scopes}' | Out-Null
"Client id: $($app.AppId)"
"Tenant id: $((Get-MgContext).TenantId)"
"""


_POWERSHELL_BROKER = f"""\
Update-MgApplication -ApplicationId $app.Id -PublicClient @{{
    redirectUris = @('{LOOPBACK_REDIRECT}', "{broker_redirect("$($app.AppId)")}")
}}
"""


def _required(setup: ClientSetup) -> list[dict[str, object]]:
    access = [{"id": scope.id, "type": "Scope"} for scope in SCOPES[setup.reading]]
    return [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}]
