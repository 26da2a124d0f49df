"""Makes what people download: the bundle with both programs, and what it is packed into."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from identity import ROOT, Identity, epoch, identity, machine


def main() -> int:
    """Make what is asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 build/dev.py package", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder to write to (dist)")
    parser.add_argument(
        "--bundle-only", action="store_true", help="make the folder with both programs, and pack nothing"
    )
    parser.add_argument(
        "--if-changed", action="store_true", help="keep a bundle that was made of the very same sources"
    )
    chosen = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    output = chosen.output.resolve()
    work = output / ".work"
    who = identity()
    bundle = output / ("permdesk.app" if sys.platform == "darwin" else "permdesk")
    made_of = fingerprint()
    stamp = work / "made-of.txt"
    if not (chosen.if_changed and bundle.is_dir() and stamp.is_file() and stamp.read_text() == made_of):
        stamp.unlink(missing_ok=True)
        make_bundle(bundle, work)
        stamp.write_text(made_of)
    if chosen.bundle_only:
        return 0
    import smoke

    say("starting both programs of the bundle")
    faults = smoke.faults(bundle / "Contents" / "MacOS" if sys.platform == "darwin" else bundle, who)
    for fault in faults:
        say(fault)
    if faults:
        return 1
    files = packed(bundle, output, work, who)
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(files))
    (output / f"SHA256SUMS-{machine()}").write_text(sums, encoding="utf-8", newline="\n")
    for file in [*files, *make_wheel(output, who)]:
        say(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


def say(line: str) -> None:
    """Tell the person what takes time."""
    print(f"permdesk: {line}", file=sys.stderr, flush=True)


def fingerprint() -> str:
    """Return a number that changes with anything that a bundle is made of: sources, packages, Python."""
    files = [ROOT / "catalog.sqlite", ROOT / "pyproject.toml", ROOT / "requirements.lock", ROOT / "LICENSE"]
    for folder in ("permdesk", "resources", "build"):
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    total = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        total.update(f"{file.relative_to(ROOT).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def make_bundle(bundle: Path, work: Path) -> None:
    """Make the folder with both programs. ``work`` holds what may be thrown away."""
    say("making the bundle with PyInstaller (a minute or two)")
    start = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    draw = [sys.executable, str(ROOT / "build" / "make_icons.py"), str(work / "icons")]
    subprocess.run(draw, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--workpath", str(work / "pyinstaller"), "--distpath", str(bundle.parent)]
    # The order of sets reaches the archive of modules: the same numbers each time, the same file each time.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PERMDESK_PACKAGE_WORK": str(work)}
    environment["PYINSTALLER_CONFIG_DIR"] = str(work / "cache")
    shutil.rmtree(bundle, ignore_errors=True)
    subprocess.run([*command, str(ROOT / "build" / "permdesk.spec")], check=True, cwd=ROOT, env=environment)
    for library in bundle.glob("_internal/libpython*.so.*"):
        # Some Pythons bring theirs with all that a debugger wants: three quarters of its size.
        subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)
    say(f"{bundle} is there after {time.monotonic() - start:.0f} s")


def packed(bundle: Path, output: Path, work: Path, who: Identity) -> list[Path]:
    """Pack a bundle as this system has it; return the files, its list of parts among them."""
    say("packing it")
    if sys.platform == "darwin":
        import macos_packages

        files = [macos_packages.disk_image(bundle, output, work, who)]
    elif sys.platform == "win32":
        import windows_packages

        windows_packages.sign([bundle / "permdesk.exe", bundle / "permdesk-cli.exe"])
        files = [windows_packages.archive(bundle, output, who)]
        compiler = windows_packages.compiler()
        if compiler is None:
            say("Inno Setup 6 is not installed: no installer is made")
        else:
            files.append(windows_packages.installer(compiler, windows_packages.definitions(bundle, output, work, who)))
    else:
        import linux_packages

        files = [linux_packages.tar_xz(bundle, output, who)]
        if shutil.which("dpkg-deb"):
            files.append(linux_packages.deb(bundle, output, work, who))
        else:
            say("dpkg-deb is not installed: no Debian package is made")
    parts = output / f"{who.name}-{who.version}-{machine()}.cdx.json"
    shutil.copyfile(work / "licences" / "permdesk.cdx.json", parts)
    return [*files, parts]


def make_wheel(output: Path, who: Identity) -> list[Path]:
    """Make the wheel and the source archive; return them."""
    say("making the wheel and the source archive")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(output)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    stem = f"{who.name}-{who.version}"
    return [output / f"{stem}-py3-none-any.whl", output / f"{stem}.tar.gz"]


if __name__ == "__main__":
    sys.exit(main())
