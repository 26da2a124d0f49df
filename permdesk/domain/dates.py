"""How a day is written: the same words on screen, in exports for people and on paper."""

from datetime import date
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4096)
def day(value: date) -> str:
    """Return a day such as "12 Mar 2024"; no locale of the machine changes it."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
