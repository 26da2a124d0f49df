"""The whole round in the window, over https: preview, roles, consent, check again, proof, way back, check again."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.composition import build
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import Finding
from permdesk.domain.proof import Happened
from permdesk.domain.repair import undoes_consent
from permdesk.paths import Paths
from permdesk.presentation.scripts import ScriptForm
from permdesk.services.target import TokenTarget
from permdesk.ui.app import open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.ui.window import Window
from tests.graph_service.consenting import Consent, Grant
from tests.graph_service.objects import Json
from tests.graph_service.process import GraphService
from tests.reading.desk import Token
from tests.ui.driving import button, texts

AT = "2026-11-22T10:28:01.4417122Z"
WRITER = "token-of-a-script"
PATIENCE = 20_000
PRIVILEGED = {
    "@odata.type": "#microsoft.graph.directoryRole",
    "id": "99999999-0000-4000-8000-000000000002",
    "displayName": "Privileged Role Administrator",
    "roleTemplateId": "e8611ab8-c189-46e8-94e1-60213ab1f814",
}


@pytest.fixture(scope="module")
def service() -> Iterator[GraphService]:
    with GraphService(size="tiny") as running:
        yield running


@pytest.fixture
def app_id(service: GraphService) -> str:
    """An app registered here that holds a role which its manifest lacks, and lacks two that it has."""
    told = service.objects()
    principals = {row["appId"]: row for row in told["servicePrincipals"]}
    by_id = {row["id"]: row for row in told["servicePrincipals"]}
    for row in told["applications"]:
        held = [one for one in told["appRoleAssignments"] if one["principalId"] == principals[row["appId"]]["id"]]
        for one in held:
            api = by_id[one["resourceId"]]
            roles = [r["id"] for r in api.get("appRoles", ()) if "Application" in r["allowedMemberTypes"]]
            mine = {other["appRoleId"] for other in held if other["resourceId"] == api["id"]}
            lacking = [role for role in roles if role not in mine]
            if one["appRoleId"] in roles and len(lacking) > 1:
                wanted = [{"id": role, "type": "Role"} for role in lacking[:2]]
                manifest = [{"resourceAppId": api["appId"], "resourceAccess": wanted}]
                service.update("applications", row["id"], requiredResourceAccess=manifest)
                found: str = row["appId"]
                return found
    raise AssertionError("the tenant has no such app")


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path, service: GraphService, app_id: str) -> Iterator[Window]:
    """The window on the service's tenant, read when the app's manifest is as it shall be."""
    assert app_id
    paths = Paths.isolated(tmp_path / "data")
    paths.ensure()
    made = open_window(qapp, build(paths), paths=paths, tasks=Tasks())
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    token = Token(first=service.token)
    token.tenant_id = service.objects()["organization"]["id"]
    permissions = ("AuditLog.Read.All", "Directory.Read.All", "User.Read")
    made.open(TokenTarget(custom_cloud(service.origin), token, service.ca_file, permissions))
    qtbot.waitUntil(lambda: made.workspace.shown is not None, timeout=PATIENCE)
    yield made
    if made.sheets.sheet is not None:
        made.sheets.sheet.reject()
    made.close()
    made.deleteLater()
    qapp.processEvents()


def preview(window: Window, qtbot: QtBot, app_id: str) -> ReconsentSheet:
    app = window.workspace.app_of(next(a.key for a in window.workspace.comparison.apps if a.app_id == app_id))
    window.workspace.select_app(app.key)
    window.consent.reconsent()
    qtbot.waitUntil(lambda: isinstance(window.sheets.sheet, ReconsentSheet), timeout=PATIENCE)
    return window.sheets.sheet


def grants(findings: tuple[Finding, ...]) -> list[Grant]:
    return [
        Grant(f.permission.resource_object_id, role=f.permission.id)
        if f.permission.kind == "application"
        else Grant(f.permission.resource_object_id, scope=f.permission.value)
        for f in findings
    ]


def labels(sheet: ProofSheet, *what: Happened) -> set[str]:
    return {row.permission.label for row in sheet.record.of(*what)}


def read_again(sheet: ProofSheet, qtbot: QtBot, until: Callable[[], bool]) -> None:
    button(sheet, "Read again").click()
    qtbot.waitUntil(lambda: sheet.again.isEnabled() and until(), timeout=PATIENCE)


def test_the_whole_round(window: Window, qtbot: QtBot, service: GraphService, app_id: str, tmp_path: Path) -> None:
    before = window.workspace.comparison
    sheet = preview(window, qtbot, app_id)
    plan: ConsentPlan = sheet.plan
    assert len(plan.will_be_added) > 1
    assert plan.may_be_removed

    # Roles, before the click: a Global Reader may not; once the role is active, the same sheet says so.
    assert "Not with the roles that were active" in texts(sheet.who)
    memberships = service.objects()["memberships"]
    service.memberships([*memberships, PRIVILEGED])
    button(sheet, "Check roles again").click()
    qtbot.waitUntil(lambda: "You may." in texts(sheet.who), timeout=PATIENCE)
    service.memberships(memberships)
    button(sheet, "Who holds these roles?").click()
    qtbot.waitUntil(lambda: "Global Administrator: " in texts(sheet.who), timeout=PATIENCE)

    # The click: one grant is late, and so is the log.
    person: Json = service.objects()["users"][1]
    consent = Consent(service, plan.object_id or "", by=person)
    added, removed = grants(plan.will_be_added), grants(plan.may_be_removed)
    entries = consent.play(added=added[:-1], removed=removed, at=AT, logged=False)
    button(sheet, "Check again").click()
    qtbot.waitUntil(lambda: isinstance(window.sheets.sheet, ProofSheet), timeout=PATIENCE)
    proof = window.sheets.sheet
    late = {plan.will_be_added[-1].permission.label}
    assert labels(proof, Happened.PENDING) == late
    assert labels(proof, Happened.REMOVED) == {f.permission.label for f in plan.may_be_removed}
    assert "Reading again in" in texts(proof)
    # Entries older than the preview are none of this consent's.
    assert proof.record.trail is not None
    assert proof.record.trail.changes == ()

    # What was late arrives, and so do the entries, dated now as the service's are.
    now = plan.read_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    entries += consent.play(added=added[-1:], at=AT, logged=False)
    for change in entries:
        change[2]["activityDateTime"] = now
    service.change(entries)
    read_again(proof, qtbot, lambda: not labels(proof, Happened.PENDING))
    assert labels(proof, Happened.ADDED) == {f.permission.label for f in plan.will_be_added}
    assert f"by {person['userPrincipalName']}" in texts(proof)
    # No other app was looked at, and no scan was kept.
    assert window.workspace.comparison is before
    assert len(window.workspace.services.records()) == 1

    # The way back, run by a shell; then everything that was lost is there again.
    repair = undoes_consent(proof.record, cloud=custom_cloud(service.origin))
    assert repair is not None
    file = tmp_path / "restore.sh"
    window.proving.write_script(repair, ScriptForm.CURL, file)
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    service.set(writers=[WRITER])
    variables = {"GRAPH_TOKEN": WRITER, "CURL_CA_BUNDLE": str(service.ca_file), "NO_PROXY": "localhost"}
    done = subprocess.run(
        ["bash", str(file)], env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    read_again(proof, qtbot, lambda: not labels(proof, Happened.REMOVED))
    assert {f.permission.label for f in plan.may_be_removed} <= labels(proof, Happened.UNCHANGED)
    assert service.stats()["violations"] == 0

    # A full scan is offered, and shows the same.
    button(proof, "Scan the tenant").click()
    qtbot.waitUntil(lambda: window.workspace.comparison is not before, timeout=PATIENCE)
    after = next(app for app in window.workspace.comparison.apps if app.app_id == app_id)
    granted = {f.permission.label for f in after.findings if f.granted == "tenant"}
    assert {f.permission.label for f in (*plan.will_be_added, *plan.may_be_removed)} <= granted
