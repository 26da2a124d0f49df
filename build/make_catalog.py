"""Compiles resources/catalog to catalog.sqlite; with --check it only tells whether the committed file is up to date."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from permdesk.catalog.builder import compile_catalog  # noqa: E402 - found through the line above
from permdesk.errors import WorldError  # noqa: E402


def main() -> int:
    """Compile or check; return 0, or 1 where something is wrong with the sources or the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the catalog is out of date")
    parser.add_argument("--sources", type=Path, default=ROOT / "resources" / "catalog", help="the folder to compile")
    parser.add_argument("--output", type=Path, default=ROOT / "catalog.sqlite", help="the file to write or to check")
    chosen = parser.parse_args()
    try:
        result = compile_catalog(chosen.sources, chosen.output, check=chosen.check)
    except WorldError as error:
        print(error, file=sys.stderr)
        return 1
    for problem in result.problems:
        print(problem, file=sys.stderr)
    if not result.compiled:
        print("Nothing was compiled.", file=sys.stderr)
        return 1
    if chosen.check and not result.current:
        print(f"{chosen.output} does not say what {chosen.sources} says: run build/make_catalog.py", file=sys.stderr)
        return 1
    state = "is up to date" if result.current else "was written"
    print(f"{chosen.output} {state}: {result.version}, {result.profiles} profiles, {result.requirements} requirements.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
