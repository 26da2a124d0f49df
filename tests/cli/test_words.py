"""bind, confirm, unbind, uses, accept: what a person says is kept, shown, and changes the next check."""

import pytest

from tests.cli.conftest import EXPRESS, NAKIVO

COMPLETE = "--sample=complete"
#: Bears the exact name of a vendor's app, as another does.
TWIN = "49c8f0d2-7b15-4f3a-a0d9-6e2c81b5f734"


def app_of(cli, name):
    return cli("check", name, COMPLETE, "--json").json["apps"][0]


def test_binding_by_hand_confirms(cli):
    intranet = next(app for app in cli(f"check {COMPLETE} --json").json["apps"] if app["baseline"] == "manifest")
    said = cli("bind", intranet["app_id"], "avepoint-dynamics-ce", COMPLETE, "--json").json
    assert said["profile"] == "avepoint-dynamics-ce"
    assert said["confirmed"] is True
    assert said["matched_by"] == "person"
    after = app_of(cli, intranet["app_id"])
    assert after["profile"]["id"] == "avepoint-dynamics-ce"
    assert "unconfirmed" not in after["flags"]


def test_confirming_one_of_two_settles_both(cli):
    before = app_of(cli, TWIN)
    assert "ambiguous" in before["flags"]
    said = cli("confirm", TWIN, COMPLETE, "--json").json
    assert said["confirmed"] is True
    assert "ambiguous" not in app_of(cli, TWIN)["flags"]
    bearers = [
        app
        for app in cli(f"check {COMPLETE} --json").json["apps"]
        if app["profile"] and app["profile"]["id"] == "avepoint-dynamics-ce"
    ]
    assert [app["app_id"] for app in bearers] == [TWIN]


def test_confirming_an_app_without_profile_is_refused(cli):
    own = next(app for app in cli(f"check {COMPLETE} --json").json["apps"] if app["baseline"] == "manifest")
    outcome = cli("confirm", own["app_id"], COMPLETE)
    assert outcome.code == 2
    assert "nothing to confirm" in outcome.err


def test_unbinding_is_kept(cli):
    said = cli("unbind", EXPRESS, COMPLETE, "--json").json
    assert said["unbound"] is True
    assert said["profile"] is None
    assert app_of(cli, EXPRESS)["profile"] is None


def test_an_unknown_profile_is_refused(cli):
    outcome = cli("bind", EXPRESS, "nothing", COMPLETE)
    assert outcome.code == 2
    assert "avepoint-express" in outcome.err


def test_services_in_use_are_shown(cli):
    shown = cli("uses", NAKIVO, COMPLETE)
    assert shown.code == 0
    assert "in use      Exchange Online/Backup" in shown.out


def test_services_in_use_are_set_and_forgotten(cli):
    before = cli("uses", NAKIVO, COMPLETE, "--json").json["uses"]
    assert (before["chosen"], len(before["in_use"])) == (True, 5), "the sample's people chose some"
    said = cli("uses", NAKIVO, "teams / backup", "+certificate-sign-in", COMPLETE, "--json").json["uses"]
    assert said["in_use"] == ["Teams/Backup", "+certificate-sign-in"]
    assert said["chosen"] is True
    assert cli("uses", NAKIVO, COMPLETE, "--json").json["uses"] == said
    assumed = cli("uses", NAKIVO, "--assume", COMPLETE, "--json").json["uses"]
    assert (assumed["chosen"], assumed["in_use"]) == (False, assumed["cells"]), "over the sample's own choice, too"
    assert app_of(cli, NAKIVO)["profile"]["uses"] == "assumed"
    assert cli("uses", NAKIVO, *before["in_use"], COMPLETE, "--json").json["uses"] == before


def test_what_is_shown_can_be_typed_again(cli):
    shown = cli("uses", NAKIVO, COMPLETE, "--json").json["uses"]["in_use"]
    assert cli("uses", NAKIVO, *shown, COMPLETE, "--json").json["uses"]["in_use"] == shown


@pytest.mark.parametrize("cell", ["Fax", "Teams/Fax", "+fax"])
def test_unknown_services_are_refused(cli, cell):
    assert cli("uses", NAKIVO, cell, COMPLETE).code == 2


def test_an_app_without_choices_says_so(cli):
    assert "no services to choose" in cli("uses", EXPRESS, COMPLETE).out
    assert cli("uses", EXPRESS, "Teams", COMPLETE).code == 2


def test_an_acceptance_is_kept_with_its_reason(cli):
    missing = next(p for p in app_of(cli, EXPRESS)["permissions"] if p["status"] == "MISSING")
    said = cli(
        "accept",
        EXPRESS,
        missing["value"],
        COMPLETE,
        "--reason",
        "Not used",
        "--until",
        "2099-01-01",
        "--by",
        "Me",
        "--json",
    ).json
    expected = {"reason": "Not used", "by": "Me", "until": "2099-01-01"}
    assert [{key: a[key] for key in expected} for a in said["acceptances"] if a["value"] == missing["value"]] == [
        expected
    ]
    after = next(p for p in app_of(cli, EXPRESS)["permissions"] if p["value"] == missing["value"])
    assert after["accepted"] == expected
    assert "accepted" in after["flags"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reason", "x", "--until", "2001-01-01"), "past"),
        (("--reason", " "), "reason"),
        (("--reason", "x", "--until", "soon"), "soon"),
        ((), "--reason"),
        (("--reason", "x", "--withdraw"), "--withdraw"),
    ],
)
def test_an_acceptance_needs_sense(cli, words, said):
    missing = next(p for p in app_of(cli, EXPRESS)["permissions"] if p["status"] == "MISSING")
    outcome = cli("accept", EXPRESS, missing["value"], COMPLETE, "--by", "Me", *words)
    assert outcome.code == 2
    assert said in outcome.err


def test_an_acceptance_is_withdrawn(cli):
    missing = next(p for p in app_of(cli, EXPRESS)["permissions"] if p["status"] == "MISSING")
    assert cli("accept", EXPRESS, missing["value"], COMPLETE, "--reason", "Not used", "--by", "Me").code == 0
    said = cli("accept", EXPRESS, missing["value"], COMPLETE, "--withdraw", "--json").json
    assert missing["value"] not in {a["value"] for a in said["acceptances"]}
    after = next(p for p in app_of(cli, EXPRESS)["permissions"] if p["value"] == missing["value"])
    assert after == missing
    assert cli("accept", EXPRESS, missing["value"], COMPLETE, "--withdraw").code == 2


def test_only_findings_are_accepted(cli):
    permissions = app_of(cli, EXPRESS)["permissions"]
    fine = next(p for p in permissions if p["status"] == "SATISFIED")
    outcome = cli("accept", EXPRESS, fine["value"], COMPLETE, "--reason", "x", "--by", "Me", "--kind", fine["kind"])
    assert outcome.code == 2
    unknown = cli("accept", EXPRESS, "Rain.Read", COMPLETE, "--reason", "x", "--by", "Me")
    assert unknown.code == 2
    assert "It has:" in unknown.err
