"""How a day is written: the same words on screen, in exports for people and on paper."""

from datetime import date
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@lru_cache(maxsize=4096)
def day(value: date) -> str:
    """Return a day such as "12 Mar 2024"; no locale of the machine changes it."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month(text: str) -> str:
    """Return "April 2024" for "2024-04" or "2024-04-30", and any other text as it is."""
    year, _, rest = text.partition("-")
    number = rest.partition("-")[0]
    if year.isdigit() and number.isdigit() and 1 <= int(number) <= 12:
        return f"{_LONG[int(number) - 1]} {year}"
    return text
