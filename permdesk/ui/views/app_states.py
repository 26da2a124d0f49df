"""What the apps pane shows when there is nothing to list: what is known, what follows, what to do."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.text import inert
from permdesk.presentation.appearance import Tone
from permdesk.presentation.search import NoMatch
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, rule, scrolled, tool_button
from permdesk.ui.views.paragraph import Paragraph


class Action(Struct, frozen=True):
    """A button of a state.

    Attributes:
        kind: primary for the next sensible step, link for a quiet one, None for the plain kind.
    """

    text: str
    do: Callable[[], None]
    icon: str | None = None
    kind: str | None = None


class Situation(Struct, frozen=True):
    """One state in words.

    Attributes:
        icon: of the icon family.
        ink: colour of the icon.
        remedy: what to do, below what is known.
        details: the technical part, folded and copied whole; empty where there is none.
        hint: a remark under a line, followed by the ``hint_actions``.
    """

    icon: str
    ink: str | Tone
    title: str
    text: str
    actions: tuple[Action, ...] = ()
    remedy: str = ""
    details: tuple[str, ...] = ()
    hint: str = ""
    hint_actions: tuple[Action, ...] = ()


class StatePage(QWidget):
    """A situation: at the left, with one main action.

    Args:
        name: what the page is called by those who hear it.
        measure: the longest line, in logical pixels; None as long as the pane is wide.
    """

    copy_requested = Signal(str)

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, name: str = "Apps", measure: int | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        page = ground(QWidget(), "panel")
        outer.addWidget(scrolled(page, name=name))
        row = QHBoxLayout(page)
        air = 32 if measure is None else 48
        row.setContentsMargins(air, 0, air, 24)
        content = QWidget()
        if measure is not None:
            content.setMaximumWidth(measure)
        row.addWidget(content, 1)
        # What the lines do not take stays empty at their end.
        row.addStretch(0)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._first: QPushButton | None = None

    def focus_action(self) -> None:
        """Put the focus on the main action, if there is one."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_situation(self, situation: Situation) -> None:
        """Show another situation."""
        _clear(self._column)
        theme, column = self._theme, self._column
        column.addSpacing(max(24, min(110, self.height() // 5)))
        column.addWidget(Icon(theme, situation.icon, ink=situation.ink, size=30))
        column.addSpacing(16)
        column.addWidget(Paragraph(theme, situation.title, role="section"))
        column.addSpacing(4)
        if situation.text:
            column.addWidget(Paragraph(theme, situation.text, role="body", ink="text2"))
        if situation.remedy:
            column.addSpacing(8)
            column.addWidget(Paragraph(theme, situation.remedy, role="body"))
        column.addSpacing(16)
        self._first = None
        self._add_actions(situation.actions)
        if situation.hint:
            column.addSpacing(16)
            column.addWidget(rule())
            column.addSpacing(12)
            column.addWidget(Paragraph(theme, situation.hint, ink="text2"))
            column.addSpacing(4)
            self._add_actions(situation.hint_actions)
        if situation.details:
            self._add_details(situation.details)
        column.addStretch(1)

    def _add_actions(self, actions: Sequence[Action]) -> None:
        for action in actions:
            made = button(self._theme, action.text, icon=action.icon, kind=action.kind, click=action.do)
            self._first = self._first or made
            self._column.addWidget(made, alignment=Qt.AlignmentFlag.AlignLeading)
            self._column.addSpacing(8)

    def _add_details(self, details: tuple[str, ...]) -> None:
        theme, column = self._theme, self._column
        column.addSpacing(12)
        column.addWidget(rule())
        column.addSpacing(8)
        words = Paragraph(theme, "\n".join(details), role="fixed", ink="text2")
        words.hide()
        head = QHBoxLayout()
        fold = button(theme, "Details for support", icon="chevron-right", kind="link")
        fold.setFont(theme.font("small-strong"))
        fold.setProperty("quiet", True)
        fold.setIcon(icons.icon("chevron-right", theme))
        fold.setCheckable(True)

        def unfold(opened: bool) -> None:
            words.setVisible(opened)
            fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", theme))

        fold.toggled.connect(unfold)
        copy = tool_button(
            theme, "Copy the details", icon="copy", click=lambda: self.copy_requested.emit("\n".join(details))
        )
        head.addWidget(fold)
        head.addStretch(1)
        head.addWidget(copy)
        column.addLayout(head)
        column.addWidget(words)


def no_match_situation(
    found: NoMatch, *, clear_filters: Callable[[], None] | None, clear_all: Callable[[], None], ask: Callable[[], None]
) -> Situation:
    """Return the state of a list in which a filter leaves nothing."""
    actions = []
    if clear_filters is not None:
        actions.append(Action("Clear the filters", clear_filters))
    actions.append(Action("Clear everything", clear_all, kind="link"))
    permission = inert(found.permission, 60) if found.permission else None
    return Situation(
        "filter",
        "muted",
        found.title,
        found.text,
        tuple(actions),
        hint="The name is also a permission." if permission else "",
        hint_actions=(Action(f"Who holds {permission}?", ask, icon="search", kind="link"),) if permission else (),
    )


def _clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QHBoxLayout):
            _clear(inner)
