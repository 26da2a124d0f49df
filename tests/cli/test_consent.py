"""consent: the route first, then the link, and only for an app that somebody knows."""

import gzip
import json

import pytest

from tests.cli.conftest import EXPRESS, NAKIVO

TENANT = "5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417"
TWIN = "49c8f0d2-7b15-4f3a-a0d9-6e2c81b5f734"


def test_a_confirmed_vendor_app_has_route_and_link(cli):
    plan = cli("consent", EXPRESS, "--sample", "--json").json
    assert plan["routes"][0]["kind"] == "vendor-console"
    assert plan["link"] == f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={EXPRESS}"
    assert plan["closed"] is None
    assert plan["who_may"]["needs_privileged"] is True
    body = plan["mail"]["body"]
    assert body.index("The path to walk") < body.index(EXPRESS) < body.index(TENANT) < body.index(plan["link"])


def test_text_and_mail_are_printed(cli):
    text = cli("consent", NAKIVO, "--sample")
    assert text.code == 0
    assert "May be removed" in text.out
    assert "Who may consent" in text.out
    mail = cli("consent", NAKIVO, "--sample", "--mail").out
    assert mail.startswith("Please re-authorise")


def test_an_unconfirmed_app_has_no_link_until_it_is_confirmed(cli):
    closed = cli("consent", TWIN, "--sample", "--json")
    assert closed.code == 0
    assert closed.json["link"] is None
    assert closed.json["closed"] == "ambiguous"
    assert closed.json["mail"] is None
    assert "adminconsent" not in closed.out
    cli("confirm", TWIN, "--sample")
    assert cli("consent", TWIN, "--sample", "--json").json["link"] is not None


def test_no_app_that_is_not_confirmed_has_a_link(cli):
    apps = cli("check --sample --json --all").json["apps"]
    assert len(apps) > 60
    for app in apps:
        if app["app_id"] is None or not ({"ambiguous", "unconfirmed", "look-alike"} & set(app["flags"])):
            continue
        plan = cli("consent", app["object_id"] or app["app_id"], "--sample", "--json").json
        assert plan["link"] is None, app["display_name"]
        assert plan["closed_because"]


@pytest.mark.parametrize(("origin", "closed"), [("managed-identity", "managed-identity"), ("microsoft", "microsoft")])
def test_some_apps_never_have_a_link(cli, origin, closed):
    app = next(app for app in cli("check --sample --json --all").json["apps"] if app["origin"] == origin)
    assert cli("consent", app["app_id"], "--sample", "--json").json["closed"] == closed


def test_the_cloud_of_the_scan_counts(cli, saved):
    assert cli("consent", NAKIVO, "--scan", saved, "--cloud", "global").code == 0
    outcome = cli("consent", NAKIVO, "--scan", saved, "--cloud", "china")
    assert outcome.code == 2
    assert "china" in outcome.err


def test_a_custom_cloud_is_named_again_offline(cli, saved):
    document = json.loads(gzip.decompress(saved.read_bytes()))
    document["snapshot"]["tenant"]["cloud"] = "custom"
    saved.write_bytes(gzip.compress(json.dumps(document).encode()))
    cli("bind", NAKIVO, "nakivo", "--scan", saved)
    assert cli("consent", NAKIVO, "--scan", saved, "--json").json["closed"] == "no-login-endpoint"
    named = ["--cloud", "custom", "--login-endpoint", "https://login.example"]
    link = cli("consent", NAKIVO, "--scan", saved, *named, "--json").json["link"]
    assert link.startswith("https://login.example/")
    assert cli("consent", NAKIVO, "--scan", saved, "--cloud", "custom", "--login-endpoint", "http://x").code == 2
    assert cli("check", "--cloud", "custom").code == 2


@pytest.mark.parametrize("form", ["powershell", "azure-cli", "curl"])
def test_a_script_grants_what_is_missing(cli, form):
    missing = {
        one["value"]
        for one in cli("check", NAKIVO, "--sample", "--json").json["apps"][0]["permissions"]
        if one["status"] == "MISSING"
    }
    told = cli("consent", NAKIVO, "--sample", "--script", form)
    assert told.code == 0
    assert missing
    assert all(f"# gives {value} (" in told.out for value in missing)
    assert "takes" not in told.out.split("It needs")[0]


def test_a_script_withdraws_what_is_beyond_the_need(cli):
    beyond = {
        one["value"]
        for one in cli("check", NAKIVO, "--sample", "--json").json["apps"][0]["permissions"]
        if one["status"] == "EXCESS" and one["accepted"] is None
    }
    told = cli("consent", NAKIVO, "--sample", "--script", "powershell", "--withdraw").out
    assert beyond
    assert all(f"# takes {value} (" in told for value in beyond)
    assert "# gives" not in told


def test_no_script_as_long_as_it_is_open_who_the_app_is(cli):
    refused = cli("consent", TWIN, "--sample", "--script", "curl")
    assert refused.code == 2
    assert refused.out == ""
    assert "who the app is" in refused.err


@pytest.mark.parametrize("besides", [("--withdraw",), ("--script", "curl", "--json"), ("--script", "curl", "--mail")])
def test_options_that_do_not_go_together(cli, besides):
    refused = cli("consent", NAKIVO, "--sample", *besides)
    assert refused.code == 2
    assert refused.out == ""
