"""The program as a whole: every documented command, help, endings, secrets, and what is not imported."""

import base64
import json
import logging
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import permdesk
from permdesk.cli.exits import Exit
from permdesk.cli.main import COMMANDS, root, run
from permdesk.errors import Cancelled
from tests.cli.conftest import EXPRESS

ROOT = Path(__file__).parents[2]


def commands():
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        yield f"{name}", command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", sub) for inner, sub in command.commands.items())


EVERY_EXAMPLE = {example for _, command in [("", root), *commands()] for example in getattr(command, "examples", ())}
#: Pages are drawn by Qt, which these tests do without; tests/system/report_files draws them.
EXAMPLES = sorted(example for example in EVERY_EXAMPLE if ".pdf" not in example)


def test_examples_are_found():
    assert len(EXAMPLES) > 15
    named = {shlex.split(example)[1] for example in EXAMPLES if example.startswith("permdesk-cli")}
    assert named == set(COMMANDS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_documented_command_runs(cli, example, tmp_path, monkeypatch, two_scans, request):
    monkeypatch.chdir(tmp_path)
    if example.startswith("PERMDESK_ACCESS_TOKEN="):
        assert cli("scan --json").code == 4
        return
    if "larkfield.permdesk" in example and "--output" not in example:
        cli("scan --sample --output larkfield.permdesk")
    if example.startswith("permdesk-cli consents"):
        request.getfixturevalue("kept")
    elif any(word in example for word in ("january", "february", " 6f1f", "--previous")):
        two_scans()
    if "./profiles" in example:
        (tmp_path / "profiles").mkdir()
    words = shlex.split(example)
    outcome = cli(*words[1:], isolated="--data-dir" not in words)
    assert outcome.code in (0, 1, 3), outcome.err
    assert outcome.out
    if "--json" in words:
        assert outcome.json


@pytest.mark.parametrize("name", ["", *(name for name, _ in commands())])
def test_every_command_explains_itself(cli, name):
    outcome = cli(f"{name} --help".strip(), isolated=False)
    assert outcome.code == 0
    assert "Usage:" in outcome.out
    for _, option in re.findall(r"^  (-\w, )?(--[\w-]+)", outcome.out, re.MULTILINE):
        assert option


@pytest.mark.parametrize("command", [command for _, command in commands()], ids=[name for name, _ in commands()])
def test_every_option_has_its_line_of_help(command):
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_help_shows_the_exit_codes(cli):
    out = cli("--help", isolated=False).out
    assert all(re.search(rf"^  {code.value}\b", out, re.MULTILINE) for code in Exit if code is not Exit.UNHEARD)


def test_the_version(cli):
    outcome = cli("--version", isolated=False)
    assert outcome.out.strip().endswith(permdesk.__version__)


def test_a_command_that_does_not_exist_exits_with_2(cli):
    for name in ("print", "rain"):
        assert cli(name, isolated=False).code == 2


def test_without_a_command_the_help_is_shown(cli, capsys):
    from permdesk.__main__ import console

    assert console([]) == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.logs_warning("A fault of permdesk")
def test_a_fault_of_permdesk_is_one_line_and_70(capsys, tmp_path, monkeypatch):
    from permdesk.__main__ import console

    def broken(*_arguments, **_options):
        raise LookupError("Bearer abcdefghijklmnopqrstuvwxyz \x1b[31m")

    monkeypatch.setattr("permdesk.services.scan.Scan.__call__", broken)
    assert console(["check", "--sample", "--data-dir", str(tmp_path)]) == 70
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert "\x1b" not in captured.err
    assert "abcdefghijkl" not in captured.err
    log = tmp_path / "logs" / "permdesk.log"
    assert str(log) in captured.err
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "abcdefghijkl" not in text


@pytest.mark.parametrize("ending", [KeyboardInterrupt, Cancelled, click.Abort])
def test_interrupted_is_130(capsys, ending):
    def interrupted(*_arguments):
        raise ending

    assert run(["scans"], build=interrupted) == 130
    assert capsys.readouterr().out == ""


def test_ctrl_c_is_130(tmp_path):
    code = (
        "import time, permdesk.services.scan as scan, permdesk.__main__ as program\n"
        "def slow(*a, **k):\n    print('reading', flush=True)\n    time.sleep(60)\n"
        "scan.Scan.__call__ = slow\n"
        f"raise SystemExit(program.console(['check', '--sample', '--data-dir', {str(tmp_path)!r}]))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "reading\n"
    if sys.platform == "win32":
        child.kill()
        child.communicate()
        return
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in err


def jwt(**claims):
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), b"secret-signature" * 4)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_a_token_for_something_else_is_refused_before_anything_is_sent(cli, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", jwt(aud="https://vault.azure.net", exp=time.time() + 3600))
    assert cli("check").code == 4
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", jwt(aud="https://graph.microsoft.com", exp=time.time() - 60))
    assert cli("check").code == 4


@pytest.mark.parametrize(
    "words", ["check --uses nakivo:Nowhere", "check --expect nobody", "bind app nobody", "consent app --uses nobody:x"]
)
def test_a_word_that_means_nothing_comes_before_a_sign_in_that_is_missing(cli, words, monkeypatch):
    monkeypatch.delenv("PERMDESK_ACCESS_TOKEN", raising=False)
    assert cli(words).code == 2
    assert cli("check --expect nakivo").code == 4


def test_a_token_never_leaves_the_program(cli, monkeypatch, data_dir, tmp_path):
    token = jwt(aud="https://localhost:1", exp=time.time() + 3600)
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    file = tmp_path / "a.permdesk"
    outcomes = [
        cli("check", "--cloud", "custom", "--graph-endpoint", "https://localhost:1"),
        cli("check", token, "--sample"),
        cli("scan", "--sample", "--output", file),
        cli("check --sample --json"),
    ]
    assert [outcome.code for outcome in outcomes] == [5, 2, 3, 3]
    logging.shutdown()
    pieces = [token.split(".")[2][:24], token.split(".")[1][:24]]
    told = [(o.out + o.err).encode() for place, o in enumerate(outcomes) if place != 1]
    kept = [path.read_bytes() for path in [*data_dir.rglob("*"), file] if path.is_file()]
    assert kept
    for content in told + kept:
        assert all(piece.encode() not in content for piece in pieces)


def test_the_sample_wins_over_a_token_in_the_environment(cli, monkeypatch):
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", "opaque-token")
    assert cli("check --sample --json").json["tenant"]["name"] == "Larkfield Instruments"


def test_commands_import_neither_qt_nor_http():
    code = (
        "import sys\nfrom permdesk.__main__ import main\n"
        "code = main(['check', '--sample', '--json', '--data-dir', sys.argv[1]])\n"
        "heavy = {name.partition('.')[0] for name in sys.modules} & {'PySide6', 'shiboken6', 'requests', 'msal'}\n"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    with_home = {**os.environ, "HOME": "/nonexistent"}
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, folder], cwd=ROOT, env=with_home, capture_output=True, text=True, check=True
        )
    assert done.stderr.splitlines()[-1] == "3 []"
    assert json.loads(done.stdout)["schema"] == "permdesk.check/1"


