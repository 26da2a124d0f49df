"""sign-in, accounts, sign-out, --account: what needs no network; tests/system signs in for real."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.sign_in import BORROWED_CLIENT


def test_nobody_is_signed_in_at_first(cli):
    assert cli("accounts --json").json["accounts"] == []
    assert "permdesk-cli sign-in" in cli("accounts").out
    assert cli("sign-out --all --json").json["signed_out"] == []


def test_an_app_registration_is_asked_for_and_never_borrowed_by_itself(cli):
    outcome = cli("sign-in --tenant larkfield.example")
    assert outcome.code == 4
    assert "--how-to portal" in outcome.err
    assert BORROWED_CLIENT not in outcome.err


@pytest.mark.parametrize(("client", "words"), [("permdesk", "no application ID"), ("", "no application ID")])
def test_a_client_id_is_looked_at(cli, client, words):
    outcome = cli("sign-in", "--client-id", client)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_borrowing_and_a_client_of_ones_own_contradict(cli):
    assert cli("sign-in", "--borrow", "--client-id", GRAPH_APP_ID).code == 2


def test_windows_is_asked_on_windows_alone(cli):
    outcome = cli("sign-in", "--client-id", GRAPH_APP_ID, "--broker")
    assert (outcome.code, outcome.out) == (4, "")
    assert "no Web Account Manager" in outcome.err
    assert "Sign in with the browser" in outcome.err


@pytest.mark.parametrize("other", ["--device-code", "--no-browser"])
def test_windows_and_another_way_contradict(cli, other):
    outcome = cli("sign-in", "--client-id", GRAPH_APP_ID, "--broker", other)
    assert (outcome.code, outcome.out) == (2, "")
    assert other in outcome.err


@pytest.mark.parametrize("cloud", ["global", "usgov", "china"])
def test_a_certificate_file_is_looked_at_whatever_the_cloud(cli, tmp_path, cloud):
    none = tmp_path / "none.pem"
    none.write_text("no certificate", encoding="utf-8")
    outcome = cli("sign-in", "--cloud", cloud, "--client-id", GRAPH_APP_ID, "--ca-file", str(none))
    assert (outcome.code, outcome.out) == (2, "")
    assert "holds no certificate" in outcome.err
    assert "none.pem" in outcome.err


def test_registering_is_told_step_by_step_and_as_json(cli):
    portal = cli("sign-in --how-to portal").out
    assert "http://localhost" in portal
    assert "Directory.Read.All" in portal
    body = json.loads(cli("sign-in --how-to json --strict --every-tenant --device-code").out)
    assert body["signInAudience"] == "AzureADMultipleOrgs"
    assert body["isFallbackPublicClient"] is True
    assert body["publicClient"] == {"redirectUris": ["http://localhost"]}
    (graph,) = body["requiredResourceAccess"]
    assert graph["resourceAppId"] == GRAPH_APP_ID
    assert {access["type"] for access in graph["resourceAccess"]} == {"Scope"}


def test_registering_for_windows_too(cli):
    assert "ms-appx-web://Microsoft.AAD.BrokerPlugin/" in cli("sign-in --how-to portal --broker").out
    assert "BrokerPlugin" in cli("sign-in --how-to azure-cli --broker").out
    told = cli("sign-in --how-to json --broker")
    assert json.loads(told.out)["publicClient"] == {"redirectUris": ["http://localhost"]}
    assert "ms-appx-web://Microsoft.AAD.BrokerPlugin/ID" in told.err


@pytest.mark.linux
def test_the_shell_script_is_one(cli):
    script = cli("sign-in --how-to azure-cli --cloud usgov").out
    assert "AzureUSGovernment" in script
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("check --account nobody@larkfield.example", "Nobody is signed in"),
        ("scan --account nobody --sample", "name two tenants"),
        ("check --sample --all-accounts", "name two tenants"),
        ("check --account nobody --cloud china", "belongs to its cloud"),
        ("bind A B --account one --account two", "one account"),
        ("sign-out nobody", "Nobody is signed in"),
        ("sign-out", "who signs out"),
        ("sign-out nobody --all", "who signs out"),
        ("scan --account one --account two", "Nobody is signed in"),
        ("scan --account one --all-accounts", "name two tenants"),
    ],
)
def test_names_that_mean_nothing(cli, words, told):
    outcome = cli(words)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_all_accounts_of_nobody(cli):
    outcome = cli("check --all-accounts")
    assert outcome.code == 4
    assert "sign-in" in outcome.err


def test_the_command_line_loads_msal_for_accounts_alone():
    code = "import sys, permdesk.__main__ as m; m.console(['catalog', 'list']); print('msal' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert ran.stdout.splitlines()[-1] == "False"
