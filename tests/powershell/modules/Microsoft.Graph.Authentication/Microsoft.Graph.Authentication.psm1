# The three commands of Microsoft's module that scripts of permdesk use, for a service on loopback: requests go there
# with the token of the environment, and nobody signs in.

function Connect-MgGraph {
    param([string]$TenantId, [string[]]$Scopes, [string]$Environment, [switch]$NoWelcome)
    $script:tenant = $TenantId
}

function Get-MgContext {
    [pscustomobject]@{ TenantId = $script:tenant }
}

function Invoke-MgGraphRequest {
    param([string]$Method, [string]$Uri, $Body, [string]$OutputType)
    if ($Uri.StartsWith('/')) { $Uri = $env:GRAPH_ORIGIN + $Uri }
    $request = @{
        Method = $Method
        Uri = $Uri
        Headers = @{ Authorization = "Bearer $env:GRAPH_TOKEN" }
        SkipCertificateCheck = $true
    }
    if ($null -ne $Body) {
        $request.Body = ConvertTo-Json $Body
        $request.ContentType = 'application/json'
    }
    Invoke-RestMethod @request
}

Export-ModuleMember -Function Connect-MgGraph, Get-MgContext, Invoke-MgGraphRequest
