"""The help teaches: the window's, the command line's, and every command's."""

import base64
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import permdesk
from permdesk.__main__ import main
from permdesk.cli.exits import Exit
from permdesk.cli.main import COMMANDS, root
from permdesk.display import command_line
from permdesk.domain.finding import Status, Verdict
from permdesk.presentation.appearance import STATUS, VERDICT
from permdesk.presentation.meaning import STATUS_MEANING, VERDICT_MEANING, verdict_meanings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_the_window_has_a_help_of_its_own(word, capsys):
    assert main([word]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: permdesk [OPTIONS] [FILE.permdesk]")
    for option in ("--sample[=complete]", "--data-dir DIR", "--profiles DIR", "--version"):
        assert option in out
    assert "permdesk-cli --help" in " ".join(out.split())
    assert not any(re.search(rf"^  {name}\b", out, re.MULTILINE) for name in COMMANDS)


def test_the_module_shows_the_help_of_the_window():
    done = subprocess.run(
        [sys.executable, "-m", "permdesk", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "[FILE.permdesk]" in done.stdout


def test_the_window_tells_its_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip().endswith(permdesk.__version__)


def test_the_sample_is_written_as_it_is_typed(cli):
    out = cli("check --help", isolated=False).out
    assert "--sample[=complete]" in out
    assert "COMPLETE" not in out


def test_no_line_of_the_list_of_commands_is_cut(cli):
    for words in ("--help", "catalog --help"):
        listed = cli(words, isolated=False).out.partition("\nCommands:\n")[2].partition("\n\n")[0]
        assert listed
        assert "..." not in listed


def test_every_command_has_examples():
    context = click.Context(root)
    commands = [root.get_command(context, name) for name in COMMANDS]
    commands += [sub for command in commands if isinstance(command, click.Group) for sub in command.commands.values()]
    assert [command.name for command in commands if not command.examples] == []


def test_the_source_tree_says_how_it_is_called(cli, monkeypatch):
    line = f"In the source tree, {command_line()} stands for permdesk-cli."
    assert line in cli("scans --help", isolated=False).out
    monkeypatch.setattr("permdesk.cli.options.command_line", lambda: "permdesk-cli")
    assert "source tree" not in cli("scans --help", isolated=False).out


def test_check_explains_every_word_that_it_prints(cli):
    out = cli("check --help", isolated=False).out
    for look in (*STATUS.values(), *VERDICT.values()):
        assert re.search(rf"^  {look.label}  ", out, re.MULTILINE), look.label
    assert re.search(r"^  Not confirmed  ", out, re.MULTILINE)


def test_nothing_is_without_a_meaning():
    assert set(STATUS_MEANING) == set(Status)
    assert set(VERDICT_MEANING) == set(Verdict)
    assert len(verdict_meanings()) == len(Verdict) + 1
    assert "could not be read" in STATUS_MEANING[Status.GRANTED]


def test_scan_tells_where_a_token_comes_from(cli):
    assert "az account get-access-token --resource-type ms-graph" in cli("scan --help", isolated=False).out
    assert "az account get-access-token" in cli("check").err


def test_the_readme_knows_the_commands_and_the_exit_codes():
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The command line")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    codes = {row[0]: row[1].replace("`", "") for row in rows if row[0].isdigit()}
    ((_, told),) = root.tables
    assert list(codes)[:6] == [code for code, _ in told][:6], "the order is the promise"
    assert {code: meaning for code, meaning in told if code != "2"} == {c: m for c, m in codes.items() if c != "2"}
    assert set(codes) == {str(code.value) for code in Exit}
    named = {word.split()[0] for row in rows for word in re.findall(r"`([a-z-]+(?: [a-z]+)?)[^`]*`", row[0])}
    assert named - {"show", "validate", "build"} <= set(COMMANDS)
    assert {"scan", "check", "consent", "catalog"} <= named


def jwt(**claims):
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), b"signature" * 4)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_what_is_no_token_is_told_what_is_expected_and_never_repeated(cli, monkeypatch):
    where = ("check", "--uses", "nakivo:Nowhere")  # looks at the token, and ends before it goes anywhere
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", "rain-in-spain")
    outcome = cli(*where)
    assert outcome.code == 2
    assert "three parts with dots between" in outcome.err
    assert "az account get-access-token" in outcome.err
    assert "rain-in-spain" not in outcome.err + outcome.out
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", jwt(aud="https://graph.microsoft.com", exp=time.time() + 600))
    assert "three parts" not in cli(*where).err


def test_numbers_and_words_agree(cli):
    out = cli("check --sample").out + cli("check --sample=complete").out + cli("scans").out
    assert re.search(r"\b2 with gaps\b", out)
    assert not re.search(r"\b1 (\w+s)\b(?! not)", re.sub(r"1 of \d+ reads|, 1 \w+ documented", "", out)), out
    assert not re.search(r"\d+ gaps", out)
