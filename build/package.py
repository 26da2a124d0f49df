"""Makes what people download: the bundle with both programs, and what it is packed into."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from identity import ROOT, epoch


def main() -> int:
    """Build the bundle; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 build/dev.py package", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder to write to (dist)")
    chosen = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    output = chosen.output.resolve()
    make_bundle(output, output / ".work")
    make_wheel(output)
    return 0


def say(line: str) -> None:
    """Tell the person what takes time."""
    print(f"permdesk: {line}", file=sys.stderr, flush=True)


def make_bundle(output: Path, work: Path) -> Path:
    """Make the folder with both programs below ``output``; return it. ``work`` holds what may be thrown away."""
    say("making the bundle with PyInstaller (a minute or two)")
    start = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    python = [sys.executable, "-m"]
    subprocess.run(
        [sys.executable, str(ROOT / "build" / "make_icons.py"), str(work / "icons")],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command = [*python, "PyInstaller", "--noconfirm", "--log-level", "WARN", "--workpath", str(work / "pyinstaller")]
    command += ["--distpath", str(output), str(ROOT / "build" / "permdesk.spec")]
    # The order of sets reaches the archive of modules: the same numbers each time, the same file each time.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PERMDESK_PACKAGE_WORK": str(work)}
    environment["PYINSTALLER_CONFIG_DIR"] = str(work / "cache")
    shutil.rmtree(output / "permdesk", ignore_errors=True)
    subprocess.run(command, check=True, cwd=ROOT, env=environment)
    say(f"{output / 'permdesk'} is there after {time.monotonic() - start:.0f} s")
    return output / "permdesk"


def make_wheel(output: Path) -> None:
    """Make the wheel and the source archive."""
    say("making the wheel and the source archive")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(output)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
