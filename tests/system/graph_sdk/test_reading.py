"""Microsoft's own SDK reads the Graph service of the tests, so that permdesk and its double cannot share a mistake.

The SDK runs in an environment of its own, which build/prepare.py makes; curl's library reads the same lists.
"""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.baseline import SDK_PYTHON, curl, lists_read, sdk_cpu_seconds
from tests.graph_service.client import Client
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.graph_service.random_tenants import random_tenant

pytestmark = pytest.mark.linux

_READER = Path(__file__).with_name("reader.py")
_LISTS = ("applications", "servicePrincipals", "oauth2PermissionGrants")


@pytest.fixture(autouse=True)
def _sdk() -> None:
    if not SDK_PYTHON.exists():
        pytest.skip("Microsoft's SDK is not installed; python3 build/dev.py test installs it")


def read(service: GraphService, **asked: Any) -> dict[str, Any]:
    """Let the SDK read everything; return what it told."""
    where = {"origin": service.origin, "ca_file": str(service.ca_file), "token": service.token, "show": True}
    apis = [api["id"] for api in service.apis()]
    done = subprocess.run(
        [SDK_PYTHON, _READER],
        input=json.dumps(where | {"apis": apis} | asked),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def check(service: GraphService, told: dict[str, Any]) -> None:
    """What the SDK made of the answers is what the tenant holds."""
    held = service.objects()
    for name in _LISTS:
        assert [row["id"] for row in told["objects"][name]] == [row["id"] for row in held[name]]
    apis = {api["id"] for api in service.apis()}
    assigned = {row["id"] for row in held["appRoleAssignments"] if row["resourceId"] in apis}
    assert {row["id"] for row in told["objects"]["appRoleAssignedTo"]} == assigned
    # Nothing is beside the types that Microsoft generated its SDK from.
    assert told["undeclared"] == []


def test_the_sdk_reads_what_is_served_page_by_page() -> None:
    with GraphService(size="tiny") as service:
        told = read(service, top=7)
        check(service, told)
        held, shown = service.objects(), told["objects"]
        for row, seen in zip(held["servicePrincipals"], shown["servicePrincipals"], strict=True):
            assert seen["app_id"] == row["appId"]
            assert seen["account_enabled"] == row["accountEnabled"]
            assert seen.get("app_owner_organization_id") == row["appOwnerOrganizationId"]
            assert [role["id"] for role in seen["app_roles"]] == [role["id"] for role in row["appRoles"]]
            scopes = [(scope["id"], scope["value"]) for scope in row["oauth2PermissionScopes"]]
            assert [(scope["id"], scope["value"]) for scope in seen["oauth2_permission_scopes"]] == scopes
        for row, seen in zip(held["applications"], shown["applications"], strict=True):
            wanted = [
                (one["resourceAppId"], [(entry["id"], entry["type"]) for entry in one["resourceAccess"]])
                for one in row["requiredResourceAccess"]
            ]
            assert wanted == [
                (one["resource_app_id"], [(entry["id"], entry["type"]) for entry in one["resource_access"]])
                for one in seen["required_resource_access"]
            ]
            ends = [datetime.fromisoformat(one["endDateTime"]) for one in row["passwordCredentials"]]
            assert [datetime.fromisoformat(one["end_date_time"]) for one in seen["password_credentials"]] == ends
        for row, seen in zip(held["oauth2PermissionGrants"], shown["oauth2PermissionGrants"], strict=True):
            assert (seen["client_id"], seen["resource_id"]) == (row["clientId"], row["resourceId"])
            assert (seen["consent_type"], seen.get("principal_id")) == (row["consentType"], row["principalId"])
            assert seen["scope"] == row["scope"]
        by_id = {row["id"]: row for row in held["appRoleAssignments"]}
        for seen in shown["appRoleAssignedTo"]:
            row = by_id[seen["id"]]
            assert (seen["app_role_id"], seen["principal_id"]) == (row["appRoleId"], row["principalId"])
            assert (seen["resource_id"], seen["principal_type"]) == (row["resourceId"], row["principalType"])
        assert service.stats()["violations"] == 0


def test_the_sdk_reads_a_tenant_with_everything_odd_in_it() -> None:
    with GraphService(objects=random_tenant(5, 12, 30, 60, 60)) as service:
        check(service, read(service))


def test_the_sdk_sends_a_batch() -> None:
    with GraphService(size="tiny") as service:
        me = service.objects()["me"]
        urls = ["/organization", f"/users/{me}", "/applications", "/nothing", "/users/nobody"]
        assert read(service, batch=urls)["batch"] == dict(zip(urls, (200, 200, 200, 400, 404), strict=True))


def test_the_sdk_waits_as_it_is_told() -> None:
    with GraphService(size="tiny") as service:
        service.faults(Fault(kind="429", seconds=1, times=2), Fault(kind="503", seconds=1, times=1))
        check(service, read(service))
        stats = service.stats()
        assert stats["faults"] == {"429": 2, "503": 1}
        assert stats["early"] == 0


def test_curl_reads_the_same_lists() -> None:
    with GraphService(size="small") as service:
        client = Client(service)
        client.get("/applications?$top=999&$select=id,appId")
        client.get("/servicePrincipals?$top=999&$select=id")
        client.get("/oauth2PermissionGrants?$top=999&$count=true", eventual=True)
        client.batched("/servicePrincipals/x/appRoleAssignedTo?$top=999&$select=id,principalId")
        client.close()
        lists = lists_read(service)
        apis = service.apis()
        assert len(lists) == 3 + 1 + len(apis)
        good = [one for one in lists if "/x/" not in one.url]
        assert all("$select=id,principalId" in one.url for one in good if "AssignedTo" in one.url)
        service.stats(reset=True)
        reading = curl(service, good)
        stats = service.stats()
        # Two pages of applications, four of service principals, eight of grants, four of Graph's assignments.
        assert reading.requests == stats["requests"] == 2 + 4 + 8 + 4 + len(apis) - 1
        assert 0 < reading.bytes < stats["bytes"]
        assert stats["connections"] == 16
        with pytest.raises(RuntimeError, match="status 404"):
            curl(service, lists)


def test_the_sdk_tells_its_cpu_seconds() -> None:
    with GraphService(size="tiny") as service:
        client = Client(service)
        for name in _LISTS:
            client.get(f"/{name}?$top=999&$select=id")
        client.close()
        assert 0.05 < sdk_cpu_seconds(service, lists_read(service)) < 60
        assert any("$select=id" in entry["target"] for entry in service.log()[3:])
