"""Full text search: what a person types as an FTS5 expression, and the same search over profiles in memory."""

import contextlib
import sqlite3
import unicodedata
from collections.abc import Iterable

from permdesk.domain.profile import Profile, Requirement

TOKENIZER = "unicode61 remove_diacritics 2"
_MAX_TEXT = 200


def match_expression(text: str) -> str:
    """Return an FTS5 expression that holds for rows with every word of a text; empty where there is no word."""
    printable = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text[:_MAX_TEXT])
    words = [word for word in printable.split() if any(c.isalnum() for c in word)]
    # Quotes make a phrase of a word with dots in it; the star lets its last part be a beginning.
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words)


def find_in_profiles(profiles: Iterable[Profile], expression: str) -> list[tuple[str, Requirement | None]]:
    """Return (profile id, requirement) of own profiles that an expression of ``match_expression`` holds for."""
    places: list[tuple[str, Requirement | None]] = []
    texts: list[str] = []
    for profile in profiles:
        places.append((profile.id, None))
        titles = (profile.name, profile.vendor, profile.product, profile.app_name or "", profile.source.title)
        texts.append(" ".join(titles))
        for requirement in profile.requirements:
            places.append((profile.id, requirement))
            texts.append(f"{requirement.value} {requirement.purpose} {requirement.note}")
    if not places:
        return []
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE own USING fts5(text, tokenize='{TOKENIZER}')")
        rows = enumerate(texts, start=1)
        connection.executemany("INSERT INTO own(rowid, text) VALUES (?, ?)", rows)
        found = connection.execute("SELECT rowid FROM own WHERE own MATCH ? ORDER BY rowid", (expression,))
        return [places[number - 1] for (number,) in found]
