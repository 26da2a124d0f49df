"""Several consents in a row: the list of apps to go through, each with its preview."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from permdesk.domain.consent_list import DONE, ConsentList, ItemState, ListRow
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb
from permdesk.presentation.appearance import VERDICT, WARNING, Look, Tone
from permdesk.presentation.records import GONE, ITEM, item_below, item_look, list_sentence
from permdesk.ui.theme import Theme
from permdesk.ui.views.bulk.lines import Column, End, LineList, LineRow
from permdesk.ui.views.controls import button, relabel
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Line, Paragraph

_WIDTH, _LEAST, _MOST = 900, 5, 12
_NAME = 200
_COLUMNS = (
    Column("Verdict", tuple(look.label for look in VERDICT.values()), glyph=True),
    Column("Would add", ("+88",)),
    Column("May remove", ("−88",), glyph=True),
    Column("State", (*(look.label for look in ITEM.values()), GONE.label)),
)
_NO_ROW = "Choose an app first"


class ChecklistSheet(Sheet):
    """The list, and what can be done with the app that is chosen.

    Args:
        tenant: its name.
    """

    #: Key of the app whose preview is to be opened, left out, taken up again, taken off, whose record is to be shown.
    preview_requested = Signal(str)
    skip_requested = Signal(str)
    unskip_requested = Signal(str)
    remove_requested = Signal(str)
    record_requested = Signal(str)
    #: Put all that need a consent on the list; choose some by hand; take all off.
    add_all_requested = Signal()
    add_requested = Signal()
    clear_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, *, tenant: str) -> None:
        super().__init__(theme, "Consents to make", parent, lead=" ", width=_WIDTH)
        self._tenant = inert(tenant, 80)
        self._rows: dict[str, ListRow] = {}
        self._in_need = 0
        self.list = LineList(theme, name="Apps to go through; Return opens the preview", columns=_COLUMNS, title="App")
        self.list.acted.connect(lambda _key: self._act(self.preview_requested))
        self.list.moved.connect(lambda _key: self._follow())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._blank())
        self.body.addWidget(self._stack, 1)
        self.body.addLayout(self._tools())
        self.clear = self.add_button("Clear list…", self.clear_requested.emit, leading=True)
        self.record = self.add_button("Show record", lambda: self._act(self.record_requested), icon="document")
        self.skip = self.add_button("Skip", self._skip, tip="Leave it out for now; it stays on the list")
        self.open_preview = self.add_button(
            "Open preview…", lambda: self._act(self.preview_requested), icon="re-consent", kind="primary"
        )
        self.add_button("Close", self.accept, default=True)
        QShortcut(QKeySequence.StandardKey.Delete, self.list, lambda: self._act(self.remove_requested))

    def _blank(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 16, 0, 16)
        column.setSpacing(12)
        self._none = Paragraph(self.theme, "", role="body")
        self._none_more = Paragraph(
            self.theme,
            "Each app keeps its own preview and its own click: nothing is consented to in bulk. The list is kept, also "
            "over a restart.",
            ink="text2",
        )
        column.addWidget(self._none)
        column.addWidget(self._none_more)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.add_all = button(
            self.theme, "Add all in need", icon="plus", kind="accent", click=self.add_all_requested.emit
        )
        row.addWidget(self.add_all)
        row.addWidget(button(self.theme, "Choose apps…", click=self.add_requested.emit))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        self._told = Line(self.theme, "", ink="text2", least=160)
        row.addWidget(self._told, 1)
        self.more = button(self.theme, "Add the others in need", kind="link", click=self.add_all_requested.emit)
        self.choose = button(self.theme, "Choose apps…", kind="link", click=self.add_requested.emit)
        self.remove = button(
            self.theme, "Take off the list", kind="link", click=lambda: self._act(self.remove_requested)
        )
        for made in (self.remove, self.choose, self.more):
            row.addWidget(made)
        return row

    def first_focus(self) -> QWidget | None:
        """Return the list, where it holds anything."""
        return self.list if self._rows else self.add_all if self._in_need else super().first_focus()

    def show_list(
        self,
        made: ConsentList,
        rows: Sequence[ListRow],
        *,
        in_need: int,
        verdicts: Mapping[str, Look],
        now: datetime,
        choose: str = "",
    ) -> None:
        """Show the list as it stands.

        Args:
            made: the list.
            rows: the same, held against the newest scan.
            verdicts: what is said of the apps, by key.
            in_need: how many apps need a consent and are not on the list.
            now: the time that "today" is said of.
            choose: key of the app to choose; empty to leave the choice.
        """
        self._rows = {row.item.app_key: row for row in rows}
        self._in_need = in_need
        self.lead.set_text(f"{self._tenant}. {list_sentence(made, rows)}")
        self.setAccessibleDescription(list_sentence(made, rows))
        self.list.show_rows([_row(row, verdicts.get(row.item.app_key), now=now) for row in rows], choose=choose)
        self._stack.setCurrentIndex(0 if rows else 1)
        # As high as a few rows more; the sheet keeps to its window, and the rest scrolls.
        self.list.setMinimumHeight(self.list.height_of(min(max(len(rows) + 1, _LEAST), _MOST)))
        need = f"{counted(in_need, 'app')} {verb(in_need, 'lacks', 'lack')} a permission that a consent would bring."
        self._none.set_text(need if in_need else "No app lacks a permission that a consent would bring.")
        self.add_all.setVisible(bool(in_need))
        relabel(self.add_all, f"Add {verb(in_need, 'it', 'all')} to the list")
        for made_button in (self.choose, self.remove):
            made_button.setVisible(bool(rows))
        self.more.setVisible(bool(rows) and in_need > 0)
        self.more.setText(f"Add {counted(in_need, 'more in need', 'more in need')}")
        self.more.setAccessibleName(self.more.text())
        left = len(rows) - made.done
        self._told.set_text(f"{left:,} to go" if left else "Nothing is left to do" if rows else "")
        self.clear.setEnabled(bool(rows))
        self._follow()

    def _follow(self) -> None:
        """Let the buttons fit the app that is chosen."""
        row = self._rows.get(self.list.current)
        gone = row is not None and row.gone
        skipped = row is not None and row.item.state is ItemState.SKIPPED
        why = _NO_ROW if row is None else "It is not in the tenant any more" if gone else ""
        self._allow(self.open_preview, why)
        done = row is not None and row.item.state in DONE and not skipped
        self._allow(self.skip, _NO_ROW if row is None else "It is done" if done else "")
        self.skip.setText("Undo skip" if skipped else "Skip")
        self.skip.setAccessibleName(self.skip.text())
        self.record.setVisible(row is not None and bool(row.item.record_id))

    def _allow(self, made: QPushButton, why_not: str) -> None:
        made.setEnabled(not why_not)
        made.setToolTip(why_not)

    def _skip(self) -> None:
        row = self._rows.get(self.list.current)
        if row is not None:
            skipped = row.item.state is ItemState.SKIPPED
            self._act(self.unskip_requested if skipped else self.skip_requested)

    def _act(self, signal: SignalInstance) -> None:
        row = self._rows.get(self.list.current)
        if row is None or (row.gone and signal is self.preview_requested):
            return
        signal.emit(row.item.app_key)


def _row(row: ListRow, verdict: Look | None, *, now: datetime) -> LineRow:
    look, seen = item_look(row), row.shown
    title = inert(row.item.name, _NAME) or "(no name)"
    below = item_below(row, now=now)
    quiet = row.gone or row.item.state in DONE
    danger = Tone.MISSING if seen.danger else Tone.PARTIAL
    lost = f"−{len(seen.may_lose):,}" if seen.may_lose else ""
    mark = replace(WARNING, tone=danger) if seen.may_lose else None
    ends = (
        End(verdict.label if verdict else "", "text2", look=verdict),
        End(f"+{len(seen.adds):,}" if seen.adds else "–", "text2" if seen.adds else "muted"),
        End(lost or "–", danger if lost else "muted", look=mark),
        End(look.label, "text2" if look.quiet else look.tone),
    )
    said = f"would add {len(seen.adds):,}, may remove {len(seen.may_lose):,}"
    grave = ", firm or needed" if seen.danger else ""
    return LineRow(
        row.item.app_key,
        look,
        title,
        below,
        ends,
        f"{title}\n{verdict.label if verdict else 'Not judged'}; {look.label}: {said}{grave}\n{below}",
        quiet,
    )
