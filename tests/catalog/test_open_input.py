"""Whatever bytes lie in a profile folder, validation ends, tells something, and never crashes."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permdesk.catalog.content import Known
from permdesk.catalog.outline import MAX_BYTES, parse_outline
from permdesk.catalog.problem import Report
from permdesk.catalog.search import match_expression
from permdesk.catalog.store import CatalogStore
from permdesk.catalog.validate import validate_profiles
from tests.catalog.places import DATABASE, OWN_PROFILE, SOURCES

STORE = CatalogStore(DATABASE)
KNOWN: Known = STORE.known

# Words of YAML and of the format, so that random text gets past the first line now and then.
PIECES = st.sampled_from(
    [
        *("\n", "  ", "- ", ": ", ":", "[", "]", "{", "}", ",", "'", '"', "&a", "*a", "!t", "|", ">-", "#", "..."),
        *("%YAML 1.1\n", "%TAG", "---\n", "? ", "<<", "\t", "\\x", "\\u202e", "\\UFFFFFFFF", "\r", "\x85", "\u2028"),
        *("null", "~", "id", "requirements", "workloads", "api", "kind", "application", "Microsoft Graph", "2026-09"),
        *("é", "👁", "\ufeff"),
    ]
)
RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def validate_text(text: str) -> list[str]:
    report = Report(Path("file.yaml"))
    parse_outline(text, report)
    return [str(problem) for problem in report.problems]


@given(st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_or_told(text: str) -> None:
    report = Report(Path("file.yaml"))
    outline = parse_outline(text, report)
    assert (outline is None) <= bool(report.problems)
    assert all(problem.line is None or 1 <= problem.line <= len(text) + 1 for problem in report.problems)


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
@settings(RELAXED, max_examples=100)
def test_any_bytes_are_validated(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    validation = validate_profiles([file], known=KNOWN)
    assert validation.profiles == ()
    assert validation.failed


@given(st.data())
@settings(RELAXED, max_examples=150)
def test_a_damaged_profile_is_told_or_still_whole(tmp_path: Path, data: st.DataObject) -> None:
    text = OWN_PROFILE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(st.lists(PIECES, max_size=3).map("".join)) + text[end:]
    file = tmp_path / "file.yaml"
    file.write_text(text, "utf-8", newline="")
    validation = validate_profiles([file], known=KNOWN)
    assert bool(validation.profiles) != validation.failed


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "? " * 50_000,
        "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 400)),
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "a: &a {<<: *a}\n",
        "%YAML 1." + "9" * 5000 + "\n---\na: b\n",
        "!<!> x",
        "a: !!timestamp 2001-01-01\n",
        "'" * 99_999,
        '"' + "\\x41" * 30_000,
        "a: b\n---\nc: d\n",
        "? [a, b]\n: c\n",
        "? {a: b}\n: c\n",
        "",
        "# nothing\n",
        "just text",
        "- a\n- b\n",
    ],
    ids=lambda text: text[:12],
)
def test_hostile_structures_are_refused_quickly(text: str) -> None:
    begun = time.perf_counter()
    problems = validate_text(text)
    assert len(problems) == 1, problems
    assert time.perf_counter() - begun < 10


def test_a_file_at_the_size_limit_is_validated(tmp_path: Path) -> None:
    line = "  - {api: Microsoft Graph, value: V%d, kind: application, purpose: Back up things}\n"
    head = OWN_PROFILE[: OWN_PROFILE.index("workloads:")] + "requirements:\n"
    text = head + "".join(line % number for number in range(700))
    file = tmp_path / "file.yaml"
    file.write_text(text, "utf-8")
    (profile,) = validate_profiles([file], known=KNOWN).profiles
    assert len(profile.requirements) == 700
    file.write_text(text + "#" * (MAX_BYTES - len(text) + 1), "utf-8")
    (problem,) = validate_profiles([file], known=KNOWN).problems
    assert problem.message == f"the file has {MAX_BYTES + 1:,} bytes; at most {MAX_BYTES:,} are read"


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    with file.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    begun = time.perf_counter()
    (problem,) = validate_profiles([file], known=KNOWN).problems
    assert "52,428,800 bytes" in problem.message
    assert time.perf_counter() - begun < 1


def test_a_folder_a_missing_file_and_odd_names(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "right\u202eleft\n.yaml").write_text("id: [", "utf-8")
    (tmp_path / "ignored.txt").write_text("id: [", "utf-8")
    told = [str(p) for p in validate_profiles([tmp_path, tmp_path / "none.yaml"], known=KNOWN).problems]
    assert len(told) == 3
    assert any(text.endswith("folder.yaml: this is a folder, not a file") for text in told)
    assert any(text.endswith("none.yaml: there is no such file or folder") for text in told)
    assert any("right\\u202eleft\\n.yaml:1: " in text for text in told)


@pytest.mark.linux
def test_a_pipe_and_a_name_that_is_no_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")).write_text("x", "utf-8")
    told = [str(problem) for problem in validate_profiles([tmp_path], known=KNOWN).problems]
    assert any(text.endswith("pipe.yaml: this is not an ordinary file") for text in told)
    assert any("\\xff.yaml:1: " in text for text in told)
    assert all(text.encode("utf-8") for text in told)


def test_a_line_is_told_for_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(b"id: a\nvendor: caf\xe9\n")
    (problem,) = validate_profiles([file], known=KNOWN).problems
    assert (problem.line, problem.message) == (2, "the file is not UTF-8 text")
    file.write_bytes(b"\xef\xbb\xbf" + OWN_PROFILE.encode())
    assert validate_profiles([file], known=KNOWN).problems == ()


def test_a_control_character_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(b"id: a\nvendor: b\x07\n")
    (problem,) = validate_profiles([file], known=KNOWN).problems
    assert (problem.line, problem.message) == (2, "a control character (U+0007) stands in the text")


def test_a_shipped_file_that_lost_a_line_never_crashes(tmp_path: Path) -> None:
    lines = (SOURCES / "profiles" / "nakivo.yaml").read_text("utf-8").splitlines(keepends=True)
    file = tmp_path / "file.yaml"
    for missing in range(0, len(lines), 10):
        file.write_text("".join(lines[:missing] + lines[missing + 1 :]), "utf-8")
        validation = validate_profiles([file], known=KNOWN)
        assert bool(validation.profiles) != validation.failed


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(['"', "*", "(", "OR", "NEAR", ":", "mail", "-", "^", "\0"])).map(" ".join)
)
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    hits = STORE.search(text)
    assert not hits or match_expression(text)
