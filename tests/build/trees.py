"""Small source trees with the project's own build/, for watching dev.py start from nothing."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

_METADATA = "Metadata-Version: 2.1\nName: ballast\nVersion: {version}\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_tree(root: Path) -> Path:
    """Make a project whose program says its arguments and whose lock names one package; return its folder."""
    (root / "build").mkdir(parents=True)
    for script in (ROOT / "build").glob("*.py"):
        (root / "build" / script.name).write_bytes(script.read_bytes())
    (root / "permdesk").mkdir()
    (root / "permdesk" / "__init__.py").touch()
    (root / "permdesk" / "__main__.py").write_text("import sys\nprint('started with', *sys.argv[1:])\n")
    lock(root, version="1.0")
    return root


def lock(root: Path, *, version: str, digest: str | None = None) -> None:
    """Write a lock as long as the project's own, which pins the package ``ballast`` to ``version``."""
    wheel = root / f"ballast-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("ballast.py", f"version = {version!r}\n")
        archive.writestr(f"ballast-{version}.dist-info/METADATA", _METADATA.format(version=version))
        archive.writestr(f"ballast-{version}.dist-info/WHEEL", _WHEEL)
        archive.writestr(f"ballast-{version}.dist-info/RECORD", "")
    digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    padding = "# padding\n" * ((ROOT / "requirements.lock").stat().st_size // 10)
    line = f"ballast @ {wheel.as_uri()} --hash=sha256:{digest}\n"
    (root / "requirements.lock").write_text(padding + line, encoding="utf-8")


def dev(root: Path, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run dev.py of a tree with the Python that runs this test's environment was made from."""
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(root / "build" / "dev.py"), *arguments]
    return subprocess.run(command, cwd=cwd or root, capture_output=True, text=True, check=False, timeout=300)
