"""What a person is told while a tenant is read: rows that only grow, and a time left that means something."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.ports import Progress, StepProgress, Waiting
from permdesk.presentation import progress as told
from permdesk.presentation.progress import Pace, begun, moved


def at_rate(rate: float, *, total: int, seconds: int, before: dict[ReadName, int] | None = None) -> Pace:
    pace = begun(0.0, before)
    for tenth in range(1, seconds * 10 + 1):
        rows = min(total, int(rate * tenth / 10))
        pace = moved(pace, Progress("x", rows, None if before else total), at=tenth / 10)
    return pace


counts = st.integers(0, 300_000)
one_step = st.builds(
    StepProgress, st.sampled_from(ReadName), counts, st.none() | counts, st.integers(0, 9), st.integers(0, 9),
    st.booleans(),
)  # fmt: skip
one_progress = st.builds(
    Progress,
    st.just("x"),
    counts,
    st.none() | counts,
    st.just(()),
    st.lists(one_step, max_size=4).map(tuple),
    counts,
    st.none() | st.builds(Waiting, st.integers(1, 300), st.booleans()),
)
#: What a reader tells, with the seconds since it told before; some clocks stand still.
course = st.lists(st.tuples(one_progress, st.floats(0, 30)), min_size=1, max_size=30)
befores = st.none() | st.dictionaries(st.sampled_from(ReadName), counts, max_size=4)


@given(course, befores)
def test_rows_only_grow_and_nothing_is_ever_negative(
    course: list[tuple[Progress, float]], before: dict[ReadName, int] | None
) -> None:
    pace, at = begun(10.0, before), 10.0
    for progress, passed in course:
        at += passed
        earlier, pace = pace, moved(pace, progress, at=at)
        assert pace.rows >= earlier.rows
        assert pace.total is None or pace.total >= pace.rows
        assert pace.rate is None or 0 <= pace.rate < math.inf
        assert pace.left is None or 0 <= pace.left < math.inf
        if pace.left is not None and earlier.left is not None:
            assert pace.left <= earlier.left + 0.5 * passed + 1e-6
        part = told.fraction(pace)
        assert part is None or 0 <= part <= 1
        said = " ".join((told.so_far(pace), told.speed(pace), told.time_left(pace), told.waits(pace)))
        assert not re.search(r"-\d|inf|nan", said)
        # Thousands are separated wherever there are any.
        assert not re.search(r"\d{4}", said)
        assert len(told.steps(progress)) == len(told.KINDS)


@given(course, befores)
def test_it_ends_at_all(course: list[tuple[Progress, float]], before: dict[ReadName, int] | None) -> None:
    pace = begun(0.0, before)
    for number, (progress, _) in enumerate(course):
        pace = moved(pace, progress, at=float(number))
    pace = moved(pace, Progress("", pace.rows, pace.rows, over=True), at=99.0)
    assert pace.rows == pace.total
    assert pace.certain
    assert told.fraction(pace) == 1
    assert pace.left == 0
    assert told.time_left(pace) == "keeping and comparing"
    assert told.speed(pace) == ""


@given(st.floats(1, 50_000), st.integers(6, 60))
def test_a_steady_rate_is_told_as_it_is(rate: float, seconds: int) -> None:
    total = int(rate * 200)
    pace = at_rate(rate, total=total, seconds=seconds)
    assert pace.rate == pytest.approx(rate, rel=0.1, abs=1.2)
    assert pace.left is not None
    # The slower the rows come, the more does a single one weigh.
    assert pace.left == pytest.approx(200 - seconds, rel=0.15 if rate > 50 else 1.0)


def test_what_was_there_already_does_not_make_it_faster() -> None:
    pace = begun(0.0)
    for tenth in range(1, 60):
        pace = moved(pace, Progress("x", 90_000 + 10 * tenth, 100_000, kept=90_000), at=tenth / 10)
    assert pace.rate == pytest.approx(100, rel=0.1)
    assert told.speed(pace) == "100 rows a second"


def test_the_last_scan_lends_a_total_that_gives_way_to_what_is_announced() -> None:
    before = {ReadName.APPLICATIONS: 20, ReadName.APP_ROLE_ASSIGNMENTS: 500}
    first = StepProgress(ReadName.APPLICATIONS, 10, 40, 1, 0, over=False)
    pace = moved(begun(0.0, before), Progress("x", 10, None, steps=(first,)), at=1.0)
    assert told.so_far(pace) == "Read 10 of about 540"
    # More lists than the last scan had rows for.
    second = StepProgress(ReadName.APP_ROLE_ASSIGNMENTS, 700, None, 9, 3, over=False)
    pace = moved(pace, Progress("x", 740, None, steps=(first, second)), at=2.0)
    assert told.so_far(pace) == "Read 740 of about 740"
    pace = moved(pace, Progress("x", 740, 1_200), at=3.0)
    assert told.so_far(pace) == "Read 740 of 1,200"


def test_no_total_no_time_left() -> None:
    pace = begun(0.0)
    for second in range(1, 9):
        pace = moved(pace, Progress("x", second * 1234, None), at=float(second))
    assert told.so_far(pace) == "Read 9,872 so far"
    assert told.time_left(pace) == ""
    assert told.speed(pace) == "1,200 rows a second"
    assert told.fraction(pace) is None


def test_a_stall_does_not_send_the_time_left_anywhere() -> None:
    pace = at_rate(1000, total=60_000, seconds=30)
    assert pace.left == pytest.approx(30, rel=0.05)
    for second in range(31, 91):
        pace = moved(pace, Progress("x", 30_000, 60_000, waiting=Waiting(90 - second + 1, asked=True)), at=second)
    assert pace.left is not None
    assert pace.left <= 30 * 1.05 + 30
    assert told.waits(pace) == "Microsoft asks us to slow down. Going on in 1 s. Nothing is lost."
    assert told.speed(pace) == ""


def test_what_is_said_does_not_waver() -> None:
    said = []
    pace = begun(0.0)
    for tenth in range(1, 400):
        # Faster and slower by turns, as a network is.
        rows = 100 * tenth + (300 if tenth % 20 < 10 else 0)
        pace = moved(pace, Progress("x", rows, 60_000), at=tenth / 10)
        said.append(told.time_left(pace))
    changes = [one for one, before in zip(said[1:], said, strict=False) if one != before]
    assert len(changes) <= 14


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "a few seconds left"),
        (18, "about 20 s left"),
        (33, "about 40 s left"),
        (61, "about 2 min left"),
        (59 * 60, "about 59 min left"),
        (3700, "about 1 h 10 min left"),
        (2 * 3600, "about 2 h left"),
    ],
)
def test_the_time_left_in_words(seconds: float, words: str) -> None:
    pace = at_rate(1000, total=10_000 + int(seconds * 1000), seconds=10)
    assert told.time_left(pace) == words


def test_every_kind_of_list_has_one_place() -> None:
    waiting = told.steps(None)
    assert {step.number for step in waiting} == {"waiting"}
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource="SharePoint Online")
    cut = ReadCoverage(ReadName.OAUTH2_PERMISSION_GRANTS, ReadStatus.PARTIAL, 1200, 4000)
    progress = Progress(
        "Service principals",
        1300,
        None,
        (refused, cut),
        (
            StepProgress(ReadName.APPLICATIONS, 23, 23, 1, 1, over=True),
            StepProgress(ReadName.SERVICE_PRINCIPALS, 488, 499, 1, 0, over=False),
            StepProgress(ReadName.APP_ROLE_ASSIGNMENTS, 70, None, 12, 3, over=False),
            StepProgress(ReadName.OAUTH2_PERMISSION_GRANTS, 1200, 1200, 1, 1, over=True),
        ),
    )
    found = {step.name: (step.number, step.done) for step in told.steps(progress)}
    assert [step.name for step in told.steps(progress)] == [step.name for step in waiting]
    assert [step.remark for step in told.steps(progress) if step.remark] == ["3 of 12 lists"]
    assert found["App registrations"] == ("23 of 23", True)
    assert found["Service principals"] == ("488 of 499", None)
    assert found["Role assignments"] == ("70", None)
    assert found["Delegated grants"] == ("1,200", False)
    assert found["Users with grants"] == ("waiting", None)
    assert told.unread(progress, most=5) == (
        ("Role assignments, SharePoint Online", "refused"),
        ("Delegated grants", "1,200 of 4,000"),
    )
    assert told.unread(progress, most=1)[1:] == (("and 1 more", ""),)
    assert told.unread(None, most=1) == ()
