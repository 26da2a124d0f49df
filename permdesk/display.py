"""Whether a window can open here, asked before Qt is: without a screen, or a library, Qt aborts the whole process."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from permdesk.paths import Home, home

#: Platforms of Qt that draw without an X server or a Wayland compositor.
_SCREENLESS = frozenset({"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"})


def command_line() -> str:
    """Return how the command line of this very installation is called."""
    return "python3 build/dev.py run" if home() is Home.SOURCE else "permdesk-cli"


def display_problem(environ: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> str | None:
    """Return why no window can open, in words for the person, with the command to use instead; None where one can.

    Args:
        environ: environment variables.
        platform: as ``sys.platform``; on Windows and macOS a program that a person starts has a screen.
    """
    if platform in {"win32", "darwin"}:
        return None
    why = _why_not(environ)
    return f"{why} The command line needs none: {command_line()} check --sample" if why else None


def _why_not(environ: Mapping[str, str]) -> str | None:
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen in _SCREENLESS:
        return _missing_library(chosen)
    screens: dict[str, tuple[str, Callable[[str], bool]]] = {
        "wayland": ("WAYLAND_DISPLAY", partial(_wayland_answers, runtime=environ.get("XDG_RUNTIME_DIR", ""))),
        "xcb": ("DISPLAY", _x_server_answers),
    }
    lacks, silent = "", []
    for qt_platform, (variable, answers) in screens.items():
        name = environ.get(variable, "")
        if not name or (chosen in screens and chosen != qt_platform):
            continue
        if answers(name):
            missing = _missing_library(qt_platform)
            if missing is None:
                return None
            lacks = lacks or missing
        silent.append(f"{variable}={name}")
    if lacks:
        return lacks
    reason = f"nothing answers at {' and '.join(silent)}" if silent else "neither DISPLAY nor WAYLAND_DISPLAY is set"
    return f"There is no screen here to open a window on: {reason}."


def _wayland_answers(name: str, *, runtime: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(Path(runtime) / name))
        except OSError:
            return False
    return True


def _x_server_answers(name: str) -> bool:
    """Open and close a connection as Qt will do, so that a refused one counts as none."""
    import ctypes

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        # Nobody to ask; Qt's plugin lacks it too, and that is what the person is told.
        return True
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    connection = x11.XOpenDisplay(name.encode())
    if not connection:
        return False
    x11.XCloseDisplay(connection)
    return True


def _missing_library(qt_platform: str) -> str | None:
    """Say which system library Qt's plugin for ``qt_platform`` lacks; None where it loads or is not to be found."""
    import ctypes
    from importlib.util import find_spec

    try:
        package = find_spec("PySide6")
    except ModuleNotFoundError:
        # An importer of its own, as in a bundle, may say so this way.
        package = None
    if package is None:
        return "PySide6, which draws the window, is not installed."
    for folder in package.submodule_search_locations or ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / f"libq{qt_platform}.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                # In a bundle, PyInstaller's own guess stands before what the loader says.
                return f"Qt cannot draw a window here: {error.__cause__ or error}."
    return None
