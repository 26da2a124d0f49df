"""The style sheet of a page: the colours of the program's own tables, the rules of resources/report, a running head."""

from functools import cache
from pathlib import Path
from typing import Final

from permdesk.paths import resources
from permdesk.presentation.appearance import TONES
from permdesk.presentation.colours import COLOURS
from permdesk.reports.document import Document

#: What stands in a margin of the paper is short; the page itself tells the rest.
_LONGEST_RUNNING: Final = 140


def template_folder() -> Path:
    """Return where the templates are.

    Raises:
        StorageError: the installation is damaged.
    """
    return resources() / "report"


@cache
def script() -> str:
    """Return the script of the page; it asks nothing of anybody outside."""
    return (template_folder() / "report.js").read_text("utf-8")


def style(document: Document, footer: str) -> str:
    """Return the whole style sheet.

    Args:
        document: its head and foot run on every sheet of paper.
        footer: of the letterhead, above the foot.
    """
    return _rules() + _running(document, footer)


@cache
def _rules() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_colours(dark=True)} }} }}\n"
    tones = "".join(
        f".tone-{tone} {{ color: var(--{tone}); }} g.tone-{tone} {{ color: var(--{tone}-bar); }}\n" for tone in TONES
    )
    rules = (template_folder() / "report.css").read_text("utf-8")
    return f":root {{ {_colours(dark=False)} }}\n{dark}{tones}{rules}"


def _colours(*, dark: bool) -> str:
    named = {role: pair[dark] for role, pair in COLOURS.items()}
    for tone, colours in TONES.items():
        pair = colours.dark if dark else colours.light
        named |= {tone.value: pair.foreground, f"{tone.value}-tint": pair.tint, f"{tone.value}-bar": colours.bar[dark]}
    return " ".join(f"--{name}: {value};" for name, value in named.items())


def _running(document: Document, footer: str) -> str:
    """Return what stands in the margins of paper; its characters are told by number, for strangers chose them."""
    left, right = document.head
    font = "font: 7pt system-ui, sans-serif; white-space: pre-wrap;"
    foot = f'{_quoted(footer)} "\\A " {_quoted(document.foot)}' if footer else _quoted(document.foot)
    return (
        f"@page {{ @top-left {{ content: {_quoted(left)}; {font} text-align: left; width: 60%; }} "
        f"@top-right {{ content: {_quoted(right)}; {font} text-align: right; width: 40%; }} "
        f"@bottom-left {{ content: {foot}; {font} text-align: left; width: 75%; }} }}\n"
    )


def _quoted(text: str) -> str:
    short = text if len(text) <= _LONGEST_RUNNING else text[: _LONGEST_RUNNING - 1].rstrip() + "…"
    return '"' + "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in short) + '"'
