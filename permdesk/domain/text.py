"""Names that other people chose, made harmless to show: one function for screen, terminal and paper."""

import unicodedata

#: Stands for a character that must not act: invisible, reordering, or no character at all.
MARK = "\N{REPLACEMENT CHARACTER}"

_ELLIPSIS = "…"

#: The picture of NUL; the pictures of the other C0 controls follow it in order.
_CONTROL_PICTURES = 0x2400
_DELETE_PICTURE = "\N{SYMBOL FOR DELETE}"

#: Cc control, Cf format (bidirectional and zero-width marks), Cs lone surrogate, Co private use.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co"})
_COMBINING = frozenset({"Mn", "Me"})

#: Letters and symbols by category, yet drawn as nothing: Hangul fillers, blank Braille, Khmer inherent vowels.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u034f")

#: More combining marks than any orthography stacks on one letter; a flood of them covers the lines around.
_MOST_COMBINING = 4


def inert(text: str, limit: int | None = None) -> str:
    """Return text that can neither move a cursor, reorder a line, nor hide in it.

    Control characters become their pictures, direction and zero-width marks become ``MARK``, white space of
    any kind and length becomes one blank, floods of combining marks are cut. Letters of every script stay.
    Markup is not touched: whoever shows rich text escapes it.

    Args:
        text: a name, description or value as the service sent it.
        limit: the most characters to return, at least 1; a cut text ends in an ellipsis.
    """
    clean = " ".join(text.split()) if text.isascii() and text.isprintable() else _cleaned(text)
    if limit is not None and len(clean) > limit:
        return clean[: limit - 1].rstrip() + _ELLIPSIS
    return clean


def _cleaned(text: str) -> str:
    shown: list[str] = []
    combining = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _COMBINING and character not in _INVISIBLE:
            combining += 1
            if combining <= _MOST_COMBINING:
                shown.append(character)
            continue
        combining = 0
        shown.append(_shown(character, category))
    return " ".join("".join(shown).split())


def _shown(character: str, category: str) -> str:
    if character.isspace():
        return " "
    if category not in _HARMFUL and character not in _INVISIBLE:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    return _DELETE_PICTURE if code == 0x7F else MARK
