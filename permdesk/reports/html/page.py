"""What the templates of a page ask for: policy, style, glyphs, and the blocks that are drawn."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from permdesk.presentation.appearance import STATUS, Glyph, Look
from permdesk.reports.chart_drawing import draw_chart
from permdesk.reports.charts import Chart
from permdesk.reports.choice import Letterhead
from permdesk.reports.document import Bar, Block, Document, Part, Runs, Table
from permdesk.reports.drawing import SEGMENTS, Drawing, draw_bar, draw_swatch
from permdesk.reports.html.characters import made, writable
from permdesk.reports.html.inline import badge_html, glyph_html, runs_html, text_html
from permdesk.reports.html.style import script, style
from permdesk.reports.html.svg import glyph_symbol, ink_class, render_svg
from permdesk.reports.html.tables import TableHtml, is_filtered, row_status
from permdesk.reports.notation import notation_of
from permdesk.reports.place import Place

_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: Widths of what crosses the page, in pixels: on a desk or on paper, and on a telephone.
_WIDTHS: Final = {"wide": 680.0, "narrow": 326.0}
_EM: Final = 13.0
_BAR_HEIGHT: Final = 14.0


class Page:
    """One page.

    Attributes:
        statuses: each status of a permission that the document tells of, in the order of attention, and how often.
        symbols: the outlines of all glyphs.
        style, script: what stands in the page's own elements.
        policy: lets these two run, lets images come from the page itself, and nothing else.
        logo: a data URI; empty for none.
        legend: the word and the sample of each fill.
    """

    def __init__(self, document: Document, letterhead: Letterhead) -> None:
        self._notation = notation_of(document.region)
        self._place = {
            name: Place(width, _EM, number=self._notation.number, day=self._notation.day)
            for name, width in _WIDTHS.items()
        }
        self._ranks = _ranks(document.parts)
        self.style = made(style(document, letterhead.footer))
        self.script = made(script())
        self.policy = (
            f"default-src 'none'; img-src data:; style-src {_hash(self.style)}; script-src {_hash(self.script)}; "
            "base-uri 'none'; form-action 'none'"
        )
        self.symbols = Markup("").join(map(glyph_symbol, Glyph))
        self.statuses = _statuses(document)
        self.logo = _data_uri(letterhead.logo) if letterhead.logo else ""
        self.legend = [(segment.word, render_svg(draw_swatch(segment, width=22, height=11))) for segment in SEGMENTS]

    def kind(self, block: Block) -> str:
        """Return the name of the macro for a block."""
        return type(block).__name__.lower()

    def rank(self, part: Part) -> int:
        """Return the rank of a part's heading, 1 to 3."""
        return self._ranks[part.name]

    def number(self, value: int) -> str:
        """Return a count as the document's region writes it."""
        return self._notation.number(value)

    def text(self, text: str) -> Markup:
        """Return a text as markup."""
        return text_html(text)

    def runs(self, runs: Runs) -> Markup:
        """Return running text as markup."""
        return runs_html(runs)

    def tone(self, look: Look) -> str:
        """Return the class that has a look's colour."""
        return ink_class(look.tone)

    def glyph(self, look: Look) -> Markup:
        """Return a glyph."""
        return glyph_html(look)

    def badge(self, look: Look) -> Markup:
        """Return a glyph with its word."""
        return badge_html(look)

    def table(self, table: Table) -> TableHtml:
        """Return the rows of a table as markup."""
        return TableHtml(table, self._notation)

    def chart(self, chart: Chart) -> Markup:
        """Return a chart as wide as the page, and once more for a telephone."""
        return _drawn({name: draw_chart(chart, place) for name, place in self._place.items()})

    def wide_bar(self, bar: Bar) -> Markup:
        """Return a bar as wide as the page, and once more for a telephone."""
        return _drawn(
            {name: draw_bar(bar.need, bar.most, width=wide, height=_BAR_HEIGHT) for name, wide in _WIDTHS.items()}
        )


def _drawn(drawings: dict[str, Drawing]) -> Markup:
    shown = Markup("")
    for name, drawing in drawings.items():
        words = escape(writable(drawing.words))
        if not drawing.shapes:
            return made(f'<p class="quiet">{text_html(drawing.words)}</p>') if words else words
        shown += made(f'<div class="drawn {name}" role="img" aria-label="{words}">{render_svg(drawing)}</div>\n')
    return shown


def _ranks(parts: Sequence[Part]) -> dict[str, int]:
    """Return the ranks of the parts' headings: the first has 1, and none is skipped."""
    ranks: dict[str, int] = {}
    below = 1
    for place, part in enumerate(parts):
        if place == 0:
            ranks[part.name] = 1
        elif part.level == 1:
            ranks[part.name] = below = 2
        else:
            ranks[part.name] = below + 1 if below == 2 else 2
    return ranks


def _statuses(document: Document) -> list[tuple[Look, int]]:
    labels = Counter(
        label
        for part in document.parts
        for block in part.blocks
        if isinstance(block, Table) and is_filtered(block)
        for row in block.rows
        if (label := row_status(row)) is not None
    )
    return [(look, labels[look.label]) for look in STATUS.values() if labels[look.label]]


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _data_uri(logo: bytes) -> str:
    kind = "png" if logo.startswith(_PNG) else "svg+xml"
    return f"data:image/{kind};base64,{base64.b64encode(logo).decode('ascii')}"
