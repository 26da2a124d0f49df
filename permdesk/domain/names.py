"""When two app names are the same, and when one merely resembles the other."""

import unicodedata
from collections.abc import Iterable

# Letters of other scripts and digits that look like a Latin letter, beside those that Unicode folds itself.
_LATIN = {
    **dict(zip("аеорсухіјѕһԁԛԝкмтвнгп", "aeopcyxijshdqwkmtbhrn", strict=True)),
    **dict(zip("αβεικνορτυχϲγη", "abeiknoptuxcyn", strict=True)),
    **dict(zip("015|!ı", "olslll", strict=True)),
}
# Capital I and small l are one stroke in most fonts; letters that fill no space are none.
_LOOK_ALIKES = str.maketrans(
    {"i": "l", **{letter: "l" if latin == "i" else latin for letter, latin in _LATIN.items()}}
    | dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", "")
)


def folded(name: str) -> str:
    """Return the name with case and white space folded: what an exact match compares."""
    return " ".join(name.split()).casefold()


def skeleton(name: str) -> str:
    """Return what the eye is left with: accents, invisible characters and look-alike letters folded."""
    return _bare(folded(name))


def _bare(plain: str) -> str:
    if not (plain.isascii() and plain.isprintable()):
        # Mathematical letters have a case of their own until they are decomposed.
        decomposed = unicodedata.normalize("NFKD", plain).casefold()
        seen = (c for c in decomposed if c.isspace() or unicodedata.category(c) not in ("Mn", "Cf", "Cc", "Me"))
        plain = " ".join("".join(seen).split())
    return plain.translate(_LOOK_ALIKES).replace("rn", "m").replace("vv", "w")


def one_edit_apart(left: str, right: str) -> bool:
    """True where one inserted, removed, changed or swapped letter leads from one text to the other."""
    if left == right:
        return False
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if len(left) < len(right):
        return left[start:] == right[start + 1 :]
    swapped = left[start + 1 : start + 2] + left[start : start + 1] + left[start + 2 :]
    return left[start + 1 :] == right[start + 1 :] or swapped == right[start:]


class NameMatcher:
    """Holds the names of vendors' apps; tells exact and near matches quickly for many app names.

    Args:
        names: (display name of the vendor's app, profile id) pairs.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names: list[str] = []
        self._exact: dict[str, tuple[str, ...]] = {}
        self._bare: dict[str, int] = {}
        # By length, which one edit changes by one at most.
        self._folded_of: dict[int, list[tuple[str, int]]] = {}
        self._bare_of: dict[int, list[tuple[str, int]]] = {}
        for place, (name, profile_id) in enumerate(names):
            key, bare = folded(name), skeleton(name)
            self._names.append(name)
            self._exact[key] = (*self._exact.get(key, ()), profile_id)
            self._bare.setdefault(bare, place)
            self._folded_of.setdefault(len(key), []).append((key, place))
            self._bare_of.setdefault(len(bare), []).append((bare, place))
        lengths = [len(key) for key in self._exact] or [0]
        # Look-alike letters may come as pairs (rn for m).
        self._shortest, self._longest = min(lengths) - 4, max(lengths) * 2 + 8

    def exact(self, name: str) -> tuple[str, ...]:
        """Return the ids of the profiles whose app has exactly this name."""
        return self._exact.get(folded(name), ())

    def near(self, name: str) -> str | None:
        """Return the vendor app's name that this one resembles without being it, or None."""
        # Only what is no ASCII can be longer than it looks.
        if len(name) < self._shortest or (len(name) > self._longest and name.isascii()):
            return None
        key = folded(name)
        if key in self._exact:
            return None
        bare = _bare(key)
        places = [self._bare[bare]] if bare in self._bare else []
        for text, table in ((key, self._folded_of), (bare, self._bare_of)):
            for length in (len(text) - 1, len(text), len(text) + 1):
                places += [place for other, place in table.get(length, ()) if one_edit_apart(text, other)]
        return self._names[min(places)] if places else None
