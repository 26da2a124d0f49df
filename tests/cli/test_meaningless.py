"""Words that mean nothing are answered in a few inert lines, however long or hostile they are."""

import pytest

from permdesk.__main__ import main

EVIL = "\x1b[2J\x07\u202egnp\u200b"


@pytest.mark.parametrize(
    "words",
    [
        ["{}"],
        ["check", "--{}"],
        ["check", "--sample={}"],
        ["check", "--cloud", "{}", "--sample"],
        ["check", "--fail-on", "{}", "--sample"],
        ["check", "--ca-file", "{}", "--sample"],
        ["check", "--expect", "{}", "--sample"],
        ["check", "--uses", "{}", "--sample"],
        ["check", "--uses", "nakivo:{}", "--sample"],
        ["check", "{}", "--sample"],
        ["check", "--scan", "{}"],
        ["check", "--cloud", "custom", "--graph-endpoint", "{}"],
        ["scans", "{}"],
        ["accept", "svc-m365-backup", "{}", "--reason", "x", "--sample"],
        ["accept", "svc-m365-backup", "x", "--until", "{}", "--sample"],
        ["catalog", "{}"],
        ["catalog", "show", "{}"],
    ],
)
@pytest.mark.parametrize("filler", ["x" * 10_000, EVIL * 1000, "\n\r\t " * 2000 + "é\u0301" * 500], ids=range(3))
def test_what_was_typed_is_cut_and_made_inert(cli, words, filler):
    outcome = cli(*(word.format(filler) for word in words))
    assert outcome.code in (2, 5)
    assert outcome.out == ""
    assert not set("\x1b\x07\u202e\u200b\r") & set(outcome.err)
    lines = outcome.err.splitlines()
    assert len(lines) <= 7
    (title,) = [line for line in lines if line.startswith("permdesk: ")]
    assert len(title) < 320
    assert max(map(len, lines)) < 3100
    assert "fault of permdesk" not in outcome.err
    if len(filler.split()) == 1:
        assert "…" in outcome.err or filler[:100] not in outcome.err


def test_what_is_wrong_stands_at_the_end_too(cli, tmp_path):
    outcome = cli("check", "--ca-file", "x" * 10_000, "--sample")
    assert "does not exist." in outcome.err
    assert "'--ca-file'" in outcome.err


def test_the_window_answers_likewise(tmp_path, capsys):
    assert main([f"--{EVIL}" + "x" * 10_000]) == 2
    assert main([EVIL + "x" * 200]) == 2
    err = capsys.readouterr().err
    assert not set("\x1b\x07\u202e\u200b") & set(err)
    assert max(map(len, err.splitlines())) < 700


def test_a_near_word_is_named_and_the_help(cli):
    outcome = cli("check --smaple")
    assert "--sample" in outcome.err
    assert "Try 'permdesk-cli check --help' for help." in outcome.err


def test_a_family_of_commands_alone_shows_its_help(cli):
    outcome = cli("catalog", isolated=False)
    assert outcome.code == 2
    assert "validate" in outcome.err
