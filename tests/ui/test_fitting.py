"""Nothing is cut where the window is narrow: heads of the ticks wrap, ids break after hyphens."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.profile import Uses
from permdesk.services.bundle import Services
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.app_head import Badge
from permdesk.ui.views.matrix import UsesView
from permdesk.ui.views.matrix_grid import GridArea, GridFrame, in_lines
from permdesk.ui.views.overview_parts import Tile
from permdesk.ui.views.paragraph import Identifier, Line
from permdesk.ui.views.permission_delegate import PermissionDelegate
from permdesk.ui.window import LEAST_SIZE, Window
from tests.ui.driving import show

GUID = "0f7f3c55-2d1b-4b9c-a2b4-61c7f2f6a9d3"


@pytest.fixture
def ticks(qtbot: QtBot, services: Services) -> UsesView:
    profile = services.catalog.profiles()["nakivo"]
    view = UsesView(Theme())
    qtbot.addWidget(view)
    view.show_uses(profile, Uses(frozenset(profile.matrix)))
    view.show()
    return view


@pytest.mark.parametrize("width", [1200, 816, 744, 640, 480, 360])
def test_heads_of_the_ticks_are_whole_at_every_width(ticks: UsesView, qtbot: QtBot, width: int) -> None:
    ticks.resize(width, 400)
    QApplication.processEvents()
    for box in ticks.findChildren(TickBox):
        if not box.isVisibleTo(ticks) or not box.text():
            continue
        assert box.width() >= box.sizeHint().width(), box.text()
        assert box.height() >= box.sizeHint().height(), box.text()
    area, grid = ticks.findChild(GridArea), ticks.findChild(GridFrame)
    # What does not fit scrolls; the height is the grid's own, once the heads have found their lines.
    qtbot.waitUntil(lambda: area.height() >= grid.height(), timeout=2000)
    if grid.width() > area.width():
        assert area.horizontalScrollBar().maximum() > 0


def test_a_head_is_broken_as_evenly_as_it_comes() -> None:
    words = "SharePoint and Group SharePoint"
    assert in_lines(words, 1) == words
    assert in_lines(words, 2) == "SharePoint and\nGroup SharePoint"
    assert in_lines(words, 3) == "SharePoint\nand Group\nSharePoint"
    assert in_lines("Teams", 3) == "Teams"
    assert in_lines("", 3) == ""


def test_what_is_ticked_is_shaded_where_it_stands(ticks: UsesView) -> None:
    grid = ticks.findChild(GridFrame)
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        ticks.setLayoutDirection(direction)
        ticks.resize(800, 400)
        QApplication.processEvents()
        grid.set_marked({(1, 1)})
        image = grid.grab().toImage()
        holder = grid.at(1, 1).parentWidget().geometry()
        assert image.pixelColor(holder.center().x() + 12, holder.top() + 3) == Theme().color("selection")


@pytest.mark.parametrize(("width", "lines"), [(400, [GUID]), (220, ["0f7f3c55-2d1b-4b9c-", "a2b4-61c7f2f6a9d3"])])
def test_an_id_breaks_after_hyphens_into_like_lines(
    qtbot: QtBot, qapp: QApplication, width: int, lines: list[str]
) -> None:
    label = Identifier(Theme(), GUID)
    qtbot.addWidget(label)
    assert label.text() == GUID
    assert QFontMetrics(label.font()).horizontalAdvance(GUID) < 400
    assert label.heightForWidth(width) == len(lines) * Theme().line("fixed")
    assert ["".join(span.text for span in spans) for spans in label._lines(width)] == lines


def test_an_id_without_hyphens_or_room_still_shows_all_of_itself(qtbot: QtBot, qapp: QApplication) -> None:
    for text in ("x" * 200, GUID, "-" * 40, ""):
        label = Identifier(Theme(), text)
        qtbot.addWidget(label)
        label.resize(40, label.heightForWidth(40))
        label.grab()
        assert label.heightForWidth(40) >= Theme().line("fixed") * (1 if not text else 2)


def _settled() -> None:
    for _ in range(4):
        QApplication.processEvents()


def test_at_its_least_size_the_window_keeps_ticks_counts_and_totals(tenant: Window) -> None:
    tenant.resize(LEAST_SIZE)
    _settled()
    for line in tenant.top_bar.findChildren(Line):
        if line.isVisibleTo(tenant) and any(word in line.text() for word in ("read", "Scanned")):
            assert not line.cut, line.text()
    tiles = tenant.overview.findChildren(Tile)
    edge = tenant.overview.area.viewport().width()
    assert tiles
    assert all(tile.mapTo(tenant.overview, tile.rect().topRight()).x() < edge for tile in tiles)
    # From an app without ticks to one with: the grid is filled while it is on screen.
    show(tenant, "AvePoint Cloud Backup Express")
    _settled()
    show(tenant, "svc-m365-backup")
    _settled()
    area, grid = tenant.permissions.findChild(GridArea), tenant.permissions.findChild(GridFrame)
    assert area.height() >= 80
    assert area.verticalScrollBar().maximum() + area.viewport().height() >= grid.height()
    for made in tenant.permissions.segments.buttons.values():
        if made.isVisibleTo(tenant):
            assert made.width() >= made.sizeHint().width(), made.text()


def test_the_badge_gives_way_to_the_name(tenant: Window) -> None:
    head = tenant.permissions.head
    for width, below in ((1440, False), (1280, True)):
        tenant.resize(width, 800)
        show(tenant, "AvePoint Cloud Backup for Azure")
        _settled()
        badges = [badge for badge in head.findChildren(Badge) if badge.isVisibleTo(tenant)]
        titles = [line for line in head.findChildren(Line) if line.text() == "AvePoint Cloud Backup for Azure"]
        assert len(badges) == 1
        assert [line.cut for line in titles] == [False]
        assert (badges[0].mapTo(head, QPoint()).y() > titles[0].geometry().bottom()) is below


def test_no_fact_of_a_head_is_cut_where_it_is_narrow(tenant: Window) -> None:
    tenant.resize(1000, 700)
    show(tenant, "AvePoint Cloud Backup Express")
    _settled()
    facts = [line for line in tenant.permissions.head.findChildren(Line) if "newest grant" in line.text()]
    assert [line.cut for line in facts] == [False]


@pytest.mark.parametrize("room", range(120, 420, 20))
def test_tags_give_way_before_a_name_loses_what_tells_it_apart(tenant: Window, room: int) -> None:
    show(tenant, "AvePoint Cloud Backup for Azure")
    view = tenant.permissions.view
    tree = view.tree_model.tree
    assert tree is not None
    delegate = view.itemDelegate()
    assert isinstance(delegate, PermissionDelegate)
    metrics = QFontMetrics(Theme().font("cell"))
    for leaf in tree.leaves():
        label, tags = delegate._fitting(leaf, room)
        assert label
        if label != leaf.label and leaf.tags and label.startswith("…"):
            assert [words for words, _, _ in tags] == [f"+{len(leaf.tags)}"]
        if metrics.horizontalAdvance(leaf.label) + 120 < room and len(leaf.tags) == 1:
            assert label == leaf.label


def test_the_selected_app_stays_in_sight_when_its_place_changes(tenant: Window) -> None:
    tenant.resize(1280, 720)
    app = show(tenant, "Larkfield Intranet Search")
    _settled()
    listing = tenant.apps.list
    profile = next(p for p in tenant.workspace.comparison.profiles.values() if p.vendor == "NAKIVO")  # type: ignore[union-attr]
    tenant.describing.bind(profile)
    _settled()
    row = listing.list_model.listing.find(app.key)
    assert row is not None
    assert listing.viewport().rect().contains(listing.head_rect(row))


def test_names_keep_their_room_in_a_window_of_1280(tenant: Window, qtbot: QtBot) -> None:
    tenant.resize(1280, 720)
    show(tenant, "AvePoint Cloud Backup Express")
    QApplication.processEvents()
    view = tenant.permissions.view
    # Three indents, the lead of a leaf and the air at its end are not the name's.
    room = view.heads.sectionSize(0) - 3 * view.indentation() - 14 - view.heads.air
    assert room >= 180
    for section in range(1, view.heads.count()):
        if not view.heads.isSectionHidden(section):
            assert view.heads.sectionSize(section) >= 70
