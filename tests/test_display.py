"""Without a screen the person gets a sentence and a command, never Qt's abort."""

import socket
import sys
from pathlib import Path

import pytest

from permdesk.display import command_line, display_problem

pytestmark = pytest.mark.linux


def test_no_screen_at_all_is_said_with_the_command_to_use() -> None:
    said = display_problem({}, platform="linux")
    assert said is not None
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in said
    assert said.endswith("python3 build/dev.py run check --sample")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_are_taken_to_have_one(platform: str) -> None:
    assert display_problem({}, platform=platform) is None


@pytest.mark.parametrize("chosen", ["offscreen", "minimal", "vnc:port=5901"])
def test_a_platform_that_needs_no_screen_needs_none(chosen: str) -> None:
    assert display_problem({"QT_QPA_PLATFORM": chosen}, platform="linux") is None


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"DISPLAY": ":9871"}, "DISPLAY=:9871"),
        ({"WAYLAND_DISPLAY": "wayland-97", "XDG_RUNTIME_DIR": "/nowhere"}, "WAYLAND_DISPLAY=wayland-97"),
        ({"WAYLAND_DISPLAY": "wayland-97", "DISPLAY": ":9871"}, "WAYLAND_DISPLAY=wayland-97 and DISPLAY=:9871"),
        ({"WAYLAND_DISPLAY": "wayland-97", "DISPLAY": ":9871", "QT_QPA_PLATFORM": "xcb"}, "at DISPLAY=:9871."),
    ],
)
def test_a_name_at_which_nothing_answers_is_no_screen(environ: dict[str, str], named: str) -> None:
    said = display_problem(environ, platform="linux")
    assert said is not None
    assert "nothing answers at" in said
    assert named in said


def test_a_wayland_compositor_that_answers_is_a_screen_or_lacks_a_named_library(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-0"))
        compositor.listen(1)
        said = display_problem({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}, platform="linux")
    assert said is None or ".so" in said


def test_an_installed_permdesk_names_its_own_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_line() == "permdesk-cli"