def test_the_module_is_the_console_program_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "permdesk", "check", EXPRESS, "--sample=complete", "--data-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 1
    assert "AvePoint Cloud Backup Express" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_terminal_can_show_it(encoding, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "permdesk", "check", "--sample", "--all", "--data-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == b""
    assert "Missing" in done.stdout.decode(encoding)


class TestWindow:
    """What the words after ``permdesk`` open; the window itself is tested elsewhere."""

    @pytest.fixture
    def opened(self, monkeypatch, tmp_path):
        """Stand in for the window alone: everything before it is the real program."""
        import types

        calls = []
        stand_in = types.ModuleType("permdesk.ui.app")
        stand_in.run = lambda services, *, paths, target, only: calls.append((services, paths, target)) or 0
        monkeypatch.setitem(sys.modules, "permdesk.ui.app", stand_in)
        monkeypatch.setattr("permdesk.display.display_problem", lambda: None)
        return calls

    def test_targets(self, opened, tmp_path, capsys):
        from permdesk.__main__ import main
        from permdesk.services.target import FileTarget, SampleTarget

        isolated = ["--data-dir", str(tmp_path)]
        assert main(isolated) == 0
        assert main(["--sample", *isolated]) == 0
        assert main(["--sample=complete", *isolated]) == 0
        assert main(["larkfield.permdesk", *isolated]) == 0
        assert [target for _, _, target in opened] == [
            None,
            SampleTarget(),
            SampleTarget(complete=True),
            FileTarget(Path("larkfield.permdesk")),
        ]
        assert opened[0][1].data == tmp_path

    def test_a_second_start_hands_on_what_it_was_to_open(self, opened, tmp_path):
        from permdesk.__main__ import main
        from permdesk.only_one import Asked, OnlyOne

        heard = []
        first = OnlyOne(tmp_path)
        assert not first.hand_on(Asked())
        first.listen(lambda asked: heard.append(asked) is None)
        try:
            assert main(["--sample", "--data-dir", str(tmp_path)]) == 0
            assert main(["larkfield.permdesk", "--data-dir", str(tmp_path)]) == 0
        finally:
            first.close()
        assert opened == []
        assert [(asked.sample, asked.file) for asked in heard] == [
            ("partial", ""),
            ("", str(Path("larkfield.permdesk").absolute())),
        ]

    def test_words_that_mean_nothing(self, opened, capsys):
        from permdesk.__main__ import main

        assert main(["chekc", "--sample"]) == 2
        assert main(["chekc"]) == 2
        assert main(["a.permdesk", "--sample"]) == 2
        assert main(["--nonsense"]) == 2
        assert "Traceback" not in capsys.readouterr().err
        assert opened == []

    def test_without_a_screen(self, monkeypatch, capsys):
        from permdesk.__main__ import main

        monkeypatch.setattr("permdesk.display.display_problem", lambda: "There is no screen here.")
        assert main(["--sample"]) == 2
        assert "no screen" in capsys.readouterr().err
