"""What a bundle, its packages and installers are told: read from the project once, and alike wherever it stands."""

import io
import plistlib
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from PIL import Image

from permdesk import __version__
from tests.build.trees import ROOT

_SCRIPTS = (
    "dev",
    "identity",
    "linux_packages",
    "macos_packages",
    "make_icons",
    "packed",
    "package",
    "parts",
    "pruning",
    "smoke",
    "windows_packages",
)


@pytest.fixture(scope="module")
def build() -> Iterator[SimpleNamespace]:
    """The scripts of build/, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "build"))
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        found = SimpleNamespace(**{name: __import__(name) for name in _SCRIPTS})
        yield found
        for name in _SCRIPTS:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def who(build: SimpleNamespace) -> object:
    return build.identity.identity()


def test_identity_is_what_the_package_says(who: object) -> None:
    assert (who.name, who.version, who.licence) == ("permdesk", __version__, "MIT")
    assert who.rights in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert who.summary in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.2.3", (1, 2, 3, 0)), ("2.0", (2, 0, 0, 0)), ("1.10.0rc1", (1, 10, 0, 0))]
)
def test_windows_gets_four_numbers(build: SimpleNamespace, version: str, numbers: tuple[int, ...]) -> None:
    assert build.identity.Identity("p", version, "", "", "", "MIT").numbers == numbers


def test_every_file_bears_one_time(build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build.identity.epoch() == 1_700_000_000
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build.identity.epoch() > 1_700_000_000


def test_nothing_but_the_package_says_the_version() -> None:
    for path in (ROOT / "build").rglob("*"):
        if path.suffix in {".py", ".spec", ".iss", ".xml", ".desktop", ".plist"}:
            assert __version__ not in path.read_text(encoding="utf-8"), path


def test_the_resources_of_the_wheel_are_those_of_the_bundle(build: SimpleNamespace) -> None:
    places = dict(build.packed.resources())
    assert places[str(ROOT / "catalog.sqlite")] == "."
    assert places[str(ROOT / "resources" / "icons")] == str(Path("resources", "icons"))
    assert not any("screenshots" in source for source in places)
    assert all(Path(source).exists() for source in places)


def test_what_permdesk_runs_with_is_known_and_what_tests_it_is_not(build: SimpleNamespace) -> None:
    names = {name.casefold() for name in build.packed.distributions()}
    assert {"msal", "keyring", "cryptography", "msgspec", "truststore", "jinja2", "xlsxwriter", "shiboken6"} <= names
    assert not names & {"pytest", "hypothesis", "pyinstaller", "mypy", "reportlab", "pip", "setuptools"}


class TestPruning:
    def test_each_pattern_has_a_reason(self, build: SimpleNamespace) -> None:
        for pattern, why in build.pruning.UNNEEDED.items():
            re.compile(pattern)
            assert len(why) > 10

    @pytest.mark.parametrize(
        "place",
        [
            "PySide6/Qt/plugins/platforms/libqeglfs.so",
            "PySide6/plugins/platforms/qminimal.dll",
            "PySide6/Qt/plugins/platforms/libqminimal.dylib",
            "PySide6/Qt/translations/qtbase_fr.qm",
            "PySide6\\translations\\qt_fr.qm",
            "PySide6/Qt/plugins/tls/libqopensslbackend.so",
            "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
            "PySide6/opengl32sw.dll",
            "PySide6/Qt6Quick.dll",
        ],
    )
    def test_unneeded(self, build: SimpleNamespace, place: str) -> None:
        assert build.pruning.unneeded(place)

    @pytest.mark.parametrize(
        "place",
        [
            "PySide6/Qt/plugins/platforms/libqxcb.so",
            "PySide6/Qt/plugins/platforms/libqwayland.so",
            "PySide6/Qt/plugins/platforms/libqoffscreen.so",
            "PySide6/plugins/platforms/qwindows.dll",
            "PySide6/plugins/platforms/qoffscreen.dll",
            "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
            "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
            "PySide6/Qt/translations/qtbase_de.qm",
            "PySide6/Qt/plugins/styles/libqmacstyle.dylib",
            "PySide6/Qt6Gui.dll",
            "permdesk/ui/window.py",
        ],
    )
    def test_needed(self, build: SimpleNamespace, place: str) -> None:
        assert build.pruning.unneeded(place) is None

    def test_a_library_goes_with_the_plugin_that_asked_for_it(self, build: SimpleNamespace) -> None:
        entries = [
            ("PySide6/Qt/plugins/platforms/libqxcb.so", "/q/libqxcb.so", "BINARY"),
            ("libxcb-cursor.so.0", "/l/libxcb-cursor.so.0", "BINARY"),
            ("libxcb-image.so.0", "/l/libxcb-image.so.0", "BINARY"),
            ("libgtk-3.so.0", "/l/libgtk-3.so.0", "BINARY"),
            ("libfontconfig.so.1", "/l/libfontconfig.so.1", "BINARY"),
            ("PySide6/Qt/lib/libQt6Gui.so.6", "/q/libQt6Gui.so.6", "BINARY"),
            ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
            ("PySide6/Qt/lib/libQt6Qml.so.6", "/q/libQt6Qml.so.6", "BINARY"),
            ("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", "SYMLINK"),
            ("libpython3.11.so.1.0", "/p/libpython3.11.so.1.0", "BINARY"),
            ("resources/icons/print.svg", "/r/print.svg", "DATA"),
        ]
        asks = {
            "/q/libqxcb.so": ["libxcb-cursor.so.0", "libQt6Gui.so.6", "libfontconfig.so.1"],
            "/l/libxcb-cursor.so.0": ["libxcb-image.so.0"],
        }
        kept = build.pruning.pruned_for_linux(entries, lambda file: asks.get(file, []))
        gone = {entry[0] for entry in entries} - {entry[0] for entry in kept}
        assert gone == {"libgtk-3.so.0", "libfontconfig.so.1", "PySide6/Qt/lib/libQt6Qml.so.6", "libQt6Qml.so.6"}


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(tmp_path_factory.mktemp("icons"))


def drawn(folder: Path) -> Path:
    """Draw all icons into a folder; return it."""
    command = [sys.executable, str(ROOT / "build" / "make_icons.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


class TestIcons:
    def test_windows_reads_all_sizes(self, icons: Path) -> None:
        with Image.open(icons / "permdesk.ico") as icon:
            assert {side for side, _ in icon.ico.sizes()} == {16, 20, 24, 32, 40, 48, 64, 256}
            small = icon.ico.getimage((16, 16)).convert("RGBA")
        assert small.getpixel((0, 0))[3] == 0
        assert small.getpixel((4, 4)) != small.getpixel((0, 0))

    def test_macos_reads_all_sizes(self, icons: Path) -> None:
        content = (icons / "permdesk.icns").read_bytes()
        assert content[:4] == b"icns"
        assert struct.unpack(">I", content[4:8])[0] == len(content)
        found, place = {}, 8
        while place < len(content):
            name, size = content[place : place + 4].decode(), struct.unpack(">I", content[place + 4 : place + 8])[0]
            with Image.open(io.BytesIO(content[place + 8 : place + size])) as picture:
                found[name] = picture.size
            place += size
        assert found["ic07"] == (128, 128)
        assert found["ic10"] == (1024, 1024)
        assert len(found) == 7

    def test_drawn_twice_they_are_the_same(self, icons: Path, tmp_path: Path) -> None:
        assert {path.name: path.read_bytes() for path in drawn(tmp_path).iterdir()} == {
            path.name: path.read_bytes() for path in icons.iterdir()
        }


def test_windows_is_told_who_made_it(
    build: SimpleNamespace, who: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PyInstaller's words for a version need it only to read one out of a program.
    if sys.platform != "win32":
        monkeypatch.setitem(sys.modules, "pefile", ModuleType("pefile"))
        monkeypatch.setattr("PyInstaller.compat.win32api", None, raising=False)
    from PyInstaller.utils.win32 import versioninfo

    file = build.packed._version_resource(who, "permdesk-cli", tmp_path)
    info = eval(file.read_text(encoding="utf-8"), vars(versioninfo).copy())  # noqa: S307 - as PyInstaller does
    told = {one.name: one.val for one in info.kids[0].kids[0].kids}
    assert told["ProductVersion"] == told["FileVersion"] == __version__
    assert told["OriginalFilename"] == "permdesk-cli.exe"
    assert told["LegalCopyright"] == who.rights
    assert info.ffi.productVersionMS == (who.numbers[0] << 16) + who.numbers[1]


def test_macos_opens_scan_files_with_it(build: SimpleNamespace, who: object) -> None:
    plist = plistlib.loads(plistlib.dumps(build.packed.info_plist(who)))
    assert plist["CFBundleShortVersionString"] == __version__
    exported = plist["UTExportedTypeDeclarations"][0]
    assert exported["UTTypeTagSpecification"]["public.filename-extension"] == ["permdesk"]
    assert plist["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [exported["UTTypeIdentifier"]]
    with (ROOT / "build" / "packaging" / "macos" / "entitlements.plist").open("rb") as file:
        assert plistlib.load(file)["com.apple.security.cs.disable-library-validation"] is True


def test_the_installer_is_told_everything_it_asks_for(build: SimpleNamespace, who: object, tmp_path: Path) -> None:
    script = (ROOT / "build" / "packaging" / "windows" / "permdesk.iss").read_text(encoding="utf-8")
    asked = set(re.findall(r"\{#(\w+)\}", script)) - {"SignTool"}
    defined = build.windows_packages.definitions(tmp_path / "permdesk", tmp_path, tmp_path, who)
    assert asked == set(defined)
    assert "PrivilegesRequired=lowest" in script
    assert __version__ in defined["File"]


@pytest.fixture
def bundle_start(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "build" / "packaging" / "programs"))
    monkeypatch.delitem(sys.modules, "permdesk_bundle", raising=False)
    import permdesk_bundle

    return permdesk_bundle


@pytest.mark.parametrize(
    ("environment", "after"),
    [
        ({"LD_LIBRARY_PATH": "/b/_internal"}, {}),
        ({"LD_LIBRARY_PATH": "/b/_internal:/own", "LD_LIBRARY_PATH_ORIG": "/own"}, {"LD_LIBRARY_PATH": "/own"}),
        ({"QT_PLUGIN_PATH": "/usr/lib/qt6/plugins", "LANG": "C"}, {"LANG": "C"}),
    ],
)
def test_programs_that_a_bundle_starts_get_the_environment_back(
    bundle_start: ModuleType, environment: dict[str, str], after: dict[str, str]
) -> None:
    bundle_start._restore(environment, "/b/_internal")
    assert environment == after


def test_qt_is_told_its_place_where_an_ini_file_cannot(bundle_start: ModuleType) -> None:
    environment: dict[str, str] = {}
    bundle_start._restore(environment, "/Scans, März/_internal")
    assert Path(environment["QT_PLUGIN_PATH"]).parts[1:3] == ("Scans, März", "_internal")


class TestParts:
    def test_a_file_is_somebodys(self, build: SimpleNamespace) -> None:
        import click
        import msgspec

        found = build.parts.parts([click.__file__, msgspec.__file__, str(ROOT / "permdesk" / "__init__.py")])
        names = [part.name for part in found]
        assert names == ["click", "msgspec", "pyinstaller", "Python"]
        assert all(part.texts and part.licence for part in found)

    def test_a_file_of_nobody_stops_the_packing(self, build: SimpleNamespace, tmp_path: Path) -> None:
        stray = tmp_path / "stray.so"
        stray.write_bytes(b"\x7fELF")
        with pytest.raises(SystemExit, match=r"nobody says whose these files are: .*stray\.so"):
            build.parts.parts([str(stray)])

    def test_the_same_parts_bear_the_same_number(self, build: SimpleNamespace, who: object) -> None:
        one = build.parts.Part("click", "8.5.1", "pkg:pypi/click@8.5.1", "BSD-3-Clause", {"LICENSE": "..."})
        other = build.parts.Part("click", "8.5.2", "pkg:pypi/click@8.5.2", "BSD-3-Clause", {"LICENSE": "..."})
        first, again, changed = (build.parts.bill(who, parts) for parts in ([one], [one], [other]))
        assert first == again
        assert first["serialNumber"] != changed["serialNumber"]
        assert first["components"][0]["purl"] == "pkg:pypi/click@8.5.1"
        assert first["dependencies"][0]["dependsOn"] == ["pkg:pypi/click@8.5.1"]
