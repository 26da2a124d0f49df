"""Binding an app to a profile by hand: one list, one search, one click."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from permdesk.domain.finding import AppComparison
from permdesk.domain.profile import Profile, ProfileOrigin
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, page_date
from permdesk.presentation.profile_name import name_beside_vendor
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph

_ID: Final = Qt.ItemDataRole.UserRole
#: Profiles seen at once.
_MOST_ROWS: Final = 10


class BindSheet(Sheet):
    """The list of profiles; suggested ones first.

    Args:
        app: the app to bind.
        profiles: every profile by id.
    """

    chosen = Signal(object)
    unbind_requested = Signal()
    forget_requested = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None, *, app: AppComparison, profiles: Mapping[str, Profile]
    ) -> None:
        name = inert(app.display_name, 80) or "(no name)"
        super().__init__(
            theme,
            f"Bind {name} to a profile",
            parent,
            lead="The app is then held against what this vendor’s page documents. Binding by hand confirms the app.",
            width=680,
        )
        self._app, self._profiles = app, profiles
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a vendor or product")
        self.field.setAccessibleName("Find a vendor or product")
        self.field.setFont(theme.font("body"))
        self.field.addAction(icons.icon("search", theme, "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._filter)
        self.list = self._make_list()
        self._told = Paragraph(theme, " ", ink="text2")
        self._told.setMinimumHeight(2 * theme.line("small"))
        for widget in (self.field, self.list, self._told):
            self.body.addWidget(widget)
        if app.profile is not None:
            self.add_button(
                "Unbind",
                self.leaving(self.unbind_requested),
                tip="Hold it against no profile, and keep that",
                leading=True,
            )
        if app.binding is not None:
            self.add_button(
                "Forget",
                self.leaving(self.forget_requested),
                tip="Go back to what permdesk finds by itself",
                leading=True,
            )
        self.add_button("Cancel", self.reject)
        self.bind = self.add_button("Bind", self._bind, kind="primary", icon="bind", default=True)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show())
        self._fill()
        rows = min(self.list.topLevelItemCount(), _MOST_ROWS) * theme.size("row")
        self.list.setFixedHeight(self.list.header().sizeHint().height() + rows + 2)

    def first_focus(self) -> QWidget:
        """Return the search."""
        return self.field

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setColumnCount(4)
        made.setHeaderLabels(["Vendor", "Profile", "Page of", "Needs"])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAccessibleName("Profiles")
        made.setFont(self.theme.font("small"))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = made.header()
        header.setStretchLastSection(False)
        made.headerItem().setTextAlignment(3, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column in (0, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        made.itemActivated.connect(lambda _item, _column: self._bind())
        return made

    def _fill(self) -> None:
        suggested = set(self._app.candidates)
        present = self._app.profile.id if self._app.profile else None
        ordered = sorted(
            self._profiles.values(), key=lambda p: (p.id not in suggested, p.vendor.casefold(), p.name.casefold())
        )
        for profile in ordered:
            name = name_beside_vendor(profile, 160)
            if profile.id == present:
                name += " · bound now"
            elif profile.id in suggested:
                name += " · suggested"
            if profile.origin is ProfileOrigin.OWN:
                name += " · your own"
            dated = page_date(profile.source.date) if profile.source.date else "no date"
            item = QTreeWidgetItem([inert(profile.vendor, 60), name, dated, str(len(profile.requirements))])
            item.setData(0, _ID, profile.id)
            spoken = f"{inert(profile.vendor, 60)}, {name}, page of {dated}, {len(profile.requirements)} needed"
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setSizeHint(0, QSize(0, self.theme.size("row")))
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        wanted = present or (self._app.candidates[0] if self._app.candidates else None)
        for place in range(self.list.topLevelItemCount()):
            row = self.list.topLevelItem(place)
            if row is not None and (wanted is None or row.data(0, _ID) == wanted):
                self.list.setCurrentItem(row)
                break
        self._show()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        first: QTreeWidgetItem | None = None
        for place in range(self.list.topLevelItemCount()):
            row = self.list.topLevelItem(place)
            if row is None:
                continue
            profile = self._profiles[row.data(0, _ID)]
            haystack = f"{profile.vendor} {profile.product} {profile.name} {profile.id} {profile.app_name}".casefold()
            shown = all(word in haystack for word in words)
            row.setHidden(not shown)
            first = first or (row if shown else None)
        now = self.list.currentItem()
        if now is None or now.isHidden():
            self.list.setCurrentItem(first)  # type: ignore[arg-type]
        self._show()

    def selected(self) -> Profile | None:
        """The profile that Bind would take."""
        item = self.list.currentItem()
        return self._profiles.get(item.data(0, _ID)) if item is not None and not item.isHidden() else None

    def _show(self) -> None:
        profile = self.selected()
        self.bind.setEnabled(profile is not None)
        if profile is None:
            self._told.set_text("No profile has this name.")
            return
        apis = len({requirement.resource_app_id for requirement in profile.requirements})
        self._told.set_text(
            f"{inert(profile.product, 80)}, {inert(profile.edition, 60)}: "
            f"{counted(len(profile.requirements), 'permission')} of {counted(apis, 'API')}. "
            f"Source: {inert(profile.source.title, 160)}."
        )

    def _bind(self) -> None:
        profile = self.selected()
        if profile is not None:
            self.accept()
            self.chosen.emit(profile)
