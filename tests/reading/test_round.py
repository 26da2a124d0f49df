"""The whole round by the command line, over https: preview, consent, check again, proof, way back, check again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Outcome
from tests.graph_service.consenting import Consent, Grant
from tests.graph_service.process import GraphService
from tests.reading.program import Program, token_for

WRITER = "token-of-a-script"
Json = dict[str, Any]


@pytest.fixture
def program(service: GraphService, tmp_path: Path) -> Iterator[Program]:
    made = Program(service, tmp_path / "data")
    yield made
    entries = service.objects()["directoryAudits"]
    service.change([["remove", "directoryAudits", one["id"]] for one in entries])


def grant_of(service: GraphService, permission: Json) -> Grant:
    rows = service.objects()["servicePrincipals"]
    api = next(row["id"] for row in rows if row["appId"] == permission["resource_app_id"])
    if permission["kind"] == "application":
        return Grant(api, role=permission["id"])
    return Grant(api, scope=permission["value"])


@pytest.fixture
def app(service: GraphService) -> Iterator[Json]:
    """An app registered here whose manifest lacks a role that it holds, and has three that it does not hold."""
    told = service.objects()
    apis = {row["id"]: row for row in told["servicePrincipals"]}
    principals = {row["appId"]: row for row in told["servicePrincipals"]}
    for row in told["applications"]:
        principal = principals.get(row["appId"])
        held = [one for one in told["appRoleAssignments"] if principal and one["principalId"] == principal["id"]]
        published = {one["resourceId"]: _roles(apis[one["resourceId"]]) for one in held}
        held = [one for one in held if one["appRoleId"] in published[one["resourceId"]]]
        if principal is None or not held:
            continue
        api = held[0]["resourceId"]
        mine = {one["appRoleId"] for one in held if one["resourceId"] == api}
        wanted = (sorted(mine)[1:] + sorted(published[api] - mine))[: len(mine) + 2]
        manifest = {
            "resourceAppId": apis[api]["appId"],
            "resourceAccess": [{"id": one, "type": "Role"} for one in wanted],
        }
        service.update("applications", row["id"], requiredResourceAccess=[manifest])
        yield {"app_id": row["appId"], "object_id": principal["id"]}
        service.update("applications", row["id"], requiredResourceAccess=row["requiredResourceAccess"])
        return
    raise AssertionError("the tenant has no such app")


def _roles(api: Json) -> set[str]:
    return {
        role["id"]
        for role in api.get("appRoles", ())
        if role["value"] and role["isEnabled"] and "Application" in role["allowedMemberTypes"]
    }


def by_happening(record: Json) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in record["permissions"]:
        found.setdefault(row["happened"], set()).add(row["value"])
    return found


def run_script(text: str, service: GraphService, folder: Path) -> None:
    """Run a script as its person does, with a token that may write."""
    service.set(writers=[WRITER])
    file = folder / "way-back.sh"
    file.write_text(text, encoding="utf-8")
    variables = {"GRAPH_TOKEN": WRITER, "CURL_CA_BUNDLE": str(service.ca_file), "NO_PROXY": "localhost"}
    environment = {**os.environ, **variables}
    done = subprocess.run(
        ["bash", str(file)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def good(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome.err
    return outcome


def test_the_whole_round(program: Program, service: GraphService, app: Json, tmp_path: Path) -> None:
    for tool in ("bash", "curl", "jq"):
        assert shutil.which(tool), f"{tool} is not installed: python3 build/dev.py test installs it"
    good(program("scan"))
    scans = good(program("scans", "--json", online=False)).json["scans"]
    preview = good(program("consent", app["app_id"], "--json", "--scan", scans[0]["scan_id"], online=False)).json
    foreseen = {one["value"] for one in preview["will_be_added"]}
    lost = {one["value"] for one in preview["may_be_removed"]}
    assert len(foreseen) > 1
    assert lost

    # The click: one grant is late, and so is the log.
    added = [grant_of(service, one) for one in preview["will_be_added"]]
    removed = [grant_of(service, one) for one in preview["may_be_removed"]]
    late_name = preview["will_be_added"][-1]["value"]
    told = service.objects()
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.4417122Z"
    consent = Consent(service, app["object_id"], by=told["users"][1])
    entries = consent.play(added=added[:-1], removed=removed, at=now, logged=False)

    service.reset()
    program.service.set(tokens=[program.token])
    first = by_happening(good(program("consent", app["app_id"], "--check-again", "--json")).json)
    assert first["pending"] == {late_name}
    assert first["added"] == foreseen - {late_name}
    assert first["removed"] == lost
    assert service.stats()["violations"] == 0

    # What was late arrives.
    entries += consent.play(added=added[-1:], at=now, logged=False)
    service.change(entries)
    proof = good(program("consent", app["app_id"], "--check-again"))
    record = good(program("consent", app["app_id"], "--check-again", "--json")).json
    second = by_happening(record)
    assert "pending" not in second
    assert second["added"] == foreseen
    assert second["removed"] == lost
    # The token does not say that it may read the log, so nobody is named.
    assert record["audit_log"]["status"] == "not-granted"
    assert "AuditLog.Read.All" in proof.out

    # A token that may read the log brings names.
    program.token = token_for(told["organization"]["id"], number=2, scopes="Directory.Read.All AuditLog.Read.All")
    named = good(program("consent", app["app_id"], "--check-again", "--json")).json
    changed = [row for row in named["permissions"] if row["happened"] in ("added", "removed")]
    assert len(changed) == len(foreseen) + len(lost)
    assert {row["by"]["actor"] for row in changed} == {told["users"][1]["userPrincipalName"]}
    assert [one["activity"] for one in named["audit_log"]["consents"]][:1] == ["Consent to application"]

    # The way back, run by a shell.
    script = good(program("consent", app["app_id"], "--check-again", "--script", "curl")).out
    run_script(script, service, tmp_path)
    third = by_happening(good(program("consent", app["app_id"], "--check-again", "--json")).json)
    assert "removed" not in third
    assert lost <= third["unchanged"]
    assert third["added"] == foreseen
    # No reading of the app alone is a scan.
    assert good(program("scans", "--json", online=False)).json["scans"] == scans
    assert program.token not in "".join(path.read_text("latin-1") for path in program.data.rglob("*") if path.is_file())
