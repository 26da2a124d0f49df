"""What the verbs of dev.py do once everything they need is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import dev

_ROOT = Path(dev.ROOT)
_NOTHING_COLLECTED = 5


def do(verb: str, rest: list[str]) -> int:
    """Do one verb; return its exit code."""
    return {"test": _test, "check": _check, "catalog": _catalog, "bench": _bench, "package": _package}[verb](rest)


def _call(*arguments: str, environment: dict[str, str] | None = None) -> int:
    """Run the environment's Python at the top of the project."""
    try:
        return subprocess.call([dev.PYTHON, *arguments], cwd=_ROOT, env={**os.environ, **(environment or {})})
    except KeyboardInterrupt:
        return 130


def _say(line: str) -> None:
    print(f"permdesk: {line}", file=sys.stderr, flush=True)


def _test(rest: list[str]) -> int:
    only_fast = "--fast" in rest
    rest = [argument for argument in rest if argument != "--fast"]
    named = [argument for argument in rest if (_ROOT / argument.partition("::")[0]).exists()]
    phases = {
        "the fast tests, in parallel": ["-n", "auto", "--dist", "worksteal", *([] if named else ["tests"])],
        # One after the other: each of them starts processes of its own, and watches the clock.
        "those with real parts": ["tests/apart", "tests/graph_service", "tests/reading", "tests/system"],
    }
    if only_fast or named:
        phases.popitem()
    codes = []
    for name, arguments in phases.items():
        _say(f"running {' '.join(named) or name}")
        start = time.monotonic()
        code = _call("-m", "pytest", *arguments, *rest)
        codes.append(code)
        _say(f"{' '.join(named) or name}: {_outcome(code)} in {time.monotonic() - start:.0f} s")
        if code == 130:
            return code
    # A choice such as -k may leave one phase empty, but not both.
    return max((code for code in codes if code != _NOTHING_COLLECTED), default=_NOTHING_COLLECTED)


def _outcome(code: int) -> str:
    return {0: "passed", 1: "FAILED", _NOTHING_COLLECTED: "nothing chosen"}.get(code, f"stopped with {code}")


def _check(rest: list[str]) -> int:
    checks = {
        "ruff check": ["-m", "ruff", "check"],
        "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
        "mypy --strict permdesk": ["-m", "mypy"],
        "mypy --strict build": ["-m", "mypy", "--strict", *_build_scripts()],
        "import-linter": ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"],
    }
    if rest:
        _say("check takes no arguments.")
        return 2
    failed = [name for name, arguments in checks.items() if _call(*arguments)]
    _say(f"FAILED: {', '.join(failed)}" if failed else f"passed: {', '.join(checks)}")
    return 1 if failed else 0


def _build_scripts() -> list[str]:
    return [str(path.relative_to(_ROOT)) for path in sorted((_ROOT / "build").glob("*.py"))]


def _catalog(rest: list[str]) -> int:
    return _call("build/make_catalog.py", *rest)


def _bench(rest: list[str]) -> int:
    full = "--full" in rest
    rest = [argument for argument in rest if argument != "--full"]
    _say(f"running the benchmarks at {'full' if full else 'reduced'} size, one at a time")
    return _call("-m", "pytest", "tests/benchmarks", *rest, environment={"PERMDESK_BENCH_FULL": "1" if full else ""})


def _package(rest: list[str]) -> int:
    return _call("build/package.py", *rest)
