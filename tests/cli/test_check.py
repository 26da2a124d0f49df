"""check: what is printed, what the shell is told, what other programs rely on."""

import re

import pytest

from permdesk.cli.exits import Exit, FailOn, check_exit
from permdesk.composition import build
from permdesk.domain.finding import Status, Verdict
from permdesk.paths import Paths
from permdesk.services.target import SampleTarget
from tests.cli.conftest import EXPRESS, NAKIVO

COMPLETE = "--sample=complete"


def test_the_sample_is_not_fully_read(cli):
    assert cli("check --sample --json").code == 3


def test_the_complete_sample_has_findings(cli):
    assert cli(f"check {COMPLETE} --json").code == 1


@pytest.mark.parametrize("sample", ["--sample", COMPLETE])
def test_two_runs_give_the_same_bytes(cli, sample):
    first = cli(f"check {sample} --json")
    assert cli(f"check {sample} --json").out == first.out
    assert first.out.isascii()


def test_the_document_holds_to_its_schema_and_to_the_contract(cli):
    document = cli("check --sample --json").json
    assert document["schema"] == "permdesk.check/1"
    assert document["tenant"]["name"] == "Larkfield Instruments"
    assert document["read_at"] == "2026-11-22T09:42:00Z"
    keys = [(entry["read"], entry["resource_app_id"]) for entry in document["coverage"]]
    assert len(keys) == len(set(keys))
    refused = [entry for entry in document["coverage"] if entry["status"] != "complete"]
    # One API's side, and that of the apps, which tells the same grants.
    assert [bool(entry["resource_app_id"]) for entry in refused] == [True, False]
    apps = document["apps"]
    assert {app["verdict"] for app in apps} == {
        "NO_BASELINE",
        "UNVERIFIED",
        "GAPS",
        "EXCESSIVE",
        "COMPLIANT",
        "NOT_INSTALLED",
    }
    assert all(app["permissions"] or app["profile"] or app["baseline"] == "none" for app in apps)
    not_read = [p for app in apps for p in app["permissions"] if p["status"] == "UNVERIFIED"]
    assert not_read
    assert all(p["granted"] == "unverified" for p in not_read)
    assert all((p["reason"] is not None) == (p["status"] == "EXCESS") for app in apps for p in app["permissions"])
    assert all(bool(p["remedy"]) == (p["status"] == "MISSING") for app in apps for p in app["permissions"])


def test_every_app_of_the_tenant_comes_with_all(cli):
    some = cli("check --sample --json").json["apps"]
    every = cli("check --sample --json --all").json["apps"]
    assert len(every) > len(some)
    assert all(app["permissions"] or app["profile"] or app["credentials"] is not None for app in some)
    assert [app for app in every if app in some] == some


@pytest.mark.parametrize(
    "name", [EXPRESS, EXPRESS.upper(), "AvePoint Cloud Backup Express", " avepoint cloud  backup express"]
)
def test_the_text_tells_of_a_named_app_alone(cli, name):
    outcome = cli("check", name, COMPLETE)
    assert "Reports.Read.All" in outcome.out
    assert "Notes.ReadWrite.All" not in outcome.out
    assert "The exit code counts" in outcome.out
    assert outcome.code == 1


def test_an_app_is_named_by_its_object_id(cli):
    apps = cli("check", "--sample", "--json").json["apps"]
    object_id = next(app["object_id"] for app in apps if app["app_id"] == EXPRESS)
    assert "Reports.Read.All" in cli("check", object_id, "--sample").out


def test_the_json_tells_of_a_named_app_alone(cli):
    object_id = cli("check", EXPRESS, "--sample", "--json").json["apps"][0]["object_id"]
    assert [app["app_id"] for app in cli("check", object_id, "--sample", "--json").json["apps"]] == [EXPRESS]


def test_apps_with_a_profile_count_beside_the_named_one(cli):
    fine = next(
        app
        for app in cli(f"check {COMPLETE} --json").json["apps"]
        if app["verdict"] == "COMPLIANT" and app["profile"] is not None
    )
    assert cli("check", fine["app_id"], COMPLETE).code == 1


def test_manifest_baselines_count_only_when_asked(cli):
    gaps = next(
        app
        for app in cli(f"check {COMPLETE} --json").json["apps"]
        if app["verdict"] == "GAPS" and app["baseline"] == "manifest"
    )
    assert cli("check", gaps["app_id"], COMPLETE).code == 1
    assert gaps["display_name"] not in cli(f"check {COMPLETE}").out
    assert gaps["display_name"] in cli(f"check {COMPLETE} --all-apps").out


@pytest.fixture(scope="module")
def sample_apps(tmp_path_factory):
    services = build(Paths.isolated(tmp_path_factory.mktemp("exits")))
    return services.compare(services.scan(SampleTarget(complete=True)).snapshot).apps


@pytest.mark.parametrize(
    ("verdict", "fail_on", "code"),
    [
        (Verdict.EXCESSIVE, FailOn.MISSING, Exit.DONE),
        (Verdict.EXCESSIVE, FailOn.EXCESS, Exit.FOUND),
        (Verdict.GAPS, FailOn.MISSING, Exit.FOUND),
        (Verdict.NOT_INSTALLED, FailOn.MISSING, Exit.FOUND),
        (Verdict.NOT_INSTALLED, FailOn.EXCESS, Exit.DONE),
        (Verdict.COMPLIANT, FailOn.ANY, Exit.DONE),
    ],
)
def test_fail_on_chooses_what_exits_with_1(sample_apps, verdict, fail_on, code):
    app = next(app for app in sample_apps if app.verdict is verdict and app.profile)
    assert check_exit([app], fail_on) == code


