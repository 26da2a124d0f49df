"""permdesk-cli diff and scans: what changed between two scans, and looking after them."""

import gzip
import json
import zlib

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadStatus
from permdesk.history.scan_file import open_scan, save_scan
from tests.cli.two_scans import FEBRUARY, JANUARY, later


@pytest.fixture
def january(two_scans, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return two_scans()[0]


def test_what_changed(cli, january):
    outcome = cli("diff january.permdesk february.permdesk")
    assert outcome.code == 1
    assert "2 apps changed; permission: 1 no longer granted; 1 account in another state." in outcome.out
    assert "\x1b" not in outcome.out
    assert "Larkfield Calibration API → Renamed ␛[31m<b>App</b>" in outcome.out
    assert outcome.err == ""


def test_the_document(cli, january):
    outcome = cli("diff january.permdesk february.permdesk --json")
    document = outcome.json
    assert outcome.code == 1
    assert (document["changed"], document["certain"]) == (True, True)
    assert (document["older"]["scan_id"], document["newer"]["scan_id"]) == (JANUARY, FEBRUARY)
    removed = [one for app in document["apps"] for one in app["granted"]]
    assert [one["outcome"] for one in removed] == ["removed"]
    assert document["not_read"] == []
    assert len(document["accounts"]) == 1


def test_nothing_changed(cli, january):
    outcome = cli("diff january.permdesk january.permdesk")
    assert outcome.code == 0
    assert "Nothing changed." in outcome.out
    assert cli("diff january.permdesk january.permdesk --json").json["apps"] == []


def test_ids_and_files_and_the_one_before_mean_the_same(cli, january):
    expected = cli("diff january.permdesk february.permdesk").out
    for words in (
        f"diff {JANUARY} {FEBRUARY}",
        "diff 6f1f 9c2e",
        "diff 6f1f february.permdesk",
        "diff --previous",
        "diff --previous 9c2e",
        "diff --previous february.permdesk",
    ):
        assert cli(words).out == expected, words


def test_what_was_not_read_is_told_apart(cli, january, tmp_path):
    reads = tuple(
        replace(read, status=ReadStatus.REFUSED) if read.read == "oauth2PermissionGrants" else read
        for read in january.reads
    )
    save_scan(replace(january, reads=reads, delegated_grants=()), tmp_path / "cut.permdesk")
    outcome = cli("diff january.permdesk cut.permdesk")
    assert outcome.code == 3
    assert "Nothing of what both scans read changed." in outcome.out
    assert "delegated permissions granted: before complete, now refused" in outcome.out
    document = cli("diff cut.permdesk january.permdesk --json").json
    outcomes = {one["outcome"] for app in document["apps"] for one in (*app["granted"], *app["granted_to_accounts"])}
    assert outcomes == {"not-read-before"}


def test_a_later_scan_that_comes_first_is_said(cli, january):
    outcome = cli("diff february.permdesk january.permdesk")
    assert "The first scan is the later one" in outcome.err
    assert "1 granted" in outcome.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("diff", "Two scans are compared"),
        ("diff 6f1f", "add --previous"),
        ("diff 6f1f 9c2e 6f1f", "Leave the others out"),
        ("diff --previous 6f1f 9c2e", "takes one scan"),
        ("diff 6f1f 0000", "no scan '0000'"),
        ("diff 6f1f 9c", "too short"),
        ("diff --previous 6f1f", "before this one"),
    ],
)
def test_words_that_mean_nothing(cli, january, words, told):
    outcome = cli(words)
    assert outcome.code == 2
    assert told in outcome.err
    assert outcome.out == ""


def test_an_empty_history_has_nothing_to_compare(cli):
    outcome = cli("diff --previous")
    assert outcome.code == 2
    assert "No scan is kept yet" in outcome.err


def repacked(path, change, target):
    document = json.loads(gzip.decompress(path.read_bytes()))
    change(document)
    target.write_bytes(gzip.compress(json.dumps(document).encode()))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("cut", "cut short"),
        ("newer", "newer permdesk"),
        ("bomb", "larger than any scan"),
        ("foreign", "not a scan of permdesk"),
        ("missing", "cannot be read"),
    ],
)
def test_a_file_that_is_no_good_is_refused_with_a_sentence(cli, january, tmp_path, name, told):
    path, good = tmp_path / f"{name}.permdesk", tmp_path / "january.permdesk"
    if name == "cut":
        path.write_bytes(good.read_bytes()[:-500])
    elif name == "newer":
        repacked(good, lambda document: document.update(format="permdesk.scan/2"), path)
    elif name == "bomb":
        pump = zlib.compressobj(9, zlib.DEFLATED, 31)
        start = pump.compress(b'{"format":"permdesk.scan/1","snapshot":"')
        path.write_bytes(start + b"".join(pump.compress(b"0" * 2**20) for _ in range(64)) + pump.flush())
        assert path.stat().st_size < 2**20
    elif name == "foreign":
        path.write_bytes(b"<html>")
    for words in (f"diff january.permdesk {path}", f"scans --import {path}"):
        outcome = cli(words)
        assert outcome.code == 5
        assert told in outcome.err
        assert "Traceback" not in outcome.err
        assert outcome.out == ""


