"""The middle pane: one app, what it needs, what it has, and the services in use that decide it."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from permdesk.domain.finding import AppComparison, Comparison, Finding, Status, Verdict
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.app_head import app_head
from permdesk.presentation.explanation import finding_text
from permdesk.presentation.news import NOTHING_NEW, PermissionName
from permdesk.presentation.tree import PermissionTree, Segment
from permdesk.presentation.tree_nodes import Node, PermissionNode, row_as_text
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_head import AppHeadView
from permdesk.ui.views.app_states import Action, Situation, StatePage
from permdesk.ui.views.controls import ground, rule
from permdesk.ui.views.matrix import UsesView
from permdesk.ui.views.permission_tools import PermissionTools
from permdesk.ui.views.permission_view import PermissionView

_ACCEPTABLE = frozenset({Status.MISSING, Status.PARTIAL, Status.EXCESS})


class PermissionPane(QWidget):
    """Shows one app; says which permission is chosen and what a person wants done."""

    #: Finding, or None.
    finding_selected = Signal(object)
    #: Uses, after a tick.
    uses_changed = Signal(object)
    profile_requested = Signal()
    accept_requested = Signal()
    reconsent_requested = Signal()
    #: Alt+Return or a double click on a permission: its details.
    details_requested = Signal()
    #: Text that was put on the clipboard.
    copy_requested = Signal(str)
    #: A menu is about to open, for the app (None) or one of its findings; others may add to it.
    menu_opening = Signal(object, QMenu)
    #: Which of the findings that need attention is selected, counted from 1, and how many there are; or None.
    attention_place_changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._app: AppComparison | None = None
        self._comparison: Comparison | None = None
        self.setAccessibleName("Permissions pane")
        ground(self, "panel")
        self.setMinimumWidth(480)
        self._build()
        self._connect()
        theme.changed.connect(self._restyle)

    # Building

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = AppHeadView(theme)
        column.addWidget(self.head)
        self._uses_rule = rule()
        column.addWidget(self._uses_rule)
        self.uses = UsesView(theme)
        column.addWidget(self.uses)
        self._tools_rule = rule()
        column.addWidget(self._tools_rule)
        self.tools = PermissionTools(theme)
        self.segments, self.field = self.tools.segments, self.tools.field
        column.addWidget(self.tools)
        column.addWidget(rule())
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self.view = PermissionView(theme)
        self._stack.addWidget(self.view)
        self._state = StatePage(theme)
        self._stack.addWidget(self._state)

    def _connect(self) -> None:
        self.head.profile_requested.connect(self.profile_requested)
        self.head.accept_requested.connect(self.accept_requested)
        self.head.menu_opening.connect(lambda menu: self.menu_opening.emit(None, menu))
        self.uses.changed.connect(self.uses_changed)
        self.tools.changed.connect(self._filter)
        self.tools.left.connect(self.focus_tree)
        self.tools.expand_requested.connect(self.view.open_all)
        self.tools.collapse_requested.connect(self.view.close_all)
        self.view.leaf_changed.connect(self._leaf_changed)
        self.view.doubleClicked.connect(lambda _index: self._details())
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.header().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.header().customContextMenuRequested.connect(self._open_head_menu)
        self.view.copy_asked.connect(lambda whole: self.copy_finding() if whole else self.copy_value())
        self.view.details_asked.connect(self._details)

    def _restyle(self) -> None:
        self.view.restyle()

    # What is shown

    def show_app(
        self, app: AppComparison, comparison: Comparison, *, new: frozenset[PermissionName] = NOTHING_NEW
    ) -> None:
        """Show an app; the one shown before keeps its filter, selection and scroll place, another starts afresh."""
        same = self._app is not None and self._app.key == app.key
        before = self.selected_finding
        self._app, self._comparison = app, comparison
        ticks = app.profile is not None and app.uses is not None and app.profile.has_choices
        self.head.show_head(app_head(app), bar_beside=ticks)
        self.head.set_bindable("" if app.app_id is not None else "No app of this tenant bears this profile")
        self.uses.setVisible(ticks)
        self._uses_rule.setVisible(ticks)
        if app.profile is not None and app.uses is not None and ticks:
            self.uses.show_uses(app.profile, app.uses)
        tree = PermissionTree(app, new=new)
        self.segments.set_counts(tree.counts)
        self.tools.fit()
        # There is nothing to narrow where there is nothing.
        self.tools.setVisible(bool(tree.apis))
        self._tools_rule.setVisible(bool(tree.apis))
        if not same:
            self.tools.reset()
        if same and (self.field.text() or self.segments.current is not Segment.ALL):
            tree.filter(self.field.text(), self.segments.current)
        self.view.show_tree(tree, keep=same)
        self._show_state()
        leaf = self.view.leaf()
        if same and before is not None and leaf is not None:
            # The same permission, compared again: another finding.
            self._leaf_changed(leaf)
        elif leaf is None:
            self._leaf_changed(None)

    def keep(self, comparison: Comparison) -> None:
        """Take the comparison that the app on screen has become part of."""
        self._comparison = comparison

    @property
    def app(self) -> AppComparison | None:
        """The app on screen."""
        return self._app

    @property
    def selected_finding(self) -> Finding | None:
        """The selected permission's finding, or None."""
        leaf = self.view.leaf()
        return leaf.finding if leaf is not None else None

    def select_finding(self, finding: Finding) -> bool:
        """Select a permission, whatever the filter hides."""
        if not self.view.select_finding(finding):
            self.clear_filter()
            return self.view.select_finding(finding)
        return True

    def clear_filter(self) -> None:
        """Show everything."""
        self.tools.reset()
        self._filter()

    def set_segment(self, segment: Segment) -> None:
        """Choose a status filter, as Ctrl+1 to Ctrl+6 do."""
        self.segments.choose(segment)

    def focus_find(self) -> None:
        """Put the cursor into the find field."""
        self.field.focus()

    def focus_tree(self) -> None:
        """Put the focus into the tree, on its first row if none is chosen."""
        if not self.view.currentIndex().isValid():
            tree = self.view.tree_model.tree
            first = next(tree.leaves(), None) if tree is not None else None
            if first is not None:
                self.view.select_leaf(first)
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_attention(self, *, backwards: bool = False, from_edge: bool = False) -> bool:
        """Select the next row that needs attention; False where there is none left in this app.

        Args:
            backwards: the one before.
            from_edge: start at the first, or backwards at the last, whatever is selected.
        """
        tree = self.view.tree_model.tree
        if tree is None:
            return False
        leaf = tree.next_attention(None if from_edge else self.view.leaf(), backwards=backwards)
        if leaf is None:
            return False
        self.view.select_leaf(leaf)
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def layout_state(self) -> dict[str, int]:
        """Return what a person arranged here, as plain numbers to keep."""
        return {**self.view.heads.layout_state(), "uses_open": int(self.uses.open)}

    def restore_layout(self, state: dict[str, int]) -> None:
        """Arrange the pane as it was kept."""
        self.view.heads.restore_layout(state)
        self.uses.set_open(bool(state.get("uses_open", 1)))

    def _filter(self) -> None:
        self.view.filter(self.field.text(), self.segments.current)
        self._show_state()

    def _show_state(self) -> None:
        tree = self.view.tree_model.tree
        if tree is None or tree.shown:
            self._stack.setCurrentWidget(self.view)
            return
        self._state.show_situation(self._empty(tree))
        self._stack.setCurrentWidget(self._state)

    def _empty(self, tree: PermissionTree) -> Situation:
        if not tree.apis:
            return Situation("shield", "muted", "No permissions here", self._why_empty())
        text, segment = inert(self.field.text().strip(), 60), self.segments.current
        if text and segment is not Segment.ALL:
            reason = f"“{text}” is in none of the permissions that “{segment.value}” leaves."
        elif text:
            reason = f"“{text}” is in none of this app’s {tree.counts[Segment.ALL]:,} permissions."
        else:
            reason = f"“{segment.value}” leaves nothing of this app."
        return Situation(
            "filter", "muted", "No permission matches", reason, (Action("Show all permissions", self.clear_filter),)
        )

    def _why_empty(self) -> str:
        app = self._app
        if app is not None and app.verdict is Verdict.NOT_INSTALLED and app.profile is not None:
            number = counted(len(app.profile.requirements), "permission")
            return f"The app is not in this tenant. {inert(app.profile.vendor, 60)}’s page documents {number} for it."
        return "Nothing is documented, configured or granted, as far as this tenant could be read."

    def _leaf_changed(self, leaf: PermissionNode | None) -> None:
        finding = leaf.finding if leaf is not None else None
        why_not = ""
        if finding is None:
            why_not = "Choose a permission first"
        elif finding.status not in _ACCEPTABLE:
            why_not = "Only missing, partial and excess permissions can be accepted"
        self.head.set_acceptable(why_not)
        tree = self.view.tree_model.tree
        self.attention_place_changed.emit(tree.attention_place(leaf) if tree is not None and leaf is not None else None)
        self.finding_selected.emit(finding)

    # Copies and menus

    def copy_value(self) -> None:
        """Copy the value of the selected permission."""
        finding = self.selected_finding
        if finding is not None:
            self._copy(finding.permission.label)

    def copy_id(self) -> None:
        """Copy the id of the selected permission in this tenant."""
        finding = self.selected_finding
        if finding is not None and finding.permission.id is not None:
            self._copy(finding.permission.id)

    def copy_row(self) -> None:
        """Copy the selected row, as a spreadsheet takes it."""
        leaf = self.view.leaf()
        if leaf is not None:
            self._copy(row_as_text(leaf))

    def copy_all_rows(self) -> None:
        """Copy every row that is shown, as a spreadsheet takes them."""
        tree = self.view.tree_model.tree
        if tree is not None:
            self._copy("\n".join(f"{leaf.parent.parent.label}\t{row_as_text(leaf)}" for leaf in tree.leaves()))

    def copy_finding(self) -> None:
        """Copy the selected finding with its reasons, as text."""
        finding, app, comparison = self.selected_finding, self._app, self._comparison
        if finding is not None and app is not None and comparison is not None:
            self._copy(finding_text(finding, app, tenant=comparison.tenant.name, reads=comparison.reads))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copy_requested.emit(text)

    def _details(self) -> None:
        if self.view.leaf() is not None:
            self.details_requested.emit()

    def _open_menu(self, position: QPoint) -> None:
        self.menu_of(self.view.branch_at(position)).popup(self.view.viewport().mapToGlobal(position))

    def menu_of(self, node: Node | None) -> QMenu:
        """Return the menu of a row, with what others add to it; it is gone when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = icons.icon("copy", self._theme)
        if isinstance(node, PermissionNode):
            menu.addAction(copy, "Copy value", self.copy_value)
            menu.addAction("Copy ID", self.copy_id).setEnabled(node.finding.permission.id is not None)
            menu.addAction("Copy row", self.copy_row)
            menu.addAction("Copy as text", self.copy_finding)
            menu.addSeparator()
            accept = menu.addAction(icons.icon("tick", self._theme), "Accept…", self.accept_requested.emit)
            accept.setEnabled(self.head.accept_button.isEnabled())
            menu.addAction(icons.icon("re-consent", self._theme), "Re-consent…", self.reconsent_requested.emit)
            menu.addAction("Details", self._details)
        else:
            menu.addAction("Expand all", self.view.open_all)
            menu.addAction("Collapse all", self.view.close_all)
        menu.addAction("Copy all rows", self.copy_all_rows)
        self.menu_opening.emit(node.finding if isinstance(node, PermissionNode) else None, menu)
        return menu

    def _open_head_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        purpose = menu.addAction("Purpose")
        purpose.setCheckable(True)
        purpose.setChecked(self.view.heads.purpose_shown)
        purpose.toggled.connect(self.view.heads.set_purpose_shown)
        menu.popup(self.view.header().mapToGlobal(position))

    def sizeHint(self) -> QSize:
        """Qt: its width at a window of 1440."""
        return QSize(816, 600)
