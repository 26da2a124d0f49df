"""The head of an app: name, verdict, where it comes from, the need in one sentence and as a bar."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from permdesk.presentation.app_head import AppHead, Notice, Run
from permdesk.presentation.appearance import Look, Tag
from permdesk.ui import glyphs
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import RequirementBar, draw_words, paint_hatch, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, tool_button
from permdesk.ui.views.flow import FlowLayout
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line, Paragraph, Span
from permdesk.ui.views.tags import TagLabel


class Badge(QWidget):
    """A verdict as a framed word with its glyph; hatched where it means "not read"."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look: Look | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_look(self, look: Look, words: str) -> None:
        """Show another verdict."""
        self._look, self._words = look, words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: glyph, word and air."""
        metrics = QFontMetrics(self._theme.font("small-strong"))
        return QSize(metrics.horizontalAdvance(self._words) + 14 + 6 + 18, metrics.height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        if self._look is None:
            return
        theme, look = self._theme, self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect()
        if look.hatched:
            paint_hatch(painter, box.adjusted(1, 1, -1, -1), theme)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tint(look.tone))
            painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(theme.tone(look.tone), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        glyph = QRect(box.width() - 9 - 14 if mirrored else 9, 0, 14, box.height())
        glyphs.paint(painter, look.glyph, glyph, theme.tone(look.tone))
        painter.setFont(theme.font("small-strong"))
        painter.setPen(theme.tone(look.tone))
        words = box.adjusted(9, 0, -29, 0) if mirrored else box.adjusted(29, 0, -9, 0)
        draw_words(painter, words, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


class AppHeadView(QWidget):
    """Shows the head and offers what can be said of the whole app."""

    profile_requested = Signal()
    accept_requested = Signal()
    #: The menu behind the three dots is about to open; others may add to it.
    menu_opening = Signal(QMenu)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(4)
        column.addLayout(self._build_first())
        below = QVBoxLayout()
        below.setContentsMargins(32, 0, 0, 0)
        below.setSpacing(6)
        below.addWidget(self._build_second())
        self._tag_holder = QWidget()
        self._tags = FlowLayout(self._tag_holder, gap=6)
        below.addWidget(self._tag_holder)
        self._sentence = Paragraph(theme)
        self._bar = RequirementBar(theme)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(24)
        self._beside.addWidget(self._sentence, 3)
        below.addLayout(self._beside)
        self._below = QHBoxLayout()
        self._below.addStretch(0)
        below.addLayout(self._below)
        self._notice = NoticeStrip(theme)
        self._notice_button = button(theme, "", small=True, click=self.profile_requested.emit)
        self._notice.add_button(self._notice_button)
        below.addWidget(self._notice)
        column.addLayout(below)

    def _build_first(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setSpacing(12)
        self._glyph = GlyphLabel(theme, None, 20)
        self._title = Line(theme, role="heading", middle=True, least=80)
        # Where the name would be cut for it, the badge leads the second line instead.
        self._badge, self._badge_below = Badge(theme), Badge(theme)
        row.addWidget(self._glyph)
        row.addWidget(self._title)
        row.addWidget(self._badge)
        row.addStretch(1)
        self.profile_button = button(
            theme, "Profile…", icon="bind", kind="flat", small=True, click=self.profile_requested.emit
        )
        self.accept_button = button(
            theme, "Accept…", icon="tick", kind="flat", small=True, click=self.accept_requested.emit
        )
        self.more_button = tool_button(theme, "More about this app", icon="more", click=self._open_menu)
        self._first_row = (self._glyph, self._badge, self.profile_button, self.accept_button, self.more_button)
        for made in self._first_row[2:]:
            row.addWidget(made)
        return row

    def _build_second(self) -> QWidget:
        holder = QWidget()
        self._second = FlowLayout(holder, gap=3)
        self._publisher = Line(self._theme, ink="muted")
        self._verified = Icon(self._theme, "tick", ink="muted", size=12)
        self._facts: list[Line] = []
        air = QWidget()
        air.setFixedSize(6, 1)
        self._below_badge: tuple[QWidget, ...] = (self._badge_below, air)
        for led in (*self._below_badge, self._publisher, self._verified):
            self._second.addWidget(led)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the badge stands where it leaves the name whole."""
        super().resizeEvent(event)
        self._place_badge()

    def _place_badge(self) -> None:
        for widget in self._first_row:
            # Undressed a button is wider than it will be.
            widget.ensurePolished()
        others = sum(widget.sizeHint().width() + 12 for widget in self._first_row)
        words = QFontMetrics(self._title.font()).horizontalAdvance(self._title.text())
        beside = self.width() - 32 - others >= words
        self._badge.setVisible(beside)
        for led in self._below_badge:
            led.setVisible(not beside)

    def show_head(self, head: AppHead, *, bar_beside: bool) -> None:
        """Show another head; the bar stands beside the sentence where the ticks below need the height."""
        self._glyph.set_look(head.look)
        self._title.set_text(head.title)
        for badge in (self._badge, self._badge_below):
            badge.show_look(head.look, head.badge)
        self._place_badge()
        self._publisher.set_text(head.publisher)
        self._publisher.setVisible(head.verified)
        self._verified.setVisible(head.verified)
        self._show_facts(("verified publisher" if head.verified else head.publisher, *head.facts))
        self._sentence.set_text(_spans(head.sentence))
        self._bar.set_counts(head.counts)
        # Shown before it is in a layout it would flash up as a window of its own.
        self._place_bar(beside=bar_beside)
        self._bar.setVisible(head.counts.needed + head.counts.beyond > 0)
        self._show_tags(head.tags)
        notice, words = head.notice if head.notice is not None else (None, "")
        self._notice.show_text(words)
        label = "Compare…" if notice is Notice.LOOK_ALIKE else "Look and confirm…"
        self._notice_button.setText(label)
        self._notice_button.setAccessibleName(label)

    def _show_facts(self, facts: Sequence[str]) -> None:
        """Show what else is known, each fact whole on a line."""
        for line in self._facts:
            self._second.removeWidget(line)
            line.hide()
            line.deleteLater()
        said = [fact for fact in facts if fact]
        self._facts = [
            Line(self._theme, f"{fact} ·" if fact is not said[-1] else fact, ink="muted", least=80) for fact in said
        ]
        for line in self._facts:
            self._second.addWidget(line)

    def _place_bar(self, *, beside: bool) -> None:
        self._below.removeWidget(self._bar)
        self._beside.removeWidget(self._bar)
        self._bar.setMaximumWidth(220 if beside else 600)
        if beside:
            self._beside.addWidget(self._bar, 1)
        else:
            self._below.insertWidget(0, self._bar, 1)

    def set_acceptable(self, why_not: str) -> None:
        """Allow accepting a finding; an empty text allows it, any other says why not."""
        self.accept_button.setEnabled(not why_not)
        self.accept_button.setToolTip(tool_tip(why_not))

    def set_bindable(self, why_not: str) -> None:
        """Allow choosing a profile; an empty text allows it, any other says why not."""
        self.profile_button.setEnabled(not why_not)
        self.profile_button.setToolTip(tool_tip(why_not))

    def _show_tags(self, tags: Sequence[Tag]) -> None:
        while (item := self._tags.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for tag in tags:
            self._tags.addWidget(TagLabel(self._theme, tag))
        self._tag_holder.setVisible(bool(tags))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_opening.emit(menu)
        corner = QPoint(self.more_button.width(), self.more_button.height())
        menu.popup(self.more_button.mapToGlobal(corner) - QPoint(menu.sizeHint().width(), 0))


def _spans(runs: Sequence[Run]) -> list[Span]:
    return [Span(run.text, bold=run.strong, ink=run.tone) for run in runs]
