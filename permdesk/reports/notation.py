"""How days, times and numbers are written in a region; the words around them stay English.

A table of a few dozen regions rather than Babel: a report writes whole numbers and days only, and Babel would bring
30 MB of locale data for these two lines of each locale. Source: Unicode CLDR 46, numbering (group sign, least digits
that are grouped) and Gregorian dates (year, month and day in digits).
"""

from datetime import UTC, date, datetime

from msgspec import Struct

from permdesk.domain.dates import day as short_english_day
from permdesk.domain.wording import clock, long_day, page_date

#: Blanks at which no line breaks, as CLDR has them between groups of digits.
_BLANK = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_MONTH_FIRST = "month-first"
_DAY_FIRST = "day-first"
#: What a region that nobody listed gets: nobody misreads it.
ISO = "%Y-%m-%d"


class Notation(Struct, frozen=True):
    """The writing of one region.

    Attributes:
        locale: BCP 47; empty for the neutral one.
        label: the region in English.
        days: ``day-first`` or ``month-first`` with the month in words, where words are English; else digits in the
            format of ``date.strftime``.
        group: stands between groups of digits.
        least: numbers with fewer digits are not grouped.
        sizes: digits of the last group, and of each before it.
    """

    locale: str
    label: str
    days: str
    group: str
    least: int = 4
    sizes: tuple[int, int] = (3, 3)

    def number(self, value: int) -> str:
        """Return a number with its digits in groups."""
        digits = str(abs(value))
        sign = "-" if value < 0 else ""
        if len(digits) < self.least:
            return sign + digits
        last, before = self.sizes
        groups = [digits[-last:]]
        rest = digits[:-last]
        while rest:
            groups.insert(0, rest[-before:])
            rest = rest[:-before]
        return sign + self.group.join(groups)

    def counted(self, number: int, one: str, many: str | None = None) -> str:
        """Return "1 app" or "3 apps"; ``many`` where the plural is not the singular and an s."""
        return f"{self.number(number)} {one if number == 1 else (many or one + 's')}"

    def day(self, value: date) -> str:
        """Return a day for a table: "12 Mar 2024", "Mar 12, 2024" or "12.03.2024"."""
        return self._written(value, short_english_day(value))

    def long_day(self, value: date) -> str:
        """Return a day for a sentence: "12 March 2024", "March 12, 2024" or "12.03.2024"."""
        return self._written(value, long_day(value))

    def moment(self, value: datetime) -> str:
        """Return a time in UTC, with its day: "22 November 2026, 09:42 UTC"."""
        there = value.astimezone(UTC)
        return f"{self.long_day(there.date())}, {clock(there)} UTC"

    def period(self, began: datetime, ended: datetime | None) -> str:
        """Return from when to when, in UTC: "22 November 2026, 09:42 to 09:44 UTC"; None where the end is unknown."""
        first = began.astimezone(UTC)
        if ended is None:
            return f"{self.moment(first)} (its end was not recorded)"
        last = ended.astimezone(UTC)
        if last.date() != first.date():
            return f"{self.moment(first)}, to {self.moment(last)}"
        if clock(last) == clock(first):
            return self.moment(first)
        return f"{self.long_day(first.date())}, {clock(first)} to {clock(last)} UTC"

    def page_date(self, text: str) -> str:
        """Return the date of a page: "August 2024" for ``2024-08``, a day as a day, any other text as it is."""
        try:
            return self.long_day(date.fromisoformat(text))
        except ValueError:
            return page_date(text)

    def _written(self, value: date, english: str) -> str:
        if self.days == _DAY_FIRST:
            return english
        if self.days == _MONTH_FIRST:
            number, month, year = english.split(" ")
            return f"{month} {number}, {year}"
        # strftime pads years below 1000 differently on each platform.
        return (
            self.days.replace("%Y", f"{value.year:04d}")
            .replace("%-m", str(value.month))
            .replace("%-d", str(value.day))
            .replace("%m", f"{value.month:02d}")
            .replace("%d", f"{value.day:02d}")
        )


NEUTRAL = Notation("", "Any other region", ISO, _NARROW)

