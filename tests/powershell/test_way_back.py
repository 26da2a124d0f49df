"""The way back as a script for PowerShell, run by PowerShell itself: collected where the command line names it."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from permdesk.domain.cloud import Cloud
from permdesk.domain.repair import undoes
from permdesk.presentation.scripts import ScriptForm, script
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, everybody
from tests.reading.test_way_back import HOSTILE, WRITER, changed, grants, play_consent

_MODULES = Path(__file__).parent / "modules"


def run(text: str, service: GraphService, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a folder of its own; the module that it requires speaks to the service."""
    file = folder / "way-back.ps1"
    # Windows PowerShell took a file without this mark for one of the system's old encoding.
    file.write_text(text, encoding="utf-8-sig")
    variables = {"GRAPH_TOKEN": WRITER, "GRAPH_ORIGIN": service.origin, "PSModulePath": str(_MODULES)}
    return subprocess.run(
        ["pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-File", str(file)],
        cwd=folder,
        env={**os.environ, **variables, "NO_PROXY": "localhost,127.0.0.1", "POWERSHELL_TELEMETRY_OPTOUT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_every_grant_is_as_it_was(desk: Desk, service: GraphService, cloud: Cloud, tmp_path: Path, seed: int) -> None:
    before = desk.read(of_interest=everybody)
    chance = random.Random(seed)  # noqa: S311 - a test has to be repeatable
    clients = sorted({one.client_id for one in (*before.app_role_assignments, *before.delegated_grants)})
    play_consent(service, chance, chance.sample(clients, min(len(clients), 3)))
    after = desk.read(of_interest=everybody)
    assert grants(after) != grants(before)
    for app in changed(before, after):
        repair = undoes(app, tenant=after.tenant, cloud=cloud, take_back=True)
        assert repair is not None
        text = script(repair, ScriptForm.POWERSHELL)
        done = run(text, service, tmp_path)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == len(repair.moves)
    again = run(text, service, tmp_path)
    assert all(line.startswith("is ") for line in again.stdout.splitlines()), again.stdout
    assert grants(desk.read(of_interest=everybody)) == grants(before)


def test_a_name_of_a_strangers_choosing_does_nothing(
    desk: Desk,
    service: GraphService,
    cloud: Cloud,
    tmp_path: Path,
) -> None:
    before = desk.read(of_interest=everybody)
    row = next(
        one
        for one in service.objects()["appRoleAssignments"]
        if one["principalType"] == "ServicePrincipal" and one["appRoleId"].strip("0-")
    )
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
    done = run(script(repair, ScriptForm.POWERSHELL), service, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["way-back.ps1"]
