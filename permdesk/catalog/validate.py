"""Validates profile files: shipped ones and a person's own, by the same rules; collects every problem."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from permdesk.catalog.content import Known
from permdesk.catalog.problem import Problem, Report, Severity, in_order, printable
from permdesk.catalog.profile_file import read_profile
from permdesk.domain.profile import Profile, ProfileOrigin

SUFFIXES = (".yaml", ".yml")
#: More files than any vendor collection has; a folder beyond that was named by mistake.
MAX_FILES = 1000


class Validation(Struct, frozen=True):
    """The profiles without errors, by file name, and every problem of every file."""

    profiles: tuple[Profile, ...]
    problems: tuple[Problem, ...]
    files: int = 0

    @property
    def failed(self) -> bool:
        """True where a problem is an error."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def validate_profiles(
    paths: Iterable[Path],
    *,
    known: Known,
    origin: ProfileOrigin = ProfileOrigin.OWN,
    shipped: Mapping[str, Profile] | None = None,
) -> Validation:
    """Read profile files and folders of them.

    Args:
        paths: files, or folders whose ``*.yaml`` and ``*.yml`` files are read by name, not deeper; a file that two
            of them name is read once.
        known: the APIs and published permissions to check against.
        origin: whose files they are; only a person's own may name unpublished values.
        shipped: profiles whose id a file may repeat with the same content alone.
    """
    problems: list[Problem] = []
    profiles: list[Profile] = []
    ids: dict[str, str] = {}
    files = {_place(file): file for path in paths for file in _files(path, problems)}
    for file in files.values():
        report = Report(file)
        profile = read_profile(file, known=known, origin=origin, taken=ids, shipped=shipped or {}, report=report)
        problems.extend(report.problems)
        if profile is not None:
            ids[profile.id] = printable(file)
            profiles.append(profile)
    return Validation(tuple(profiles), in_order(problems), len(files))


def _place(file: Path) -> Path:
    return Path(os.path.realpath(file.parent), file.name)


def _files(path: Path, problems: list[Problem]) -> list[Path]:
    report = Report(path)
    try:
        if not path.is_dir():
            if not path.exists():
                report.error(None, "there is no such file or folder")
                return []
            return [path]
        found = (file for file in path.iterdir() if file.suffix.casefold() in SUFFIXES)
        files = sorted(found, key=lambda file: (file.stem, file.suffix))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.error(None, f"this cannot be read: {reason}")
        return []
    else:
        if len(files) > MAX_FILES:
            report.error(None, f"the folder holds {len(files):,} profile files; at most {MAX_FILES:,} are read")
            return []
        return files
    finally:
        problems.extend(report.problems)
