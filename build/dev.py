#!/usr/bin/env python3
"""One command for everything a developer does; needs nothing but Python 3.11, and sees to the rest itself."""

from __future__ import annotations

import os
import sys

# Only these two modules up here: every start of the program from the source tree passes through this file.

VERBS = {
    "run": "start permdesk; without arguments on the sample tenant, else with those given (run check --sample)",
    "test": "run the tests, then those with real parts; --fast stops before these; further arguments go to pytest",
    "check": "run ruff, mypy --strict and import-linter",
    "catalog": "compile resources/catalog/ to catalog.sqlite",
    "bench": "run the benchmarks at reduced size; --full at the promised one; further arguments go to pytest",
    "package": "make the executable of this system, its packages, and the wheel in dist/; --help tells more",
}

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def maker() -> bytes:
    """Return what .venv was made for: this folder and this Python."""
    return "\n".join((ROOT, sys.base_prefix, sys.version, "")).encode()


def stamp(feature: str) -> tuple[str, bytes]:
    """Return the file that says ``feature`` is ready, and what it holds as long as that is still true.

    Features are "packages", "window", "packing" and "tests"; all but the first also depend on what
    prepare.py asks of the system. Copies tell a change faster than any hash.
    """
    content = maker()
    names = {
        "packages": ["requirements.lock"],
        "window": ["requirements.lock", "build/prepare.py"],
        "packing": ["requirements.lock", "build/prepare.py"],
        "tests": [
            "requirements.lock",
            "build/prepare.py",
            "tests/system/sign_in/package-lock.json",
            "tests/system/graph_sdk/requirements.txt",
        ],
    }
    for name in names[feature]:
        with open(os.path.join(ROOT, name), "rb") as file:
            content += file.read()
    return os.path.join(VENV, f"permdesk-{feature}.stamp"), content


def ready(feature: str) -> bool:
    """Return whether ``feature`` was made ready for this very lock, Python and folder."""
    path, expected = stamp(feature)
    try:
        with open(path, "rb") as file:
            return file.read() == expected
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    """Make ready what the verb needs, then do it."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb not in VERBS:
        asked = verb in {"-h", "--help", "help"}
        lines = [f"  {name:<8} {line}" for name, line in VERBS.items()]
        unknown = ["", f"permdesk: there is no verb {verb}."] if verb and not asked else []
        usage = ["usage: python3 build/dev.py VERB [ARGUMENTS]", "", *lines, *unknown]
        print("\n".join(usage), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    if sys.version_info < (3, 11):
        print("permdesk: Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".", file=sys.stderr)
        return 1
    if verb == "run":
        rest = (rest[1:] if rest[:1] == ["--"] else rest) or ["--sample"]
    needed = needs(verb, rest)
    if not all(map(ready, needed)):
        import prepare

        problem = prepare.make_ready(needed)
        if problem:
            print(f"permdesk: {problem}", file=sys.stderr)
            return 1
    if verb == "run":
        return become([PYTHON, "-m", "permdesk", *rest])
    import verbs

    return verbs.do(verb, rest)


def needs(verb: str, rest: list[str]) -> list[str]:
    """Return the features that a verb needs; a command of the command line needs nothing of Qt's."""
    if verb == "run":
        opens_window = rest[0].startswith("-") or rest[0].endswith(".permdesk")
        return ["packages", "window"] if opens_window else ["packages"]
    if verb == "test" and "--fast" in rest:
        return ["packages", "window"]
    if verb == "package":
        return ["packages", "window", "packing"]
    return ["packages", "window", "packing", "tests"] if verb in ("test", "bench") else ["packages"]


def become(command: list[str]) -> int:
    """Run ``command`` in place of this process; where the system cannot do that, beside it."""
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)
    import subprocess

    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
