"""The two panes as a person meets them: mouse, keyboard, words, and what a screen reader hears."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import Status, Verdict
from permdesk.domain.ports import Progress, StepProgress, Waiting
from permdesk.domain.profile import Uses
from permdesk.presentation.app_rows import AppRow, Group
from permdesk.presentation.listing import GroupRow
from permdesk.presentation.news import News
from permdesk.presentation.progress import begun, moved
from permdesk.presentation.search import AppFilter, AppRows
from permdesk.presentation.tree import Column, Segment
from permdesk.ui.models.permission_tree import COLUMNS
from permdesk.ui.theme import Theme
from permdesk.ui.tokens import Density, Scheme
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.app_states import Action, Situation
from permdesk.ui.views.permission_pane import PermissionPane
from permdesk.ui.views.reading_page import Reading, StepRow
from tests.ui import made


@pytest.fixture
def theme(qapp: Any) -> Theme:
    return Theme()


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., Any]:
    def show(widget: Any, width: int = 300, height: int = 760) -> Any:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


@pytest.fixture
def apps(theme: Theme, shown: Callable[..., Any]) -> AppPane:
    pane = shown(AppPane(theme))
    pane.set_rows(AppRows(made.tenant(), news=News(changed=frozenset({made.own_app().key}))))
    return pane  # type: ignore[no-any-return]


@pytest.fixture
def pane(theme: Theme, shown: Callable[..., Any]) -> PermissionPane:
    made_pane = shown(PermissionPane(theme), 860)
    made_pane.show_app(made.express(), made.tenant())
    return made_pane  # type: ignore[no-any-return]


@pytest.fixture
def ticks(theme: Theme, shown: Callable[..., Any]) -> PermissionPane:
    made_pane = shown(PermissionPane(theme), 860)
    made_pane.show_app(made.own_app(), made.tenant())
    return made_pane  # type: ignore[no-any-return]


def titles(apps: AppPane) -> list[str]:
    return [line.title for line in apps.list.list_model.listing if isinstance(line, AppRow)]


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def press(widget: QWidget, name: str) -> QAbstractButton:
    return next(b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible())


# Apps


def test_arrows_choose_apps_and_a_click_chooses_too(apps: AppPane, qtbot: QtBot) -> None:
    apps.focus_list()
    with qtbot.waitSignal(apps.selected) as chosen:
        qtbot.keyClick(apps.list, Qt.Key.Key_Down)
        qtbot.keyClick(apps.list, Qt.Key.Key_Down)
    assert chosen.args == [made.express().key]
    with qtbot.waitSignal(apps.overview_selected):
        qtbot.mouseClick(apps.list.viewport(), Qt.MouseButton.LeftButton, pos=apps.list.head_rect(0).center())
    assert apps.current is None


def test_a_click_on_a_head_folds_its_group_and_leaves_the_selection(apps: AppPane, qtbot: QtBot) -> None:
    apps.select(made.own_app().key)
    place = apps.list.list_model.listing.heads[0]
    with qtbot.assertNotEmitted(apps.selected):
        qtbot.mouseClick(apps.list.viewport(), Qt.MouseButton.LeftButton, pos=apps.list.head_rect(place).center())
    assert "svc-m365-backup" not in titles(apps)
    assert apps.current == made.own_app().key
    qtbot.mouseClick(apps.list.viewport(), Qt.MouseButton.LeftButton, pos=apps.list.head_rect(place).center())
    assert "svc-m365-backup" in titles(apps)


def test_left_and_right_fold_and_unfold(apps: AppPane, qtbot: QtBot) -> None:
    apps.select(made.own_app().key)
    apps.focus_list()
    qtbot.keyClick(apps.list, Qt.Key.Key_Left)
    line = apps.list.list_model.line(apps.list.currentIndex().row())
    assert isinstance(line, GroupRow)
    qtbot.keyClick(apps.list, Qt.Key.Key_Left)
    assert "svc-m365-backup" not in titles(apps)
    qtbot.keyClick(apps.list, Qt.Key.Key_Right)
    assert "svc-m365-backup" in titles(apps)
    assert line.group is Group.VENDOR


def test_typing_filters_and_escape_clears_then_returns(apps: AppPane, qtbot: QtBot) -> None:
    apps.focus_filter()
    qtbot.keyClicks(apps.bar.field, "intranet")
    assert titles(apps) == ["Larkfield Intranet Search"]
    qtbot.keyClick(apps.bar.field, Qt.Key.Key_Escape)
    assert len(titles(apps)) > 5
    qtbot.keyClick(apps.bar.field, Qt.Key.Key_Escape)
    assert apps.focusWidget() is apps.list


def test_return_in_the_field_chooses_the_first(apps: AppPane, qtbot: QtBot) -> None:
    apps.focus_filter()
    qtbot.keyClicks(apps.bar.field, "svc")
    with qtbot.waitSignal(apps.selected) as chosen:
        qtbot.keyClick(apps.bar.field, Qt.Key.Key_Return)
    assert chosen.args == [made.own_app().key]


def test_a_question_is_answered_and_its_chip_takes_it_back(apps: AppPane, qtbot: QtBot) -> None:
    apps.focus_filter()
    qtbot.keyClicks(apps.bar.field, "who holds Mail.Read?")
    assert titles(apps) == ["svc-m365-backup", "AvePolnt Cloud Backup Express"]
    qtbot.mouseClick(apps.bar.holds_chip, Qt.MouseButton.LeftButton)
    assert apps.filter == AppFilter()


def test_chips_narrow_and_clear(apps: AppPane, qtbot: QtBot) -> None:
    menu = apps.bar._verdict_menu
    menu.aboutToShow.emit()
    gaps = next(action for action in menu.actions() if action.text().startswith("Gaps"))
    assert gaps.text() == "Gaps  1"
    gaps.trigger()
    assert titles(apps) == ["svc-m365-backup"]
    apps.bar.changed_chip.click()
    assert apps.filter.changed
    apps.bar.verdict_chip.click()
    apps.bar.changed_chip.click()
    assert apps.filter == AppFilter()


def test_changed_waits_for_an_earlier_scan(apps: AppPane) -> None:
    assert apps.bar.changed_chip.text() == "Changed 1"
    apps.set_rows(AppRows(made.tenant()))
    assert not apps.bar.changed_chip.isEnabled()
    assert "no earlier scan" in apps.bar.changed_chip.toolTip()


def test_no_match_offers_the_nearest_way_out(apps: AppPane, qtbot: QtBot) -> None:
    apps.set_filter(AppFilter("Mail.Send", verdicts=frozenset({Verdict.GAPS})))
    assert "No app matches both" in texts(apps)
    qtbot.mouseClick(press(apps, "Who holds Mail.Send?"), Qt.MouseButton.LeftButton)
    assert titles(apps) == ["Calibration Certificates"]
    apps.set_filter(AppFilter("zzz"))
    qtbot.mouseClick(press(apps, "Clear everything"), Qt.MouseButton.LeftButton)
    assert len(titles(apps)) > 5


def test_microsofts_own_apps_are_shown_on_request(apps: AppPane, qtbot: QtBot) -> None:
    assert "Microsoft Teams Services" not in titles(apps)
    qtbot.mouseClick(press(apps, "Show Microsoft’s own apps, 1"), Qt.MouseButton.LeftButton)
    assert "Microsoft Teams Services" in titles(apps)


def test_the_selection_stays_through_filters_and_new_rows(apps: AppPane) -> None:
    key = made.own_app().key
    apps.select(key)
    apps.set_filter(AppFilter("intranet"))
    assert not apps.list.selectionModel().hasSelection()
    apps.set_filter(AppFilter())
    assert apps.list.selectionModel().hasSelection()
    apps.set_rows(AppRows(made.tenant()))
    line = apps.list.list_model.line(apps.list.currentIndex().row())
    assert isinstance(line, AppRow)
    assert line.key == key


def test_the_focus_alone_chooses_nothing(apps: AppPane, qtbot: QtBot) -> None:
    key = made.own_app().key
    apps.select(key)
    apps.set_filter(AppFilter("intranet"))
    with qtbot.assertNotEmitted(apps.overview_selected):
        apps.list.setFocus()
        apps.set_filter(AppFilter("zzz"))
        apps.set_filter(AppFilter())
    assert apps.current == key


def test_heights_stay_right_whatever_the_filter_leaves(apps: AppPane, theme: Theme) -> None:
    for text in ("", "avepoint", "larkfield", "z", ""):
        apps.set_filter(AppFilter(text))
        listing = apps.list.list_model.listing
        for row, line in enumerate(listing):
            expected = theme.size("app-row") if isinstance(line, AppRow) else theme.size("row") + (6 if row == 0 else 0)
            assert apps.list.rowHeight(row) == expected, (text, row)


def test_copies(apps: AppPane, qtbot: QtBot) -> None:
    apps.select(made.own_app().key)
    apps.focus_list()
    qtbot.keyClick(apps.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == made.own_app().app_id


def test_nothing_read_yet_reading_and_back(apps: AppPane, qtbot: QtBot) -> None:
    pressed: list[str] = []
    apps.show_situation(
        Situation(
            "scan",
            "accent",
            "No scan yet",
            "A scan reads.",
            (Action("Scan now", lambda: pressed.append("scan")),),
            details=("GET /v1.0/servicePrincipals", "403"),
        )
    )
    assert "No scan yet" in texts(apps)
    qtbot.mouseClick(press(apps, "Scan now"), Qt.MouseButton.LeftButton)
    assert pressed == ["scan"]
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource="SharePoint Online")
    done = ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, 23, 23)
    steps = (
        StepProgress(ReadName.APPLICATIONS, 23, 23, 1, 1, over=True),
        StepProgress(ReadName.SERVICE_PRINCIPALS, 488, 499, 1, 0, over=False),
        StepProgress(ReadName.APP_ROLE_ASSIGNMENTS, 70, None, 12, 3, over=False),
    )
    first = Progress("Service principals", 481, None, steps=steps)
    pace = begun(0.0, {ReadName.SERVICE_PRINCIPALS: 495, ReadName.APP_ROLE_ASSIGNMENTS: 5000})
    for second in range(1, 5):
        pace = moved(pace, replace(first, rows=second * 300), at=float(second))
    apps.show_reading(Reading("Larkfield Instruments", pace))
    said = set(texts(apps))
    assert {"Reading Larkfield Instruments", "App registrations", "23 of 23", "488 of 499"} <= said
    assert {"Read 1,200 of about 5,522", "300 rows a second", "about 15 s left"} <= said
    assert {"Role assignments", "3 of 12 lists", "Directory roles", "waiting"} <= said
    assert "Could not be read" not in said
    slow = Waiting(12, asked=True)
    last = replace(first, rows=1200, finished=(done, refused), waiting=slow)
    apps.show_reading(Reading("Larkfield Instruments", moved(pace, last, at=5.0)))
    said = set(texts(apps))
    assert {"Could not be read", "Role assignments, SharePoint Online", "refused"} <= said
    assert "Microsoft asks us to slow down. Going on in 12 s. Nothing is lost." in said
    names = [row.accessibleName() for row in apps.findChildren(StepRow)]
    assert names[1:3] == ["App registrations, 23 of 23, read", "Service principals, 488 of 499, under way"]
    with qtbot.waitSignal(apps.cancel_requested):
        qtbot.mouseClick(press(apps, "Cancel"), Qt.MouseButton.LeftButton)
    apps.set_rows(AppRows(made.tenant()))
    assert apps.list.isVisible()


def test_the_next_app_with_something_to_do(apps: AppPane) -> None:
    assert apps.neighbour() == made.express().key
    apps.select(made.express().key)
    assert apps.neighbour() == made.own_app().key
    assert apps.neighbour(backwards=True) is None


# One app


def leaf_names(pane: PermissionPane) -> list[str]:
    tree = pane.view.tree_model.tree
    assert tree is not None
    return [leaf.label for leaf in tree.leaves()]


def test_the_tree_opens_whole_and_says_what_is_chosen(pane: PermissionPane, qtbot: QtBot) -> None:
    view = pane.view
    with qtbot.waitSignal(pane.finding_selected) as chosen:
        pane.focus_tree()
    assert chosen.args[0].permission.label == "Group.Read.All"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert pane.selected_finding is not None
    assert pane.selected_finding.permission.label == "Reports.Read.All"
    rows = 0
    index = view.model().index(0, 0)
    while index.isValid():
        rows += 1
        index = view.indexBelow(index)
    assert rows == 15 + 3 + 4


def test_segments_filter_and_keep_the_selection(pane: PermissionPane, qtbot: QtBot) -> None:
    finding = made.express().findings[0]
    assert pane.select_finding(finding)
    pane.set_segment(Segment.MISSING)
    assert leaf_names(pane) == ["Group.Read.All", "Reports.Read.All"]
    assert pane.selected_finding is not None
    pane.set_segment(Segment.EXCESS)
    assert pane.selected_finding is None
    pane.set_segment(Segment.ALL)
    assert len(leaf_names(pane)) == 15


def test_segments_that_leave_nothing_are_not_offered(ticks: PermissionPane) -> None:
    assert not ticks.segments.buttons[Segment.UNREAD].isVisible()
    assert ticks.segments.buttons[Segment.MISSING].isVisible()
    assert ticks.segments.buttons[Segment.MISSING].accessibleName() == "Missing, 2"


def test_find_in_this_app_and_its_empty_state(pane: PermissionPane, qtbot: QtBot) -> None:
    pane.focus_find()
    qtbot.keyClicks(pane.field, "backup")
    assert len(leaf_names(pane)) == 4
    pane.field.setText("zzz")
    assert "No permission matches" in texts(pane)
    qtbot.mouseClick(press(pane, "Show all permissions"), Qt.MouseButton.LeftButton)
    assert len(leaf_names(pane)) == 15
    assert pane.field.text() == ""


def test_a_click_on_a_branch_closes_it_and_the_star_opens_all(pane: PermissionPane, qtbot: QtBot) -> None:
    view = pane.view
    graph = view.model().index(0, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(graph).center())
    assert not view.isExpanded(graph)
    qtbot.keyClick(view, Qt.Key.Key_Asterisk)
    assert view.isExpanded(graph)
    assert view.isExpanded(view.model().index(0, 0, graph))


def test_collapse_all_and_expand_all(pane: PermissionPane, qtbot: QtBot) -> None:
    qtbot.mouseClick(press(pane, "Collapse all"), Qt.MouseButton.LeftButton)
    assert not pane.view.isExpanded(pane.view.model().index(0, 0))
    qtbot.mouseClick(press(pane, "Expand all"), Qt.MouseButton.LeftButton)
    assert pane.view.isExpanded(pane.view.model().index(0, 0))


def test_the_same_app_compared_again_keeps_place_folds_and_filter(pane: PermissionPane) -> None:
    view = pane.view
    pane.select_finding(made.express().findings[1])
    view.collapse(view.model().index(1, 0))
    heard: list[object] = []
    pane.finding_selected.connect(heard.append)
    again = made.express()
    pane.show_app(again, made.tenant())
    assert pane.selected_finding is again.findings[1]
    assert heard[-1] is again.findings[1]
    assert not view.isExpanded(view.model().index(1, 0))
    pane.show_app(made.own_app(), made.tenant())
    assert pane.selected_finding is None
    assert view.isExpanded(view.model().index(0, 0))


def test_walking_through_what_needs_attention(pane: PermissionPane) -> None:
    places: list[object] = []
    pane.attention_place_changed.connect(places.append)
    steps = 0
    while pane.go_attention():
        steps += 1
    assert steps == 7
    assert places == [(n, 7) for n in range(1, 8)]
    assert pane.go_attention(backwards=True)
    assert pane.go_attention(from_edge=True)
    assert pane.selected_finding is not None
    assert pane.selected_finding.permission.label == "Group.Read.All"


def test_heads_sort_within_the_kind(pane: PermissionPane, qtbot: QtBot) -> None:
    heads = pane.view.header()
    x = heads.sectionViewportPosition(0) + 30
    qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, heads.height() // 2))
    tree = pane.view.tree_model.tree
    assert tree is not None
    for api in tree.apis:
        for kind in api.kinds:
            names = [leaf.of.label.casefold() for leaf in kind.leaves]
            assert names == sorted(names)


def test_columns_are_never_narrower_than_their_words(pane: PermissionPane) -> None:
    heads = pane.view.header()
    for width in (500, 700, 860, 1400):
        pane.resize(width, 700)
        for column in COLUMNS[1:6]:
            assert heads.sectionSize(COLUMNS.index(column)) >= pane.view.itemDelegate().needed_width(column)  # type: ignore[attr-defined]
        assert heads.sectionSize(0) >= 240


def test_the_layout_is_kept_and_nonsense_ignored(pane: PermissionPane, theme: Theme, shown: Callable[..., Any]) -> None:
    heads = pane.view.header()
    heads.resizeSection(COLUMNS.index(Column.SINCE), 150)
    pane.view.heads.set_purpose_shown(True)
    state = pane.layout_state()
    other = shown(PermissionPane(theme), 1100)
    other.restore_layout({**state, "Nonsense": 5, "Status": -3})
    assert other.view.header().sectionSize(COLUMNS.index(Column.SINCE)) == 150
    assert other.view.heads.purpose_shown
    assert other.layout_state() == state


def test_copies_of_value_row_and_finding(pane: PermissionPane, qtbot: QtBot) -> None:
    pane.select_finding(made.express().findings[1])
    pane.focus_tree()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(pane.view, Qt.Key.Key_C, control)
    assert QGuiApplication.clipboard().text() == "Reports.Read.All"
    qtbot.keyClick(pane.view, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert "Reports.Read.All" in QGuiApplication.clipboard().text()
    assert "Missing" in QGuiApplication.clipboard().text()
    pane.copy_row()
    assert QGuiApplication.clipboard().text().split("\t")[:2] == ["Reports.Read.All", "Yes"]
    pane.copy_all_rows()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 15


def test_a_menu_offers_copies_and_others_may_add(pane: PermissionPane, qtbot: QtBot) -> None:
    pane.select_finding(made.express().findings[1])
    added: list[object] = []
    pane.menu_opening.connect(lambda finding, menu: added.append((finding, menu.addAction("More"))))
    menu = pane.menu_of(pane.view.leaf())
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "Copy value",
        "Copy ID",
        "Copy row",
        "Copy as text",
        "Accept…",
        "Re-consent…",
        "Details",
        "Copy all rows",
        "More",
    ]
    assert len(added) == 1
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "Reports.Read.All"
    branch = [action.text() for action in pane.menu_of(pane.view.tree_model.tree.apis[0]).actions()]  # type: ignore[union-attr]
    assert branch[:2] == ["Expand all", "Collapse all"]


def test_accepting_says_why_it_cannot_be_done(pane: PermissionPane) -> None:
    assert not pane.head.accept_button.isEnabled()
    assert "Choose a permission first" in pane.head.accept_button.toolTip()
    pane.select_finding(made.express().findings[0])
    assert pane.head.accept_button.isEnabled()


# Ticks


def box(ticks: PermissionPane, name: str) -> QAbstractButton:
    return next(b for b in ticks.uses.findChildren(QAbstractButton) if b.accessibleName().startswith(name))


def test_a_tick_is_said_at_once_and_counted(ticks: PermissionPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(ticks.uses_changed) as said:
        qtbot.mouseClick(box(ticks, "Teams, Backup"), Qt.MouseButton.LeftButton)
    uses = said.args[0]
    assert isinstance(uses, Uses)
    assert uses.chosen
    assert "Teams/Backup" in {str(cell) for cell in uses.cells}
    assert "of 7 documented" in texts(ticks.uses)


def test_a_head_is_half_ticked_and_ticks_its_column(ticks: PermissionPane, qtbot: QtBot) -> None:
    head = box(ticks, "OneDrive for Business, 2 of 3")
    assert head.checkState() is Qt.CheckState.PartiallyChecked  # type: ignore[attr-defined]
    with qtbot.waitSignal(ticks.uses_changed) as said:
        qtbot.mouseClick(head, Qt.MouseButton.LeftButton)
    assert sum(cell.workload == "OneDrive for Business" for cell in said.args[0].cells) == 3
    assert head.checkState() is Qt.CheckState.Checked  # type: ignore[attr-defined]


def test_keys_tick_a_cell_a_column_and_move(ticks: PermissionPane, qtbot: QtBot) -> None:
    cell = box(ticks, "Teams, Discovery")
    cell.setFocus()
    qtbot.keyClick(cell, Qt.Key.Key_Space)
    assert cell.isChecked()
    qtbot.keyClick(cell, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert box(ticks, "Teams, 3 of 3").isChecked()
    qtbot.keyClick(cell, Qt.Key.Key_Left)
    # What the vendor does not document takes no focus.
    assert ticks.focusWidget() is box(ticks, "OneDrive for Business, Discovery")
    qtbot.keyClick(ticks.focusWidget(), Qt.Key.Key_Down)
    assert ticks.focusWidget() is box(ticks, "OneDrive for Business, Backup")


def test_unticking_everything_is_refused_with_a_sentence(ticks: PermissionPane, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(ticks.uses_changed):
        qtbot.mouseClick(press(ticks.uses, "Untick all"), Qt.MouseButton.LeftButton)
    assert any("At least one service" in text for text in texts(ticks.uses))
    assert box(ticks, "Exchange Online, Backup").isChecked()
    with qtbot.waitSignal(ticks.uses_changed):
        qtbot.mouseClick(press(ticks.uses, "Tick all"), Qt.MouseButton.LeftButton)
    assert not any("At least one service" in text for text in texts(ticks.uses))


def test_an_app_without_services_shows_no_ticks(pane: PermissionPane) -> None:
    assert not pane.uses.isVisible()


# Everybody


def accessible_names(view: QWidget) -> Iterator[str]:
    interface = QAccessible.queryAccessibleInterface(view)
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None:
            yield child.text(QAccessible.Text.Name)


def test_every_row_is_heard(apps: AppPane, pane: PermissionPane) -> None:
    rows = set(accessible_names(apps.list))
    said = "svc-m365-backup, Gaps, 2 missing, 2 excess, NAKIVO · bound by you, changed since the scan before"
    assert said in rows
    assert any(name.startswith("Matched to a vendor profile, 5 apps, open") for name in rows)
    leaves = set(accessible_names(pane.view))
    assert "Reports.Read.All, application, missing, new since last consent" in leaves
    assert any(name.startswith("Microsoft Graph, 2 missing") for name in leaves)
    assert {"Not read", "Vendor’s", "3 users"} <= leaves


def test_every_control_has_a_name(apps: AppPane, pane: PermissionPane, ticks: PermissionPane) -> None:
    for widget in (apps, pane, ticks):
        for control in [*widget.findChildren(QAbstractButton), *widget.findChildren(QLineEdit)]:
            if control.isVisible():
                assert QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name), control


HOSTILE = "<b>Bold</b> <img src='file:///x'> \u202eevil\x00\n" + "x" * 10_000


def test_hostile_names_are_painted_plainly(theme: Theme, shown: Callable[..., Any], qtbot: QtBot) -> None:
    finding = made.finding(HOSTILE, Status.MISSING, api="<i>API</i>\n\u202e")
    app = made.app(HOSTILE, Verdict.GAPS, finding, profile=made.profile(vendor="<u>V</u>", name=HOSTILE))
    comparison = made.comparison(app)
    apps = shown(AppPane(theme))
    apps.set_rows(AppRows(comparison))
    pane = shown(PermissionPane(theme), 860)
    pane.show_app(app, comparison)
    pane.focus_tree()
    for widget in (apps, pane):
        widget.grab()
        for label in widget.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
            assert not {"\u202e", "\x00"} & set(label.text())
        for part in widget.findChildren(QWidget):
            assert "<b>Bold" not in part.toolTip()
    assert any(text.startswith("<b>Bold</b>") for text in texts(pane))


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("density", Density)
def test_every_scheme_and_density_paints(
    scheme: Scheme, density: Density, shown: Callable[..., Any], theme: Theme
) -> None:
    apps, pane = shown(AppPane(theme)), shown(PermissionPane(theme), 860)
    apps.set_rows(AppRows(made.tenant()))
    pane.show_app(made.own_app(), made.tenant())
    theme.set_appearance(scheme, density)
    for widget in (apps, pane):
        image: QImage = widget.grab().toImage()
        assert len({image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 7)}) > 3
    assert apps.list.rowHeight(2) == theme.size("app-row")


def test_only_what_was_not_read_is_hatched(pane: PermissionPane, theme: Theme) -> None:
    hatch = theme.color("hatch").rgb()

    def hatched(index: QModelIndex) -> bool:
        image = pane.view.viewport().grab(pane.view.visualRect(index)).toImage()
        return any(image.pixel(x, y) == hatch for x in range(image.width()) for y in range(image.height()))

    tree = pane.view.tree_model.tree
    assert tree is not None
    for leaf in tree.leaves():
        for section, column in enumerate(COLUMNS[:6]):
            index = pane.view.tree_model.index_of(leaf, section)
            unread = leaf.finding.status is Status.UNVERIFIED and column is Column.GRANTED
            assert hatched(index) == unread, (leaf.label, column)


def test_rows_far_down_arrive_before_the_eye(theme: Theme, shown: Callable[..., Any], qtbot: QtBot) -> None:
    findings = [made.finding(f"Thing{n:04d}.Read", Status.MISSING, number=n) for n in range(700)]
    pane = shown(PermissionPane(theme), 860)
    app = made.app("Many", Verdict.GAPS, *findings, profile=made.profile())
    pane.show_app(app, made.comparison(app))
    bar = pane.view.verticalScrollBar()
    for _ in range(200):
        bar.setValue(bar.value() + 400)
        qtbot.wait(1)
        if bar.value() == bar.maximum():
            break
    seen = []
    index = pane.view.model().index(0, 0)
    while index.isValid():
        seen.append(index.data())
        index = pane.view.indexBelow(index)
    assert seen[2:] == [f"Thing{n:04d}.Read" for n in range(700)]


def test_the_end_key_goes_to_the_very_end(theme: Theme, shown: Callable[..., Any], qtbot: QtBot) -> None:
    findings = [made.finding(f"Thing{n:04d}.Read", Status.MISSING, number=n) for n in range(700)]
    pane = shown(PermissionPane(theme), 860)
    app = made.app("Many", Verdict.GAPS, *findings, profile=made.profile())
    pane.show_app(app, made.comparison(app))
    pane.focus_tree()
    qtbot.keyClick(pane.view, Qt.Key.Key_End)
    assert pane.selected_finding is findings[-1]
