"""Names that are the same, names that merely look so, and names that are neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.names import NameMatcher, folded, one_edit_apart, skeleton

VENDOR = "Lumen Mirror Online"
MATCHER = NameMatcher([(VENDOR, "lumen"), ("Tide Archive", "tide"), ("lumen mirror online", "own-lumen")])

SAME = {
    "as written": "Lumen Mirror Online",
    "case": "LUMEN mirror oNLINE",
    "white space": "  Lumen\tMirror \n Online ",
    "no-break space": "Lumen\u00a0Mirror\u2003Online",
}
LOOK_ALIKE = {
    "letter missing": "Lumen Mirror Onlne",
    "letter more": "Lumen Mirrror Online",
    "letter changed": "Lumen Mirrar Online",
    "letters swapped": "Lumen Mirorr Online",
    "first letter": "umen Mirror Online",
    "last letter": "Lumen Mirror Onlines",
    "no blank": "LumenMirror Online",
    "capital I for l": "Lumen Mirror OnIine",
    "1 for l": "1umen Mirror On1ine",
    "| for l": "Lumen Mirror On|ine",
    "0 for o": "Lumen Mirr0r 0nline",
    "rn for m": "Lurnen Mirror Online",
    "cyrillic e and o": "Lum\u0435n Mirr\u043er Online",
    "greek iotas and omicrons": "Lumen M\u03b9rr\u03bfr Onl\u03b9ne",
    "cyrillic i twice": "Lumen M\u0456rror Onl\u0456ne",
    "dotless i": "Lumen M\u0131rror Onl\u0131ne",
    "accents": "L\u00fcmen M\u00edrr\u00f3r Onl\u00efne",
    "combining marks": "Lumen Mi\u0307rro\u0301r Online",
    "full width": "\uff2c\uff55\uff4d\uff45\uff4e Mirror Online",
    "mathematical letters": "Lumen \U0001d40cirr\U0001d428r \U0001d40enline",
    "zero-width space": "Lumen\u200b Mirror Online",
    "many zero-width characters": "\u200b\u200c\u200d\u2060".join("Lumen Mirror Online"),
    "byte order mark": "\ufeffLumen Mirror Online",
    "soft hyphens": "Lu\u00admen Mir\u00adror Online",
    "right-to-left marks": "\u202eLumen Mirror Online\u202c",
    "control character": "Lumen\x00 Mirror Onl\x07ine",
    "zero-width among blanks": "Lumen \u200b Mirror \u200b Online \u200b",
    "hangul filler": "Lumen Mirror Online\u3164",
    "look-alike and one letter off": "Lurnen Mirror Onlin",
}
OTHER = {
    "nothing": "",
    "blank": " \u200b ",
    "another word": "Lumen Mirror Offline",
    "longer": "Lumen Mirror Online Reports",
    "two letters off": "Lumn Mirrr Online",
    "order of words": "Online Mirror Lumen",
    "ten thousand characters": "Lumen Mirror Online" * 600,
    "ten thousand marks": "\u0301" * 10_000,
}


@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
def test_same(name: str) -> None:
    assert MATCHER.exact(name) == ("lumen", "own-lumen")
    assert MATCHER.near(name) is None


@pytest.mark.parametrize("name", LOOK_ALIKE.values(), ids=LOOK_ALIKE)
def test_look_alike(name: str) -> None:
    assert MATCHER.exact(name) == ()
    assert MATCHER.near(name) == VENDOR
    assert MATCHER.near(name.upper() if name.isascii() and "I" not in name else name) == VENDOR


@pytest.mark.parametrize("name", OTHER.values(), ids=OTHER)
def test_neither(name: str) -> None:
    assert MATCHER.exact(name) == ()
    assert MATCHER.near(name) is None


def test_without_profiles_nothing_resembles_anything() -> None:
    assert NameMatcher([]).near(VENDOR) is None
    assert NameMatcher([]).exact(VENDOR) == ()


letters = st.text(alphabet="abcm rn", max_size=7)


@given(letters, letters)
def test_one_edit_apart_is_one_edit(left: str, right: str) -> None:
    inserted = {left[:i] + c + left[i:] for i in range(len(left) + 1) for c in "abcm rn"}
    removed = {left[:i] + left[i + 1 :] for i in range(len(left))}
    changed = {left[:i] + c + left[i + 1 :] for i in range(len(left)) for c in "abcm rn"}
    swapped = {left[:i] + left[i + 1] + left[i] + left[i + 2 :] for i in range(len(left) - 1)}
    assert one_edit_apart(left, right) == (left != right and right in inserted | removed | changed | swapped)


@given(st.text(max_size=30))
def test_every_name_is_itself_and_never_near_itself(name: str) -> None:
    matcher = NameMatcher([(name, "one")])
    assert matcher.exact(name) == ("one",)
    assert matcher.near(name) is None


@given(st.text(max_size=30), st.sampled_from("\u200b\u200d\ufeff\u00ad\u202e"), st.integers(0, 30))
def test_what_cannot_be_seen_changes_nothing_to_the_eye(name: str, invisible: str, place: int) -> None:
    assert skeleton(name[:place] + invisible + name[place:]) == skeleton(name)


@given(st.text(max_size=30))
def test_case_and_white_space_fold(name: str) -> None:
    assert folded(f"  {name.upper()}\t") == folded(name.upper())
    assert folded(folded(name)) == folded(name)
