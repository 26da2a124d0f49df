"""The Debian package: what it brings to a desktop, and the programs in it, unpacked and started."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from permdesk import __version__
from tests.system.bundle.bundled import ROOT, Bundle, plain_environment

pytestmark = pytest.mark.linux

_ID = "org.permdesk.permdesk"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    sys.path.insert(0, str(ROOT / "build"))
    try:
        import identity
        import linux_packages

        linux_packages.who = identity.identity()
        return linux_packages
    finally:
        sys.path.remove(str(ROOT / "build"))


@pytest.fixture(scope="module")
def unpacked(
    bundle: Bundle, icons: Path, builder: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The package, and what dpkg-deb unpacks of it."""
    folder = tmp_path_factory.mktemp("package")
    package = builder.deb(bundle.folder, folder, icons.parent, builder.who, packing="none")
    subprocess.run(["dpkg-deb", "--extract", str(package), str(folder / "root")], check=True)
    return package, folder / "root"


def field(package: Path, name: str) -> str:
    told = subprocess.run(["dpkg-deb", "--field", str(package), name], check=True, capture_output=True, text=True)
    return told.stdout.strip()


def test_it_says_who_it_is_and_what_it_needs(unpacked: tuple[Path, Path]) -> None:
    package, _ = unpacked
    assert field(package, "Package") == "permdesk"
    assert field(package, "Version") == __version__
    needs = field(package, "Depends")
    assert "libc6 (>= 2." in needs
    assert "libegl1" in needs
    assert "python" not in needs
    assert "libcups2" in field(package, "Recommends")


def test_its_programs_start_through_their_links(unpacked: tuple[Path, Path]) -> None:
    _, root = unpacked
    for name in ("permdesk", "permdesk-cli"):
        link = root / "usr" / "bin" / name
        assert link.is_symlink()
        assert not Path(link.readlink()).is_absolute()
        done = subprocess.run([str(link), "--version"], env=plain_environment(), capture_output=True, check=True)
        assert (done.stdout.decode(), done.stderr) == (f"permdesk, version {__version__}\n", b"")


def test_nobody_but_root_can_change_it(unpacked: tuple[Path, Path]) -> None:
    package, _ = unpacked
    listed = subprocess.run(["dpkg-deb", "--contents", str(package)], check=True, capture_output=True, text=True).stdout
    modes = {(line.split()[0], line.split()[1]) for line in listed.splitlines()}
    assert {mode for mode, _ in modes} == {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"}
    assert {owner for _, owner in modes} == {"root/root"}


def test_the_desktop_file_is_valid_and_opens_scans(unpacked: tuple[Path, Path]) -> None:
    _, root = unpacked
    file = root / "usr" / "share" / "applications" / "permdesk.desktop"
    checked = subprocess.run(["desktop-file-validate", str(file)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    text = file.read_text(encoding="utf-8")
    assert "$" not in text
    assert "Exec=permdesk %f\n" in text
    assert "MimeType=application/vnd.permdesk.scan;\n" in text


def test_the_metadata_for_software_centres_is_valid(unpacked: tuple[Path, Path]) -> None:
    _, root = unpacked
    file = root / "usr" / "share" / "metainfo" / f"{_ID}.metainfo.xml"
    command = ["appstreamcli", "validate", "--no-net", "--no-color", str(file)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    component = ET.parse(file).getroot()  # noqa: S314 - made just now
    assert component.findtext("id") == _ID
    release = component.find("releases/release")
    assert release is not None
    assert release.get("version") == __version__


def test_the_type_of_scan_files_is_known_by_its_ending(unpacked: tuple[Path, Path]) -> None:
    _, root = unpacked
    mime = root / "usr" / "share" / "mime"
    command, environment = ["update-mime-database", str(mime)], plain_environment(XDG_DATA_DIRS=str(mime.parent))
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert "50:application/vnd.permdesk.scan:*.permdesk" in (mime / "globs2").read_text(encoding="utf-8").splitlines()
    pictures = root / "usr" / "share" / "icons" / "hicolor"
    for size in ("16x16", "48x48", "256x256"):
        assert (pictures / size / "apps" / "permdesk.png").read_bytes().startswith(b"\x89PNG")
        assert (pictures / size / "mimetypes" / "application-vnd.permdesk.scan.png").is_file()
    assert (pictures / "scalable" / "apps" / "permdesk.svg").is_file()
