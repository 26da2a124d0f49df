"""Who permdesk is, for bundles, packages and installers: read from the package itself, never written down twice."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import dev

ROOT = Path(dev.ROOT)

#: The reverse domain name under which macOS and AppStream know the program.
IDENTIFIER = "org.permdesk.permdesk"
#: The type of a portable scan file, and how its name ends.
SCAN_TYPE = "application/vnd.permdesk.scan"
SCAN_SUFFIX = ".permdesk"


@dataclass(frozen=True)
class Identity:
    """What a package says of the program.

    Attributes:
        name: of the program and its files.
        version: as ``permdesk.__version__``.
        summary: one line.
        publisher: the authors.
        rights: the copyright line of LICENSE.
        licence: its SPDX name.
    """

    name: str
    version: str
    summary: str
    publisher: str
    rights: str
    licence: str

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """The version as the four numbers that Windows wants."""
        major, minor, patch, *_ = (*map(int, re.findall(r"\d+", self.version)), 0, 0, 0)
        return major, minor, patch, 0


def identity() -> Identity:
    """Return what pyproject.toml, the package and LICENSE say."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = (ROOT / "permdesk" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    rights = re.search(r"^Copyright .+$", (ROOT / "LICENSE").read_text(encoding="utf-8"), re.MULTILINE)
    if version is None or rights is None:
        raise SystemExit("permdesk: permdesk/__init__.py or LICENSE does not say version or copyright.")
    return Identity(
        name=project["name"],
        version=version[1],
        summary=project["description"],
        publisher=project["authors"][0]["name"],
        rights=rights[0],
        licence=project["license"],
    )


def machine() -> str:
    """Return the system and processor that a bundle made here is for, such as ``linux-x86_64``."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return f"{system}-{platform.machine().lower().replace('amd64', 'x86_64')}"


def epoch() -> int:
    """Return the time that every file of a package bears: of the last commit, or of pyproject.toml without one."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said.isdecimal():
        return int(said)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        told = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        told = ""
    return int(told) if told.isdecimal() else int((ROOT / "pyproject.toml").stat().st_mtime)
