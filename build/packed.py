"""What goes into a bundle, for permdesk.spec: resources, packages, icons and what the systems want to be told."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import parts
from identity import IDENTIFIER, ROOT, SCAN_SUFFIX, SCAN_TYPE, Identity
from packaging.requirements import Requirement

#: Never needed at run time, but within reach of something that is imported.
EXCLUDED = [
    "tkinter",
    "PIL",
    "numpy",
    "pandas",
    "pytest",
    "setuptools",
    "pip",
    "hypothesis",
    "IPython",
    "attr",
    "attrs",
    "PySide6.QtNetwork",
]


def resources() -> list[tuple[str, str]]:
    """Return (source, folder in the bundle) of what ships along, as the wheel's own table in pyproject.toml says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    table: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    found = []
    for source, place in table.items():
        inside = Path(place).relative_to("permdesk/_data")
        found.append((str(ROOT / source), str(inside if (ROOT / source).is_dir() else inside.parent)))
    return found


def distributions() -> list[str]:
    """Return every distribution that permdesk runs with on this system, sorted by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        key = (one.name.casefold(), frozenset(one.extras))
        if key in seen or one.name in EXCLUDED or not _asked_for(one, frozenset()):
            continue
        seen.add(key)
        distribution = metadata.distribution(one.name)
        found.add(distribution.metadata["Name"])
        for line in distribution.requires or ():
            further = Requirement(line)
            if _asked_for(further, frozenset(one.extras)):
                waiting.append(further)
    return sorted(found, key=str.casefold)


def _asked_for(one: Requirement, extras: frozenset[str]) -> bool:
    marker = one.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""}))


def icon(work: Path) -> str | None:
    """Return the icon file that this system's programs carry; make_icons.py has drawn it."""
    name = {"win32": "permdesk.ico", "darwin": "permdesk.icns"}.get(sys.platform)
    return str(work / "icons" / name) if name else None


def windows_version(who: Identity, program: str, work: Path) -> str | None:
    """Write what Windows shows under a program's properties, and return the file; None on other systems."""
    return str(_version_resource(who, program, work)) if sys.platform == "win32" else None


def _version_resource(who: Identity, program: str, work: Path) -> Path:
    texts = {
        "CompanyName": who.publisher,
        "FileDescription": who.name if program == who.name else f"{who.name}, command line",
        "FileVersion": who.version,
        "InternalName": program,
        "LegalCopyright": who.rights,
        "OriginalFilename": f"{program}.exe",
        "ProductName": who.name,
        "ProductVersion": who.version,
    }
    structs = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    file = work / f"{program}.version.txt"
    file.write_text(
        "VSVersionInfo(\n"
        f"  ffi=FixedFileInfo(filevers={who.numbers}, prodvers={who.numbers}, mask=0x3F, flags=0, OS=0x40004,"
        " fileType=1, subtype=0, date=(0, 0)),\n"
        f"  kids=[StringFileInfo([StringTable('040904B0', [{structs}])]),"
        " VarFileInfo([VarStruct('Translation', [1033, 1200])])],\n"
        ")\n",
        encoding="utf-8",
    )
    return file


def info_plist(who: Identity) -> dict[str, Any]:
    """Return what macOS wants to know beyond name, version and icon: the scan files that a double-click opens."""
    return {
        "CFBundleDisplayName": who.name,
        "CFBundleShortVersionString": who.version,
        "NSHumanReadableCopyright": who.rights,
        "NSHighResolutionCapable": True,
        # Qt 6.11 needs macOS 13.
        "LSMinimumSystemVersion": "13.0",
        "LSApplicationCategoryType": "public.app-category.business",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "permdesk scan",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [f"{IDENTIFIER}.scan"],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": f"{IDENTIFIER}.scan",
                "UTTypeDescription": "permdesk scan",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [SCAN_SUFFIX.removeprefix(".")],
                    "public.mime-type": SCAN_TYPE,
                },
            }
        ],
    }


def parts_of(work: Path, who: Identity, *tables: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Write the list of parts with all licences below ``work``; return PyInstaller's entries that put it in the bundle.

    Args:
        work: a folder to write to.
        who: the program.
        tables: PyInstaller's entries of everything else in the bundle.
    """
    # A link leads to a file of the bundle; what has no file is a package without one; what PyInstaller has just made of
    # Python's own modules lies below ``work``.
    named = {source for table in tables for _, source, kind in table if kind != "SYMLINK" and source not in ("", "-")}
    sources = {source for source in named if not Path(source).is_relative_to(work)}
    folder = work / "licences"
    shutil.rmtree(folder, ignore_errors=True)
    parts.write(folder, who, parts.parts(sources))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(Path("licences", path.relative_to(folder))), str(path), "DATA") for path in files]
