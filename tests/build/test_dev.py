"""dev.py: what it says, what it decides, and what it asks of the system."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.build.elf import needed
from tests.build.trees import ROOT, dev


@pytest.fixture(scope="module")
def prepare() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "build"))
        import prepare

        yield prepare
        for name in ("prepare", "dev"):
            sys.modules.pop(name, None)


def test_without_a_verb_it_lists_every_verb_in_one_line_each() -> None:
    done = dev(ROOT)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["run", "test", "check", "catalog", "bench", "package"]
    assert all(len(line) <= 120 for line in lines)


def test_help_is_no_fault() -> None:
    done = dev(ROOT, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: python3 build/dev.py VERB" in done.stdout


def test_an_unknown_verb_is_named() -> None:
    done = dev(ROOT, "tset")
    assert done.returncode == 2
    assert "there is no verb tset" in done.stderr


def test_it_needs_the_standard_library_alone() -> None:
    for script in ("dev", "prepare", "verbs"):
        tree = ast.parse((ROOT / "build" / f"{script}.py").read_text(encoding="utf-8"))
        names = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            )
        }
        assert names <= sys.stdlib_module_names | {"dev", "prepare", "verbs"}


def test_an_old_python_can_read_it_far_enough_to_be_told() -> None:
    ast.parse((ROOT / "build" / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(
    ("arguments", "window"),
    [(["--sample"], True), (["saved.permdesk"], True), (["check", "--sample"], False), (["catalog", "list"], False)],
)
def test_a_command_without_a_window_asks_nothing_of_qt(prepare: ModuleType, arguments: list[str], window: bool) -> None:
    assert ("window" in prepare.dev.needs("run", arguments)) is window


def test_the_fast_tests_need_no_browser_and_no_keyring(prepare):
    assert "tests" in prepare.dev.needs("test", [])
    assert "tests" not in prepare.dev.needs("test", ["--fast"])


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH, for programs that write down how they were called."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def add_program(folder: Path, name: str, *, code: int = 0) -> None:
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\nexit {code}\n')
    program.chmod(0o755)


@pytest.mark.linux
class TestSystemPackages:
    def test_with_apt_and_the_right_they_are_installed(
        self, prepare: ModuleType, programs: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        add_program(programs, "apt-get")
        add_program(programs, "sudo")
        (programs / "env").symlink_to("/usr/bin/env")
        assert prepare._install(["libegl1"], why="Qt needs libEGL.so.1") is None
        calls = (programs / "calls").read_text()
        assert "install --yes --no-install-recommends libegl1" in calls
        assert "Qt needs libEGL.so.1: installing libegl1" in capsys.readouterr().err
        assert calls.startswith("apt-get" if os.geteuid() == 0 else "sudo")

    @pytest.mark.parametrize("sudo", [True, False])
    def test_without_the_right_the_one_line_is_told(
        self, prepare: ModuleType, programs: Path, monkeypatch: pytest.MonkeyPatch, sudo: bool
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        add_program(programs, "apt-get")
        if sudo:
            add_program(programs, "sudo", code=1)
        said = prepare._install(["libegl1", "libgl1"], why="Qt needs libEGL.so.1 and 1 more libraries")
        assert said.endswith("sudo apt-get install --yes --no-install-recommends libegl1 libgl1")
        assert "apt-get" not in ((programs / "calls").read_text() if sudo else "")

    def test_where_apt_fails_the_line_is_told(self, prepare: ModuleType, programs: Path) -> None:
        add_program(programs, "apt-get", code=100)
        add_program(programs, "sudo")
        (programs / "env").symlink_to("/usr/bin/env")
        assert "Type this once" in prepare._install(["libegl1"], why="Qt needs libEGL.so.1")

    def test_another_package_manager_gets_the_files_by_name(self, prepare: ModuleType, programs: Path) -> None:
        add_program(programs, "dnf")
        said = prepare._install(["libegl1"], why="Qt needs libEGL.so.1", libraries=["libEGL.so.1"])
        assert said.endswith("sudo dnf install 'libEGL.so.1()(64bit)'")

    def test_without_any_the_names_are_told(self, prepare: ModuleType, programs: Path) -> None:
        assert "libegl1" in prepare._install(["libegl1"], why="Qt needs libEGL.so.1")

    def test_every_library_that_qt_links_is_on_the_list(self, prepare: ModuleType) -> None:
        import PySide6

        qt = Path(PySide6.__file__).parent / "Qt"
        plugins = [qt / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "offscreen", "wayland")]
        shipped = {path.name for path in (qt / "lib").iterdir()}
        wanted: set[str] = set()
        seen: set[Path] = set()
        queue = [*plugins, qt / "lib" / "libQt6Widgets.so.6", qt / "lib" / "libQt6Svg.so.6"]
        while queue:
            path = queue.pop()
            if path in seen:
                continue
            seen.add(path)
            asked = set(needed(path.read_bytes()))
            queue += [qt / "lib" / name for name in asked & shipped]
            wanted |= asked - shipped
        basic = (
            "libc.",
            "libm.",
            "libdl.",
            "libpthread.",
            "librt.",
            "ld-linux",
            "libstdc++.",
            "libgcc_s.",
            "libresolv.",
        )
        assert {name for name in wanted if not name.startswith(basic)} <= set(prepare._LIBRARIES)
