"""Text in a layout: plain by construction, with the line height of the type scale, wrapped anywhere or cut."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from permdesk.presentation.appearance import Tone
from permdesk.ui.elision import elide_middle
from permdesk.ui.painting import direction_of, draw_words, tool_tip
from permdesk.ui.theme import Theme

_UNBOUNDED: Final = 16_777_215
#: Words of more parts are broken anywhere: trying every way would take too long.
_MOST_PARTS: Final = 9


class Span(Struct, frozen=True):
    """A part of a paragraph.

    Attributes:
        ink: a colour role of the theme, or a tone; None for the paragraph's own.
    """

    text: str
    bold: bool = False
    ink: str | Tone | None = None


def coloured(theme: Theme, ink: str | Tone) -> QColor:
    """Return the colour of a role or the foreground of a tone."""
    return theme.tone(ink) if isinstance(ink, Tone) else theme.color(ink)


class Paragraph(QLabel):
    """Wrapped text that is never cut: long names break anywhere rather than vanish.

    It is a label to those who hear it, and paints itself because a label knows no line height and, told to show
    two weights, would need markup, which names from outside must never reach.

    Args:
        text: the words, or spans of them.
        role: of the theme's type scale.
        ink: a colour role of the theme, or a tone.
    """

    def __init__(
        self,
        theme: Theme,
        text: str | Sequence[Span] = "",
        *,
        role: str = "small",
        ink: str | Tone = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._ink = theme, role, ink
        self._spans: tuple[Span, ...] = ()
        self._shaped: tuple[int, list[QTextLayout], int] | None = None
        # Layouts ask for the height at the same few widths again and again.
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        self.set_text(text)

    def set_text(self, text: str | Sequence[Span], ink: str | Tone | None = None) -> None:
        """Show other words, in another ink if one is named."""
        self._spans = (Span(text),) if isinstance(text, str) else tuple(text)
        if ink is not None:
            self._ink = ink
        whole = "".join(span.text for span in self._spans)
        self._forget()
        self.setText(whole)
        self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        self._forget()
        self.updateGeometry()
        self.update()

    def _forget(self) -> None:
        self._shaped = None
        self._heights.clear()

    def _layout(self, width: int) -> tuple[list[QTextLayout], int]:
        """Break the text into lines of at most ``width``; return the layouts, one per forced line, and the height."""
        if self._shaped is not None and self._shaped[0] == width:
            return self._shaped[1], self._shaped[2]
        line_height = self._theme.line(self._role)
        layouts: list[QTextLayout] = []
        y = 0
        for spans in self._lines(width):
            layout = QTextLayout("".join(span.text for span in spans), self.font())
            # A text layout, unlike a label, does not turn "leading" round by itself.
            across = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeading)
            option = QTextOption(across | Qt.AlignmentFlag.AlignAbsolute)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            option.setTextDirection(self._text_direction())
            layout.setTextOption(option)
            layout.setFormats(self._formats(spans))
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width)
                line.setPosition(QPointF(0, y + (line_height - line.height()) / 2))
                y += line_height
            layout.endLayout()
            layouts.append(layout)
        self._shaped = (width, layouts, y)
        return layouts, y

    def _text_direction(self) -> Qt.LayoutDirection:
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return direction_of(self.text()) if mirrored else Qt.LayoutDirection.LeftToRight

    def _lines(self, _width: int) -> list[list[Span]]:
        """Return the lines the text itself asks for; these are broken further where they do not fit."""
        return _forced_lines(self._spans)

    def _formats(self, spans: Sequence[Span]) -> list[QTextLayout.FormatRange]:
        formats = []
        start = 0
        for span in spans:
            if span.bold or span.ink is not None:
                entry = QTextLayout.FormatRange()
                entry.start, entry.length = start, len(span.text.encode("utf-16-le")) // 2
                if span.bold:
                    entry.format.setFontWeight(QFont.Weight.DemiBold)
                if span.ink is not None:
                    entry.format.setForeground(coloured(self._theme, span.ink))
                formats.append(entry)
            start += len(span.text.encode("utf-16-le")) // 2
        return formats

    def hasHeightForWidth(self) -> bool:
        """Qt: narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of all lines."""
        width = max(width, 1)
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = self._layout(width)[1]
        return height

    def sizeHint(self) -> QSize:
        """Qt: one line if there is room."""
        metrics = QFontMetrics(self.font())
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        widest = max(
            (
                sum((QFontMetrics(bold) if span.bold else metrics).horizontalAdvance(span.text) for span in spans)
                for spans in _forced_lines(self._spans)
            ),
            default=0,
        )
        return QSize(widest + 2, self._theme.line(self._role) * max(1, len(_forced_lines(self._spans))))

    def minimumSizeHint(self) -> QSize:
        """Qt: it wraps down to a short word."""
        return QSize(min(self.sizeHint().width(), 48), self._theme.line(self._role))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setPen(coloured(self._theme, self._ink if self.isEnabled() else "muted"))
        for layout in self._layout(max(self.width(), 1))[0]:
            layout.draw(painter, QPointF(0, 0))
        painter.end()


class Identifier(Paragraph):
    """A GUID or another name of one word, in the fixed font: broken after hyphens alone, into lines of like length."""

    def __init__(self, theme: Theme, text: str, *, ink: str | Tone = "text") -> None:
        super().__init__(theme, text, role="fixed", ink=ink)

    def _text_direction(self) -> Qt.LayoutDirection:
        # An id reads from left to right in every language; its hyphens would change sides otherwise.
        return Qt.LayoutDirection.LeftToRight

    def _lines(self, width: int) -> list[list[Span]]:
        metrics = QFontMetrics(self.font())
        text = self.text()
        parts = text.replace("-", "-\0").split("\0")
        if len(parts) > _MOST_PARTS or metrics.horizontalAdvance(text) <= width:
            return super()._lines(width)
        for number in range(2, len(parts) + 1):
            cuts = combinations(range(1, len(parts)), number - 1)
            broken = min(([*_joined(parts, cut)] for cut in cuts), key=lambda lines: max(map(len, lines)))
            if max(map(metrics.horizontalAdvance, broken)) <= width:
                return [[Span(line)] for line in broken]
        return super()._lines(width)


def _joined(parts: Sequence[str], cuts: Sequence[int]) -> Iterator[str]:
    for start, end in pairwise((0, *cuts, len(parts))):
        yield "".join(parts[start:end])


def _forced_lines(spans: Sequence[Span]) -> list[list[Span]]:
    lines: list[list[Span]] = [[]]
    for span in spans:
        for number, part in enumerate(span.text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Span(part, span.bold, span.ink))
    return lines


class Line(QLabel):
    """One line of text that is cut where it does not fit, with the whole of it as tool tip.

    Args:
        middle: cut in the middle, as names of apps and permissions are; at the end otherwise.
        least: the width it does not go below, in logical pixels.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: str = "small",
        ink: str | Tone = "text",
        middle: bool = False,
        least: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._ink = theme, role, ink
        self._middle, self._least = middle, least
        # Layouts ask again and again how wide the text is.
        self._wide: int | None = None
        self._tipped = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self.set_text(text)

    def set_text(self, text: str, ink: str | Tone | None = None) -> None:
        """Show another text, in another ink if one is named."""
        if ink is not None:
            self._ink = ink
        self._wide = None
        self.setText(text)
        self._tip(anew=True)
        self.updateGeometry()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        self.update()

    @property
    def cut(self) -> bool:
        """True where not all of it is seen."""
        return self._advance() > self.width()

    def _advance(self) -> int:
        if self._wide is None:
            self._wide = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return self._wide

    def _tip(self, *, anew: bool = False) -> None:
        cut = self.cut
        if anew or cut != self._tipped:
            self._tipped = cut
            self.setToolTip(tool_tip(self.text()) if cut else "")

    def sizeHint(self) -> QSize:
        """Qt: all of the text."""
        width = min(self._advance() + 2, _UNBOUNDED)
        return QSize(width, self._theme.line(self._role))

    def minimumSizeHint(self) -> QSize:
        """Qt: a few letters."""
        return QSize(min(self._least, self.sizeHint().width()), self._theme.line(self._role))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font needs other room."""
        if event.type() is QEvent.Type.FontChange:
            self._wide = None
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: more or less is seen."""
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(coloured(self._theme, self._ink if self.isEnabled() else "muted"))
        metrics = QFontMetrics(self.font())
        if self._middle:
            shown = elide_middle(self.text(), metrics, self.width())
        else:
            shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        flags = Qt.AlignmentFlag.AlignVCenter | self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        draw_words(painter, QRect(0, 0, self.width(), self.height()), flags | Qt.TextFlag.TextSingleLine, shown)
        painter.end()
