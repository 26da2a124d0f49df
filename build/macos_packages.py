"""Packs the bundle for macOS: a disk image with the program, signed and notarised where the packager can."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from identity import Identity, machine


def disk_image(app: Path, output: Path, work: Path, who: Identity) -> Path:
    """Make the disk image, with a link to the folder Applications beside the program; return it.

    PERMDESK_CODESIGN_IDENTITY signs the image, as it signed the program; PERMDESK_NOTARY_PROFILE, the name of what
    ``xcrun notarytool store-credentials`` keeps in the keychain, has Apple notarise it.
    """
    folder = work / "dmg"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(app, folder / app.name, symlinks=True)
    (folder / "Applications").symlink_to("/Applications")
    image = output / f"{who.name}-{who.version}-{machine()}.dmg"
    make = ["hdiutil", "create", "-quiet", "-ov", "-format", "UDZO", "-fs", "HFS+", "-volname", who.name]
    subprocess.run([*make, "-srcfolder", str(folder), str(image)], check=True)
    signer = os.environ.get("PERMDESK_CODESIGN_IDENTITY", "")
    if signer:
        subprocess.run(["codesign", "--sign", signer, "--timestamp", str(image)], check=True)
    profile = os.environ.get("PERMDESK_NOTARY_PROFILE", "")
    if profile:
        submit = ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"]
        subprocess.run(submit, check=True)
        subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return image
