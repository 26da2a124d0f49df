"""consent --holders and --check-again: who could be asked, and what became of the app after the click."""

import pytest

from tests.cli.conftest import NAKIVO


def test_holders_are_people_and_groups(cli):
    told = cli("consent", NAKIVO, "--sample", "--holders", "--json").json
    assert told["schema"] == "permdesk.holders/1"
    held = {(role["role"], one["kind"], one["username"]) for role in told["roles"] for one in role["holders"]}
    assert ("Global Administrator", "person", "user02@larkfield.example") in held
    assert ("Privileged Role Administrator", "group", None) in held
    assert all(role["complete"] for role in told["roles"])
    text = cli("consent", NAKIVO, "--sample", "--holders").out
    assert "Larkfield identity team (group: its members hold it)" in text
    assert "switched off" in text


def test_the_click_is_acted_out_proved_and_kept(cli):
    foreseen = cli("consent", NAKIVO, "--sample", "--json").json
    text = cli("consent", NAKIVO, "--sample", "--check-again")
    assert text.code == 0
    assert "by user02@larkfield.example" in text.out
    assert "Contacts.ReadWrite, application: removed, and needed; the preview said: may be removed" in text.out
    assert "the click is acted out" in text.err
    record = cli("consent", NAKIVO, "--sample", "--check-again", "--json").json
    happened = {}
    for row in record["permissions"]:
        happened.setdefault(row["happened"], set()).add(row["value"])
    assert happened["added"] == {one["value"] for one in foreseen["will_be_added"]}
    assert happened["removed"] == {one["value"] for one in foreseen["may_be_removed"]}
    # The same click twice is one record, and the tenant's scans are those there were.
    assert [one["record_id"] for one in cli("consents --json").json["records"]] == [record["record_id"]]
    assert record["after"]["scan_id"] not in {one["scan_id"] for one in cli("scans --json").json["scans"]}


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("--holders", "--mail"), "each print one thing"),
        (("--check-again", "--mail"), "each print one thing"),
        (("--check-again", "--script", "curl", "--withdraw"), "--withdraw goes with"),
        (("--before", "x"), "--before goes with --check-again"),
    ],
)
def test_what_does_not_go_together_is_refused(cli, words, title):
    done = cli("consent", NAKIVO, "--sample", *words)
    assert done.code == 2
    assert title in done.err


def test_the_way_back_is_a_script_for_what_was_lost(cli):
    done = cli("consent", NAKIVO, "--sample", "--check-again", "--script", "curl")
    assert done.code == 0
    assert done.out.startswith("#!")
    assert "gives Contacts.ReadWrite (Microsoft Graph, application)" in done.out
    assert "Files.Read.All" not in done.out


def test_a_saved_scan_cannot_be_asked(cli, tmp_path):
    file = tmp_path / "larkfield.permdesk"
    cli("scan", "--sample", "--output", str(file))
    for option in ("--holders", "--check-again"):
        done = cli("consent", NAKIVO, "--scan", str(file), option)
        assert done.code == 2
        assert "cannot be asked" in done.err
