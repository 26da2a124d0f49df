"""How to register a client: the same in the portal, as scripts and as JSON, with the broker and without."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from permdesk.domain.client_setup import (
    BROKER_REDIRECT,
    ClientSetup,
    azure_cli_script,
    broker_addition,
    portal_steps,
    powershell_script,
    registration,
)
from permdesk.domain.cloud import CLOUDS

CLIENT = "5b0f6e2a-93d1-4f6c-a1b8-7e4c2d905a33"
PLAIN = ClientSetup(CLOUDS["global"])
BROKER = ClientSetup(CLOUDS["global"], broker=True)


def test_the_portal_leads_to_both_addresses_only_where_the_broker_is_wanted() -> None:
    assert [step.copy for step in portal_steps(PLAIN)].count(BROKER_REDIRECT) == 0
    steps = portal_steps(BROKER)
    (added,) = [step for step in steps if step.copy == BROKER_REDIRECT]
    assert added.where.startswith("Authentication › Mobile and desktop applications")
    assert "Application (client) ID" in added.what
    loopback = next(index for index, step in enumerate(steps) if step.copy == "http://localhost")
    # The platform has to be there before it can be given another address.
    assert steps.index(added) == loopback + 1
    assert [step for step in steps if step is not added] == list(portal_steps(PLAIN))


def test_as_json_the_address_is_added_once_the_client_id_is_known() -> None:
    assert registration(BROKER) == registration(PLAIN)
    assert json.loads(registration(BROKER))["publicClient"] == {"redirectUris": ["http://localhost"]}
    # PATCH replaces the whole list: the browser's address has to be in it again.
    assert json.loads(broker_addition(CLIENT)) == {
        "publicClient": {"redirectUris": ["http://localhost", f"ms-appx-web://Microsoft.AAD.BrokerPlugin/{CLIENT}"]}
    }


@pytest.mark.linux
@pytest.mark.parametrize("setup", [PLAIN, BROKER], ids=["browser", "broker"])
def test_the_shell_gives_the_azure_cli_what_it_should(setup: ClientSetup, tmp_path: Path) -> None:
    """The script runs in the shell; in place of the Azure CLI, and of the pause, stands what writes down its words."""
    said = tmp_path / "said"
    for name in ("az", "sleep"):
        program = tmp_path / name
        answer = f"echo {CLIENT}" if name == "az" else ":"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "{name} $*" >> "{said}"\n{answer}\n')
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", azure_cli_script(setup)], env=environment, check=True, stdout=subprocess.DEVNULL)
    updates = [line for line in said.read_text().splitlines() if line.startswith("az ad app update")]
    wanted = f"az ad app update --id {CLIENT} --public-client-redirect-uris http://localhost {BROKER_REDIRECT}{CLIENT}"
    assert updates == ([wanted] if setup.broker else [])


def test_powershell_adds_the_address_of_the_app_that_it_made() -> None:
    assert BROKER_REDIRECT not in powershell_script(PLAIN)
    lines = powershell_script(BROKER).splitlines()
    made = next(index for index, line in enumerate(lines) if line.startswith("$app = New-MgApplication"))
    begin = next(index for index, line in enumerate(lines) if line.startswith("Update-MgApplication"))
    assert made < begin < next(index for index, line in enumerate(lines) if line.startswith("$client ="))
    assert lines[begin : begin + 3] == [
        "Update-MgApplication -ApplicationId $app.Id -PublicClient @{",
        "    redirectUris = @('http://localhost', \"ms-appx-web://Microsoft.AAD.BrokerPlugin/$($app.AppId)\")",
        "}",
    ]
