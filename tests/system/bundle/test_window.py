"""The bundle's window on a true X screen: opened, fed with a scan file and closed, with nothing on its streams."""

import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.bundle.bundled import Bundle, plain_environment
from tests.system.screens import virtual_screen

pytestmark = [pytest.mark.linux, pytest.mark.display]

_PATIENCE = 60.0
#: Nobody: owns nothing here, and has no home.
_NOBODY = 65534


def _linked(source: str, target: str, *, follow_symlinks: bool = True) -> None:
    """Copy nothing, but give a file another name where the disk allows it."""
    try:
        os.link(source, target, follow_symlinks=follow_symlinks)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=follow_symlinks)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    with virtual_screen() as name:
        yield name


class Opened:
    """The window program, started by somebody who sits at a screen."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._environment = environment
        self.program = subprocess.Popen(
            command, env=environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def hand(self, *words: str) -> str:
        """Let xdotool do something; return what it says."""
        command = ["xdotool", *words]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
        return done.stdout

    def wait(self, title: str) -> str:
        """Wait for a window, and return its number."""

        def found() -> str:
            return self.hand("search", "--onlyvisible", "--name", title).partition("\n")[0]

        return self.until(found)

    def until(self, what: Callable[[], str]) -> str:
        """Wait until there is something, and return it."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            told = what()
            if told:
                return told
            if self.program.poll() is not None:
                pytest.fail(f"it ended with {self.program.returncode}: {self.program.communicate()[1]}")
            time.sleep(0.1)
        pytest.fail("it did not come about")

    def close(self, window: str) -> tuple[int, str, str]:
        """Press Ctrl+Q, and return the exit code and both streams."""
        self.hand("windowfocus", "--sync", window)
        self.hand("key", "ctrl+q")
        out, err = self.program.communicate(timeout=_PATIENCE)
        return self.program.returncode, out, err


@contextmanager
def opened(command: list[str], display: str, **more: str) -> Iterator[Opened]:
    started = Opened(command, plain_environment(DISPLAY=display, **more))
    try:
        yield started
    finally:
        if started.program.poll() is None:
            started.program.kill()
        started.program.communicate()


def test_the_sample_tenant_opens(bundle: Bundle, display: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with opened([str(bundle.window), "--sample", "--data-dir", str(data)], display) as person:
        window = person.wait("^Larkfield Instruments – permdesk$")
        mapped = Path(f"/proc/{person.program.pid}/maps").read_text(encoding="utf-8")
        libraries = {line.split(maxsplit=5)[5].strip() for line in mapped.splitlines() if ".so" in line}
        assert any(library.endswith("libqxcb.so") for library in libraries)
        qt = {library for library in libraries if "Qt6" in library or "shiboken" in library or "libpython" in library}
        assert qt
        assert all(Path(library).is_relative_to(bundle.inside) for library in qt), qt
        assert person.close(window) == (0, "", "")
    assert (data / "history.sqlite").is_file()
    assert (data / "config" / "settings.json").is_file()


def test_a_double_click_on_a_saved_scan_opens_it(bundle: Bundle, display: str, tmp_path: Path) -> None:
    file = tmp_path / "März, Larkfield.permdesk"
    saved = bundle.run("scan", "--sample", "--output", str(file), data=tmp_path / "console")
    assert saved.returncode == 3, saved.stderr
    with opened([str(bundle.window), str(file), "--data-dir", str(tmp_path / "data")], display) as person:
        window = person.wait("^Larkfield Instruments – permdesk$")
        assert person.close(window) == (0, "", "")


def test_a_library_that_is_missing_is_named(bundle: Bundle, display: str, tmp_path: Path) -> None:
    less = Bundle(tmp_path / "less")
    shutil.copytree(bundle.folder, less.folder, symlinks=True, copy_function=_linked)
    for place in ("libQt6XcbQpa.so.6", "PySide6/Qt/lib/libQt6XcbQpa.so.6"):
        (less.inside / place).unlink()
    command = [str(less.window), "--sample", "--data-dir", str(tmp_path / "data")]
    environment = plain_environment(DISPLAY=display)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    assert (done.returncode, done.stdout) == (2, "")
    told = "Qt cannot draw a window here: libQt6XcbQpa.so.6: cannot open shared object file: No such file or directory."
    assert done.stderr == f"{told} The command line needs none: permdesk-cli check --sample\n"


@pytest.fixture
def elsewhere(bundle: Bundle) -> Iterator[Bundle]:
    """The bundle in a folder that can only be read, with blanks, a comma and umlauts in its path."""
    with tempfile.TemporaryDirectory(prefix="permdesk ") as name:
        parent = Path(name)
        parent.chmod(0o755)
        copy = Bundle(parent / "Für Prüfer, schreibgeschützt" / "permdesk")
        copy.folder.parent.mkdir(mode=0o755)
        shutil.copytree(bundle.folder, copy.folder, symlinks=True)
        everything = [copy.folder, *copy.folder.rglob("*")]
        for path in everything:
            if not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222 | 0o444)
        before = {path: path.lstat().st_mtime_ns for path in everything}
        try:
            yield copy
            assert {path: path.lstat().st_mtime_ns for path in [copy.folder, *copy.folder.rglob("*")]} == before
        finally:
            for path in everything:
                if path.is_dir() and not path.is_symlink():
                    path.chmod(0o755)


def as_nobody(*command: str) -> list[str]:
    """Return a command as somebody without a home would start it; whoever is not root starts it as themselves."""
    if os.geteuid() != 0:
        return list(command)
    who = str(_NOBODY)
    return ["setpriv", f"--reuid={who}", f"--regid={who}", "--clear-groups", "--inh-caps=-all", *command]


def test_from_a_folder_to_read_only_and_without_a_home_it_tells_the_same(elsewhere: Bundle, bundle: Bundle) -> None:
    words = ("check", "--sample", "--json")
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    command = as_nobody(str(elsewhere.console), *words)
    with tempfile.TemporaryDirectory() as name:
        here = bundle.run(*words, data=Path(name))
    there = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False, timeout=120)
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout)
    assert "permdesk cannot keep this in" in there.stderr
    assert "Traceback" not in there.stderr


def test_from_a_folder_to_read_only_and_without_a_home_the_window_opens(elsewhere: Bundle, display: str) -> None:
    more = {"HOME": "/nonexistent", "TMPDIR": "/tmp"}
    with opened(as_nobody(str(elsewhere.window), "--sample"), display, **more) as person:
        window = person.wait("^Larkfield Instruments – permdesk$")
        code, out, err = person.close(window)
    assert (code, out) == (0, "")
    assert err == ""
