"""The records of consents from the command line."""

import io
import json

import pytest
from msgspec.structs import replace

from permdesk.paths import Paths
from permdesk.settings import Settings
from tests.cli.conftest import NAKIVO


def test_an_empty_list_says_so(cli):
    done = cli("consents")
    assert (done.code, done.out) == (0, "No consent is on record yet.\n")
    assert cli("consents --json").json["records"] == []


def test_they_are_listed(cli, kept):
    done = cli("consents")
    assert done.code == 0
    assert "svc-m365-backup" in done.out
    assert "1 added, 1 removed" in done.out
    assert "not visible yet" in done.out
    assert "\x1b[31m" not in done.out
    assert len(cli("consents --json").json["records"]) == 2
    assert len(cli(f"consents --app {NAKIVO} --json").json["records"]) == 1
    assert "is on record" in cli("consents --app nothing").out


def test_one_is_shown_and_saved(cli, kept, data_dir, tmp_path):
    settings = Settings.load(Paths.isolated(data_dir).settings_file)
    settings.report_head = replace(settings.report_head, firm="Northmere Advisers")
    settings.save()
    done = cli("consents --show 6f1f")
    assert "Re-consent to svc-m365-backup in Larkfield Instruments" in done.out
    assert cli("consents --show 6f1f --json").json["outcome"] == "as-foreseen"
    path = tmp_path / "record.html"
    assert cli("consents", "--show", "6f1f", "--output", path).code == 0
    page = path.read_text(encoding="utf-8")
    assert "Record of a consent" in page
    assert "Northmere Advisers" in page
    assert cli("consents", "--show", "6f1f", "--output", path).code == 2
    assert cli("consents", "--show", "6f1f", "--output", path, "--force").code == 0
    assert cli("consents", "--show", "6f1f", "--output", tmp_path / "record").code == 2


def test_one_is_deleted_after_a_question(cli, kept, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli("consents --delete 6f1f").code == 2
    assert cli("consents --delete 6f1f --yes").err.startswith("1 record deleted.")
    assert len(json.loads(cli("consents --json").out)["records"]) == 1


@pytest.mark.parametrize("words", ["--output a.pdf", "--yes", "--show 6f1f --delete 6f1f", "--show nothing"])
def test_what_makes_no_sense_is_refused(cli, kept, words):
    assert cli(f"consents {words}").code == 2


def test_the_preview_tells_what_the_last_consent_did(cli, kept, saved):
    done = cli("consent", NAKIVO, "--scan", saved)
    assert "Accepting this link removed Directory.Read.All last time, 14 March 2026" in done.out
    told = cli("consent", NAKIVO, "--scan", saved, "--json").json["experience"]
    assert [one["removed"][0]["value"] for one in told] == ["Directory.Read.All"]
    assert told[0]["same_tenant"]
    assert told[0]["same_app"]
