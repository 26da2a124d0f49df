"""The way back: a script made from two scans, run by a shell against the service, gives every grant its old state."""

import os
import random
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from permdesk.domain.cloud import Cloud, custom_cloud
from permdesk.domain.diffing import diff_scans
from permdesk.domain.repair import undoes
from permdesk.domain.scan_diff import AppDiff
from permdesk.domain.snapshot import Snapshot
from permdesk.presentation.scripts import ScriptForm, script
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, everybody, unread

WRITER = "token-of-a-script"
HOSTILE = "App'; touch harm #\n`touch harm` $(touch harm) \u202e\u2019"

Grants = tuple[set[tuple[str, str, str]], set[tuple[str, str, str | None, frozenset[str]]]]


@pytest.fixture(autouse=True)
def jq() -> None:
    for program in ("bash", "curl", "jq"):
        assert shutil.which(program), f"{program} is not installed: python3 build/dev.py test installs it"


@pytest.fixture
def cloud(service: GraphService) -> Cloud:
    service.set(writers=[WRITER])
    return custom_cloud(service.origin)


def run(text: str, service: GraphService, folder: Path, *, token: str = WRITER) -> subprocess.CompletedProcess[str]:
    file = folder / "way-back.sh"
    file.write_text(text, encoding="utf-8")
    variables = {"GRAPH_TOKEN": token, "CURL_CA_BUNDLE": str(service.ca_file), "NO_PROXY": "localhost"}
    return subprocess.run(
        ["bash", str(file)],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def grants(scan: Snapshot) -> Grants:
    """Return every grant of a scan, whenever it was given: a script cannot bring back the day."""
    roles = {(one.client_id, one.resource_id, one.role_id) for one in scan.app_role_assignments}
    scopes = {
        (one.client_id, one.resource_id, one.principal_id, frozenset(one.scope.split()))
        for one in scan.delegated_grants
        if one.scope.split()
    }
    return roles, scopes


def play_consent(service: GraphService, chance: random.Random, clients: Iterable[str]) -> None:
    """Let a consent happen to some apps, as one does: grants go, come, and change."""
    objects = service.objects()
    wanted = set(clients)
    changes: list[list[object]] = []
    held = [one for one in objects["appRoleAssignments"] if one["principalId"] in wanted]
    changes += [["remove", "appRoleAssignments", row["id"]] for row in held if chance.random() < 0.5]
    given = [one for one in objects["oauth2PermissionGrants"] if one["clientId"] in wanted]
    for row in given:
        words = row["scope"].split()
        lot = chance.random()
        if lot < 0.3 or not words:
            changes.append(["remove", "oauth2PermissionGrants", row["id"]])
        elif lot < 0.6:
            fewer = " ".join(words[1:]) or "openid"
            changes.append(["change", "oauth2PermissionGrants", row["id"], {"scope": fewer}])
        elif lot < 0.8:
            more = " ".join(["User.Read", *words])
            changes.append(["change", "oauth2PermissionGrants", row["id"], {"scope": more}])
    apis = {one["id"]: one for one in objects["servicePrincipals"]}
    known = {(one["principalId"], one["resourceId"], one["appRoleId"]) for one in held}
    for number, row in enumerate(held[:3]):
        for role in apis[row["resourceId"]]["appRoles"]:
            key = (row["principalId"], row["resourceId"], role["id"])
            if "Application" in role["allowedMemberTypes"] and key not in known:
                changes.append(["add", "appRoleAssignments", {**row, "id": f"come-{number}", "appRoleId": role["id"]}])
                known.add(key)
                break
    service.change(changes)


def changed(before: Snapshot, after: Snapshot) -> tuple[AppDiff, ...]:
    return tuple(app for app in diff_scans(before, after).apps if app.granted or app.single)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_grant_is_as_it_was(desk: Desk, service: GraphService, cloud: Cloud, tmp_path: Path, seed: int) -> None:
    before = desk.read(of_interest=everybody)
    assert unread(before) == []
    chance = random.Random(seed)  # noqa: S311 - a test has to be repeatable
    clients = sorted({one.client_id for one in (*before.app_role_assignments, *before.delegated_grants)})
    play_consent(service, chance, chance.sample(clients, min(len(clients), 3)))
    after = desk.read(of_interest=everybody)
    assert grants(after) != grants(before)
    apps = changed(before, after)
    assert apps
    for app in apps:
        repair = undoes(app, tenant=after.tenant, cloud=cloud, take_back=True)
        assert repair is not None
        assert repair.left_out == ()
        text = script(repair, ScriptForm.CURL)
        assert WRITER not in text
        done = run(text, service, tmp_path)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == len(repair.moves)
    # Once more: everything is so already, and nothing is asked for twice.
    again = run(text, service, tmp_path)
    assert again.returncode == 0, again.stderr
    assert all(line.startswith("is ") for line in again.stdout.splitlines())
    assert grants(desk.read(of_interest=everybody)) == grants(before)


def test_a_name_of_a_strangers_choosing_does_nothing(
    desk: Desk, service: GraphService, cloud: Cloud, tmp_path: Path
) -> None:
    before = desk.read(of_interest=everybody)
    row = service.objects()["appRoleAssignments"]
    row = next(one for one in row if one["principalType"] == "ServicePrincipal" and one["appRoleId"].strip("0-"))
    service.change(
        [
            ["remove", "appRoleAssignments", row["id"]],
            ["change", "servicePrincipals", row["principalId"], {"displayName": HOSTILE}],
            ["change", "servicePrincipals", row["resourceId"], {"displayName": HOSTILE}],
        ]
    )
    after = desk.read(of_interest=everybody)
    app = next(one for one in changed(before, after) if one.object_id == row["principalId"])
    repair = undoes(app, tenant=after.tenant, cloud=cloud, take_back=True)
    assert repair is not None
    done = run(script(repair, ScriptForm.CURL), service, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["way-back.sh"]


def test_a_token_that_may_only_read_changes_nothing_and_says_so(
    desk: Desk, service: GraphService, cloud: Cloud, tmp_path: Path
) -> None:
    before = desk.read(of_interest=everybody)
    row = next(one for one in service.objects()["appRoleAssignments"] if one["principalType"] == "ServicePrincipal")
    service.change([["remove", "appRoleAssignments", row["id"]]])
    after = desk.read(of_interest=everybody)
    repair = undoes(changed(before, after)[0], tenant=after.tenant, cloud=cloud, take_back=True)
    assert repair is not None
    done = run(script(repair, ScriptForm.CURL), service, tmp_path, token="token-of-larkfield")
    assert done.returncode != 0
    assert "405" in done.stderr
    assert grants(desk.read(of_interest=everybody)) == grants(after)
    none = run(script(repair, ScriptForm.CURL), service, tmp_path, token="")
    assert none.returncode == 1
    assert "GRAPH_TOKEN" in none.stderr
