"""What a scan makes of a sign-in that may read less: fewer permissions, the strict reading, a partner's.

What of the provider is configured by us is said at the top of provider.mjs: here, the scopes that each client is given.
Graph (graph.py) is the tests' own, and refuses what the scopes of the token, or the test, do not allow.
"""

from typing import Any

import pytest

from permdesk.cli.exits import Exit
from tests.system.sign_in.console import Console
from tests.system.sign_in.graph import Graph
from tests.system.sign_in.parts import ADMIN, APPS_CLIENT, MEAGRE_CLIENT, NORTHMERE, PARTNER

pytestmark = pytest.mark.linux

ROLES = "Global Reader or Directory Readers would do"
#: What only Directory.Read.All reads.
DIRECTORY_ALONE = {"oauth2PermissionGrants", "directoryRoles"}


def not_read(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return status and detail of each kind of read that is not complete."""
    found = [read for read in document["coverage"] if read["status"] != "complete"]
    return {read["read"]: (read["status"], read["detail"]) for read in found}


def one_line(text: str) -> str:
    return " ".join(text.split())


def delegated(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the delegated permissions of the apps that are there: nobody can have granted one to any other."""
    here = [app for app in document["apps"] if app["object_id"]]
    rows = [row for app in here for row in app["permissions"] if row["kind"] == "delegated"]
    assert rows
    return rows


def without_the_directory(console: Console, graph: Graph) -> None:
    """Scan and check where delegated grants and directory roles are refused, and hold what is printed to it."""
    scanned = console("scan", "--account", ADMIN)
    assert scanned.code == Exit.NOT_READ, scanned.err
    checked = console("check", "--account", ADMIN, "--json")
    assert checked.code == Exit.NOT_READ, checked.err
    assert graph.turned_away == 0
    refused = not_read(checked.json)
    assert set(refused) == DIRECTORY_ALONE
    for status, detail in refused.values():
        assert status == "refused"
        assert "delegated permission Directory.Read.All, which this sign-in does not have" in detail
        assert ROLES in detail
    text = one_line(scanned.out)
    assert "refused oauth2PermissionGrants" in text
    assert "oauth2PermissionGrants, directoryRoles: needs the delegated permission Directory.Read.All" in text
    assert ROLES in text
    for row in delegated(checked.json):
        assert row["granted"] == "unverified", row
        assert row["status"] in ("UNVERIFIED", "BASIC")
    application = [row for app in checked.json["apps"] for row in app["permissions"] if row["kind"] == "application"]
    assert "SATISFIED" in {row["status"] for row in application}
    assert all(app["directory_roles"] is None for app in checked.json["apps"] if app["object_id"])


def test_fewer_permissions_than_asked_for(console: Console, graph: Graph) -> None:
    signed = console.sign_in(client=APPS_CLIENT)
    assert signed.code == Exit.DONE, signed.err
    assert "did not grant Directory.Read.All" in signed.err
    without_the_directory(console, graph)
    text = console("check", "--account", ADMIN)
    assert text.code == Exit.NOT_READ
    assert ROLES in one_line(text.out)
    assert len(console.opened) == 1


def test_the_strict_reading_leaves_delegated_grants_unverified(console: Console, graph: Graph) -> None:
    signed = console.sign_in("--strict")
    assert signed.code == Exit.DONE, signed.err
    assert "did not grant" not in signed.err
    without_the_directory(console, graph)
    # Nothing that needs the directory was asked for behind the person's back.
    assert all("Directory.Read.All" not in address for address in console.opened)


def test_no_permission_to_read_anything_is_no_scan(console: Console, graph: Graph) -> None:
    signed = console.sign_in(client=MEAGRE_CLIENT)
    assert signed.code == Exit.DONE, signed.err
    outcome = console("check", "--account", ADMIN, "--json")
    assert outcome.code == Exit.NO_SCAN
    assert outcome.out == ""
    assert "Directory.Read.All" in outcome.err
    assert "which this sign-in does not have" in outcome.err
    assert ROLES in outcome.err
    assert console("scans", "--json").json["scans"] == []


def test_nobody_has_to_be_an_object_of_the_tenant(console: Console, graph: Graph) -> None:
    """A partner with delegated administration lives in another tenant, and is no object in this one."""
    graph.strangers = frozenset({PARTNER})
    signed = console.sign_in("--json", login=PARTNER)
    assert signed.code == Exit.DONE, signed.err
    assert signed.json["account"]["guest"]
    scanned = console("scan", "--account", PARTNER, "--json")
    assert scanned.code == Exit.DONE, scanned.err
    # Who read is told by the token alone.
    account = scanned.json["account"]
    assert account["username"] == PARTNER
    assert account["home_tenant_id"] == NORTHMERE[0]
    assert account["object_id"] == signed.json["account"]["object_id"]
    # Its directory roles are asked for, once; that nobody knows of it here harms nothing.
    (asked,) = {seen.path for seen in graph.seen if "/me" in seen.path or account["object_id"] in seen.path}
    assert asked.startswith("/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole?")
    (kept,) = console("scans", "--json").json["scans"]
    assert kept["account"] == account
