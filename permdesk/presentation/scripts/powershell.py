"""The script for PowerShell with the module Microsoft.Graph.Authentication."""

from permdesk.domain.permission import Kind
from permdesk.domain.repair import Move, Repair
from permdesk.presentation.scripts.opening import opening

_ENVIRONMENTS = {"usgov": "USGov", "usgov-dod": "USGovDoD", "china": "China"}

_FUNCTIONS = """\
function Get-Rows([string]$Path) {
    $answer = Invoke-MgGraphRequest -Method GET -Uri $Path -OutputType PSObject
    while ($true) {
        $answer.value
        if (-not $answer.'@odata.nextLink') { break }
        $answer = Invoke-MgGraphRequest -Method GET -Uri $answer.'@odata.nextLink' -OutputType PSObject
    }
}
function Find-Role([string]$Api, [string]$Role) {
    Get-Rows "/v1.0/servicePrincipals/$client/appRoleAssignments" |
        Where-Object { $_.resourceId -eq $Api -and $_.appRoleId -eq $Role }
}
function Add-Role([string]$Api, [string]$Role) {
    if (Find-Role $Api $Role) { return "is there already: role $Role" }
    $body = @{ principalId = $client; resourceId = $Api; appRoleId = $Role }
    Invoke-MgGraphRequest -Method POST -Uri "/v1.0/servicePrincipals/$Api/appRoleAssignedTo" -Body $body | Out-Null
    "given: role $Role"
}
function Remove-Role([string]$Api, [string]$Role) {
    $held = @(Find-Role $Api $Role)
    if (-not $held) { return "is not there: role $Role" }
    foreach ($one in $held) {
        Invoke-MgGraphRequest -Method DELETE -Uri "/v1.0/servicePrincipals/$Api/appRoleAssignedTo/$($one.id)" | Out-Null
    }
    "taken: role $Role"
}
function Find-Grant([string]$Api, [string]$Account) {
    Get-Rows "/v1.0/oauth2PermissionGrants?`$filter=clientId eq '$client' and resourceId eq '$Api'" |
        Where-Object { "$($_.principalId)" -eq $Account } | Select-Object -First 1
}
function Add-Scope([string]$Api, [string]$Account, [string]$Scope) {
    $grant = Find-Grant $Api $Account
    if (-not $grant) {
        $body = @{ clientId = $client; resourceId = $Api; scope = $Scope; consentType = 'AllPrincipals' }
        if ($Account) { $body.consentType = 'Principal'; $body.principalId = $Account }
        Invoke-MgGraphRequest -Method POST -Uri '/v1.0/oauth2PermissionGrants' -Body $body | Out-Null
    } elseif ($grant.scope.Split(' ') -ccontains $Scope) {
        return "is there already: $Scope"
    } else {
        $body = @{ scope = (@($grant.scope.Split(' ')) + $Scope) -join ' ' }
        Invoke-MgGraphRequest -Method PATCH -Uri "/v1.0/oauth2PermissionGrants/$($grant.id)" -Body $body | Out-Null
    }
    "given: $Scope"
}
function Remove-Scope([string]$Api, [string]$Account, [string]$Scope) {
    $grant = Find-Grant $Api $Account
    if (-not $grant -or $grant.scope.Split(' ') -cnotcontains $Scope) { return "is not there: $Scope" }
    $left = @($grant.scope.Split(' ') | Where-Object { $_ -and $_ -cne $Scope }) -join ' '
    if ($left) {
        $body = @{ scope = $left }
        Invoke-MgGraphRequest -Method PATCH -Uri "/v1.0/oauth2PermissionGrants/$($grant.id)" -Body $body | Out-Null
    } else {
        Invoke-MgGraphRequest -Method DELETE -Uri "/v1.0/oauth2PermissionGrants/$($grant.id)" | Out-Null
    }
    "taken: $Scope"
}
"""
_VERBS = {"give": "Add", "take": "Remove"}
#: What PowerShell takes for a single quote.
_QUOTES = "'\u2018\u2019\u201a\u201b"


def powershell_script(repair: Repair) -> str:
    """Return a script that signs in and speaks to Microsoft Graph through ``Invoke-MgGraphRequest``."""
    environment = f" -Environment {_ENVIRONMENTS[repair.cloud.id]}" if repair.cloud.id in _ENVIRONMENTS else ""
    scopes = ", ".join(_literal(scope) for scope in repair.scopes)
    lines = [
        *opening(repair),
        "#Requires -Modules Microsoft.Graph.Authentication",
        "$ErrorActionPreference = 'Stop'",
        f"$tenant = {_literal(repair.tenant.id)}",
        f"$client = {_literal(repair.client_id)}",
        f"Connect-MgGraph{environment} -NoWelcome -TenantId $tenant -Scopes {scopes}",
        "if ((Get-MgContext).TenantId -ne $tenant) { throw 'This is another tenant.' }",
        _FUNCTIONS.rstrip(),
        *(_call(move) for move in repair.moves),
    ]
    return "\n".join(lines) + "\n"


def _call(move: Move) -> str:
    permission = move.permission
    verb = _VERBS[move.deed.value]
    if permission.kind is Kind.APPLICATION:
        return f"{verb}-Role {_literal(permission.resource_object_id or '')} {_literal(permission.id or '')}"
    words = (permission.resource_object_id or "", move.account or "", permission.value or "")
    return f"{verb}-Scope {' '.join(_literal(word) for word in words)}"


def _literal(value: str) -> str:
    for quote in _QUOTES:
        value = value.replace(quote, quote * 2)
    return f"'{value}'"
