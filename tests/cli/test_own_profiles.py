"""--profiles: whose folder a broken profile is in is a fact, however the folder is called."""

import sys
from pathlib import Path

import pytest

from tests.catalog.places import OWN_PROFILE

BROKEN = OWN_PROFILE.replace("kind: application", "kind: aplication", 1)
TAKEN = OWN_PROFILE.replace("id: quillnote-backup", "id: nakivo")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / ("own" if sys.platform == "win32" else "own\n\x1b[31m\u202e\\x")
    folder.mkdir()
    (folder / "own.yaml").write_text(BROKEN, "utf-8")
    return folder


@pytest.mark.parametrize("way", [".", "", "./", "..", "sub/..", "link", "whole", "file"])
def test_a_broken_profile_is_refused_however_its_folder_is_named(cli, folder, way, monkeypatch):
    monkeypatch.chdir(folder)
    Path("sub").mkdir()
    place = {"..": f"../{folder.name}", "whole": folder, "file": folder / "own.yaml"}.get(way, way or "./.")
    if way == "link":
        if sys.platform == "win32":
            pytest.skip("links need a right there")
        Path("link").symlink_to(folder)
    outcome = cli("check", "--sample", "--profiles", place)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "own.yaml:" in outcome.err
    assert "A profile of --profiles cannot be used" in outcome.err
    assert not set("\x1b\u202e") & set(outcome.err)


def test_a_neighbour_of_a_similar_name_is_not_meant(cli, data_dir, tmp_path):
    (data_dir / "profiles").mkdir(parents=True)
    (data_dir / "profiles" / "broken.yaml").write_text(BROKEN, "utf-8")
    (data_dir / "prof").mkdir()
    (data_dir / "prof" / "good.yaml").write_text(OWN_PROFILE, "utf-8")
    outcome = cli("catalog", "list", "--profiles", data_dir / "prof")
    assert outcome.code == 0
    assert "broken.yaml" in outcome.err
    assert "quillnote-backup" in outcome.out


def test_a_folder_that_is_not_there_is_refused(cli, tmp_path):
    outcome = cli("check", "--sample", "--profiles", tmp_path / "none")
    assert outcome.code == 2
    assert "no such file or folder" in outcome.err


@pytest.mark.parametrize("text", [BROKEN, TAKEN, OWN_PROFILE.replace("Mail.Read", "Rain.Read")])
def test_validating_and_using_say_the_same(cli, tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text, "utf-8")
    checked, used = cli("catalog", "validate", file), cli("catalog", "list", "--profiles", file)
    assert (checked.code, used.code) in ((0, 0), (2, 2))
    problems = checked.out.splitlines()[:-1]
    assert problems
    assert used.err.splitlines()[: len(problems)] == problems


def test_profiles_of_the_run_are_validated_even_where_they_cannot_be_used(cli, folder):
    outcome = cli("catalog", "validate", "--profiles", folder, "--json")
    assert outcome.code == 2
    assert [problem["severity"] for problem in outcome.json["problems"]] == ["error"]
    assert outcome.err == ""


def test_the_sum_is_in_good_english(cli, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(BROKEN, "utf-8")
    assert cli("catalog", "validate", file).out.splitlines()[-1] == "1 file, 1 error, 0 warnings."
