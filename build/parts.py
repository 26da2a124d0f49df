"""Which parts a bundle is made of, whose they are and under which licence: read from the files that went into it."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from identity import ROOT, Identity, epoch

_TEXTS = ROOT / "build" / "packaging" / "licences"
_QT = ("pyside6_essentials", "shiboken6")
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One piece of software in the bundle.

    Attributes:
        name: as its makers write it.
        version: theirs.
        purl: its address among packages (package-url).
        licence: its name, SPDX where they say so; empty where only the texts tell.
        texts: the licence texts that it comes with, by file name.
    """

    name: str
    version: str
    purl: str
    licence: str
    texts: dict[str, str] = field(default_factory=dict, hash=False)


def parts(sources: Iterable[str]) -> list[Part]:
    """Return what the files of a bundle belong to, sorted by name; permdesk itself is not among them.

    Args:
        sources: paths of files on this machine.

    Raises:
        SystemExit: nobody can say to whom a file belongs, or a part comes without its licence.
    """
    owners = dict(_distribution_files())
    found = {"pyinstaller": _of_distribution(metadata.distribution("pyinstaller")), "python": _python()}
    unknown = []
    for source in sorted(set(sources)):
        path = Path(source).resolve()
        owner = owners.get(path)
        if owner is not None:
            found.setdefault(owner.metadata["Name"].casefold(), _of_distribution(owner))
        elif _is_ours(path) or _is_pythons(path):
            continue
        else:
            part = _of_debian(source)
            if part is None:
                unknown.append(source)
            else:
                found.setdefault(part.purl, part)
    if unknown:
        raise SystemExit(f"permdesk: nobody says whose these files are: {', '.join(unknown)}.")
    bare = [part.name for part in found.values() if not part.texts]
    if bare:
        raise SystemExit(f"permdesk: these parts come without their licence: {', '.join(bare)}.")
    return sorted(found.values(), key=lambda part: (part.name.casefold(), part.version))


def _distribution_files() -> Iterator[tuple[Path, metadata.Distribution]]:
    for distribution in metadata.distributions():
        # Once for all of them: to resolve each of some ten thousand takes seconds.
        root = os.path.realpath(str(distribution.locate_file("")))
        for file in distribution.files or ():
            yield Path(os.path.normpath(f"{root}/{file}")), distribution


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def _is_pythons(path: Path) -> bool:
    homes = (sys.base_prefix, sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
    return "site-packages" not in path.parts and any(
        home not in ("", "/usr") and path.is_relative_to(Path(home).resolve()) for home in homes
    )


def _python() -> Part:
    version = platform.python_version()
    folders = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    text = next(
        (folder / name for folder in folders for name in ("LICENSE.txt", "LICENSE") if (folder / name).is_file()), None
    )
    debian = None if text else _of_debian(str(Path(sysconfig.get_path("stdlib"), "os.py").resolve()))
    texts = {text.name: text.read_text(encoding="utf-8")} if text else (debian.texts if debian else {})
    return Part("Python", version, f"pkg:generic/python@{version}", "Python-2.0", texts)


def _of_distribution(distribution: metadata.Distribution) -> Part:
    about = distribution.metadata
    name, version = about["Name"], distribution.version
    texts = {
        file.name: Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
        for file in distribution.files or ()
        if ".dist-info" in str(file) and _LICENCE_FILE.match(file.name) and not file.name.endswith(".py")
    }
    licence = about["License-Expression"] or about["License"] or ""
    if name.casefold() in _QT:
        # The wheels bring no texts of their own.
        licence = "LGPL-3.0-only"
        texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(_TEXTS.glob("*.txt"))}
    if not licence or "\n" in licence.strip() or len(licence) > 200:
        said = [
            line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")
        ]
        licence = " AND ".join(said)
    normal = re.sub(r"[-_.]+", "-", name).lower()
    return Part(name, version, f"pkg:pypi/{normal}@{version}", licence.strip(), texts)


def _of_debian(source: str) -> Part | None:
    """Return the Debian package that a system file belongs to; None where dpkg knows none."""
    path = Path(source).resolve()
    # Since /lib became a link to /usr/lib, the list may have either name.
    names = {str(path), str(path).removeprefix("/usr"), source, source.removeprefix("/usr")}
    for name in sorted(names):
        owner = _told("dpkg-query", "--search", name).partition(": ")[0].partition(",")[0]
        if owner:
            package, _, processor = owner.partition(":")
            version = _told("dpkg-query", "--show", "--showformat=${Version}", owner)
            notice = Path("/usr/share/doc", package, "copyright")
            text = notice.read_text(encoding="utf-8", errors="replace") if notice.is_file() else ""
            purl = f"pkg:deb/debian/{package}@{version}" + (f"?arch={processor}" if processor else "")
            return Part(package, version, purl, "", {"copyright.txt": text} if text else {})
    return None


def _told(*command: str) -> str:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
        )
    except OSError:
        return ""
    return done.stdout.splitlines()[0].strip() if done.returncode == 0 and done.stdout.strip() else ""


def write(folder: Path, who: Identity, found: Iterable[Part]) -> None:
    """Write the list of parts (CycloneDX 1.6), an overview, and every licence text into a folder."""
    found = list(found)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "permdesk.cdx.json").write_text(json.dumps(bill(who, found), indent=1) + "\n", encoding="utf-8")
    lines = [f"permdesk {who.version}: {who.licence}", ""]
    lines += [f"{part.name} {part.version}: {part.licence or 'see its text'}" for part in found]
    (folder / "PARTS.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    own = {"LICENSE": (ROOT / "LICENSE").read_text(encoding="utf-8")}
    for name, texts in [("permdesk", own), *((part.name, part.texts) for part in found)]:
        place = folder / name
        place.mkdir(exist_ok=True)
        for file, text in texts.items():
            (place / file).write_text(text, encoding="utf-8")


def bill(who: Identity, found: Iterable[Part]) -> dict[str, object]:
    """Return the software bill of materials as CycloneDX 1.6 has it (cyclonedx.org/docs/1.6/json)."""
    ours = f"pkg:generic/{who.name}@{who.version}"
    components = [_component(part) for part in found]
    listing = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # The same parts bear the same number.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ours + listing)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": who.name,
                "version": who.version,
                "description": who.summary,
                "licenses": [{"license": {"id": who.licence}}],
                "purl": ours,
            },
        },
        "components": components,
        "dependencies": [{"ref": ours, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _component(part: Part) -> dict[str, object]:
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
    }
    if part.licence:
        component["licenses"] = [{"license": {"name": part.licence}}]
    return component