def test_a_file_full_of_markup_is_shown_inert(cli, january, tmp_path):
    evil = "\x1b]0;owned\x07<img src=x onerror=alert(1)>‮" + "A" * 10_000

    def change(document):
        scan = document["snapshot"]
        scan["scan_id"] = evil
        scan["tenant"]["name"] = evil
        for one in (*scan["registrations"], *scan["service_principals"], *scan["users"]):
            one["display_name"] = evil
        for api in scan["apis"]:
            api["display_name"] = evil
            for permission in api["permissions"][:3]:
                permission["value"] = evil.replace(" ", "")

    repacked(tmp_path / "january.permdesk", change, tmp_path / "evil.permdesk")
    outcome = cli("diff january.permdesk evil.permdesk")
    assert outcome.code == 1
    assert max(map(len, outcome.out.splitlines())) < 500
    assert cli("diff evil.permdesk january.permdesk --json").json
    outcome_kept = cli("scans --import evil.permdesk")
    for text in (outcome.out, outcome.err, outcome_kept.out, outcome_kept.err):
        assert not {"\x1b", "\x07", "‮"} & set(text)


# scans


def test_a_note_is_kept_and_listed(cli, january):
    outcome = cli("scans", "--note", "6f1f", "Before \x1b[31mthe <b>new</b> version")
    assert outcome.code == 0
    assert "Before ␛[31mthe <b>new</b> version" in outcome.out
    notes = {one["scan_id"]: one["note"] for one in cli("scans --json").json["scans"]}
    assert notes == {JANUARY: "Before \x1b[31mthe <b>new</b> version", FEBRUARY: None}
    assert "Before" not in cli("scans", "--note", "6f1f", "").out


def test_deleting_asks_first(cli, january, monkeypatch):
    asked, answers = [], iter("ny")
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda prompt: asked.append(prompt) or next(answers))
    outcome = cli("scans --delete 6f1f")
    assert (outcome.code, "Nothing was deleted" in outcome.err) == (0, True)
    assert JANUARY in outcome.err
    assert len(cli("scans --json").json["scans"]) == 2
    outcome = cli("scans --delete 6f1f")
    assert len(asked) == 2
    assert "1 scan deleted." in outcome.err
    assert len(cli("scans --json").json["scans"]) == 1


def test_nobody_to_ask_deletes_nothing(cli, january, monkeypatch):
    def nobody(_prompt):
        raise EOFError

    monkeypatch.setattr("click.termui.visible_prompt_func", nobody)
    outcome = cli("scans --delete 6f1f")
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert len(cli("scans --json").json["scans"]) == 2
    assert cli("scans --delete 6f1f --delete 9c2e --yes").code == 0
    assert cli("scans --json").json["scans"] == []


def test_a_rule_for_how_long_scans_stay(cli, january):
    outcome = cli("scans --keep newest:1 --yes")
    assert outcome.code == 0
    assert "1 scan deleted." in outcome.err
    document = cli("scans --json").json
    assert document["keep"] == "newest:1"
    assert [one["scan_id"] for one in document["scans"]] == [FEBRUARY]
    assert cli("scans --keep sometimes").code == 2
    assert cli("scans --keep all").code == 0


def test_a_scan_is_sent_without_names_and_taken_in_elsewhere(cli, january, tmp_path):
    outcome = cli("scans --export 6f1f --output sent.permdesk --redact")
    assert outcome.code == 0
    assert "larkfield" not in gzip.decompress((tmp_path / "sent.permdesk").read_bytes()).decode().casefold()
    assert cli("scans --export 6f1f --output sent.permdesk").code == 2, "it exists"
    assert cli("scans --export 6f1f --output sent.permdesk --force").code == 0
    assert open_scan(tmp_path / "sent.permdesk") == january
    assert cli("scans", "--import", "sent.permdesk", "--data-dir", tmp_path / "elsewhere", isolated=False).code == 0
    assert cli("scans --import sent.permdesk").code == 2, "it is there"


@pytest.mark.parametrize(
    "words",
    [
        "scans --yes",
        "scans --redact",
        "scans --output x.permdesk",
        "scans --export 6f1f",
        "scans --delete 6f1f --keep all",
        "scans --delete 0000 --yes",
        "scans --note 6f1f",
    ],
)
def test_options_that_do_not_go_together(cli, january, words):
    outcome = cli(words)
    assert outcome.code == 2
    assert len(cli("scans --json").json["scans"]) == 2


def test_the_later_scan_is_what_these_tests_take_it_for(january):
    assert later(january).app_role_assignments == january.app_role_assignments[1:]
