"""A report as one HTML file that needs nothing beside it."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from permdesk.reports.choice import Letterhead
from permdesk.reports.document import Document

if TYPE_CHECKING:
    from jinja2 import Template

#: A part of the file is about as long as this, in characters.
_PIECE = 65_536


def render_html(document: Document, *, letterhead: Letterhead) -> Iterator[str]:
    """Yield the file in pieces, to be joined and written as UTF-8; the same document gives the same pieces.

    Args:
        document: its texts may hold anything.
        letterhead: its logo is a PNG or SVG that was checked.

    Raises:
        StorageError: a template is missing, so the installation is damaged.
    """
    from permdesk.reports.html.page import Page

    pieces: list[str] = []
    length = 0
    for piece in _template().generate(document=document, letterhead=letterhead, page=Page(document, letterhead)):
        pieces.append(piece)
        length += len(piece)
        if length >= _PIECE:
            yield "".join(pieces)
            pieces, length = [], 0
    yield "".join(pieces)


@cache
def _template() -> "Template":
    # Read here: Jinja is not needed before somebody asks for such a file.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from permdesk.reports.html.characters import writable
    from permdesk.reports.html.style import template_folder

    environment = Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: writable(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.jinja")
