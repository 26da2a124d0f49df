"""What is in the bundle, what is left out, and that each part is listed with its licence."""

import json
import re
import sys
from types import ModuleType

import pytest

from permdesk import __version__
from tests.system.bundle.bundled import ROOT, Bundle

pytestmark = pytest.mark.linux

#: What a person would miss, and nothing at start would tell.
NEEDED = (
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
    "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "PySide6/Qt/plugins/imageformats/libqjpeg.so",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/Qt/lib/libicudata.so.73",
    "PySide6/QtPrintSupport.abi3.so",
    "catalog.sqlite",
    "libxcb-cursor.so.0",
)
#: The libraries that a bundle may ask of the system: README.md names the packages.
FROM_DEBIAN = {
    "ca-certificates",
    "libbz2-1.0",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgcc-s1",
    "libgl1",
    "libglib2.0-0",
    "liblzma5",
    "libstdc++6",
    "libuuid1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libx11-6",
    "libx11-xcb1",
    "libxcb1",
    "libzstd1",
    "xkb-data",
    "zlib1g",
}


@pytest.fixture(scope="module")
def linux_packages() -> ModuleType:
    sys.path.insert(0, str(ROOT / "build"))
    try:
        import linux_packages

        return linux_packages
    finally:
        sys.path.remove(str(ROOT / "build"))


def test_what_a_person_would_miss_is_there(bundle: Bundle) -> None:
    assert set(NEEDED) - set(bundle.files()) == set()


def test_every_resource_is_there(bundle: Bundle) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "screenshots" not in path.parts
    }
    there = {file for file in bundle.files() if file.startswith("resources/")}
    assert there == wanted


def test_what_is_left_out_is_left_out(bundle: Bundle) -> None:
    sys.path.insert(0, str(ROOT / "build"))
    try:
        from pruning import left_to_the_system, unneeded
    finally:
        sys.path.remove(str(ROOT / "build"))
    assert [file for file in bundle.files() if unneeded(file) or left_to_the_system(file)] == []
    names = " ".join(bundle.files())
    assert re.search(r"Qt6(Qml|Quick|Network|Sql|Test|Designer|EglFS)|libgtk|tkinter|pytest|hypothesis", names) is None
    assert [path for path in bundle.inside.rglob("*") if path.is_symlink() and not path.exists()] == []


def test_it_asks_the_system_for_the_documented_libraries_alone(bundle: Bundle, linux_packages: ModuleType) -> None:
    depends, recommends = linux_packages.dependencies(bundle.folder)
    libc = [package for package in depends if package.startswith("libc6 ")]
    assert len(libc) == 1
    assert set(depends) - set(libc) <= FROM_DEBIAN
    assert {"libegl1", "libfontconfig1", "libstdc++6", "libx11-6", "xkb-data"} <= set(depends)
    assert "libcups2" in recommends
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in FROM_DEBIAN if name not in readme] == []


def test_every_part_is_listed_with_its_licence(bundle: Bundle) -> None:
    folder = bundle.inside / "licences"
    bill = json.loads((folder / "permdesk.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == __version__
    listed = {(one["name"], one["version"]) for one in bill["components"]}
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
    for installed in bundle.inside.glob("*.dist-info"):
        lines = (installed / "METADATA").read_text(encoding="utf-8").splitlines()
        name, version = (next(line for line in lines if line.startswith(word)) for word in ("Name: ", "Version: "))
        assert (name.removeprefix("Name: "), version.removeprefix("Version: ")) in listed
    names = {name for name, _ in listed}
    assert {"Python", "pyinstaller", "PySide6_Essentials", "libssl3", "libxcb-cursor0", "msal"} <= names
    for name in {*names, "permdesk"}:
        assert sum(text.stat().st_size for text in (folder / name).iterdir()) > 500, name


def test_how_to_exchange_the_libraries_of_qt_is_said(bundle: Bundle) -> None:
    folder = bundle.inside / "licences" / "PySide6_Essentials"
    assert {path.name for path in folder.iterdir()} == {"Qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt"}
    told = (folder / "Qt.txt").read_text(encoding="utf-8")
    for place in ("PySide6", "shiboken6", "PySide6/Qt/lib", "PySide6/Qt/plugins"):
        assert (bundle.inside / place).is_dir()
        assert place.rpartition("PySide6/")[2] in told
