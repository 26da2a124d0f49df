"""Numbers, days and lists as sentences write them: one place for screen and paper."""

from collections.abc import Sequence
from datetime import date, datetime

from permdesk.domain.dates import day

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 app" or "3 apps"; ``many`` where the plural is not the singular and an s."""
    return f"{number:,} {one if number == 1 else (many or one + 's')}"


def verb(number: int, one: str, many: str) -> str:
    """Return the form of a verb that fits a number: "is" or "are"."""
    return one if number == 1 else many


def long_day(value: date) -> str:
    """Return "12 March 2024"."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def page_date(text: str) -> str:
    """Return "March 2024" for ``2024-03`` and "28 May 2024" for ``2024-05-28``; any other text as it is."""
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        name = _MONTHS[numbers[1] - 1]
    except (ValueError, IndexError):
        return text
    if len(numbers) == 2:
        return f"{name} {numbers[0]}"
    return f"{numbers[2]} {name} {numbers[0]}"


def clock(value: datetime) -> str:
    """Return "09:42" of a time, in the zone it carries."""
    return f"{value.hour:02d}:{value.minute:02d}"


def moment(value: datetime, *, now: datetime) -> str:
    """Return "today 09:42" or "12 Mar 2024 09:42"; both times in the zone of ``now``."""
    there = value.astimezone(now.tzinfo)
    if there.date() == now.date():
        return f"today {clock(there)}"
    return f"{day(there.date())} {clock(there)}"


def read_period(began: datetime, ended: datetime | None, *, now: datetime) -> str:
    """Return "Read today from 09:42 to 09:44", in the zone of ``now``; without an end, what is not known of it."""
    first = began.astimezone(now.tzinfo)
    if ended is None:
        return f"Read {moment(first, now=now)}; when reading ended was not recorded"
    last = ended.astimezone(now.tzinfo)
    if last.date() != first.date():
        return f"Read from {moment(first, now=now)} to {moment(last, now=now)}"
    date = "today" if first.date() == now.date() else day(first.date())
    return f"Read {date} from {clock(first)} to {clock(last)}"


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """Return "a, b and c", or "a, b, c and 4 more"."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
