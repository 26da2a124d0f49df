"""The same script for a POSIX-like shell with jq: through the Azure CLI, or through curl with a token at hand."""

import shlex
from collections.abc import Iterator

from permdesk.domain.cloud import Cloud
from permdesk.domain.permission import Kind
from permdesk.domain.repair import Move, Repair
from permdesk.presentation.scripts.opening import opening

_AZURE_CLOUDS = {"usgov": "AzureUSGovernment", "usgov-dod": "AzureUSGovernment", "china": "AzureChinaCloud"}

_THROUGH_AZURE = """\
test "$(az account show --query tenantId --output tsv)" = "$tenant" || {
    echo "Sign in to the right tenant first: az login --allow-no-subscriptions --tenant $tenant" >&2
    exit 1
}
graph() {
    az rest --method "$1" --url "$2" --resource "$origin" ${3:+--headers Content-Type=application/json --body "$3"}
}
"""
_THROUGH_CURL = """\
test -n "${GRAPH_TOKEN:-}" || {
    echo "Put an access token for $origin into the environment variable GRAPH_TOKEN" >&2
    exit 1
}
# The token goes to curl over a pipe: the arguments of a program can be seen by others on this computer.
graph() {
    printf 'header = "Authorization: Bearer %s"\\n' "$GRAPH_TOKEN" |
        curl --silent --show-error --fail-with-body --proto '=https' --config - --request "$1" \\
            ${3:+--header 'Content-Type: application/json' --data-binary "$3"} "$2"
}
"""
_FUNCTIONS = """\
# Every row of a list, one on a line.
rows() {
    url=$1
    while test -n "$url"; do
        page=$(graph GET "$url")
        printf '%s' "$page" | jq -c '.value[]'
        url=$(printf '%s' "$page" | jq -r '."@odata.nextLink" // empty')
        case $url in '' | "$root"/*) ;; *) echo "The service names another host: $url" >&2; exit 1 ;; esac
    done
}
held_role() { # API, role: the ids of the assignments
    rows "$root/servicePrincipals/$client/appRoleAssignments" |
        jq -r --arg api "$1" --arg role "$2" 'select(.resourceId == $api and .appRoleId == $role) | .id'
}
give_role() { # API, role
    held=$(held_role "$1" "$2")
    if test -n "$held"; then echo "is there already: role $2"; return; fi
    body=$(jq -nc --arg app "$client" --arg api "$1" --arg role "$2" \\
        '{principalId: $app, resourceId: $api, appRoleId: $role}')
    graph POST "$root/servicePrincipals/$1/appRoleAssignedTo" "$body" > /dev/null
    echo "given: role $2"
}
take_role() { # API, role
    held=$(held_role "$1" "$2")
    if test -z "$held"; then echo "is not there: role $2"; return; fi
    for id in $held; do
        graph DELETE "$root/servicePrincipals/$1/appRoleAssignedTo/$id" > /dev/null
    done
    echo "taken: role $2"
}
grant_of() { # API, account or nothing: id and scope of the grant, as JSON
    rows "$root/oauth2PermissionGrants?\\$filter=clientId%20eq%20'$client'%20and%20resourceId%20eq%20'$1'" |
        jq -c --arg account "$2" 'select((.principalId // "") == $account) | {id, scope}' | head -n 1
}
give_scope() { # API, account or nothing, scope
    found=$(grant_of "$1" "$2")
    if test -z "$found"; then
        body=$(jq -nc --arg app "$client" --arg api "$1" --arg account "$2" --arg scope "$3" \\
            '{clientId: $app, resourceId: $api, scope: $scope}
             + if $account == "" then {consentType: "AllPrincipals"}
               else {consentType: "Principal", principalId: $account} end')
        graph POST "$root/oauth2PermissionGrants" "$body" > /dev/null
    elif printf '%s' "$found" | jq -e --arg scope "$3" '.scope | split(" ") | index($scope)' > /dev/null; then
        echo "is there already: $3"
        return
    else
        body=$(printf '%s' "$found" | jq -c --arg scope "$3" '{scope: ((.scope | split(" ")) + [$scope] | join(" "))}')
        graph PATCH "$root/oauth2PermissionGrants/$(printf '%s' "$found" | jq -r .id)" "$body" > /dev/null
    fi
    echo "given: $3"
}
take_scope() { # API, account or nothing, scope
    found=$(grant_of "$1" "$2")
    if test -z "$found" ||
        ! printf '%s' "$found" | jq -e --arg scope "$3" '.scope | split(" ") | index($scope)' > /dev/null; then
        echo "is not there: $3"
        return
    fi
    id=$(printf '%s' "$found" | jq -r .id)
    body=$(printf '%s' "$found" | jq -c --arg scope "$3" \\
        '{scope: (.scope | split(" ") | map(select(. != $scope and . != "")) | join(" "))}')
    if test "$body" = '{"scope":""}'; then
        graph DELETE "$root/oauth2PermissionGrants/$id" > /dev/null
    else
        graph PATCH "$root/oauth2PermissionGrants/$id" "$body" > /dev/null
    fi
    echo "taken: $3"
}
"""


def azure_cli_script(repair: Repair) -> str:
    """Return a script that speaks to Microsoft Graph through ``az rest``."""
    name = _AZURE_CLOUDS.get(repair.cloud.id)
    needs = "the Azure CLI (az), signed in, and jq"
    before = f"az cloud set --name {name}\n" if name else ""
    return _script(repair, needs, before + _THROUGH_AZURE)


def curl_script(repair: Repair) -> str:
    """Return a script of plain requests to Microsoft Graph; the token is in the environment."""
    return _script(repair, "curl and jq; the variable GRAPH_TOKEN holds an access token", _THROUGH_CURL)


def _script(repair: Repair, needs: str, through: str) -> str:
    head = ["#!/usr/bin/env bash", *opening(repair), f"# It needs {needs}.", "set -euo pipefail", *_values(repair)]
    calls = [_call(move) for move in repair.moves]
    return "\n".join([*head, through + _FUNCTIONS, *calls]) + "\n"


def _values(repair: Repair) -> Iterator[str]:
    yield f"origin={shlex.quote(_origin(repair.cloud))}"
    yield "root=$origin/v1.0"
    yield f"tenant={shlex.quote(repair.tenant.id)}"
    yield f"client={shlex.quote(repair.client_id)}"


def _origin(cloud: Cloud) -> str:
    return cloud.graph


def _call(move: Move) -> str:
    permission = move.permission
    api = _literal(permission.resource_object_id or "")
    if permission.kind is Kind.APPLICATION:
        return f"{move.deed.value}_role {api} {_literal(permission.id or '')}"
    return f"{move.deed.value}_scope {api} {_literal(move.account or '')} {_literal(permission.value or '')}"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"
