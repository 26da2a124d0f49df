"""How the program ends: interrupted at any moment, with streams closed, full or unread; always by its own exit code."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.linux

#: Commands and the exit code that is theirs, whoever listens.
ENDINGS = [
    (["scan", "--sample=complete"], 0),
    (["check", "--sample"], 3),
    (["check", "--sample=complete"], 1),
    (["check", "--nonsense"], 2),
    (["check", "nobody", "--sample"], 2),
    (["check"], 4),
    (["check", "--scan", "none.permdesk"], 5),
]


def shell(words, redirection, tmp_path):
    """Run a command with a redirection of the shell; return its code and what was still heard."""
    arguments = [sys.executable, "-m", "permdesk", *words, "--data-dir", str(tmp_path)]
    line = f'"$@" {redirection}; code=$?; exit $code'
    return subprocess.run(
        ["sh", "-c", line, "sh", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(("words", "code"), ENDINGS)
@pytest.mark.parametrize("redirection", ["<&- 2>&-", "2>/dev/full"])
def test_nobody_hears_standard_error(words, code, redirection, tmp_path):
    assert shell(words, redirection, tmp_path).returncode == code


@pytest.mark.parametrize(("words", "code"), [ending for ending in ENDINGS if ending[1] not in (0, 1, 3)])
def test_standard_error_goes_into_a_pipe_that_is_shut(words, code, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "permdesk", *words, "--data-dir", str(tmp_path)]
    done = subprocess.run(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=writer, check=False, timeout=60)
    os.close(writer)
    assert done.returncode == code


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
@pytest.mark.parametrize("words", [["catalog", "list"], ["check", "--sample", "--json"], ["--help"]])
def test_what_is_printed_is_lost(words, redirection, tmp_path):
    arguments = words if "--help" in words else [*words]
    line = [sys.executable, "-m", "permdesk", *arguments]
    if "--help" not in words:
        line += ["--data-dir", str(tmp_path)]
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *line],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 5
    assert done.stderr.startswith("permdesk: Standard output cannot be written.")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_both_are_closed(tmp_path):
    assert shell(["check", "--sample"], ">&- 2>&-", tmp_path).returncode == 5
    assert shell(["check", "--nonsense"], ">&- 2>&-", tmp_path).returncode == 2


def test_only_the_first_line_is_read(tmp_path):
    line = f'{{ "$@"; echo $? >"{tmp_path}/code"; }} | head -n 1'
    arguments = [sys.executable, "-m", "permdesk", "check", "--sample", "--json", "--data-dir", str(tmp_path)]
    done = subprocess.run(
        ["sh", "-c", line, "sh", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("{\n", "")
    assert (tmp_path / "code").read_text().strip() in ("141", "3"), (
        "what fits into the pipe is written before head ends"
    )


#: Raises an interruption when a module is about to be imported, as Ctrl-C at that moment does.
_INTERRUPTED_IMPORT = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from permdesk.__main__ import {program}
sys.exit({program}(["check", "--sample", "--data-dir", sys.argv[2]]))
"""


@pytest.mark.parametrize(
    ("program", "module"),
    [
        *(("main", module) for module in ("permdesk.cli.streams", "permdesk.cli.main", "click")),
        *(("console", module) for module in ("permdesk.cli.streams", "permdesk.composition", "msgspec")),
        *(("console", f"permdesk.{module}") for module in ("cli.commands.check", "catalog.store", "sample.service")),
    ],
)
def test_an_interruption_while_something_is_imported(program, module, tmp_path):
    code = _INTERRUPTED_IMPORT.format(program=program)
    done = subprocess.run(
        [sys.executable, "-c", code, module, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


def test_nothing_is_imported_before_an_interruption_is_answered():
    code = "import sys; before = set(sys.modules); import permdesk.__main__; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['permdesk', 'permdesk.__main__']"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("import permdesk.__main__ as m\nclose = m._Log.close\nm._Log.close = lambda log: (kill(), close(log))", 130),
        ("import atexit\natexit.register(kill)", None),
        ("class Last:\n    def __del__(self):\n        kill()\nsys.last = Last()", 3),
    ],
    ids=["while logs are closed", "at the exit", "while the interpreter is taken down"],
)
def test_an_interruption_at_the_very_end(place, code, tmp_path):
    program = (
        "import os, signal, sys\n"
        "kill = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "import permdesk.__main__ as program\n"
        f"{place}\n"
        f"sys.exit(program.console(['check', '--sample', '--data-dir', {str(tmp_path)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stderr in ("", "Interrupted.\n")
    assert done.returncode == (3 if code is None else code)


@pytest.mark.parametrize("after", [0.0, 0.05, 0.15, 0.3])
def test_ctrl_c_at_any_moment(after, tmp_path):
    # Told from the first import on: before that it is Python alone that runs.
    code = (
        "import sys\nimport permdesk.__main__ as program\n"
        "class Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'permdesk.cli':\n            print('begun', flush=True)\n"
        "sys.meta_path.insert(0, Finder())\n"
        f"sys.exit(program.console(['check', '--sample', '--data-dir', {str(tmp_path)!r}]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        try:
            child.wait(after)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert (child.returncode, err) in ((130, "Interrupted.\n"), (3, ""))
