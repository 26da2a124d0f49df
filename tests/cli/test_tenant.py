"""A tenant behind a token, over real https: the whole way from the environment variable to the document."""

import base64
import json
import time

import pytest

from tests.cli.conftest import EXPRESS, NAKIVO
from tests.cli.graph_server import GraphServer


def jwt(**claims):
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), b"secret-signature" * 4)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.fixture
def token():
    return jwt(aud="https://graph.microsoft.com", exp=time.time() + 3600, upn="reader@larkfield.example", oid="1")


@pytest.fixture
def server(tmp_path, token):
    with GraphServer(tmp_path, accepts=token).running() as running:
        yield running


@pytest.fixture
def options(server):
    return ["--cloud", "custom", "--graph-endpoint", server.origin, "--ca-file", server.ca_file]


def test_a_tenant_is_read_with_the_token_of_the_environment(cli, server, options, token, monkeypatch, data_dir):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    scanned = cli("scan", *options, "--json")
    assert scanned.code == 0, scanned.err
    assert scanned.json["account"]["username"] == "reader@larkfield.example"
    assert scanned.json["tenant"]["cloud"] == "custom"
    assert server.authorization == {f"Bearer {token}"}
    assert server.methods <= {"GET", "POST /v1.0/$batch"}
    checked = cli("check", *options, "--json")
    assert checked.json["tenant"]["name"] == "Larkfield Instruments"
    assert checked.code in (1, 3)
    secret = token.split(".")[2].encode()
    for path in data_dir.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes()
    assert secret.decode() not in scanned.out + scanned.err + checked.out + checked.err


def test_the_consent_link_of_a_custom_cloud_needs_its_sign_in_address(cli, options, token, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    cli("bind", NAKIVO, "nakivo", *options)
    closed = cli("consent", NAKIVO, *options, "--json").json
    assert (closed["link"], closed["closed"]) == (None, "no-login-endpoint")
    assert closed["mail"]["body"].count("https://") == 0
    named = cli("consent", NAKIVO, *options, "--login-endpoint", "https://login.example:8443", "--json").json
    assert named["link"].startswith("https://login.example:8443/")


def test_a_refused_token_exits_with_4(cli, options, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", jwt(aud="https://graph.microsoft.com", exp=time.time() + 3600, oid="2"))
    outcome = cli("check", EXPRESS, *options)
    assert outcome.code == 4
    assert outcome.out == ""


def test_a_server_that_nobody_trusts_exits_with_5(cli, server, token, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    outcome = cli("check", "--cloud", "custom", "--graph-endpoint", server.origin)
    assert outcome.code == 5
    assert server.authorization == set()


def test_a_file_that_is_no_certificate_exits_with_5(cli, server, token, monkeypatch, tmp_path):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    (tmp_path / "rain.pem").write_text("rain")
    outcome = cli("check", "--cloud", "custom", "--graph-endpoint", server.origin, "--ca-file", tmp_path / "rain.pem")
    assert outcome.code == 5
    assert "Traceback" not in outcome.err


def test_apps_that_may_be_there_are_never_fine(cli, server, options, token, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    server.refused = frozenset({"servicePrincipals"})
    for app in cli("check", *options, "--json").json["apps"]:
        if app["profile"]:
            cli("unbind", app["app_id"], *options)
    checked = cli("check", *options, "--json")
    assert not any(app["profile"] for app in checked.json["apps"])
    assert checked.code == 3
    assert "apps with a profile may be missing here" in cli("check", *options).out


def test_a_tenant_that_nobody_can_name_keeps_no_words(cli, server, options, monkeypatch):
    server.accepts = "opaque"
    server.refused = frozenset({"organization", "applications"})
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", "opaque")
    checked = cli("check", *options, "--json").json
    assert checked["tenant"]["id"] == ""
    here = next(app for app in checked["apps"] if app["display_name"] == NAKIVO)
    assert (here["verdict"], here["verdict_reason"]) == ("UNVERIFIED", "not-read")
    assert {p["declared"] for p in here["permissions"]} == {"unverified"}
    bound = cli("bind", NAKIVO, "nakivo", *options)
    assert bound.code == 2
    assert "which tenant" in bound.err
