"""Mistakes in the curated tables are told with file and line, all of them at once."""

import shutil
from pathlib import Path

import pytest

from permdesk.catalog.problem import Severity
from permdesk.catalog.sources import read_sources
from tests.catalog.places import SOURCES


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOURCES, tmp_path / "catalog"))


def problems(folder: Path) -> list[str]:
    """Return what is wrong, as told, with files named from the folder on."""
    read = read_sources(folder)
    assert (read.content is None) == any(problem.severity is Severity.ERROR for problem in read.problems)
    return [str(problem).replace("\\", "/").removeprefix(f"{folder.as_posix()}/") for problem in read.problems]


def append(path: Path, line: str) -> int:
    """Add a line and return its number."""
    text = path.read_text("utf-8")
    path.write_text(text + line + "\n", "utf-8")
    return text.count("\n") + 1


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("reach.csv", "Microsoft Graph,application,Mail.Reed,all-mail,aztier,Why.", '"Mail.Reed" is not in the facts'),
        ("reach.csv", "Microsoft Grahp,application,Mail.Read,all-mail,aztier,Why.", 'unknown api "Microsoft Grahp"'),
        ("reach.csv", "Microsoft Graph,aplication,Mail.Read,all-mail,aztier,Why.", 'unknown kind "aplication"'),
        ("reach.csv", "Microsoft Graph,delegated,Mail.Read,all-post,aztier,Why.", 'unknown reach "all-post"'),
        ("reach.csv", "Microsoft Graph,delegated,Mail.Read,all-mail,hearsay,Why.", 'unknown source "hearsay"'),
        ("reach.csv", "Microsoft Graph,delegated,Mail.Read,all-mail,aztier,", "reason is empty"),
        ("reach.csv", "Microsoft Graph,application,Mail.Read,all-mail,aztier,Why.", "stands twice; first in line"),
        ("reach.csv", "Microsoft Graph,application", "6 cells are expected, not 2"),
        ("covers.csv", "Microsoft Graph,application,Mail.Read,Mail.Read,Why.", '"Mail.Read" cannot cover itself'),
        ("covers.csv", "Microsoft Graph,application,Mail.Read,Mail.ReadWrite,Why.", "this pair stands twice"),
        ("apis/apis.csv", "00000003-0000-0000-C000-000000000000,Graph,", "has to be a GUID in small letters"),
        ("apis/apis.csv", "00000003-0000-0000-c000-000000000001,microsoft graph,", "stands twice; first in line"),
        ("apis/dataverse.csv", "delegated,z,not-a-guid", "has to be a GUID in small letters"),
        ("apis/dataverse.csv", "application,Early,", "is out of order"),
        ("apis/dataverse.csv", "delegated,z,78ce3f0f-a1ce-49c2-8cde-64b5c0896db4", "stands twice; first in line 2"),
        ("apis/dataverse.csv", "delegated,,", "value is empty"),
        ("sources.csv", "aztier", "2 cells are expected, not 1"),
    ],
)
def test_a_wrong_line_is_named(sources: Path, file: str, line: str, message: str) -> None:
    number = append(sources / file, line)
    (told,) = problems(sources)
    assert told.startswith(f"{file}:{number}: ")
    assert message in told


def test_a_typo_gets_a_suggestion(sources: Path) -> None:
    append(sources / "reach.csv", "Microsoft Grahp,application,Mail.Read,all-mail,aztier,Why.")
    append(sources / "reach.csv", "Microsoft Graph,application,Mail.ReadWrit,all-mail,aztier,Why.")
    first, second = problems(sources)
    assert first.endswith('did you mean "Microsoft Graph"?')
    assert second.endswith('did you mean "Mail.ReadWrite"?')


def test_all_problems_of_all_files_are_told_at_once(sources: Path) -> None:
    append(sources / "reach.csv", "x")
    append(sources / "covers.csv", "y")
    (sources / "profiles" / "nakivo.yaml").write_text("id: [\n", "utf-8")
    (sources / "version.txt").unlink()
    files = {told.split(":")[0] for told in problems(sources)}
    assert files == {"reach.csv", "covers.csv", "profiles/nakivo.yaml", "version.txt"}


def test_a_wrong_header_and_a_missing_file(sources: Path) -> None:
    (sources / "covers.csv").write_text("a,b\nc,d\n", "utf-8")
    (sources / "apis" / "dynamics-erp.csv").unlink()
    told = problems(sources)
    assert "covers.csv:1: the first line has to be api,kind,broader,narrower,reason" in told
    assert any(line.startswith("apis/dynamics-erp.csv: the file cannot be read") for line in told)


def test_a_shipped_profile_must_not_name_unpublished_values(sources: Path) -> None:
    profile = sources / "profiles" / "nakivo.yaml"
    text = profile.read_text("utf-8")
    line = text[: text.index("value: Calendars.Read\n")].count("\n") + 1
    profile.write_text(text.replace("value: Calendars.Read\n", "value: Calendars.Raed\n"), "utf-8")
    (problem,) = read_sources(sources).problems
    assert problem.severity is Severity.ERROR
    assert (problem.file, problem.line) == (str(profile), line)
    assert problem.message == (
        'application "Calendars.Raed" is not in the facts table of Microsoft Graph; did you mean "Calendars.Read"?'
    )


def test_two_shipped_profiles_of_one_id(sources: Path) -> None:
    first = sources / "profiles" / "nakivo.yaml"
    shutil.copy(first, sources / "profiles" / "nakivo-again.yaml")
    (told,) = problems(sources)
    assert told == f'profiles/nakivo-again.yaml:1: the id "nakivo" is taken by {first.as_posix()}'


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0", b'"', b'a,"b\nc'])
@pytest.mark.parametrize("file", ["reach.csv", "apis/apis.csv", "version.txt", "sources.csv"])
def test_garbage_in_a_table_is_a_problem_and_no_crash(sources: Path, file: str, content: bytes) -> None:
    (sources / file).write_bytes(content)
    assert any(told.startswith(file) for told in problems(sources))
