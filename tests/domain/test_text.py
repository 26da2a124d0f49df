"""Names made harmless to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.text import inert

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)
RESHAPING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(ANY_TEXT)
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = inert(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
    assert not [c for c in shown if c.isspace() and c != " "]
    shown.encode()


@given(ANY_TEXT)
def test_twice_is_once(text: str) -> None:
    assert inert(inert(text)) == inert(text)


@given(ANY_TEXT, st.integers(1, 20))
def test_a_limit_is_kept(text: str, limit: int) -> None:
    shown = inert(text, limit)
    assert len(shown) <= limit
    assert inert(shown, limit) == shown
    if len(inert(text)) <= limit:
        assert shown == inert(text)
    else:
        assert shown.endswith("…")


@given(st.text(alphabet=st.characters(categories=("Lu", "Ll", "Nd", "Po"), exclude_characters="\u115f"), max_size=40))
def test_letters_of_every_script_stay(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("AvePoint Cloud Backup Express", "AvePoint Cloud Backup Express"),
        ("two\nlines\r\n and\ttabs", "two lines and tabs"),
        ("  blanks \u00a0 and\u3000more ", "blanks and more"),
        ("bell\x07 escape\x1b[31m", "bell␇ escape␛[31m"),
        ("null\x00delete\x7f", "null␀delete␡"),
        ("next\x85line", "next line"),
        ("c1\x9bcontrol", "c1�control"),
        ("invoice\u202efdp.exe", "invoice�fdp.exe"),
        ("zero\u200bwidth\ufeff", "zero�width�"),
        ("filler\u3164name", "filler�name"),
        ("half\ud800pair", "half�pair"),
        ("<b>bold</b> & {braces}", "<b>bold</b> & {braces}"),
        ("Ŵorkshop é \U0001f527 机器 שלום", "Ŵorkshop é \U0001f527 机器 שלום"),
        ("", ""),
    ],
)
def test_what_becomes_of_it(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize("mark", RESHAPING)
def test_every_mark_of_direction_is_shown(mark: str) -> None:
    assert inert(f"a{mark}b") == "a�b"


def test_a_flood_of_combining_marks_is_cut() -> None:
    assert inert("e" + "\u0301" * 500 + "n") == "e" + "\u0301" * 4 + "n"


def test_ten_thousand_characters_are_cut_where_asked() -> None:
    assert len(inert("x" * 10_000)) == 10_000
    assert inert("x" * 10_000, 5) == "xxxx…"
