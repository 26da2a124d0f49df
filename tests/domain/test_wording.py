"""Numbers, days and lists in sentences."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.wording import clock, counted, listed, long_day, moment, page_date, read_period, verb


def test_counted() -> None:
    assert counted(1, "app") == "1 app"
    assert counted(0, "app") == "0 apps"
    assert counted(1200, "entry", "entries") == "1,200 entries"
    assert verb(1, "is", "are") == "is"
    assert verb(2, "is", "are") == "are"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-08", "August 2024"),
        ("2024-05-28", "28 May 2024"),
        ("undated", "undated"),
        ("2024-13", "2024-13"),
        ("", ""),
        ("2024", "2024"),
    ],
)
def test_page_date(text: str, said: str) -> None:
    assert page_date(text) == said


@given(st.text())
def test_page_date_takes_anything(text: str) -> None:
    assert isinstance(page_date(text), str)


@given(st.dates())
def test_a_long_day_names_its_parts(value: date) -> None:
    day, _, year = long_day(value).split()
    assert (int(day), int(year)) == (value.day, value.year)


def test_moment_is_said_in_the_zone_of_now() -> None:
    now = datetime(2026, 11, 22, 18, 0, tzinfo=timezone(timedelta(hours=1)))
    assert moment(datetime(2026, 11, 22, 8, 42, tzinfo=UTC), now=now) == "today 09:42"
    assert moment(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), now=now) == "today 00:30"
    assert moment(datetime(2024, 3, 12, 8, 5, tzinfo=UTC), now=now) == "12 Mar 2024 09:05"
    assert clock(now) == "18:00"


def test_a_reading_is_said_from_when_to_when() -> None:
    now = datetime(2026, 11, 22, 18, 0, tzinfo=timezone(timedelta(hours=1)))
    began = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)
    assert read_period(began, began + timedelta(minutes=2), now=now) == "Read today from 09:42 to 09:44"
    assert read_period(began, None, now=now) == "Read today 09:42; when reading ended was not recorded"
    long_ago = began - timedelta(days=3)
    assert read_period(long_ago, long_ago + timedelta(hours=1), now=now) == "Read 19 Nov 2026 from 09:42 to 10:42"
    evening = datetime(2026, 11, 21, 22, 50, tzinfo=UTC)
    over_midnight = "Read from 21 Nov 2026 23:50 to today 00:10"
    assert read_period(evening, evening + timedelta(minutes=20), now=now) == over_midnight


def test_listed() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
