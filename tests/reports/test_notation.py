"""Days, times and numbers as a region writes them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.reports.notation import NEUTRAL, NOTATIONS, notation_of

_DAY = date(2024, 3, 2)


@pytest.mark.parametrize(
    ("locale", "short", "long", "number"),
    [
        ("en-GB", "2 Mar 2024", "2 March 2024", "1,234,567"),
        ("en-US", "Mar 2, 2024", "March 2, 2024", "1,234,567"),
        ("en-IN", "2 Mar 2024", "2 March 2024", "12,34,567"),
        ("de-DE", "02.03.2024", "02.03.2024", "1.234.567"),
        ("de-CH", "02.03.2024", "02.03.2024", "1’234’567"),
        ("fr-FR", "02/03/2024", "02/03/2024", "1\u202f234\u202f567"),
        ("sv-SE", "2024-03-02", "2024-03-02", "1\u00a0234\u00a0567"),
        ("nl-NL", "02-03-2024", "02-03-2024", "1.234.567"),
    ],
)
def test_regions(locale: str, short: str, long: str, number: str) -> None:
    notation = notation_of(locale)
    assert (notation.day(_DAY), notation.long_day(_DAY), notation.number(1_234_567)) == (short, long, number)


def test_four_digits_stay_together_where_a_region_writes_them_so() -> None:
    assert notation_of("es-ES").number(1_234) == "1234"
    assert notation_of("es-ES").number(12_345) == "12.345"
    assert notation_of("en-GB").number(1_234) == "1,234"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("de_DE.UTF-8", "de-DE"),
        ("de", "de-DE"),
        ("de-LI", "de-DE"),
        ("EN-us", "en-US"),
        ("en-SG", "en-GB"),
        ("C.UTF-8", "en-GB"),
        ("", "en-GB"),
        ("ja", "ja-JP"),
        ("tlh-KX", ""),
        ("ca_ES@valencia", ""),
    ],
)
def test_what_a_system_calls_a_region_is_understood(asked: str, found: str) -> None:
    assert notation_of(asked).locale == found


def test_an_unknown_region_gets_days_that_nobody_misreads() -> None:
    assert NEUTRAL.day(_DAY) == "2024-03-02"
    assert notation_of("xx-YY") is NEUTRAL


def test_moments_are_told_in_utc() -> None:
    there = datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert notation_of("en-GB").moment(there) == "21 November 2026, 22:30 UTC"
    assert notation_of("de-DE").moment(datetime(2026, 11, 22, 9, 42, tzinfo=UTC)) == "22.11.2026, 09:42 UTC"


def test_a_reading_is_told_from_its_beginning_to_its_end() -> None:
    english, began = notation_of("en-GB"), datetime(2026, 11, 22, 23, 42, tzinfo=UTC)
    assert english.period(began, began + timedelta(minutes=2)) == "22 November 2026, 23:42 to 23:44 UTC"
    assert english.period(began, began + timedelta(seconds=50)) == "22 November 2026, 23:42 UTC"
    assert english.period(began, None) == "22 November 2026, 23:42 UTC (its end was not recorded)"
    over_midnight = "22 November 2026, 23:42 UTC, to 23 November 2026, 00:10 UTC"
    assert english.period(began, began + timedelta(minutes=28)) == over_midnight


def test_dates_of_pages() -> None:
    assert notation_of("de-DE").page_date("2024-05-28") == "28.05.2024"
    assert notation_of("de-DE").page_date("2024-08") == "August 2024"
    assert notation_of("en-US").page_date("some day") == "some day"


@given(st.sampled_from([*NOTATIONS.values(), NEUTRAL]), st.integers(-(10**12), 10**12))
def test_no_digit_of_a_number_is_lost(notation: object, value: int) -> None:
    told = notation.number(value)  # type: ignore[attr-defined]
    assert int("".join(sign for sign in told if sign.isdigit() and sign.isascii()) or "0") == abs(value)
    assert told.startswith("-") == (value < 0)


@given(st.sampled_from([*NOTATIONS.values(), NEUTRAL]), st.dates())
def test_every_day_can_be_told_from_every_other(notation: object, day: date) -> None:
    told = notation.day(day)  # type: ignore[attr-defined]
    assert f"{day.year}" in told
    assert notation.day(day) != notation.day(day.replace(year=day.year + 1 if day.year < 9999 else 1, day=1))  # type: ignore[attr-defined]
