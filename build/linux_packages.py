"""Packs the bundle for Linux: an archive to unpack anywhere, and a Debian package that the desktop knows about."""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from identity import IDENTIFIER, ROOT, SCAN_SUFFIX, SCAN_TYPE, Identity, epoch, machine
from make_icons import LINUX_SIZES

_SOURCES = ROOT / "build" / "packaging" / "linux"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
#: Read while it runs, which no library of the bundle tells: keyboard layouts, and the certificates that https trusts.
_READ_LATER = {"xkb-data", "ca-certificates"}
#: A printer needs it, a PDF does not.
_FOR_PRINTERS = {"libcups.so.2"}
#: Without them sign-ins last as long as permdesk runs, and a person copies links into the browser.
_LIKED = {"gnome-keyring | kwalletmanager", "xdg-utils"}


def tar_xz(bundle: Path, output: Path, who: Identity) -> Path:
    """Pack the bundle into an archive with one folder, the same bytes from the same files; return it."""
    top = f"{who.name}-{who.version}"
    target = output / f"{top}-{machine()}.tar.xz"
    with (
        lzma.open(target, "wb", preset=6) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(bundle, top, recursive=False, filter=_plain)
        for path in sorted(bundle.rglob("*")):
            archive.add(path, f"{top}/{path.relative_to(bundle)}", recursive=False, filter=_plain)
    return target


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take out of an entry what tells one machine from another."""
    member.mtime = epoch()
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    if not member.issym():
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def deb(bundle: Path, output: Path, work: Path, who: Identity, *, packing: str = "xz") -> Path:
    """Make the Debian package with dpkg-deb; return it.

    Args:
        bundle: the folder with both programs.
        output: where the package goes.
        work: a folder to write to, with the icons.
        who: the program.
        packing: dpkg-deb's word for how to compress; "none" is quick.
    """
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bundle, tree / "usr" / "lib" / who.name, symlinks=True)
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    for program in (who.name, f"{who.name}-cli"):
        (programs / program).symlink_to(f"../lib/{who.name}/{program}")
    share(tree / "usr" / "share", work / "icons", who)
    notices = tree / "usr" / "share" / "doc" / who.name
    notices.mkdir(parents=True)
    (notices / "copyright").write_text(_copyright(who), encoding="utf-8")
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(_control(bundle, tree, who), encoding="utf-8")
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    target = output / f"{who.name}_{who.version}_{_architecture()}.deb"
    # It sets every file's time to SOURCE_DATE_EPOCH.
    command = ["dpkg-deb", "--root-owner-group", f"-Z{packing}", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def share(folder: Path, icons: Path, who: Identity) -> None:
    """Write what a desktop wants to know: how it is started, what it is, its icon, and the type of its files."""
    icon = SCAN_TYPE.replace("/", "-")
    words = {
        "name": who.name,
        "version": who.version,
        "summary": who.summary,
        "publisher": who.publisher,
        "licence": who.licence,
        "identifier": IDENTIFIER,
        "scan_type": SCAN_TYPE,
        "scan_suffix": SCAN_SUFFIX,
        "scan_icon": icon,
        "date": datetime.fromtimestamp(epoch(), UTC).date().isoformat(),
    }
    places = {
        "permdesk.desktop": folder / "applications" / "permdesk.desktop",
        "permdesk.metainfo.xml": folder / "metainfo" / f"{IDENTIFIER}.metainfo.xml",
        "permdesk.mime.xml": folder / "mime" / "packages" / "permdesk.xml",
    }
    for source, place in places.items():
        text = Template((_SOURCES / source).read_text(encoding="utf-8")).substitute(words)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for drawing, kind in ((who.name, "apps"), (icon, "mimetypes")):
        theme = folder / "icons" / "hicolor"
        files = {theme / f"{side}x{side}" / kind / f"{drawing}.png": f"{drawing}-{side}.png" for side in LINUX_SIZES}
        files[theme / "scalable" / kind / f"{drawing}.svg"] = f"{drawing}.svg"
        for place, picture in files.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(icons / picture, place)


def _architecture() -> str:
    processor = machine().partition("-")[2]
    return _ARCHITECTURES.get(processor, processor)


def _control(bundle: Path, tree: Path, who: Identity) -> str:
    depends, recommends = dependencies(bundle)
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    return (
        f"Package: {who.name}\nVersion: {who.version}\nArchitecture: {_architecture()}\n"
        f"Maintainer: {who.publisher}\nInstalled-Size: {size}\n"
        f"Depends: {', '.join(depends)}\nRecommends: {', '.join(recommends)}\n"
        f"Section: admin\nPriority: optional\nDescription: {who.summary}\n"
        " permdesk lays beside each other what a vendor documents for an app, what the app\n"
        " asks for and what the tenant granted, permission by permission. It only reads.\n"
    )


def _copyright(who: Identity) -> str:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    return f"{licence}\nThe parts that come along and their licences: /usr/lib/{who.name}/_internal/licences\n"


def dependencies(bundle: Path) -> tuple[list[str], list[str]]:
    """Return the Debian packages that a bundle needs of the system, and those that it would like, sorted.

    Raises:
        SystemExit: a library is needed that no installed package has.
    """
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)]
    inside = {path.name for path in bundle.rglob("*.so*")}
    wanted: set[str] = set()
    glibc = (0, 0)
    for path in files:
        libraries, newest = _wants(path)
        wanted |= libraries - inside
        glibc = max(glibc, newest)
    needed = {_package(library) for library in wanted - _FOR_PRINTERS} - {"libc6"} | _READ_LATER
    liked = {_package(library) for library in wanted & _FOR_PRINTERS} | _LIKED
    return sorted({*needed, f"libc6 (>= {glibc[0]}.{glibc[1]})"}), sorted(liked)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _wants(path: Path) -> tuple[set[str], tuple[int, int]]:
    """Return the libraries that an ELF file asks the loader for, and the newest version of glibc among what it asks."""
    told = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, text=True).stdout
    versions = [(int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", told)]
    return set(re.findall(r"^\s*NEEDED\s+(\S+)$", told, re.MULTILINE)), max(versions, default=(0, 0))


def _package(library: str) -> str:
    """Return the Debian package of a library by the name that the loader knows it by."""
    cache = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    found = re.search(rf"^\s*{re.escape(library)} .*=> (\S+)$", cache, re.MULTILINE)
    for path in _names(Path(found[1])) if found else ():
        told = subprocess.run(["dpkg-query", "--search", path], check=False, capture_output=True, text=True)
        if told.returncode == 0:
            return told.stdout.partition(":")[0]
    raise SystemExit(f"permdesk: no installed package has {library}, which the bundle needs.")


def _names(path: Path) -> Iterator[str]:
    """Yield the names under which dpkg may know a file: since /lib became a link, it has either."""
    for one in (path, path.resolve()):
        plain = str(one).removeprefix("/usr")
        yield plain
        yield f"/usr{plain}"