def test_what_was_found_is_found_although_apps_may_be_missing(sample_apps):
    app = next(app for app in sample_apps if app.verdict is Verdict.GAPS and app.profile)
    assert check_exit([app], FailOn.ANY, every_app_seen=False) == Exit.FOUND
    assert check_exit([], FailOn.ANY, every_app_seen=False) == Exit.NOT_READ


def test_excess_behind_gaps_is_excess(sample_apps):
    app = next(
        app
        for app in sample_apps
        if app.verdict is Verdict.GAPS and any(f.status is Status.EXCESS and not f.accepted for f in app.findings)
    )
    assert check_exit([app], FailOn.EXCESS) == Exit.FOUND


def test_uses_replace_choice_for_one_run(cli):
    chosen = cli(
        "check",
        NAKIVO,
        COMPLETE,
        "--json",
        "--uses",
        "nakivo:Exchange Online/Backup",
        "--uses",
        "nakivo:+certificate-sign-in",
    ).json["apps"][0]
    stored = cli("check", NAKIVO, COMPLETE, "--json").json["apps"][0]
    assert chosen["profile"]["uses"] == "chosen"
    documented = {p["value"] for p in chosen["permissions"] if p["documented"] == "yes"}
    assert "Mail.Read" in documented
    assert "Mail.ReadWrite" not in documented
    assert chosen != stored
    assert cli("check", NAKIVO, COMPLETE, "--json").json["apps"][0] == stored


def test_conditions_alone_leave_every_cell_in_use(cli):
    app = cli("check", NAKIVO, COMPLETE, "--json", "--uses", "nakivo:+certificate-sign-in").json["apps"][0]
    documented = [p for p in app["permissions"] if p["documented"] == "yes"]
    assert {"Mail.Read", "Mail.ReadWrite"} <= {p["value"] for p in documented}
    assert any(p["resource"].startswith("Office 365 SharePoint") for p in documented)
    assert not any(p["documented"] == "other-scope" for p in app["permissions"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--uses nakivo", "names no service"),
        ("--uses nothing:Teams", "no profile"),
        ("--uses nakivo:Fax", "no 'Fax'"),
        ("--uses nakivo:Teams/Polish", "no 'Teams/Polish'"),
        ("--uses nakivo:+rain", "no condition 'rain'"),
        ("--uses nakivo:+group-mailbox-only", "follows from its workload"),
        ("--uses avepoint-azure:Teams", "no workloads to choose"),
        ("--expect nothing", "no profile"),
        ("--fail-on rain", "rain"),
        ("--sample=rain", "rain"),
        ("--scan larkfield.permdesk", "two tenants"),
        ("--cloud moon", "moon"),
        ("--cloud custom --graph-endpoint http://graph.example", "https"),
        ("--graph-endpoint https://graph.example", "--cloud custom"),
        ("--nonsense", "nonsense"),
        ("--ca-file /nowhere.pem", "nowhere.pem"),
    ],
)
def test_words_that_mean_nothing_exit_with_2(cli, words, said):
    outcome = cli(f"check --sample {words}")
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


def test_an_unknown_app_names_near_ones(cli):
    outcome = cli("check", "AvePoint Cloud Backup Expres", "--sample")
    assert outcome.code == 2
    assert EXPRESS in outcome.err
    assert outcome.out == ""


def test_an_ambiguous_app_names_the_candidates(cli):
    outcome = cli("check", "AvePoint Cloud Backup for Dynamics Customer Engagement", "--sample")
    assert outcome.code == 2
    assert len(set(re.findall(r"app ID ([0-9a-f-]{36})", outcome.err))) == 2


def test_an_expected_profile_that_nobody_bears_is_found(cli, saved):
    cli("unbind", NAKIVO, COMPLETE)
    outcome = cli("check", EXPRESS, COMPLETE, "--expect", "nakivo", "--json")
    assert [app["verdict"] for app in outcome.json["apps"]][1:] == ["NOT_INSTALLED"]


def test_without_a_tenant_it_exits_with_4_and_says_what_to_do(cli):
    outcome = cli("check")
    assert outcome.code == 4
    assert "--sample" in outcome.err
    assert "PERMDESK_ACCESS_TOKEN" in outcome.err


def test_text_goes_in_columns_without_colour(cli):
    out = cli("check --sample").out
    assert "\x1b" not in out
    assert "Missing" in out
    assert "Not fully read" in out
    rows = [line for line in out.splitlines() if "  Microsoft Graph  " in line]
    assert rows
    assert "8 of 72 reads refused" in out.splitlines()[1]


def test_a_saved_scan_is_checked_offline(cli, saved):
    online, offline = cli("check --sample --json"), cli("check", "--scan", saved, "--json")
    assert offline.out == online.out
    assert offline.code == 3


def test_a_kept_scan_is_checked_by_its_id(cli):
    scan_id = cli("scan --sample --json").json["scan_id"]
    assert cli("check", "--scan", scan_id, "--json").out == cli("check --sample --json").out


def test_an_unknown_scan_exits_with_2(cli):
    outcome = cli("check --scan 00000000-0000-0000-0000-000000000000")
    assert outcome.code == 2
    assert "scans" in outcome.err


def test_a_way_into_every_mailbox_that_exchange_blocks_begins_with_the_vendor(cli):
    cli("bind", EXPRESS, "nakivo", COMPLETE)
    told = cli("check", EXPRESS, COMPLETE).out
    line = next(line for line in told.splitlines() if "full_access_as_app" in line)
    assert "Missing" in line
    assert line.index("ask the vendor for a version without EWS, then") < line.rindex("consent")
