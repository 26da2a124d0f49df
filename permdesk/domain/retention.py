"""How long kept scans stay: the rule that a person sets."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

_MONTHS_A_YEAR = 12
_LAST_OF_SHORTEST_MONTH = 28


class Keep(StrEnum):
    """The rules there are."""

    ALL = "all"
    NEWEST = "newest"
    MONTHS = "months"


class Retention(Struct, frozen=True):
    """A rule for the scans of each tenant.

    Attributes:
        number: how many scans, or months; 0 for ALL.
    """

    keep: Keep = Keep.ALL
    number: int = 0

    def __str__(self) -> str:
        return self.keep.value if self.keep is Keep.ALL else f"{self.keep.value}:{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Retention":
        """Return the rule that ``str`` of it gives: ``all``, ``newest:30``, ``months:12``.

        Raises:
            ValueError: it is none, or its number is not from 1 to 9999.
        """
        word, _, number = text.strip().casefold().partition(":")
        keep = Keep(word)
        if keep is Keep.ALL:
            if number:
                raise ValueError(text)
            return cls()
        count = int(number) if number.isascii() and number.isdigit() else 0
        if not 1 <= count <= 9999:
            raise ValueError(text)
        return cls(keep, count)

    def before(self, now: datetime) -> datetime | None:
        """Return the moment before which scans go; None for a rule that counts no months.

        Args:
            now: the moment months are counted from.
        """
        return _months_before(now, self.number) if self.keep is Keep.MONTHS else None


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same day some months ago; of a day that a month lacks, the last one that every month has."""
    count = moment.year * _MONTHS_A_YEAR + moment.month - 1 - months
    year, month = divmod(count, _MONTHS_A_YEAR)
    if year < 1:
        return datetime.min.replace(tzinfo=moment.tzinfo)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, _LAST_OF_SHORTEST_MONTH))
