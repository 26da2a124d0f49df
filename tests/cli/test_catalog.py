"""catalog: what vendors document, and profiles of one's own."""

import shutil
from pathlib import Path

import pytest
import yaml

RESOURCES = Path(__file__).parents[2] / "resources"
COUNTS = {
    "avepoint-azure": 23,
    "avepoint-azure-ad-b2c": 14,
    "avepoint-dynamics-ce": 3,
    "avepoint-dynamics-uo": 7,
    "avepoint-express": 12,
    "nakivo": 30,
}


@pytest.fixture
def own(tmp_path):
    """A folder with one profile of one's own."""
    source = yaml.safe_load((RESOURCES / "catalog/profiles/avepoint-dynamics-ce.yaml").read_text(encoding="utf-8"))
    source.update(id="own-app", app_name="Larkfield Own App", name="Own app")
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "own.yaml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")
    return folder


def test_the_six_profiles_are_listed(cli):
    document = cli("catalog list --json").json
    assert {p["id"]: p["requirements"] for p in document["profiles"]} == COUNTS
    text = cli("catalog list").out
    assert all(profile_id in text for profile_id in COUNTS)


@pytest.mark.parametrize("profile", COUNTS)
def test_each_profile_is_shown(cli, profile):
    document = cli(f"catalog show {profile} --json").json
    assert len(document["requirements"]) == COUNTS[profile]
    assert document["routes"]
    assert (document["app_name"] is None) == (profile == "nakivo")
    text = cli(f"catalog show {profile}").out
    assert all(r["value"] in text for r in document["requirements"])


def test_the_row_that_lost_its_cells_is_inferred(cli):
    document = cli("catalog show nakivo --json").json
    cells = {r["value"]: r["workloads"] for r in document["requirements"] if r["kind"] == "application"}
    assert cells["TeamsAppInstallation.ReadWriteAndConsentForTeam.All"] == {"Teams": ["Recovery"]}
    assert any("inferred" in note for note in document["notes"])


def test_an_unknown_profile_exits_with_2(cli):
    assert cli("catalog show nothing").code == 2


def test_own_profiles_are_added(cli, own):
    document = cli("catalog", "list", "--profiles", own, "--json").json
    assert [p["id"] for p in document["profiles"] if p["origin"] == "own"] == ["own-app"]
    outcome = cli("check", "--sample", "--profiles", own, "--expect", "own-app", "--json")
    found = next(app for app in outcome.json["apps"] if app["profile"] and app["profile"]["id"] == "own-app")
    assert found["verdict"] == "NOT_INSTALLED"


def test_profiles_of_the_data_folder_are_read(cli, own, data_dir):
    shutil.copytree(own, data_dir / "profiles")
    assert "own-app" in cli("catalog list").out
    assert cli("catalog validate --json").json["files"] == 1


def test_a_typo_is_told_with_file_and_line(cli, own):
    file = own / "own.yaml"
    file.write_text(file.read_text().replace("kind: application", "kind: aplication", 1), encoding="utf-8")
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "aplication" in text)
    checked = cli("catalog", "validate", own, "--json")
    assert checked.code == 2
    assert any(p["line"] == line and p["severity"] == "error" for p in checked.json["problems"])
    text = cli("catalog", "validate", own)
    assert f"own.yaml:{line}" in text.out
    refused = cli("check", "--sample", "--profiles", own)
    assert refused.code == 2
    assert f"own.yaml:{line}" in refused.err
    assert refused.out == ""


def test_a_broken_profile_of_the_data_folder_is_said_and_left_out(cli, data_dir):
    (data_dir / "profiles").mkdir(parents=True)
    (data_dir / "profiles" / "bad.yaml").write_text("id: [", encoding="utf-8")
    outcome = cli("catalog list")
    assert outcome.code == 0
    assert "bad.yaml" in outcome.err


def test_good_profiles_validate(cli, own):
    assert cli("catalog", "validate", own).code == 0


def test_the_catalog_compiles_from_its_sources(cli, tmp_path):
    target = tmp_path / "catalog.sqlite"
    built = cli("catalog", "build", "--output", target, "--json").json
    assert built["profiles"] == 6
    assert built["requirements"] == 89
    assert target.exists()
    assert cli("catalog", "build", "--output", target, "--check").code == 0
    assert cli("catalog", "build", "--output", tmp_path / "other.sqlite", "--check").code == 1


def test_sources_with_a_typo_do_not_compile(cli, tmp_path):
    sources = tmp_path / "catalog"
    shutil.copytree(RESOURCES / "catalog", sources)
    file = sources / "profiles" / "nakivo.yaml"
    file.write_text(file.read_text().replace("kind: application", "kind: aplication", 1), encoding="utf-8")
    outcome = cli("catalog", "build", "--sources", sources, "--output", tmp_path / "out.sqlite")
    assert outcome.code == 2
    assert "nakivo.yaml" in outcome.err
    assert not (tmp_path / "out.sqlite").exists()


def test_an_app_bound_to_a_profile_that_is_not_there_is_not_judged_without_it(cli, own):
    assert cli("bind", "Spare Parts Portal", "own-app", "--sample=complete", "--profiles", own).code == 0
    at_hand = cli("check", "--sample=complete", "--profiles", own, "--json").json
    (with_it,) = [app for app in at_hand["apps"] if app["display_name"] == "Spare Parts Portal"]
    assert with_it["profile"]["id"] == "own-app"

    outcome = cli("check --sample=complete --json")
    (app,) = [app for app in outcome.json["apps"] if app["display_name"] == "Spare Parts Portal"]
    assert (app["profile"], app["baseline"], app["candidate_profiles"][0]) == (None, "profile", "own-app")
    assert (app["verdict"], app["verdict_reason"], app["excess_complete"]) == ("UNVERIFIED", "not-read", False)
    assert {p["status"] for p in app["permissions"]} <= {"GRANTED", "DECLARED_ONLY", "BASIC"}
    assert outcome.code == 3

    told = cli("check", "Spare Parts Portal", "--sample=complete").out
    assert "profile own-app, which is not found" in told
    assert "--profiles" in told
    assert cli("unbind", "Spare Parts Portal", "--sample=complete").code == 0
    assert cli("check --sample=complete").code == 1
