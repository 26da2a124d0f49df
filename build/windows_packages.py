"""Packs the bundle for Windows: an archive to unpack anywhere, and an installer made with Inno Setup."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from identity import ROOT, SCAN_SUFFIX, SCAN_TYPE, Identity, machine

#: Where Inno Setup 6 installs itself for everybody.
_COMPILER = Path(r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe")


def archive(bundle: Path, output: Path, who: Identity) -> Path:
    """Pack the bundle as a zip archive with one folder; return it."""
    name = f"{who.name}-{who.version}-{machine()}"
    return Path(shutil.make_archive(str(output / name), "zip", root_dir=bundle.parent, base_dir=bundle.name))


def compiler() -> str | None:
    """Return Inno Setup's compiler, or None where it is not installed."""
    return shutil.which("ISCC") or (str(_COMPILER) if _COMPILER.is_file() else None)


def sign(files: list[Path]) -> bool:
    """Sign programs with PERMDESK_SIGN_COMMAND, a command in which $f stands for the file; tell whether it is set."""
    command = os.environ.get("PERMDESK_SIGN_COMMAND", "")
    for file in files if command else ():
        subprocess.run(command.replace("$f", f'"{file}"'), check=True, shell=True)  # noqa: S602 - the packager's own words
    return bool(command)


def definitions(bundle: Path, output: Path, work: Path, who: Identity) -> dict[str, str]:
    """Return what permdesk.iss is told, by name."""
    return {
        "Name": who.name,
        "Version": who.version,
        "Numbers": ".".join(map(str, who.numbers)),
        "Publisher": who.publisher,
        "Rights": who.rights,
        "License": str(ROOT / "LICENSE"),
        "Bundle": str(bundle),
        "Icons": str(work / "icons"),
        "Output": str(output),
        "File": f"{who.name}-{who.version}-{machine()}-setup",
        "ScanIcon": SCAN_TYPE.replace("/", "-"),
        "ScanSuffix": SCAN_SUFFIX,
        "ScanType": SCAN_TYPE,
    }


def installer(iscc: str, defined: dict[str, str]) -> Path:
    """Make the installer with Inno Setup; return it."""
    signing = os.environ.get("PERMDESK_SIGN_COMMAND", "")
    more = ["/DSignTool=permdesk", f"/Spermdesk={signing}"] if signing else []
    words = [f"/D{name}={value}" for name, value in defined.items()]
    script = ROOT / "build" / "packaging" / "windows" / "permdesk.iss"
    subprocess.run([iscc, "/Q", *words, *more, str(script)], check=True)
    return Path(defined["Output"], f"{defined['File']}.exe")
