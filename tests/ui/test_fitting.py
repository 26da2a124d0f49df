"""Nothing is cut where the window is narrow: heads of the ticks wrap, ids break after hyphens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.profile import Uses
from permdesk.services.bundle import Services
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.matrix import UsesView
from permdesk.ui.views.matrix_grid import GridArea, GridFrame, in_lines
from permdesk.ui.views.paragraph import Identifier
from permdesk.ui.window import Window
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
def test_heads_of_the_ticks_are_whole_at_every_width(ticks: UsesView, width: int) -> None:
    ticks.resize(width, 400)
    QApplication.processEvents()
    for box in ticks.findChildren(TickBox):
        if not box.isVisibleTo(ticks) or not box.text():
            continue
        assert box.width() >= box.sizeHint().width(), box.text()
        assert box.height() >= box.sizeHint().height(), box.text()
    area, grid = ticks.findChild(GridArea), ticks.findChild(GridFrame)
    # What does not fit scrolls; the height is the grid's own.
    assert area.height() >= grid.height()
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