NOTATIONS: dict[str, Notation] = {
    notation.locale: notation
    for notation in (
        Notation("cs-CZ", "Czechia", "%-d.%_%-m.%_%Y".replace("%_", _BLANK), _BLANK),
        Notation("da-DK", "Denmark", "%d.%m.%Y", "."),
        Notation("de-AT", "Austria", "%d.%m.%Y", _BLANK),
        Notation("de-CH", "Switzerland (German)", "%d.%m.%Y", "’"),
        Notation("de-DE", "Germany", "%d.%m.%Y", "."),
        Notation("en-AU", "Australia", _DAY_FIRST, ","),
        Notation("en-CA", "Canada (English)", _MONTH_FIRST, ","),
        Notation("en-GB", "United Kingdom", _DAY_FIRST, ","),
        Notation("en-IE", "Ireland", _DAY_FIRST, ","),
        Notation("en-IN", "India", _DAY_FIRST, ",", sizes=(3, 2)),
        Notation("en-NZ", "New Zealand", _DAY_FIRST, ","),
        Notation("en-US", "United States", _MONTH_FIRST, ","),
        Notation("en-ZA", "South Africa", _DAY_FIRST, _BLANK),
        Notation("es-ES", "Spain", "%-d/%-m/%Y", ".", least=5),
        Notation("es-MX", "Mexico", "%-d/%-m/%Y", ","),
        Notation("fi-FI", "Finland", "%-d.%-m.%Y", _BLANK),
        Notation("fr-BE", "Belgium (French)", "%d/%m/%Y", _NARROW),
        Notation("fr-CA", "Canada (French)", ISO, _BLANK),
        Notation("fr-CH", "Switzerland (French)", "%d.%m.%Y", _NARROW),
        Notation("fr-FR", "France", "%d/%m/%Y", _NARROW),
        Notation("hu-HU", "Hungary", "%Y.%_%m.%_%d.".replace("%_", _BLANK), _BLANK, least=5),
        Notation("it-CH", "Switzerland (Italian)", "%d.%m.%Y", "’"),
        Notation("it-IT", "Italy", "%d/%m/%Y", "."),
        Notation("ja-JP", "Japan", "%Y/%m/%d", ","),
        Notation("ko-KR", "Korea", "%Y.%_%-m.%_%-d.".replace("%_", _BLANK), ","),
        Notation("nb-NO", "Norway", "%d.%m.%Y", _BLANK),
        Notation("nl-BE", "Belgium (Dutch)", "%-d/%m/%Y", "."),
        Notation("nl-NL", "Netherlands", "%d-%m-%Y", "."),
        Notation("pl-PL", "Poland", "%-d.%m.%Y", _BLANK, least=5),
        Notation("pt-BR", "Brazil", "%d/%m/%Y", "."),
        Notation("pt-PT", "Portugal", "%d/%m/%Y", _BLANK, least=5),
        Notation("sv-SE", "Sweden", ISO, _BLANK),
        Notation("tr-TR", "Türkiye", "%d.%m.%Y", "."),
        Notation("zh-CN", "China", "%Y/%-m/%-d", ","),
    )
}
#: The region that stands for a language alone.
_OF_LANGUAGE = {"de": "de-DE", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL", "pt": "pt-PT"}


def notation_of(locale: str) -> Notation:
    """Return the writing of a region.

    Args:
        locale: BCP 47 as ``de-DE``, or as a system spells it, ``de_DE.UTF-8``. A region that is not listed gets the
            writing of its language; a language that is not listed gets days as ISO 8601 has them.
    """
    language, _, region = locale.partition(".")[0].partition("@")[0].replace("_", "-").partition("-")
    language, region = language.casefold(), region.upper()
    if language in ("", "c", "posix"):
        language = "en"
    exact = NOTATIONS.get(f"{language}-{region}")
    if exact is not None:
        return exact
    first = next((name for name in NOTATIONS if name.startswith(f"{language}-")), "")
    return NOTATIONS.get(_OF_LANGUAGE.get(language, first), NEUTRAL)
